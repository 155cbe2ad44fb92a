"""The third page of an import: what each row would do, and why."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from newsletter.core.numbers import whole_number
from subscribers.admin.list_import.page import CHANGED, SEE_PEOPLE, import_view, page_url, render
from subscribers.imports.row_outcomes import ListedRow, RowOutcome, rows_with
from subscribers.imports.sources.combine import place_of
from subscribers.imports.uploads.folder import ROWS, folder_named
from subscribers.imports.uploads.upload import NotNow, change_columns, discard
from subscribers.models import ImportUpload
from subscribers.need_to_know.small_groups import hidden_numbers
from subscribers.states import ImportStep

PER_PAGE = 50
_EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class KindOfRow:
    """The words of the pages for the rows of one outcome."""

    outcome: RowOutcome
    before: str
    """Before the import."""
    after: str
    meaning: str
    tells_of_us: bool = False
    """Whether it tells what we know of somebody, and not what the file says."""


KINDS = (
    KindOfRow(
        RowOutcome.ADDED,
        "Will be subscribed",
        "Subscribed",
        "New to this topic, with the consent that the file shows.",
        tells_of_us=True,
    ),
    KindOfRow(
        RowOutcome.ASKED,
        "Will be asked to confirm",
        "To be asked to confirm",
        "They get one email with a question, and no campaigns until they have confirmed.",
        tells_of_us=True,
    ),
    KindOfRow(
        RowOutcome.KNOWN,
        "Already subscribed",
        "Already subscribed",
        "Not changed. Details that we don’t have yet are filled in.",
        tells_of_us=True,
    ),
    KindOfRow(
        RowOutcome.WAITING,
        "Waiting for their answer",
        "Waiting for their answer",
        "We have asked them to confirm. They stay as they are, and are not asked again.",
        tells_of_us=True,
    ),
    KindOfRow(
        RowOutcome.LEFT,
        "Unsubscribed or blocked here",
        "Unsubscribed or blocked here",
        "They unsubscribed from this topic, or must not get email. Nobody is brought back.",
        tells_of_us=True,
    ),
    KindOfRow(
        RowOutcome.STAYED,
        "Left the other list, confirmed with us since",
        "Left the other list, confirmed with us since",
        "They have confirmed with us themselves, later than they left there, or at a time that "
        "can’t be compared. Not changed.",
        tells_of_us=True,
    ),
    KindOfRow(
        RowOutcome.REPEATED,
        "Repeated in the file",
        "Repeated in the file",
        "The first row of the address counts.",
    ),
    KindOfRow(
        RowOutcome.OPT_OUT,
        "Opt-outs",
        "Opt-outs, kept",
        "The file says that they unsubscribed, reported spam or can’t be reached. We keep that for "
        "good: no later import to this topic brings them back, and whoever reported spam or can’t "
        "be reached gets no campaign of any topic.",
    ),
    KindOfRow(
        RowOutcome.NO_CONSENT,
        "No consent",
        "No consent",
        "A column says no, says nothing, or says something that we don’t know. Not subscribed.",
    ),
    KindOfRow(
        RowOutcome.REFUSED,
        "Can’t be used",
        "Can’t be used",
        "The row has a mistake, such as no email address.",
    ),
)
SMALL_KINDS = KindOfRow(
    RowOutcome.ADDED,
    "New or known here",
    "New or known here",
    "To be subscribed, subscribed already, waiting for an answer, unsubscribed or blocked here. "
    "Small numbers are shown only to colleagues who can see subscribers.",
    tells_of_us=True,
)
"""In place of kinds that are told apart for those colleagues alone."""
BY_OUTCOME = {kind.outcome: kind for kind in KINDS}


@dataclass(frozen=True, slots=True)
class KindShown:
    """One kind of rows, with as much as this person may see of it."""

    kind: KindOfRow
    number: int
    may_list: bool
    examples: Sequence["RowShown"] = ()


@dataclass(frozen=True, slots=True)
class RowShown:
    """One row, as a page shows it."""

    place: str
    address: str
    reason: str


def kinds_shown(upload: ImportUpload, account: User | AnonymousUser) -> list[KindShown]:
    """Return the kinds of rows that there are, with numbers and examples."""
    counts: dict[str, int] = upload.findings.get("counts", {})
    sees_people = account.has_perm(SEE_PEOPLE)
    of_us = [kind for kind in KINDS if kind.tells_of_us]
    numbers = [counts.get(kind.outcome, 0) for kind in of_us]
    hidden = frozenset[int]() if sees_people else hidden_numbers(numbers)
    hidden_kinds = {of_us[place].outcome for place in hidden}
    shown = []
    if hidden:
        shown.append(
            KindShown(SMALL_KINDS, sum(numbers[place] for place in hidden), may_list=False)
        )
    for kind in KINDS:
        number = counts.get(kind.outcome, 0)
        if not number or kind.outcome in hidden_kinds:
            continue
        may_list = sees_people or not kind.tells_of_us
        shown.append(
            KindShown(
                kind,
                number,
                may_list=may_list,
                examples=rows_shown(upload, kind.outcome, limit=_EXAMPLES) if may_list else (),
            )
        )
    return shown


def rows_shown(
    upload: ImportUpload, outcome: RowOutcome, *, after: int = 0, limit: int
) -> list[RowShown]:
    """Return rows of one kind. None where their file isn't there."""
    return [_shown(row, upload) for row in read_rows(upload, outcome, after=after, limit=limit)]


