"""Writing consent records: each is signed with a key that the database doesn't hold."""

import secrets
from collections.abc import Iterable

from newsletter.seals.digests import signing_key_id
from subscribers.evidence.signatures import core_of, hash_of, record_signature
from subscribers.models import ConsentRecord

_AT_ONCE = 1_000


def write_record(record: ConsentRecord) -> ConsentRecord:
    """Sign a new record and store it, in the caller's transaction."""
    sign(record)
    record.save(force_insert=True)
    return record


def write_records(records: Iterable[ConsentRecord]) -> list[ConsentRecord]:
    """Sign new records and store them in a few statements, in the caller's transaction."""
    new = list(records)
    for record in new:
        sign(record)
    return ConsentRecord.objects.bulk_create(new, batch_size=_AT_ONCE)


def sign(record: ConsentRecord) -> None:
    """Sign a record that isn't sealed yet."""
    record.key_id = signing_key_id()
    record.salt = secrets.token_hex(16)
    circumstances = hash_of(record)
    record.signature = record_signature(record.key_id, core_of(record), circumstances=circumstances)
