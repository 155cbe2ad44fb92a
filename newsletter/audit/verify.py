"""Verification: whether the audit log is as it was written, and where it isn't."""

import hmac
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain, groupby

from django.db.models import Count, Exists, Max, Min, OuterRef
from django.utils import timezone

from newsletter.audit.digests import (
    UnknownKey,
    emptied_digest,
    entries_hash,
    entry_digest,
    seal_digest,
)
from newsletter.audit.emptied import is_empty
from newsletter.audit.seal import is_there, remembered, seal_file, seals_in_words
from newsletter.audit.unsealed import overdue
from newsletter.models import AuditEntry, AuditSeal

CHUNK = 500
"""Rows read at a time."""
SEALS = 100
"""Seals looked at at a time, with their entries."""


@dataclass(frozen=True, slots=True)
class AuditProblem:
    """One place where the audit log isn't as it was written."""

    place: str
    """Such as "entry 17 (seal 3)"."""
    what: str

    def __str__(self) -> str:
        return f"{self.place}: {self.what}"


def verify_audit() -> Iterator[AuditProblem]:
    """Look at every seal and every entry, in order, and yield what is wrong.

    Entries that come or are sealed meanwhile are left for the next time.
    """
    yield from _against_file()
    yield from _seals(after=0)
    yield from _unsealed()
    yield from _under_no_seal()
    yield from _copied()


def verify_newest(*, seals: int) -> Iterator[AuditProblem]:
    """Look at the newest seals alone, their entries, and those that wait for one.

    Args:
        seals: how many.
    """
    yield from _against_file()
    yield from _seals(after=max(_last_number() - seals, 0))
    yield from _unsealed()


def _last_number() -> int:
    newest = AuditSeal.objects.order_by("-number").values_list("number", flat=True)
    return newest.first() or 0


def _against_file() -> Iterator[AuditProblem]:
    # Before anything else is read: a seal that is made meanwhile would seem to be missing.
    try:
        kept = remembered()
    except (OSError, ValueError) as error:
        yield AuditProblem(
            str(seal_file()),
            f"it can’t be read. {error} To have it written anew, run: manage.py verify_audit "
            f"--restored",
        )
        return
    if kept is None or is_there(*kept):
        return
    number, last = kept[0], _last_number()
    if number > last:
        yield AuditProblem(
            seals_in_words(last + 1, number),
            "missing: this host has made it. The database may have been restored from a backup; "
            "if so, run: manage.py verify_audit --restored",
        )
    else:
        yield AuditProblem(f"seal {number}", "it isn’t the one that this host has made.")


def _seals(*, after: int) -> Iterator[AuditProblem]:
    """Look at the seals with greater numbers, and their entries."""
    previous = AuditSeal.objects.filter(number=after).first()
    last = after
    while True:
        rows = AuditSeal.objects.filter(number__gt=last).order_by("number")
        # By number rather than by a cursor, which would hold a million of them.
        seals = list(rows[:SEALS])
        for seal, entries in _with_entries(seals):
            if seal.number > last + 1:
                yield AuditProblem(seals_in_words(last + 1, seal.number - 1), "missing.")
            yield from _of_seal(seal, previous, entries)
            previous, last = seal, seal.number
        if len(seals) < SEALS:
            return


def _with_entries(seals: list[AuditSeal]) -> Iterator[tuple[AuditSeal, list[AuditEntry]]]:
    rows = AuditEntry.objects.filter(seal__in=seals).order_by("seal_id", "pk").iterator(CHUNK)
    groups = groupby(rows, key=lambda entry: entry.seal_id)
    number, entries = next(groups, (0, iter(())))
    for seal in seals:
        if number != seal.number:
            yield seal, []
            continue
        yield seal, list(entries)
        number, entries = next(groups, (0, iter(())))


def _of_seal(
    seal: AuditSeal, previous: AuditSeal | None, entries: list[AuditEntry]
) -> Iterator[AuditProblem]:
    place = f"seal {seal.number}"
    altered = list(_signed(place, seal.seal, lambda: seal_digest(seal)))
    yield from altered
    if not altered:
        # What an altered one says of its place and its entries is anybody's word.
        if previous and previous.number == seal.number - 1 and seal.previous != previous.seal:
            yield AuditProblem(
                place, f"it doesn’t follow seal {previous.number} as that one is now."
            )
        yield from _as_listed(seal, entries)
    for entry in entries:
        yield from _of_entry(entry, f"entry {entry.pk} (seal {seal.number})")


def _as_listed(seal: AuditSeal, entries: list[AuditEntry]) -> Iterator[AuditProblem]:
    listed = set(chain.from_iterable(range(first, last + 1) for first, last in seal.entry_ids))
    there = {entry.pk for entry in entries}
    for number in sorted(listed - there):
        yield AuditProblem(f"entry {number} (seal {seal.number})", "missing.")
    for number in sorted(there - listed):
        yield AuditProblem(
            f"entry {number} (seal {seal.number})", "it was inserted: the seal doesn’t list it."
        )
    found = [(entry.pk, entry.digest) for entry in entries]
    if there == listed and entries_hash(found) != seal.entries_hash:
        yield AuditProblem(
            f"seal {seal.number}", "the digests of its entries aren’t those that were sealed."
        )


def _unsealed() -> Iterator[AuditProblem]:
    for entry in AuditEntry.objects.filter(seal=None).order_by("pk").iterator(CHUNK):
        yield from _of_entry(entry, f"entry {entry.pk} (not sealed yet)")
    if waiting := overdue(now=timezone.now()):
        yield AuditProblem(
            f"entry {waiting.pk}",
            f"it was written at {waiting.at:%-d %b %Y, %H:%M} UTC and isn’t sealed. Does the clock "
            f"run?",
        )


def _under_no_seal() -> Iterator[AuditProblem]:
    """Look at entries whose seal isn't there, which databases allow whose checks are turned off."""
    theirs = AuditSeal.objects.filter(number=OuterRef("seal_id"), number__gt=0)
    rows = AuditEntry.objects.filter(~Exists(theirs), seal__isnull=False)
    for entry in rows.order_by("pk").iterator(CHUNK):
        here = f"entry {entry.pk} (seal {entry.seal_id})"
        yield AuditProblem(here, "there is no such seal.")
        yield from _of_entry(entry, here)


def _copied() -> Iterator[AuditProblem]:
    """Look for copies of entries: the digest of a genuine one holds for its copy, too."""
    times = AuditEntry.objects.order_by().values("digest").annotate(times=Count("pk"))
    pairs = times.filter(times__gt=1).values_list(Min("pk"), Max("pk"))
    for first, last in pairs.iterator(CHUNK):
        yield AuditProblem(f"entries {first} and {last}", "one is a copy of the other.")


def _of_entry(entry: AuditEntry, place: str) -> Iterator[AuditProblem]:
    if entry.emptied_at is None:
        yield from _signed(place, entry.digest, lambda: entry_digest(entry))
        return
    yield from _signed(place, entry.emptied_digest, lambda: emptied_digest(entry))
    if not is_empty(entry):
        yield AuditProblem(place, "it was emptied, and something was written into it since.")


def _signed(place: str, kept: str, computed: Callable[[], str]) -> Iterator[AuditProblem]:
    try:
        if not hmac.compare_digest(kept.encode(), computed().encode()):
            yield AuditProblem(place, "it was altered, or not written by Convene.")
    except UnknownKey as unknown:
        yield AuditProblem(
            place,
            f"it can’t be checked: its key {unknown} is not among LINK_KEYS. Add the former key at "
            f"the end.",
        )
