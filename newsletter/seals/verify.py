"""Verification: whether a sealed table is as it was written, and where it isn't."""

from collections.abc import Iterator, Mapping
from itertools import chain as chained
from itertools import groupby
from typing import Any

from django.db.models import Count, Exists, Max, Min, OuterRef
from django.utils import timezone

from newsletter.models import Seal
from newsletter.seals.chain import Chain, Problem
from newsletter.seals.digests import entries_hash, seal_digest, signature_faults
from newsletter.seals.memory import is_there, last_seal, remembered, seal_file, seals_in_words
from newsletter.seals.unsealed import overdue

CHUNK = 500
"""Rows read at a time."""
SEALS = 100
"""Seals looked at at a time, with their entries."""


def verify(chain: Chain[Any]) -> Iterator[Problem]:
    """Look at every seal and every entry, in order, and yield what is wrong.

    Entries that come or are sealed meanwhile are left for the next time.
    """
    yield from _against_file(chain)
    yield from _seals(chain, after=0)
    yield from _unsealed(chain)
    yield from _under_no_seal(chain)
    yield from _copied(chain)
    yield from chain.others()


def verify_newest(
    chain: Chain[Any], *, seals: int, entries: int | None = None
) -> Iterator[Problem]:
    """Look at the newest seals alone, their entries, and those that wait for one.

    Args:
        chain: the table.
        seals: how many at most.
        entries: fewer seals, where they have more entries than this. None: however many there are.
    """
    yield from _against_file(chain)
    yield from _seals(chain, after=_before_newest(chain, seals=seals, entries=entries))
    yield from _unsealed(chain)
    yield from chain.others()


def _before_newest(chain: Chain[Any], *, seals: int, entries: int | None) -> int:
    """Return the number of the seal before those that are looked at."""
    last = last_seal(chain)
    number = max(last.number - seals, 0) if last else 0
    if entries is None or last is None:
        return number
    newest = chain.seals._default_manager.filter(number__gt=number).order_by("-number")
    for seal in newest.iterator(CHUNK):
        entries -= _size(seal)
        if entries < 0 and seal.number < last.number:
            return seal.number
    return number


def _size(seal: Seal) -> int:
    """Return how many entries a seal says it has; of one that was altered, anything."""
    try:
        return sum(1 + last - first for first, last in seal.entry_ids)
    except (TypeError, ValueError):
        return 0


def _against_file(chain: Chain[Any]) -> Iterator[Problem]:
    # Before anything else is read: a seal that is made meanwhile would seem to be missing.
    try:
        kept = remembered(chain)
    except (OSError, ValueError) as error:
        yield Problem(
            str(seal_file(chain)),
            f"it can’t be read. {error} To have it written anew, run: manage.py {chain.command} "
            f"--restored",
        )
        return
    if kept is None or is_there(chain, *kept):
        return
    number, newest = kept[0], last_seal(chain)
    last = newest.number if newest else 0
    if number > last:
        yield Problem(
            seals_in_words(last + 1, number),
            "missing: this host has made it. The database may have been restored from a backup; "
            f"if so, run: manage.py {chain.command} --restored",
        )
    else:
        yield Problem(f"seal {number}", "it isn’t the one that this host has made.")


def _seals(chain: Chain[Any], *, after: int) -> Iterator[Problem]:
    """Look at the seals with greater numbers, and their entries."""
    every = chain.seals._default_manager.order_by("number")
    previous = every.filter(number=after).first()
    last = after
    while True:
        # By number rather than by a cursor, which would hold a million of them.
        seals = list(every.filter(number__gt=last)[:SEALS])
        removed = chain.removed([seal.number for seal in seals])
        for seal, entries in _with_entries(chain, seals):
            if seal.number > last + 1:
                yield Problem(seals_in_words(last + 1, seal.number - 1), "missing.")
            yield from _of_seal(chain, seal, previous, entries, removed.get(seal.number, {}))
            previous, last = seal, seal.number
        if len(seals) < SEALS:
            return


