"""A worker's steps of an uploaded list: read the file, look at each row, import.

A step is claimed with a lease. Whoever dies leaves it to the next worker, who begins it again: what
the dead one did in the database was rolled back with its transaction, and the step's end is part of
that transaction, so no list is imported twice.
"""

import logging
import uuid
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from newsletter.audit.actor import Actor, ActorKind, acting
from newsletter.core.db.transition import transition
from subscribers.imports.import_subscribers import import_subscribers
from subscribers.imports.reading.encoding import ImportProblem
from subscribers.imports.reading.notes import on_page
from subscribers.imports.report import STAYED, WAITING, ImportReport
from subscribers.imports.row_outcomes import RowOutcomes, count_outcomes_in
from subscribers.imports.sources.as_list import as_list
from subscribers.imports.sources.unpack import read_headings, unpack
from subscribers.imports.uploads.choices import (
    Choices,
    imported_parts,
    parts_of,
)
from subscribers.imports.uploads.folder import (
    ROWS,
    UPLOAD,
    ProgressNotes,
    folder_named,
    forget_files,
)
from subscribers.models import ImportBatch, ImportUpload
from subscribers.need_to_know.hidden import hidden_topics
from subscribers.states import IMPORT_TRANSITIONS, WORKED_ON, ImportStep

logger = logging.getLogger(__name__)

MAY_IMPORT = "subscribers.add_importbatch"
MOST_ATTEMPTS = 3
_BACK_TO = {
    ImportStep.READING: ImportStep.REFUSED,
    ImportStep.CHECKING: ImportStep.COLUMNS,
    ImportStep.IMPORTING: ImportStep.COLUMNS,
}
"""The step to which a list goes back whose step can't be done."""
_FAILED = (
    "It failed {attempts} times, and nothing was imported. Try again; if it fails again, tell your "
    "system administrator, who finds the reason in the log."
)


class TakenOver(RuntimeError):
    """Another worker has taken this step over, because this one took too long."""


def advance_import(upload_id: int) -> bool:
    """Do the step that an uploaded list waits for, if this host has its files.

    Returns:
        Whether there was a step to do.
    """
    upload = _claim(upload_id)
    if upload is None:
        return False
    step = ImportStep(upload.status)
    try:
        if upload.attempt > MOST_ATTEMPTS:
            raise ImportProblem(_FAILED.format(attempts=MOST_ATTEMPTS))
        _STEPS[step](upload)
    except ImportProblem as problem:
        _settle(upload, _BACK_TO[step], problem=problem.on_page, problem_header=problem.header)
    except TakenOver:
        logger.warning("Another worker has taken over the uploaded list %s", upload.pk)
    except Exception:
        # Whatever it is, the list must go back to its owner in the end.
        logger.exception("The uploaded list %s failed while it was %s", upload.pk, step.value)
        _release(upload)
    return True


def sweep_imports() -> None:
    """Do the steps for which no worker was woken, or whose worker has died."""
    for upload_id in list(_due(timezone.now()).values_list("pk", flat=True)):
        advance_import(upload_id)


def _due(now: datetime) -> QuerySet[ImportUpload]:
    free = Q(lease_until=None) | Q(lease_until__lte=now)
    return ImportUpload.objects.filter(free, status__in=WORKED_ON).order_by("pk")


@transaction.atomic
def _claim(upload_id: int) -> ImportUpload | None:
    now = timezone.now()
    upload = (
        _due(now)
        .filter(pk=upload_id)
        .select_for_update(skip_locked=True, of=("self",))
        .select_related("topic", "made_by")
        .first()
    )
    if upload is None or not folder_named(upload.folder).is_dir():
        return None
    upload.attempt += 1
    upload.claim_token = uuid.uuid4()
    upload.lease_until = now + settings.IMPORT_LEASE
    upload.save(update_fields=["attempt", "claim_token", "lease_until"])
    return upload


def _read(upload: ImportUpload) -> None:
    folder = folder_named(upload.folder)
    if upload.parts:  # the encoding is another
        _read_headings_anew(upload, folder)
    else:
        found = unpack(folder / UPLOAD, file_name=upload.file_name, folder=folder)
        problems = [part.problem for part in found.parts if part.is_imported and part.problem]
        if problems and not any(part.headers for part in found.parts):
            raise ImportProblem(problems[0])
        _settle(
            upload,
            ImportStep.COLUMNS,
            parts=[part.to_json() for part in found.parts],
            findings={"notes": found.notes},
            problem=problems[0] if len(found.parts) == 1 and problems else "",
        )
    # Not before: a worker that dies has to leave it to the next.
    (folder / UPLOAD).unlink(missing_ok=True)


