"""Verification: whether the audit log is as it was written, and where it isn't."""

import hmac
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain

from django.utils import timezone

from newsletter.audit.digests import (
    UnknownKey,
    emptied_digest,
    entries_hash,
    entry_digest,
    seal_digest,
)
from newsletter.audit.emptied import is_empty
from newsletter.audit.seal import remembered, seal_file
from newsletter.audit.unsealed import overdue
from newsletter.models import AuditEntry, AuditSeal

CHUNK = 500
"""Rows read at a time."""


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
    seals = {}
    previous: AuditSeal | None = None
    for seal in AuditSeal.objects.order_by("number").iterator(CHUNK):
        yield from _gap(previous, seal)
        yield from _of_seal(seal, previous)
        seals[seal.number] = seal.seal
        previous = seal
    yield from _against_file(seals)
    for entry in AuditEntry.objects.filter(seal=None).order_by("pk").iterator(CHUNK):
        yield from _of_entry(entry, f"entry {entry.pk} (not sealed yet)")
    if waiting := overdue(now=timezone.now()):
        yield AuditProblem(
            f"entry {waiting.pk}",
            f"it was written at {waiting.at:%-d %b %Y, %H:%M} UTC and isn’t sealed. Does the clock "
            f"run?",
        )


def _gap(previous: AuditSeal | None, seal: AuditSeal) -> Iterator[AuditProblem]:
    last = previous.number if previous else 0
    if seal.number == last + 2:
        yield AuditProblem(f"seal {last + 1}", "missing.")
    elif seal.number > last + 1:
        yield AuditProblem(f"seals {last + 1} to {seal.number - 1}", "missing.")


def _of_seal(seal: AuditSeal, previous: AuditSeal | None) -> Iterator[AuditProblem]:
    place = f"seal {seal.number}"
    yield from _signed(place, seal.seal, lambda: seal_digest(seal))
    if previous and previous.number == seal.number - 1 and seal.previous != previous.seal:
        yield AuditProblem(place, f"it doesn’t follow seal {previous.number} as that one is now.")
    listed = list(chain.from_iterable(range(first, last + 1) for first, last in seal.entry_ids))
    entries = {entry.pk: entry for entry in seal.entries.order_by("pk").iterator(CHUNK)}
    for number in listed:
        if number not in entries:
            yield AuditProblem(f"entry {number} (seal {seal.number})", "missing.")
    expected = set(listed)
    for number, entry in entries.items():
        here = f"entry {number} (seal {seal.number})"
        if number not in expected:
            yield AuditProblem(here, "it was inserted: the seal doesn’t list it.")
        yield from _of_entry(entry, here)
    found = [(number, entry.digest) for number, entry in entries.items()]
    if entries.keys() == expected and entries_hash(found) != seal.entries_hash:
        yield AuditProblem(
            place,
            "the digests of its entries aren’t those that were sealed.",
        )


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


def _against_file(seals: dict[int, str]) -> Iterator[AuditProblem]:
    try:
        kept = remembered()
    except (OSError, ValueError) as error:
        yield AuditProblem(str(seal_file()), f"it can’t be read. {error}")
        return
    if kept is None:
        return
    number, seal = kept
    last = max(seals, default=0)
    if number > last:
        yield AuditProblem(
            f"seals {last + 1} to {number}" if number > last + 1 else f"seal {number}",
            "missing: this host has made it. The database may have been restored from a backup; "
            "if so, run: manage.py verify_audit --restored",
        )
    elif seals.get(number, seal) != seal:
        yield AuditProblem(f"seal {number}", "it isn’t the one that this host has made.")
