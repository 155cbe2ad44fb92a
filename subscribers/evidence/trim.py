"""Trimming the circumstances of consent: the consent itself stays, and can still be verified."""

from datetime import datetime

from django.db.models import QuerySet

from newsletter.seals.digests import UnknownKey
from subscribers.evidence.signatures import hash_of, trim_signature
from subscribers.models import ConsentRecord
from subscribers.opt_outs.earlier_addresses import EARLIER
from subscribers.states import TrimReason

_CHANGED = (
    "network",
    "details",
    "answers",
    "salt",
    "trimmed_at",
    "trimmed_why",
    "trimmed_hash",
    "trimmed_signature",
)
_AT_ONCE = 200


def trim(rows: QuerySet[ConsentRecord], *, why: TrimReason, now: datetime) -> int:
    """Take the circumstances out of records, in the caller's transaction.

    Their hash stays, with time and reason. When their time is over, the answers stay, which are
    part of the consent, and so does the digest of an earlier address, without which the records of
    one person before and after a change of address could not be told to be theirs. An erasure
    takes both.

    Args:
        rows: some hundred or thousand.
        why: the reason.
        now: the present.

    Returns:
        How many were trimmed.
    """
    records = list(rows.select_for_update(of=("self",)).order_by("pk"))
    for record in records:
        _trim(record, why=why, now=now)
    return ConsentRecord.objects.bulk_update(records, _CHANGED, batch_size=_AT_ONCE)


def _trim(record: ConsentRecord, *, why: TrimReason, now: datetime) -> None:
    if record.trimmed_at is None and record.signature:
        record.trimmed_hash = hash_of(record)
    record.network, record.salt = "", ""
    if why is TrimReason.ERASURE:
        record.details, record.answers = {}, ""
    else:
        record.details = {key: record.details[key] for key in (EARLIER,) if key in record.details}
    if not record.signature:  # it will be signed as it is then
        return
    record.trimmed_at, record.trimmed_why = now, why
    try:
        record.trimmed_signature = trim_signature(record)
    except UnknownKey:
        # Data goes when its time is over, also where the key is lost and nothing can be verified.
        record.trimmed_signature = ""
