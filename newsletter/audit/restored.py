"""Going on with the audit log of a database that was restored from a backup."""

from newsletter.audit.record import record
from newsletter.audit.seal import (
    is_there,
    remember,
    remembered,
    seal_entries,
    seal_file,
    seals_in_words,
)
from newsletter.audit_actions import AuditLogAction
from newsletter.models import AuditSeal


def accept_restored() -> str:
    """Go on from the last seal that is there, and record which of this host's are missing.

    Returns:
        What was recorded; empty where this host misses nothing.
    """
    missing = _missing()
    if missing:
        record(AuditLogAction.RESTORED, label=missing)
        seal_entries()
        if last := _last_seal():
            remember(last)
    return missing


def _missing() -> str:
    try:
        kept = remembered()
    except (OSError, ValueError):
        return f"the file {seal_file()} could not be read"
    if kept is None or is_there(*kept):
        return ""
    last = _last_seal()
    number = last.number if last else 0
    if kept[0] > number:
        verb = "is" if kept[0] == number + 1 else "are"
        return f"{seals_in_words(number + 1, kept[0])} {verb} missing"
    return f"seal {kept[0]} is another one"


def _last_seal() -> AuditSeal | None:
    return AuditSeal.objects.order_by("-number").first()