def _with_entries(chain: Chain[Any], seals: list[Seal]) -> Iterator[tuple[Seal, list[Any]]]:
    rows = chain.every_row.filter(seal__in=seals).order_by("seal_id", "pk")
    groups = groupby(rows.iterator(CHUNK), key=lambda entry: entry.seal_id)
    number, entries = next(groups, (0, iter(())))
    for seal in seals:
        if number != seal.number:
            yield seal, []
            continue
        yield seal, list(entries)
        number, entries = next(groups, (0, iter(())))


def _of_seal(
    chain: Chain[Any],
    seal: Seal,
    previous: Seal | None,
    entries: list[Any],
    removed: Mapping[int, str],
) -> Iterator[Problem]:
    place = f"seal {seal.number}"
    altered = list(signature_faults(seal.seal, lambda: seal_digest(chain.kind, seal)))
    for fault in altered:
        yield Problem(place, fault)
    if not altered:
        # What an altered one says of its place and its entries is anybody's word.
        if previous and previous.number == seal.number - 1 and seal.previous != previous.seal:
            yield Problem(place, f"it doesn’t follow seal {previous.number} as that one is now.")
        yield from _as_listed(chain, seal, entries, removed)
    for entry in entries:
        yield from _of_entry(chain, entry, f"{chain.entry} {entry.pk} (seal {seal.number})")


def _as_listed(
    chain: Chain[Any], seal: Seal, entries: list[Any], removed: Mapping[int, str]
) -> Iterator[Problem]:
    listed = _listed(seal)
    found = dict(removed) | {entry.pk: getattr(entry, chain.digest) for entry in entries}
    there = {entry.pk for entry in entries}

    def problem(number: int, what: str) -> Problem:
        return Problem(f"{chain.entry} {number} (seal {seal.number})", what)

    for number in sorted(listed - found.keys()):
        yield problem(number, "missing.")
    for number in sorted(there - listed):
        yield problem(number, "it was inserted: the seal doesn’t list it.")
    for number in sorted(there & removed.keys()):
        yield problem(number, "it was removed, and was written back since.")
    if found.keys() == listed and entries_hash(sorted(found.items())) != seal.entries_hash:
        yield Problem(
            f"seal {seal.number}",
            f"the digests of its {chain.entries} aren’t those that were sealed.",
        )


def _listed(seal: Seal) -> set[int]:
    return set(chained.from_iterable(range(first, last + 1) for first, last in seal.entry_ids))


def _unsealed(chain: Chain[Any]) -> Iterator[Problem]:
    rows = chain.every_row.filter(seal=None).order_by("pk")
    for entry in rows.iterator(CHUNK):
        yield from _of_entry(chain, entry, f"{chain.entry} {entry.pk} (not sealed yet)")
    if waiting := overdue(chain, now=timezone.now()):
        written_at = getattr(waiting, chain.written_at)
        yield Problem(
            f"{chain.entry} {waiting.pk}",
            f"it was written at {written_at:%-d %b %Y, %H:%M} UTC and isn’t sealed. Does the clock "
            f"run?",
        )


def _under_no_seal(chain: Chain[Any]) -> Iterator[Problem]:
    """Look at entries whose seal isn't there, which databases allow whose checks are turned off."""
    theirs = chain.seals._default_manager.filter(number=OuterRef("seal_id"), number__gt=0)
    rows = chain.every_row.filter(~Exists(theirs), seal__isnull=False)
    for entry in rows.order_by("pk").iterator(CHUNK):
        here = f"{chain.entry} {entry.pk} (seal {entry.seal_id})"
        yield Problem(here, "there is no such seal.")
        yield from _of_entry(chain, entry, here)


def _copied(chain: Chain[Any]) -> Iterator[Problem]:
    """Look for copies of entries: the digest of a genuine one holds for its copy, too."""
    signed = chain.rows._default_manager.exclude(**{chain.digest: ""})
    digests = signed.order_by().values(chain.digest)
    times = digests.annotate(times=Count("pk")).filter(times__gt=1)
    for first, last in times.values_list(Min("pk"), Max("pk")).iterator(CHUNK):
        yield Problem(f"{chain.entries} {first} and {last}", "one is a copy of the other.")


def _of_entry(chain: Chain[Any], entry: Any, place: str) -> Iterator[Problem]:
    for fault in chain.faults(entry):
        yield Problem(place, fault)
