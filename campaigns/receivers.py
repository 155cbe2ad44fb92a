"""What campaigns hear from the floor below, and what they answer."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.dispatch import receiver

from campaigns.models import Delivery
from campaigns.sending.facts import settle_facts
from campaigns.states import DeliveryStatus
from newsletter.models import ProviderEvent
from newsletter.signals import provider_events_recorded
from subscribers.signals import asked_whom_mail_reached, unsubscribed


@receiver(unsubscribed)
def note_unsubscribing(
    sender: Any, *, subscriber_id: int, campaign_id: int, at: datetime, **kwargs: Any
) -> None:
    """A campaign's report says how many left by one of its links.

    A fact beside the status; a second one changes nothing.
    """
    if campaign_id:
        rows = Delivery.objects.filter(
            campaign_id=campaign_id, subscriber_id=subscriber_id, unsubscribed_at=None
        )
        rows.update(unsubscribed_at=at)


@receiver(asked_whom_mail_reached)
def say_whom_mail_reached(
    sender: Any, *, topic_id: int, since: datetime, **kwargs: Any
) -> QuerySet[Any, Any]:
    """Subscribers to whom a campaign on the topic went since then, or may have gone: a doubt counts as mail."""
    kept = Delivery.objects.exclude(
        status__in=[DeliveryStatus.PLANNED, DeliveryStatus.SKIPPED]
    ).filter(
        campaign__topic_id=topic_id, campaign__launched_at__gte=since, subscriber__isnull=False
    )
    return kept.values_list("subscriber_id", flat=True)


@receiver(provider_events_recorded)
def settle_what_providers_say(
    sender: Any, *, events: list[ProviderEvent], **kwargs: Any
) -> set[str]:
    """The ledger is settled by what providers say; those events come again that came before their hand-over was settled."""
    return settle_facts(events)
