"""Small sheets that are imported, and what is known afterwards."""

import io
from typing import Any

from newsletter.core.addresses import address_digest
from subscribers.imports.import_subscribers import import_subscribers
from subscribers.imports.report import ImportReport
from subscribers.models import (
    ConsentRecord,
    Subscription,
    Suppression,
    Topic,
)
from subscribers.states import ConsentAction, SubscriptionStatus


def take(
    text: str,
    topic: Topic,
    *,
    name: str = "people.csv",
    consent: str = "The old form",
    **options: Any,
) -> ImportReport:
    report = import_subscribers(
        io.BytesIO(text.encode()), topic=topic, consent=consent, file_name=name, **options
    )
    assert report.rows == report.added + report.unchanged + report.opted_out + report.refused_count
    return report


def followers(topic: Topic) -> set[str]:
    rows = Subscription.objects.filter(topic=topic, status=SubscriptionStatus.CONFIRMED)
    return set(rows.values_list("subscriber__email", flat=True))


def has_opted_out(email: str, topic: Topic) -> bool:
    return ConsentRecord.objects.filter(
        digest=address_digest(email), topic=topic, action=ConsentAction.UNSUBSCRIBED
    ).exists()


def why(email: str) -> set[str]:
    return set(
        Suppression.objects.filter(digest=address_digest(email), lifted_at=None).values_list(
            "reason", flat=True
        )
    )
