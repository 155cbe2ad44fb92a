"""The rest of an audit entry whose time is over."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from newsletter.audit.digests import emptied_digest
from newsletter.models import AuditEntry
from newsletter.seals.digests import signing_key_id

EMPTY: Mapping[str, Any] = {
    "action": "",
    "words": "",
    "actor_kind": "",
    "actor_id": None,
    "actor_name": "",
    "network": "",
    "object_type": "",
    "object_id": "",
    "object_label": "",
    "topic_id": None,
    "details": {},
    "salt": "",
}
"""The columns that lose their content. An entry's time, digest and seal stay, so that the chain
holds; without the salt, nobody can find out by guessing what the digest was made of.
"""
CHANGED = (*EMPTY, "key_id", "emptied_at", "emptied_why", "emptied_digest")


def is_empty(entry: AuditEntry) -> bool:
    """Return whether nothing is left in it that could tell what was done, or by whom."""
    return all(getattr(entry, name) == value for name, value in EMPTY.items())


def make_empty(entry: AuditEntry, *, why: str, now: datetime) -> None:
    """Take the content out of an entry, and sign that it was us. The caller saves CHANGED."""
    for name, value in EMPTY.items():
        setattr(entry, name, value)
    entry.emptied_at, entry.emptied_why = now, why
    # The key of its content may be gone by now, and from here on only this is checked.
    entry.key_id = signing_key_id()
    entry.emptied_digest = emptied_digest(entry)
