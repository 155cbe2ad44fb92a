"""Signatures of consent records, of wordings, and of what was trimmed or removed.

A record is signed in two steps: its circumstances (network, details, answers) have a salted hash,
and the signature covers that hash and the rest. So the rest can still be verified when the
circumstances are gone and their hash is all that is left. What these functions return is kept for
good, so it must stay the same for ever.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from newsletter.seals.digests import canonical_json, keyed_digest
from subscribers.models import ConsentRecord, ConsentRemoval, ConsentWording


def text_hash(text: str) -> str:
    """Return the SHA-256 of a wording, which anybody can compute."""
    return hashlib.sha256(text.encode()).hexdigest()


def core(
    *,
    digest: str,
    topic_id: int,
    action: str,
    method: str,
    wording_hash: str,
    language: str,
    staff: str,
    given_at: datetime,
    recorded_at: datetime,
) -> list[object]:
    """Return what a record keeps for good, in the order in which it is signed."""
    said = [digest, topic_id, action, method, wording_hash, language, staff]
    return [*said, given_at, recorded_at]


def core_of(record: ConsentRecord) -> list[object]:
    """Return what a record keeps for good: all but its circumstances."""
    return core(
        digest=record.digest,
        topic_id=record.topic_id,
        action=record.action,
        method=record.method,
        wording_hash=record.wording.text_hash if record.wording else "",
        language=record.language,
        staff=record.staff,
        given_at=record.given_at,
        recorded_at=record.recorded_at,
    )


def circumstances_hash(
    *, network: str, details: Mapping[str, object], answers: str, salt: str
) -> str:
    """Return the hash of a record's circumstances.

    It needs no key: it is signed with the record, and while it isn't trimmed, nobody needs it.
    """
    content = ["consent circumstances", network, details, answers, salt]
    return hash_of_json(canonical_json(content))


def hash_of_json(text: str) -> str:
    """Return the hash of circumstances that are canonical JSON already."""
    return hashlib.sha256(text.encode()).hexdigest()


def record_signature(key_id: str, said: Sequence[object], *, circumstances: str) -> str:
    """Return the signature of a record.

    Args:
        key_id: the key.
        said: see `core`.
        circumstances: their hash.

    Raises:
        UnknownKey: the key isn't there any more.
    """
    return keyed_digest("consent", key_id, [*said, circumstances])


def hash_of(record: ConsentRecord) -> str:
    """Return the hash of the circumstances that a record still has."""
    return circumstances_hash(
        network=record.network,
        details=record.details,
        answers=record.answers,
        salt=record.salt,
    )


def trim_signature(record: ConsentRecord) -> str:
    """Return the signature of what is left of a trimmed record's circumstances, and why.

    Raises:
        UnknownKey: the key isn't there any more.
    """
    content: list[Any] = [record.signature, record.trimmed_hash]
    content += [record.trimmed_at, record.trimmed_why]
    content += [record.network, record.details, record.answers]
    return keyed_digest("consent trimmed", record.key_id, content)


def wording_signature(wording: ConsentWording) -> str:
    """Return the signature of a wording.

    Raises:
        UnknownKey: the key isn't there any more.
    """
    content = [wording.form, wording.language, wording.version, wording.text_hash]
    return keyed_digest("consent wording", wording.key_id, [*content, wording.first_used_at])


def removal_signature(removal: ConsentRemoval) -> str:
    """Return the signature of the trace that removed records have left.

    Raises:
        UnknownKey: the key isn't there any more.
    """
    content = [removal.seal_id, removal.records, removal.why, removal.at]
    return keyed_digest("consent removal", removal.key_id, content)
