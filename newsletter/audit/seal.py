"""Sealing: the clock chains what has been recorded since."""

import json
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from newsletter.audit.digests import entries_hash, seal_digest, signing_key_id
from newsletter.core.private_files import whole_private_file
from newsletter.models import AuditEntry, AuditSeal

BATCH = 2_000
"""Entries of one seal at most."""
FILE_NAME = "audit-seal.json"


def seal_entries(*, batch: int = BATCH) -> int:
    """Seal the entries that aren't sealed yet, and remember the last seal outside the database.

    Entries that are committed late are sealed next time, so no writer is waited for. While the
    seal that this host remembers is missing, it goes on remembering that one: whoever has removed
    it would be safe with the next seal.

    Args:
        batch: entries of one seal at most.

    Returns:
        How many were sealed.
    """
    total = 0
    while sealed := _seal_batch(batch):
        if _remembered_is_there():
            remember(sealed)
        total += sum(1 + last - first for first, last in sealed.entry_ids)
    return total


def _seal_batch(batch: int) -> AuditSeal | None:
    """Make the next seal. None where there is nothing to seal, or another clock was faster."""
    try:
        with transaction.atomic():
            last = AuditSeal.objects.select_for_update().order_by("-number").first()
            found = list(
                AuditEntry.objects.filter(seal=None)
                .order_by("pk")
                .values_list("pk", "digest")[:batch]
            )
            if not found:
                return None
            seal = AuditSeal(
                number=last.number + 1 if last else 1,
                entry_ids=runs(number for number, _ in found),
                entries_hash=entries_hash(found),
                previous=last.seal if last else "",
                sealed_at=timezone.now(),
                key_id=signing_key_id(),
            )
            seal.seal = seal_digest(seal)
            seal.save(force_insert=True)
            # By id: what was committed since isn't in the hash.
            AuditEntry.objects.filter(pk__any_of=[number for number, _ in found]).update(seal=seal)
            return seal
    except IntegrityError:
        return None


def _remembered_is_there() -> bool:
    try:
        kept = remembered()
    except (OSError, ValueError):
        return False
    return kept is None or is_there(*kept)


def is_there(number: int, seal: str) -> bool:
    """Return whether the database has this seal, as it was made."""
    return AuditSeal.objects.filter(number=number, seal=seal).exists()


def runs(numbers: Iterable[int]) -> list[list[int]]:
    """Return ascending numbers as pairs of the first and the last of each run."""
    found: list[list[int]] = []
    for number in numbers:
        if found and found[-1][1] == number - 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return found


def seals_in_words(first: int, last: int) -> str:
    """Return the name of one seal, or of a run of them."""
    return f"seal {first}" if first == last else f"seals {first} to {last}"


def remember(seal: AuditSeal) -> None:
    """Keep the last seal's number and digest in a file, which nobody reaches through the database.

    Without it, the newest seals could be removed together with their entries, and the rest of the
    chain would look whole.
    """
    with whole_private_file(seal_file()) as file:
        json.dump({"number": seal.number, "seal": seal.seal}, file)


def remembered() -> tuple[int, str] | None:
    """Return the number and digest of the last seal that this host has made, if it has made one.

    Raises:
        ValueError: the file is damaged.
        OSError: it can't be read.
    """
    try:
        kept = json.loads(seal_file().read_text(encoding="utf-8"))
        return int(kept["number"]), str(kept["seal"])
    except FileNotFoundError:
        return None
    except (KeyError, TypeError) as error:
        raise ValueError("It isn’t what Convene writes.") from error


def seal_file() -> Path:
    """Return the path of the file with this host's last seal."""
    return Path(settings.VAR_DIR) / FILE_NAME
