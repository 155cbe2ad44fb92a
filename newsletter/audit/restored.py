"""Going on with the sealed tables of a database that was restored from a backup."""

from typing import Any

from newsletter.audit.record import record
from newsletter.seals.chain import Chain
from newsletter.seals.memory import (
    is_there,
    last_seal,
    remember,
    remembered,
    seal_file,
    seals_in_words,
)
from newsletter.seals.seal import seal_entries


def accept_restored(chain: Chain[Any]) -> str:
    """Go on from the last seal that is there, and record which of this host's are missing.

    Returns:
        What was recorded; empty where this host misses nothing.
    """
    missing = _missing(chain)
    if missing:
        record(chain.restored, label=missing)
        seal_entries(chain)
        remember(chain, last_seal(chain))
    return missing


def _missing(chain: Chain[Any]) -> str:
    try:
        kept = remembered(chain)
    except (OSError, ValueError):
        return f"the file {seal_file(chain)} could not be read"
    if kept is None or is_there(chain, *kept):
        return ""
    last = last_seal(chain)
    number = last.number if last else 0
    if kept[0] > number:
        verb = "is" if kept[0] == number + 1 else "are"
        return f"{seals_in_words(number + 1, kept[0])} {verb} missing"
    return f"seal {kept[0]} is another one"
