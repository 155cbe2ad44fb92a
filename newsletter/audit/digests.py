"""Digests of audit entries and seals.

All are keyed by LINK_KEYS, which the database doesn't hold. Whoever can only write to the database
can make none.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable
from functools import cache
from typing import Any

from django.conf import settings

from newsletter.models import AuditEntry, AuditSeal

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


class UnknownKey(Exception):
    """The key is not among LINK_KEYS any more."""


def signing_key_id() -> str:
    """Return the id of the key that signs: the first of LINK_KEYS."""
    return _key_id(settings.LINK_KEYS[0])


def entry_digest(entry: AuditEntry) -> str:
    """Return the digest of an entry's content under its key.

    Raises:
        UnknownKey: the key isn't there any more.
    """
    return _digest("entry", entry.key_id, [getattr(entry, name) for name in CONTENT])


def is_as_written(entry: AuditEntry) -> bool:
    """Return whether an entry has its own digest still. Without its key nobody knows: False."""
    try:
        return hmac.compare_digest(entry.digest.encode(), entry_digest(entry).encode())
    except UnknownKey:
        return False


def emptied_digest(entry: AuditEntry) -> str:
    """Return the digest that shows that an entry was emptied by us, when and for which reason.

    Raises:
        UnknownKey: the key isn't there any more.
    """
    content = [entry.digest, entry.at, entry.emptied_at, entry.emptied_why]
    return _digest("emptied", entry.key_id, content)


def seal_digest(seal: AuditSeal) -> str:
    """Return the digest of a seal under its key.

    Raises:
        UnknownKey: the key isn't there any more.
    """
    content = [seal.number, seal.entry_ids, seal.entries_hash, seal.previous, seal.sealed_at]
    return _digest("seal", seal.key_id, content)


def entries_hash(entries: Iterable[tuple[int, str]]) -> str:
    """Return the hash over the ids and digests of a seal's entries.

    Args:
        entries: id and digest of each, in the order of their ids.
    """
    total = hashlib.sha256()
    for number, digest in entries:
        total.update(f"{number}:{digest}\n".encode())
    return total.hexdigest()


def _digest(kind: str, key_id: str, content: list[Any]) -> str:
    # Django's JSON would round times to milliseconds. `isoformat` of two equal times is the same,
    # as all of ours are in UTC.
    text = json.dumps(
        [kind, *content],
        default=lambda moment: moment.isoformat(timespec="microseconds"),
        ensure_ascii=True,
        separators=(",", ":"),
        sort_keys=True,
    )
    return hmac.new(_secret(_key(key_id)), text.encode(), "sha256").hexdigest()


def _key(key_id: str) -> str:
    for key in settings.LINK_KEYS:
        if _key_id(key) == key_id:
            return str(key)
    raise UnknownKey(key_id)


@cache
def _key_id(key: str) -> str:
    return hashlib.sha256(b"convene audit key id\0" + key.encode()).hexdigest()[:8]


@cache
def _secret(key: str) -> bytes:
    return hashlib.sha256(b"convene audit\0" + key.encode()).digest()