def read_rows(
    upload: ImportUpload, outcome: RowOutcome, *, after: int, limit: int
) -> list[ListedRow]:
    """Read rows of one kind. None where their file isn't there, or was cut short."""
    try:
        path = folder_named(upload.folder) / ROWS
        return rows_with(path, outcome, after=after, limit=limit)
    except (OSError, sqlite3.Error):
        return []


def _shown(row: ListedRow, upload: ImportUpload) -> RowShown:
    places = upload.findings.get("places", [])
    return RowShown(place_of(row.number, places), row.address, row.reason)


@import_view("GET", steps=(ImportStep.CHECKING, ImportStep.CHECKED))
def check(request: HttpRequest, upload: ImportUpload) -> HttpResponse:
    """Show how many rows would do what, with examples."""
    counts = upload.findings.get("counts", {})
    return render(
        request,
        "studio/import/check.html",
        upload,
        step="check",
        title=upload.file_name,
        kinds=kinds_shown(upload, request.user),
        added=counts.get(RowOutcome.ADDED, 0),
        opt_outs=counts.get(RowOutcome.OPT_OUT, 0),
        sees_people=request.user.has_perm(SEE_PEOPLE),
    )


@import_view("GET", steps=(ImportStep.CHECKED, ImportStep.IMPORTED))
def rows(request: HttpRequest, upload: ImportUpload) -> HttpResponse:
    """List the rows of one kind, page by page from the last one seen."""
    outcome = request.GET.get("outcome", "")
    kind = BY_OUTCOME.get(RowOutcome(outcome)) if outcome in set(RowOutcome) else None
    is_done = upload.status == ImportStep.IMPORTED
    if kind is None or (kind.tells_of_us and not request.user.has_perm(SEE_PEOPLE)):
        return redirect(page_url("result" if is_done else "check", upload))
    after = whole_number(request.GET.get("after", "")) or 0
    found = read_rows(upload, kind.outcome, after=after, limit=PER_PAGE + 1)
    return render(
        request,
        "studio/import/rows.html",
        upload,
        step="result" if is_done else "check",
        title=f"{upload.file_name}: {(kind.after if is_done else kind.before).lower()}",
        kind=kind,
        heading=kind.after if is_done else kind.before,
        rows=[_shown(row, upload) for row in found[:PER_PAGE]],
        after=found[PER_PAGE - 1].number if len(found) > PER_PAGE else None,
        is_first=not after,
    )


@import_view("POST", steps=(ImportStep.CHECKED,), page="check")
def back_to_columns(request: HttpRequest, upload: ImportUpload) -> HttpResponse:
    """Go back to the columns, to choose others."""
    try:
        change_columns(upload)
    except NotNow:
        messages.warning(request, CHANGED)
    return redirect(page_url("columns", upload))


@import_view(
    "POST",
    steps=tuple(set(ImportStep) - {ImportStep.IMPORTING, ImportStep.IMPORTED}),
    page="columns",
)
def discard_list(request: HttpRequest, upload: ImportUpload) -> HttpResponse:
    """Delete an uploaded list."""
    try:
        discard(upload)
    except NotNow:
        messages.warning(request, CHANGED)
        return redirect(page_url("result", upload))
    messages.success(request, "Discarded. The uploaded file is deleted.")
    return redirect("admin:subscribers_importbatch_add")
