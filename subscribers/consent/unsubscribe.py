"""Unsubscribing from one topic, or from everything.

It needs the database alone: no broker, no cache, no cookie.
"""

from datetime import datetime
from enum import StrEnum
from functools import partial

from django.db import transaction
from django.utils import timezone

from newsletter.audit.record import record
from subscribers.audit_actions import SubscriberAction
from subscribers.consent.records import Circumstances, transition_subscription
from subscribers.models import Subscriber, Subscription
from subscribers.need_to_know.view_log import topic_of_hidden
from subscribers.signals import unsubscribed
from subscribers.states import ConsentAction, ConsentMethod, SubscriptionStatus, SuppressionReason
from subscribers.suppression.registry import suppress


class Departure(StrEnum):
    """The result of unsubscribing. To the person it is all the same: they get no more mail."""

    LEFT = "left"
    HAD_LEFT = "had_left"
    UNKNOWN = "unknown"


@transaction.atomic
def unsubscribe(
    subscription_id: int, *, method: ConsentMethod, network: str = "", campaign_id: int = 0
) -> Departure:
    """Unsubscribe from one topic, at once.

    Args:
        campaign_id: the campaign with the link; 0 where it is not known. Its report counts it.
    """
    subscription = (
        Subscription.objects.select_related("subscriber", "topic")
        .filter(pk=subscription_id)
        .first()
    )
    if subscription is None:
        return Departure.UNKNOWN
    circumstances = Circumstances(method=method, network=network)
    if not leave(subscription, circumstances):
        # The record may have been merged: an opt-out by its old email counts for the person.
        other = tie_of_person(subscription_id)
        if other is None or not leave(other, circumstances):
            return Departure.HAD_LEFT
        subscription = other
    announce(
        subscription.subscriber_id,
        topic_id=subscription.topic_id,
        campaign_id=campaign_id,
        at=subscription.changed_at,
    )
    return Departure.LEFT


@transaction.atomic
def unsubscribe_all(
    subscriber_id: int,
    *,
    method: ConsentMethod,
    network: str = "",
    campaign_id: int = 0,
    staff: str = "",
) -> Departure:
    """Unsubscribe from everything, topics of the future included.

    Campaigns are suppressed until a new opt-in is confirmed.

    Args:
        campaign_id: as in `unsubscribe`.
        staff: the member of staff who did it, if any.
    """
    subscriber = Subscriber.objects.select_for_update().filter(pk=subscriber_id).first()
    if subscriber is None:
        return Departure.UNKNOWN
    if subscriber.merged_into_id is not None:
        return unsubscribe_all(
            subscriber.merged_into_id,
            method=method,
            network=network,
            campaign_id=campaign_id,
            staff=staff,
        )
    suppress(subscriber.digest, reason=SuppressionReason.UNSUBSCRIBED_ALL)
    if not leave_all(subscriber, Circumstances(method=method, network=network, staff=staff)):
        return Departure.HAD_LEFT
    if method is ConsentMethod.STAFF:
        record(
            SubscriberAction.UNSUBSCRIBED,
            subscriber,
            label=f"Subscriber {subscriber.pk}",
            topic_id=topic_of_hidden(subscriber.digest),
        )
    announce(subscriber.pk, topic_id=None, campaign_id=campaign_id, at=timezone.now())
    return Departure.LEFT


def tie_of_person(subscription_id: int) -> Subscription | None:
    """Return the subscription that stands for one of a record that was merged.

    None where there is none, or nothing was merged.
    """
    merged = Subscription.objects.filter(pk=subscription_id, subscriber__merged_into__isnull=False)
    rows = Subscription.objects.select_related("subscriber", "topic")
    for kept_id, topic_id in merged.values_list("subscriber__merged_into", "topic"):
        return rows.filter(subscriber=kept_id, topic=topic_id).first()
    return None


def leave(subscription: Subscription, circumstances: Circumstances) -> bool:
    """End one subscription, record it, and return whether this call did."""
    return transition_subscription(
        subscription,
        SubscriptionStatus.UNSUBSCRIBED,
        action=ConsentAction.UNSUBSCRIBED,
        circumstances=circumstances,
    )


def leave_all(subscriber: Subscriber, circumstances: Circumstances) -> bool:
    """End all subscriptions of a person, and return whether there was one to end."""
    rows = Subscription.objects.filter(subscriber=subscriber).select_related("subscriber", "topic")
    # A list, because `any` alone would stop at the first that was ended.
    ended = [leave(subscription, circumstances) for subscription in rows]
    return any(ended)


def announce(subscriber_id: int, *, topic_id: int | None, campaign_id: int, at: datetime) -> None:
    """Send `unsubscribed` once the transaction has committed.

    A receiver that fails must not undo an opt-out.
    """
    send = partial(
        unsubscribed.send_robust,
        sender=None,
        subscriber_id=subscriber_id,
        topic_id=topic_id,
        campaign_id=campaign_id,
        at=at,
    )
    transaction.on_commit(send)
