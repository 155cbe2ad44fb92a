"""Digests of audit entries."""

from collections.abc import Iterator

from newsletter.models import AuditEntry
from newsletter.seals.digests import is_signed, keyed_digest, signature_faults

CONTENT = (
    "at",
    "action",
    "words",
    "actor_kind",
    "actor_id",
    "actor_name",
    "network",
    "object_type",
    "object_id",
    "object_label",
    "topic_id",
    "details",
    "salt",
    "key_id",
)
"""The columns that an entry's digest covers: all but its id, which its seal covers, and what comes
later.
"""


def entry_digest(entry: AuditEntry) -> str:
    """Return the digest of an entry's content under its key.

    Raises:
        UnknownKey: the key isn't there any more.
    """
    return keyed_digest("entry", entry.key_id, [getattr(entry, name) for name in CONTENT])


def is_as_written(entry: AuditEntry) -> bool:
    """Return whether an entry has its own digest still. Without its key nobody knows: False."""
    return is_signed(entry.digest, lambda: entry_digest(entry))


def emptied_digest(entry: AuditEntry) -> str:
    """Return the digest that shows that an entry was emptied by us, when and for which reason.

    Raises:
        UnknownKey: the key isn't there any more.
    """
    content = [entry.digest, entry.at, entry.emptied_at, entry.emptied_why]
    return keyed_digest("emptied", entry.key_id, content)


def signature_faults_of(entry: AuditEntry) -> Iterator[str]:
    """Yield what is wrong with the digest that an entry must have now."""
    if entry.emptied_at is None:
        yield from signature_faults(entry.digest, lambda: entry_digest(entry))
    else:
        yield from signature_faults(entry.emptied_digest, lambda: emptied_digest(entry))
