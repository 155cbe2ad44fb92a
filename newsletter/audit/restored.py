"""Going on with the audit log of a database that was restored from a backup."""

from newsletter.audit.record import record
from newsletter.audit.seal import remember, remembered, seal_entries, seal_file
from newsletter.audit_actions import AuditLogAction
from newsletter.models import AuditSeal


def accept_restored() -> str:
    """Go on from the last seal that is there, and record which of this host's are missing.

    Returns:
        What was recorded; empty where this host misses nothing.
    """
    try:
        kept = remembered()
    except (OSError, ValueError):
        kept = None  # damaged: it is written anew below
    last = AuditSeal.objects.order_by("-number").first()
    number = last.number if last else 0
    if kept is not None and kept[0] > number:
        said = f"seals {number + 1} to {kept[0]} are missing"
    elif kept is not None and last is not None and not _is_there(*kept):
        said = f"seal {kept[0]} is another one"
    elif kept is None and seal_file().exists():
        said = f"the file {seal_file()} could not be read"
    else:
        return ""
    record(AuditLogAction.RESTORED, label=said)
    if last:
        remember(last)
    seal_entries()
    return said


def _is_there(number: int, seal: str) -> bool:
    return AuditSeal.objects.filter(number=number, seal=seal).exists()
