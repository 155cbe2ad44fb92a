"""The export of evidence for whoever supervises us: of one person, or of a topic between dates."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from newsletter.audit.actor import current_actor
from newsletter.audit.record import record
from newsletter.brand.current import current_brand
from newsletter.core.addresses import address_digest
from subscribers.audit_actions import ConsentAuditAction
from subscribers.evidence.statement import SOURCE, records_of_person, records_of_topic, stated
from subscribers.models import ConsentRecord, Topic
from subscribers.need_to_know.view_log import topic_of_hidden

ABOUT_CODES = (
    "An address code is computed from an email address with a key that only this installation has. "
    "The same address has the same code in every export."
)
ABOUT_SIGNATURES = (
    "Each record was signed when it was made, with a key that the database doesn’t hold, and is "
    "chained to all others by its seal. “As written” says that the record, its wording and its "
    "signature are those that were made. Anybody can compute the SHA-256 of a wording."
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """An export: what it is about, and its records.

    Args:
        header: what stands above the records.
        records: those that are exported.
        is_of_topic: whether it names people by code alone.
    """

    header: dict[str, Any]
    records: QuerySet[ConsentRecord]
    is_of_topic: bool

    def entries(self) -> Iterator[dict[str, Any]]:
        """Yield what is stated of each record."""
        return stated(self.records, details=SOURCE if self.is_of_topic else None)


def evidence_of_person(address: str, *, among: QuerySet[ConsentRecord]) -> Evidence:
    """Export the evidence of one person, whom we may have erased, and record that in the audit log.

    Args:
        address: as `parse_address` returned it.
        among: the records that may be shown.
    """
    digest = address_digest(address)
    records = records_of_person(among, digest=digest)
    count = records.count()
    # Without the address, which the audit log doesn't keep.
    record(
        ConsentAuditAction.EXPORTED,
        label="one person",
        topic_id=topic_of_hidden(digest),
        records=count,
    )
    about = {"address": address, "address_code": digest}
    return Evidence(_header(about, count), records, is_of_topic=False)


def evidence_of_topic(
    topic: Topic, *, since: date, until: date, among: QuerySet[ConsentRecord]
) -> Evidence:
    """Export the evidence of a topic between two days, and record that in the audit log.

    It names people by code alone: whoever asks about a list needs no addresses, and a person is
    found in it by the code that their own export has.

    Args:
        topic: the topic.
        since, until: the first and the last day, in UTC.
        among: the records that may be shown.
    """
    records = records_of_topic(
        among, topic=topic, since=_begin(since), until=_begin(until) + timedelta(days=1)
    )
    count = records.count()
    record(
        ConsentAuditAction.EXPORTED,
        topic,
        label=f"topic “{topic.name}”",
        topic_id=topic.pk,
        since=since.isoformat(),
        until=until.isoformat(),
        records=count,
    )
    about = {
        "topic": topic.name,
        "url_name": topic.slug,
        "from": since.isoformat(),
        "to": until.isoformat(),
    }
    return Evidence(_header(about, count), records, is_of_topic=True)


def as_json(evidence: Evidence) -> Iterator[str]:
    """Yield the export as JSON, in flat memory: one record a line."""
    head = json.dumps(evidence.header, ensure_ascii=False, indent=2).removesuffix("\n}")
    yield f'{head},\n  "records": ['
    for number, entry in enumerate(evidence.entries()):
        yield f"{',' if number else ''}\n    {json.dumps(entry, ensure_ascii=False)}"
    yield "\n  ]\n}\n"


def _header(about: dict[str, str], count: int) -> dict[str, Any]:
    return {
        "evidence": "Consent to get email",
        "from": current_brand().name,
        "site": settings.SITE_URL,
        "made_at": timezone.now().isoformat(timespec="seconds"),
        "made_by": current_actor().name,
        "about": about,
        "about_address_codes": ABOUT_CODES,
        "about_signatures": ABOUT_SIGNATURES,
        "count": count,
    }


def _begin(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=UTC)