def _read_headings_anew(upload: ImportUpload, folder: Path) -> None:
    parts = parts_of(upload)
    for part in parts:
        read_headings(part, folder=folder, encoding=Choices.of(upload).encoding)
    problems = [part.problem for part in parts if part.is_imported and part.problem]
    _settle(
        upload,
        ImportStep.COLUMNS,
        parts=[part.to_json() for part in parts],
        problem=problems[0] if problems else "",
    )


def _check(upload: ImportUpload) -> None:
    with RowOutcomes(folder_named(upload.folder) / ROWS) as outcomes:
        report, places = _run(upload, dry_run=True, outcomes=outcomes)
    _settle(
        upload,
        ImportStep.CHECKED,
        findings={**_findings(upload, report), "places": places},
    )


def _import(upload: ImportUpload) -> None:
    account = upload.made_by
    if account is None or not account.has_perm(MAY_IMPORT):
        raise ImportProblem("Whoever started this import may not import lists any more.")
    if upload.topic_id in hidden_topics(account):
        raise ImportProblem("Whoever started this import may not see its topic any more.")

    def finish(batch: ImportBatch) -> None:
        if not _settle(upload, ImportStep.IMPORTED, batch=batch, is_raised=False):
            raise TakenOver

    actor = Actor(ActorKind.ACCOUNT, account.get_username(), account.pk)
    with acting(lambda: actor), RowOutcomes(folder_named(upload.folder) / ROWS) as outcomes:
        report, places = _run(upload, dry_run=False, outcomes=outcomes, finish=finish)
    if report.batch_id is None:
        # Nobody in it was new, so nothing was kept.
        _settle(upload, ImportStep.IMPORTED)
    findings = {**_findings(upload, report), "places": places}
    ImportUpload.objects.filter(pk=upload.pk).update(findings=findings)
    forget_files(upload.folder, but=frozenset({ROWS}))


def _run(
    upload: ImportUpload,
    *,
    dry_run: bool,
    outcomes: RowOutcomes,
    finish: Callable[[ImportBatch], None] | None = None,
) -> tuple[ImportReport, list[object]]:
    """Let the engine go through the list.

    Returns:
        Its report, and where the rows of each table stand.
    """
    folder = folder_named(upload.folder)
    choices = Choices.of(upload)
    source = as_list(imported_parts(parts_of(upload)), folder=folder, encoding=choices.encoding)
    progress = ProgressNotes(upload.folder)
    progress.clear()
    report = import_subscribers(
        source.path,
        topic=upload.topic,
        # A look needs no words: they are asked for afterwards.
        consent=upload.consent_words or ("-" if dry_run else ""),
        mapping={**choices.columns, **source.mapping},
        dry_run=dry_run,
        made_by=upload.made_by,
        progress=progress,
        file_name=upload.file_name,
        encoding=source.encoding,
        date_order=choices.date_order,
        zone=choices.zone,
        rows_as=source.rows_as,
        re_permission=upload.re_permission and not dry_run,
        outcomes=outcomes,
        finish=finish,
    )
    return report, [place.to_json() for place in source.places]


def _findings(upload: ImportUpload, report: ImportReport) -> dict[str, object]:
    return {
        "notes": upload.findings.get("notes", []),
        "counts": count_outcomes_in(folder_named(upload.folder) / ROWS),
        "rows": report.rows,
        "filled": report.filled,
        "new_opt_outs": report.opt_outs,
        "encoding": report.encoding,
        "date_order": report.date_order,
        "mapping": report.mapping,
        "ignored": report.ignored_headers,
        # Two of them are about people whom we know; the pages list those by themselves.
        "warnings": [
            on_page(warning)
            for warning in report.warnings
            if not warning.startswith((STAYED, WAITING))
        ],
    }


def _settle(
    upload: ImportUpload, to: ImportStep, *, is_raised: bool = True, **changes: object
) -> bool:
    """End the step of this worker's claim.

    Raises:
        TakenOver: it isn't this worker's any more.
    """
    done = transition(
        ImportUpload.objects.filter(pk=upload.pk, claim_token=upload.claim_token),
        IMPORT_TRANSITIONS,
        to,
        changed_at=timezone.now(),
        attempt=0,
        claim_token=None,
        lease_until=None,
        **changes,
    )
    if not done and is_raised:
        raise TakenOver
    return bool(done)


def _release(upload: ImportUpload) -> None:
    """Leave the step to the next worker, who counts one attempt more."""
    rows = ImportUpload.objects.filter(pk=upload.pk, claim_token=upload.claim_token)
    rows.update(claim_token=None, lease_until=None)


_STEPS: Mapping[ImportStep, Callable[[ImportUpload], None]] = {
    ImportStep.READING: _read,
    ImportStep.CHECKING: _check,
    ImportStep.IMPORTING: _import,
}
