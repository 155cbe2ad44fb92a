"""Invitations: whom a campaign about an event has asked, and what its link may do."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from campaigns.event_states import TAKES_PLACE
from campaigns.models import Delivery, Event, Rsvp
from campaigns.states import DeliveryStatus
from newsletter.core.db.kept_query import KeptQuery
from subscribers.consent.confirm import is_of_earlier_address
from subscribers.models import Subscriber


@dataclass(frozen=True, slots=True)
class Invitation:
    """The invitation of one person to one event.

    Args:
        language: of the email.
    """

    delivery_id: int
    event: Event
    subscriber: Subscriber
    language: str


def invitation_of(delivery_id: int) -> Invitation | None:
    """Return the invitation of a delivery; None where its link must lead nowhere.

    Its recipient was erased, or has had another address since: others may read that mailbox now.
    """
    delivery = _ASKED.first(delivery_id)
    if delivery is None or delivery.subscriber is None or delivery.campaign.event is None:
        return None
    launched_at = delivery.campaign.launched_at
    person = delivery.subscriber.merged_into or delivery.subscriber
    if launched_at is None or is_of_earlier_address(person, launched_at):
        return None
    return Invitation(delivery.pk, delivery.campaign.event, person, delivery.language)


_ASKED = KeptQuery(
    lambda pk: Delivery.objects.filter(
        pk=pk, subscriber__isnull=False, campaign__event__isnull=False
    ).select_related("campaign__event", "subscriber__merged_into"),
    values=1,
)


def invitations_ahead(subscriber: Subscriber, *, now: datetime) -> QuerySet[Delivery]:
    """Select the emails that invited a person to an event which takes answers still.

    The latest comes first.
    """
    sent = subscriber.deliveries.exclude(
        status__in=[DeliveryStatus.PLANNED, DeliveryStatus.CLAIMED, DeliveryStatus.SKIPPED]
    )
    asked = sent.filter(
        campaign__event__takes_answers=True,
        campaign__event__starts_at__gt=now,
        campaign__event__status__in=TAKES_PLACE,
    )
    if subscriber.address_since is not None:
        asked = asked.filter(campaign__launched_at__gte=subscriber.address_since)
    return asked.select_related("campaign__event").order_by("-campaign__launched_at", "-pk")


def answers_ahead(person: Q, *, now: datetime) -> QuerySet[Rsvp]:
    """Select the answers to events ahead, the next event first.

    Args:
        person: whose, as a condition on answers.
    """
    ahead = Rsvp.objects.filter(person, event__starts_at__gt=now)
    return ahead.select_related("event", "subscriber").order_by("event__starts_at", "pk")
