"""Digests of sealed rows and of their seals.

All are keyed by LINK_KEYS, which the database doesn't hold. Whoever can only write to the database
can make none.
"""

import hashlib
import hmac
import json
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from functools import cache
from typing import Any

from django.conf import settings

from newsletter.models import Seal


class UnknownKey(Exception):
    """The key is not among LINK_KEYS any more."""


def signing_key_id() -> str:
    """Return the id of the key that signs: the first of LINK_KEYS."""
    return _key_id(settings.LINK_KEYS[0])


def keyed_digest(kind: str, key_id: str, content: list[Any]) -> str:
    """Return the digest of some content under a key, 64 hex digits: HMAC-SHA256 of its JSON.

    What it returns is kept for good, so it must return the same for ever.

    Args:
        kind: keeps digests of different things apart.
        key_id: see `signing_key_id`.
        content: what JSON knows, and times.

    Raises:
        UnknownKey: the key isn't there any more.
    """
    return digest_of_json(key_id)(canonical_json([kind, *content]))


def canonical_json(content: list[Any]) -> str:
    """Return the one JSON text of some content that is signed."""
    return _encoder.encode(content)


def digest_of_json(key_id: str) -> Callable[[str], str]:
    """Return a function that returns the keyed digest of content that is canonical JSON already.

    Raises:
        UnknownKey: the key isn't there any more.
    """
    secret = _secret(_key(key_id))
    return lambda text: hmac.digest(secret, text.encode(), "sha256").hex()


def seal_digest(kind: str, seal: Seal) -> str:
    """Return the digest of a seal under its key.

    Args:
        kind: the chain's; a seal of one chain is none of another.

    Raises:
        UnknownKey: the key isn't there any more.
    """
    content = [seal.number, seal.entry_ids, seal.entries_hash, seal.previous, seal.sealed_at]
    return keyed_digest(kind, seal.key_id, content)


def entries_hash(entries: Iterable[tuple[int, str]]) -> str:
    """Return the hash over the ids and digests of a seal's entries.

    Args:
        entries: id and digest of each, in the order of their ids.
    """
    total = hashlib.sha256()
    for number, digest in entries:
        total.update(f"{number}:{digest}\n".encode())
    return total.hexdigest()


def is_signed(kept: str, computed: Callable[[], str]) -> bool:
    """Return whether a digest is the computed one. Without its key nobody knows: False."""
    return not list(signature_faults(kept, computed))


def signature_faults(kept: str, computed: Callable[[], str]) -> Iterator[str]:
    """Yield what is wrong with a digest that is kept, if it isn't the one that is computed."""
    try:
        if not hmac.compare_digest(kept.encode(), computed().encode()):
            yield "it was altered, or not written by Convene."
    except UnknownKey as unknown:
        yield (
            f"it can’t be checked: its key {unknown} is not among LINK_KEYS. Add the former key at "
            f"the end."
        )


def _in_text(moment: datetime) -> str:
    # Django's JSON would round times to milliseconds. In UTC, two equal times are the same text.
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


_encoder = json.JSONEncoder(
    default=_in_text, ensure_ascii=True, separators=(",", ":"), sort_keys=True
)


def _key(key_id: str) -> str:
    for key in settings.LINK_KEYS:
        if _key_id(key) == key_id:
            return str(key)
    raise UnknownKey(key_id)


# Named after the audit log, which was the first to be sealed: whatever is signed stays so.


@cache
def _key_id(key: str) -> str:
    return hashlib.sha256(b"convene audit key id\0" + key.encode()).hexdigest()[:8]


@cache
def _secret(key: str) -> bytes:
    return hashlib.sha256(b"convene audit\0" + key.encode()).digest()
