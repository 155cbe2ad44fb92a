"""The last pages of an import: the consent, the import itself, its result and its report."""

import csv
import sqlite3
from collections.abc import Iterator
from itertools import chain, islice
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect

from newsletter.audit.record import record
from newsletter.core.spreadsheets import harmless_cell
from staff.sign_in.recent_sign_in import sign_in_again, signed_in_recently
from subscribers.admin.list_import.check import BY_OUTCOME, kinds_shown
from subscribers.admin.list_import.page import (
    CHANGED,
    SEE_PEOPLE,
    TAKE_REPORT,
    import_view,
    page_url,
    render,
    to_its_step,
)
from subscribers.audit_actions import ListAction
from subscribers.imports.conditions import MAXIMUM_CONSENT_WORDS
from subscribers.imports.reading.encoding import ImportProblem
from subscribers.imports.row_outcomes import ListedRow, RowOutcome, all_rows
from subscribers.imports.sources.combine import place_of
from subscribers.imports.uploads.choices import needs_consent
from subscribers.imports.uploads.folder import ROWS, folder_named
from subscribers.imports.uploads.upload import NotNow, start_import
from subscribers.models import ImportUpload
from subscribers.states import ImportStep

REPORT_COLUMNS = ("row", "email", "outcome", "reason")


@import_view("GET", "POST", steps=(ImportStep.CHECKED,))
def apply(request: HttpRequest, upload: ImportUpload) -> HttpResponse:
    """Ask for the consent, then leave the list to a worker."""
    if not signed_in_recently(request):
        return sign_in_again(request)
    error = ""
    typed = request.POST
    if request.method == "POST":
        try:
            start_import(
                upload,
                consent=typed.get("consent", ""),
                re_permission="re_permission" in typed,
            )
        except ImportProblem as problem:
            error = problem.on_page
        except NotNow:
            messages.warning(request, CHANGED)
            return to_its_step(upload)
        else:
            return redirect(page_url("result", upload))
    counts = upload.findings.get("counts", {})
    return render(
        request,
        "studio/import/apply.html",
        upload,
        step="import",
        title=upload.file_name,
        status=422 if error else 200,
        error=error,
        consent=typed.get("consent", upload.consent_words),
        re_permission="re_permission" in typed or upload.re_permission,
        needs_consent=needs_consent(upload),
        kinds=kinds_shown(upload, request.user),
        added=counts.get(RowOutcome.ADDED, 0),
        opt_outs=counts.get(RowOutcome.OPT_OUT, 0),
        shows_numbers=request.user.has_perm(SEE_PEOPLE),
        most_words=MAXIMUM_CONSENT_WORDS,
        keep_days=settings.KEEP_UNCONFIRMED.days,
    )


@import_view("GET", steps=(ImportStep.IMPORTING, ImportStep.IMPORTED))
def result(request: HttpRequest, upload: ImportUpload) -> HttpResponse:
    """Show how far the import is, and then what came of it."""
    return render(
        request,
        "studio/import/result.html",
        upload,
        step="result",
        title=upload.file_name,
        kinds=kinds_shown(upload, request.user) if upload.status == ImportStep.IMPORTED else [],
        has_report=(folder_named(upload.folder) / ROWS).is_file(),
        report_until=upload.changed_at + settings.KEEP_IMPORT_REPORTS,
        may_export=request.user.has_perm(TAKE_REPORT),
    )


@import_view("POST", steps=(ImportStep.CHECKED, ImportStep.IMPORTED), page="result")
def report(request: HttpRequest, upload: ImportUpload) -> Any:
    """Give away the outcome of each row as CSV."""
    if not request.user.has_perm(TAKE_REPORT):
        raise PermissionDenied
    if not signed_in_recently(request):
        return sign_in_again(request)
    try:
        rows = all_rows(folder_named(upload.folder) / ROWS)
        # A file that can't be read shows itself now, and not in the middle of an answer.
        first = list(islice(rows, 1))
    except (OSError, sqlite3.Error):
        messages.error(request, "The report is not on this server any more.")
        return to_its_step(upload)
    record(
        ListAction.REPORT_EXPORTED,
        upload,
        label=f"uploaded list {upload.pk}",
        topic_id=upload.topic_id,
        rows=upload.findings.get("rows", 0),
    )
    answer = StreamingHttpResponse(
        _lines(chain(first, rows), upload), content_type="text/csv; charset=utf-8"
    )
    answer["Content-Disposition"] = f'attachment; filename="import-{upload.pk}.csv"'
    return answer


class _Line:
    """A file that gives back each line that is written to it."""

    def write(self, line: str) -> str:
        return line


def _lines(rows: Iterator[ListedRow], upload: ImportUpload) -> Iterator[str]:
    writer = csv.writer(_Line())
    places = upload.findings.get("places", [])
    is_done = upload.status == ImportStep.IMPORTED
    yield "\ufeff"  # or Excel reads UTF-8 as a Windows code page
    yield writer.writerow(REPORT_COLUMNS)
    for row in rows:
        kind = BY_OUTCOME[row.outcome]
        words = kind.after if is_done else kind.before
        cells = (place_of(row.number, places), row.address, words, row.reason)
        yield writer.writerow(map(harmless_cell, cells))
