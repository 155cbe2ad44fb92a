"""Statements of evidence: what a person, or whoever supervises us, is shown of consent records."""

from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from typing import Any

from django.db.models import QuerySet

from newsletter.core.db.slices import in_slices
from subscribers.evidence.chain import faults, wording_faults
from subscribers.models import ConsentRecord, ConsentWording, Topic
from subscribers.opt_outs.earlier_addresses import earlier_digests

SOURCE = frozenset({"batch", "file", "row", "timestamp", "replayed", "undone"})
"""The details that say where a record comes from, and nothing of the person."""


def records_of_person(records: QuerySet[ConsentRecord], *, digest: str) -> QuerySet[ConsentRecord]:
    """Select the records of a person, those under their earlier addresses included.

    Args:
        records: those that may be shown.
        digest: the keyed digest of the present address; that of somebody who was erased, too.
    """
    digests = {digest, *earlier_digests([digest]).get(digest, ())}
    return _in_order(records.filter(digest__in=digests))


def records_of_topic(
    records: QuerySet[ConsentRecord], *, topic: Topic, since: datetime, until: datetime
) -> QuerySet[ConsentRecord]:
    """Select the records of a topic whose consent or opt-out is from `since` or later.

    Args:
        records: those that may be shown.
        topic: the topic.
        since: the first moment.
        until: the moment after the last.
    """
    return _in_order(records.filter(topic=topic, given_at__gte=since, given_at__lt=until))


def _in_order(records: QuerySet[ConsentRecord]) -> QuerySet[ConsentRecord]:
    return records.select_related("topic", "wording", "seal").order_by("pk")


def stated(
    records: QuerySet[ConsentRecord],
    *,
    to_person: bool = False,
    details: Collection[str] | None = None,
) -> Iterator[dict[str, Any]]:
    """Yield what is stated of each record, ready for JSON, in flat memory.

    Args:
        records: as selected above.
        to_person: leave out who of our staff did it, and the details, which concern our own work.
        details: only these. None: all.
    """
    for record in in_slices(records):
        entry = _stated(record)
        if not to_person:
            entry["staff"] = record.staff or None
            entry["details"] = {
                name: value
                for name, value in record.details.items()
                if details is None or name in details
            }
        yield entry


def _stated(record: ConsentRecord) -> dict[str, Any]:
    return {
        "record": record.pk,
        "address_code": record.digest,
        "topic": {"name": record.topic.name, "url_name": record.topic.slug},
        "purpose": f"Email about “{record.topic.name}”",
        "action": record.action,
        "action_in_words": record.get_action_display(),
        "method": record.method,
        "method_in_words": record.get_method_display(),
        # None: an imported list, which doesn't say when.
        "given_at": _moment(record.when) if record.when else None,
        "recorded_at": _moment(record.recorded_at),
        "language": record.language or None,
        "network": record.network or None,
        "wording": _wording(record.wording) if record.wording else None,
        "answers": record.answers or None,
        "no_longer_kept": _trimmed(record),
        "seal": record.seal_id,
        "sealed_at": _moment(record.seal.sealed_at) if record.seal else None,
        "signature": record.signature,
        "is_as_written": _is_as_written(record),
    }


def _wording(wording: ConsentWording) -> dict[str, Any]:
    return {
        "text": wording.text,
        "sha256": wording.text_hash,
        "form": wording.form,
        "form_in_words": wording.get_form_display(),
        "language": wording.language or None,
        "version": wording.version,
        "first_used_at": _moment(wording.first_used_at),
    }


def _trimmed(record: ConsentRecord) -> dict[str, str] | None:
    if record.trimmed_at is None:
        return None
    return {"since": _moment(record.trimmed_at), "why": record.get_trimmed_why_display()}


def _is_as_written(record: ConsentRecord) -> bool:
    wrong = list(faults(record))
    if record.wording is not None:
        wrong += wording_faults(record.wording)
    return not wrong


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")
