"""Undoing an import, as far as nobody has acted on it since.

It goes through what the import has changed some thousands of rows at a time, each in a transaction
of its own that also notes how far it is. So memory stays flat, no limit on the time of a task can
break it, and whoever goes on begins where the last one stopped.
"""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from django.db import IntegrityError, OperationalError, transaction
from django.db.models import Max, Min
from django.utils import timezone

from newsletter.audit.record import record
from newsletter.core.shutdown import is_stopping
from subscribers.audit_actions import ListAction
from subscribers.imports.storing.extras import take_back_extras
from subscribers.imports.storing.fills import take_back_fills
from subscribers.imports.undo_window import take_back_window
from subscribers.models import ImportBatch, ImportQuestion, Subscription

WINDOW = 5_000
_ATTEMPTS = 3
_PASSING = ("23503", "40P01")
"""PostgreSQL's errors where a campaign froze its audience meanwhile: foreign_key_violation,
deadlock_detected.
"""

type Progress = Callable[[int, int], None]
"""Called with how many ids it has been through, and of how many."""


class UnknownBatch(LookupError):
    """There is no such import. The message is fit to be shown."""


class OthersAtWork(RuntimeError):
    """Others went on changing the same rows, such as campaigns that start.

    What was undone by then stays so. The message is fit to be shown.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoReport:
    """The fate of the subscriptions that a batch had added."""

    batch_id: int
    file_name: str
    topic: str
    already_undone: bool
    finished: bool = True
    """Whether all of it is done. Else the next call goes on."""
    removed: int = 0
    """Subscriptions deleted, with the evidence that the import had written."""
    subscribers_removed: int = 0
    """People deleted because nothing else ties them to us."""
    unsubscribed: int = 0
    """Mail had gone to them since: unsubscribed instead of deleted, so that the links in it go on
    working."""
    kept_opted_out: int = 0
    """Had left or been declined since: kept, so that the opt-out outlives the import."""
    kept_own_consent: int = 0
    """Have said anything by themselves since, such as confirmed, paused or gone discreet: kept."""
    opt_outs: int = 0
    """People whose opt-out the file brought: kept, because an opt-out outlives everything."""
    details_emptied: int = 0
    """People known before whose details are empty again, as the import found them."""
    details_kept: int = 0
    """People known before whose details stay: they, or staff, have changed or saved them since."""
    extras_removed: int = 0
    """Labels and values of custom fields that the import had given."""


def undo_import(
    batch_id: int,
    *,
    seconds: float | None = None,
    waits: bool = True,
    window: int = WINDOW,
    progress: Progress | None = None,
) -> UndoReport:
    """Take back what an import changed. Once it is undone, nothing is done.

    What people did since stays, and so do opt-outs. A campaign may start meanwhile, and refer to
    somebody who is being forgotten: then that window is done again, with the campaign known.

    Args:
        seconds: after which it stops between two windows; None: when all is done.
        waits: for another process that is at the same import; else it stops.
        window: ids of one transaction.
        progress: told after each window.

    Raises:
        UnknownBatch: no import has this number.
        OthersAtWork: it met such changes at every attempt.
    """
    end = None if seconds is None else time.monotonic() + seconds
    batch = _begin(batch_id)
    if batch.undone_at is not None:
        return _report(batch, already_undone=True)
    while True:
        found = _attempt(batch_id, waits=waits, window=window)
        if found is None:  # somebody else is at it
            return _report(batch)
        batch = found
        if progress:
            progress(*undone_ids(batch))
        is_late = end is not None and (time.monotonic() >= end or is_stopping())
        if batch.undone_at is not None or is_late:
            return _report(batch)


def undone_ids(batch: ImportBatch) -> tuple[int, int]:
    """Return how many ids the undo of a batch has been through, and of how many."""
    state: dict[str, Any] = batch.undo_state or {}
    if "until" not in state:
        return 0, 1
    whole = state["until"] - state["from"]
    return (min(state["after"] - state["from"], whole), whole) if whole > 0 else (1, 1)


def undone_percent(batch: ImportBatch) -> int:
    """Return how much of its undo is done, in per cent."""
    done, whole = undone_ids(batch)
    return 100 * done // whole


def _begin(batch_id: int) -> ImportBatch:
    """Note that the import is being undone, so that a worker goes on where this process ends."""
    rows = ImportBatch.objects.select_related("topic").filter(pk=batch_id)
    rows.filter(undo_asked_at=None, undone_at=None).update(undo_asked_at=timezone.now())
    batch = rows.first()
    if batch is None:
        raise UnknownBatch(f"There is no import {batch_id}. {_known()}")
    return batch


def _attempt(batch_id: int, *, waits: bool, window: int) -> ImportBatch | None:
    for _ in range(_ATTEMPTS):
        try:
            return _take_back(batch_id, waits=waits, window=window)
        except (IntegrityError, OperationalError) as error:
            if getattr(error.__cause__, "sqlstate", "") not in _PASSING:
                raise
    raise OthersAtWork(
        f"Import {batch_id} can't be undone right now, because the same rows are being changed. "
        f"The rest is undone in a minute."
    )


@transaction.atomic
def _take_back(batch_id: int, *, waits: bool, window: int) -> ImportBatch | None:
    """Do the next piece, and return the batch; None where another process has it."""
    batch = (
        ImportBatch.objects.select_for_update(of=("self",), skip_locked=not waits)
        .select_related("topic")
        .filter(pk=batch_id)
        .first()
    )
    if batch is None or batch.undone_at is not None:
        return batch
    now = timezone.now()
    state: dict[str, Any] = batch.undo_state or {"counts": {}}
    counts = Counter(state["counts"])
    # First, because removing people takes away what was noted of them.
    extras = take_back_extras(batch, most=window)
    details = take_back_fills(batch, now=now, most=window)
    if extras:
        counts.update(extras_removed=extras)
    if details.emptied or details.kept:
        counts.update(details_emptied=details.emptied, details_kept=details.kept)
    elif not extras:
        if "until" not in state:
            ImportQuestion.objects.filter(batch=batch, asked_at=None).delete()
            state |= _ends(batch)
        low, high = state["after"] + 1, min(state["after"] + window, state["until"])
        counts += take_back_window(batch, low=low, high=high, now=now)
        state["after"] = high
        if high >= state["until"]:
            batch.undone_at = now
    batch.undo_state = {**state, "counts": dict(counts), "at": now.isoformat()}
    if batch.undone_at is not None:
        batch.undo_result = asdict(_report(batch))
        record(ListAction.IMPORT_UNDONE, batch, label=f"import {batch.pk}", topic_id=batch.topic_id)
    batch.save(update_fields=["undone_at", "undo_result", "undo_state"])
    return batch


def _ends(batch: ImportBatch) -> dict[str, int]:
    """Return the range of the subscriptions' ids. One import has nearly all of them in a row."""
    ends = Subscription.objects.filter(import_batch=batch).aggregate(low=Min("pk"), high=Max("pk"))
    before = (ends["low"] or 1) - 1
    return {"from": before, "after": before, "until": ends["high"] or before}


def _report(batch: ImportBatch, *, already_undone: bool = False) -> UndoReport:
    counts: dict[str, int] = {} if already_undone else (batch.undo_state or {}).get("counts", {})
    return UndoReport(
        batch_id=batch.pk,
        file_name=batch.file_name,
        topic=batch.topic.slug,
        already_undone=already_undone,
        finished=batch.undone_at is not None,
        opt_outs=0 if already_undone else batch.opt_outs,
        **counts,
    )


def _known() -> str:
    latest = list(ImportBatch.objects.order_by("-pk").values_list("pk", "file_name")[:5])
    if not latest:
        return "Nothing has been imported yet."
    return "The latest: " + ", ".join(f"{number} ({name})" for number, name in latest) + "."
