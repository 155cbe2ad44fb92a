"""The consent records as a table that is sealed."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import timedelta

from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from newsletter.seals.chain import Chain, Problem, RemovedEntries
from newsletter.seals.digests import is_signed, signature_faults
from subscribers.audit_actions import ConsentAuditAction
from subscribers.evidence.signatures import (
    core_of,
    hash_of,
    record_signature,
    removal_signature,
    text_hash,
    trim_signature,
    wording_signature,
)
from subscribers.models import ConsentRecord, ConsentRemoval, ConsentSeal, ConsentWording
from subscribers.opt_outs.earlier_addresses import EARLIER
from subscribers.states import TrimReason

_CHUNK = 500
_SIGNED_BY = "0019_signed_consent"
UPGRADED_WITHIN = timedelta(days=1)
"""The time after that migration in which `verify_consent --adopt` finds what is to be signed."""
NOT_SIGNED = (
    "it isn’t signed, so Convene has not written it, or the release before has. If that was still "
    "running while you upgraded, run: manage.py verify_consent --adopt"
)
SEALED_UNSIGNED = "it isn’t signed, so Convene has not written it, or it was altered."


def faults(record: ConsentRecord) -> Iterator[str]:
    """Yield what is wrong with a record, read with its wording."""
    if not record.signature:
        yield NOT_SIGNED if record.seal_id is None else SEALED_UNSIGNED
        return
    if record.wording_id is not None and record.wording is None:
        yield "its wording is missing."
    if record.former_words:
        yield "words were written into it since."
    if record.trimmed_at is not None:
        yield from signature_faults(record.trimmed_signature, lambda: trim_signature(record))
        if record.network or not _left_over(record):
            yield "it was trimmed, and something was written into it since."
    yield from signature_faults(record.signature, lambda: signature_now(record))


def signature_now(record: ConsentRecord) -> str:
    """Return the signature that a record must have, as it is now.

    Raises:
        UnknownKey: the key isn't there any more.
    """
    circumstances = hash_of(record) if record.trimmed_at is None else record.trimmed_hash
    return record_signature(record.key_id, core_of(record), circumstances=circumstances)


def _left_over(record: ConsentRecord) -> bool:
    if record.trimmed_why == TrimReason.ERASURE:
        return not record.details and not record.answers
    return not set(record.details) - {EARLIER}


def wording_faults(wording: ConsentWording) -> Iterator[str]:
    """Yield what is wrong with a wording."""
    if text_hash(wording.text) != wording.text_hash:
        yield "its text was altered."
    yield from signature_faults(wording.signature, lambda: wording_signature(wording))


def _removed(numbers: Sequence[int]) -> RemovedEntries:
    found = defaultdict[int, dict[int, str]](dict)
    for removal in ConsentRemoval.objects.filter(seal__in=numbers).iterator(_CHUNK):
        # What an altered one says is anybody's word: its records are missing.
        if is_signed(removal.signature, lambda: removal_signature(removal)):  # noqa: B023 - called at once
            found[removal.seal_id] |= dict(removal.records)
    return found


def _wordings() -> Iterator[Problem]:
    for wording in ConsentWording.objects.order_by("pk").iterator(_CHUNK):
        for fault in wording_faults(wording):
            yield Problem(f"wording {wording.pk}", fault)


def may_be_adopted() -> bool:
    """Return whether processes of the release before, which signed none, may have written lately.

    Their records are sealed once an operator has had them signed. Later, nothing but an intruder
    leaves a record unsigned.
    """
    signed = MigrationRecorder.Migration.objects.filter(
        app="subscribers", name=_SIGNED_BY, applied__gt=timezone.now() - UPGRADED_WITHIN
    )
    return signed.exists()


CONSENT = Chain(
    name="The evidence of consent",
    entry="record",
    entries="records",
    rows=ConsentRecord,
    seals=ConsentSeal,
    digest="signature",
    written_at="recorded_at",
    kind="consent seal",
    file_name="consent-seal.json",
    command="verify_consent",
    restored=ConsentAuditAction.RESTORED,
    read_with=("wording",),
    faults=faults,
    removed=_removed,
    others=_wordings,
    may_be_signed_yet=may_be_adopted,
)
