"""Sealing: the clock chains what has been written since."""

from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from newsletter.models import Seal
from newsletter.seals.chain import Chain
from newsletter.seals.digests import entries_hash, seal_digest, signing_key_id
from newsletter.seals.memory import is_there, remember, remembered

BATCH = 2_000
"""Entries of one seal at most."""


def seal_entries(chain: Chain[Any], *, batch: int = BATCH) -> int:
    """Seal the entries that aren't sealed yet, and remember the last seal outside the database.

    Entries that are committed late are sealed next time, so no writer is waited for. While the
    seal that this host remembers is missing, it goes on remembering that one: whoever has removed
    it would be safe with the next seal.

    Args:
        chain: the table.
        batch: entries of one seal at most.

    Returns:
        How many were sealed.
    """
    total = 0
    while sealed := _seal_batch(chain, batch):
        if _remembered_is_there(chain):
            remember(chain, sealed)
        total += sum(1 + last - first for first, last in sealed.entry_ids)
    return total


def _seal_batch(chain: Chain[Any], batch: int) -> Seal | None:
    """Make the next seal. None where there is nothing to seal, or another clock was faster."""
    rows = chain.rows._default_manager
    try:
        with transaction.atomic():
            last = chain.seals._default_manager.select_for_update().order_by("-number").first()
            # What somebody holds is about to change or to go, and is sealed next time.
            waiting = rows.filter(seal=None)
            if chain.may_be_signed_yet():
                waiting = waiting.exclude(**{chain.digest: ""})
            found = list(
                waiting.select_for_update(skip_locked=True, of=("self",))
                .order_by("pk")
                .values_list("pk", chain.digest)[:batch]
            )
            if not found:
                return None
            seal = chain.seals(
                number=last.number + 1 if last else 1,
                entry_ids=runs(number for number, _ in found),
                entries_hash=entries_hash(found),
                previous=last.seal if last else "",
                sealed_at=timezone.now(),
                key_id=signing_key_id(),
            )
            seal.seal = seal_digest(chain.kind, seal)
            seal.save(force_insert=True)
            # By id: what was committed since isn't in the hash.
            rows.filter(pk__any_of=[number for number, _ in found]).update(seal=seal)
            return seal
    except IntegrityError:
        return None


def _remembered_is_there(chain: Chain[Any]) -> bool:
    try:
        kept = remembered(chain)
    except (OSError, ValueError):
        return False
    return kept is None or is_there(chain, *kept)


def runs(numbers: Iterable[int]) -> list[list[int]]:
    """Return ascending numbers as pairs of the first and the last of each run."""
    found: list[list[int]] = []
    for number in numbers:
        if found and found[-1][1] == number - 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return found
