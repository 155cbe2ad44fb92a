"""Confirming: the owner of the address says that they meant it."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from django.conf import settings
from django.db import transaction

from subscribers.consent.ledger import Circumstances, take_step, words_agreed_to
from subscribers.consent.mail import send_welcome
from subscribers.consent.subscribe import DETAILS
from subscribers.models import ConsentRecord, Subscriber, Subscription, Topic
from subscribers.names import guess_given_name
from subscribers.states import ConsentAction, ConsentMethod, SubscriptionStatus
from subscribers.suppression.policy import lift_by_opt_in

FOLLOWED = (SubscriptionStatus.CONFIRMED, SubscriptionStatus.AWAITING_REVIEW)


@dataclass(frozen=True, slots=True)
class Confirmed:
    """This caller confirmed: what is followed from now on, and what staff will look at first."""

    topics: tuple[Topic, ...]
    awaiting_review: tuple[Topic, ...]


@dataclass(frozen=True, slots=True)
class AlreadyConfirmed:
    """Nothing waited for a confirmation, because all was confirmed before."""

    topics: tuple[Topic, ...]
    awaiting_review: tuple[Topic, ...]


@dataclass(frozen=True, slots=True)
class NothingToConfirm:
    """The person has left since. An old link doesn't bring anybody back."""


@dataclass(frozen=True, slots=True)
class Gone:
    """Nobody is known by this id: never confirmed in time, or erased."""


type Confirmation = Confirmed | AlreadyConfirmed | NothingToConfirm | Gone


@transaction.atomic
def confirm(subscriber_id: int, *, method: ConsentMethod, network: str = "", only: Collection[int] | None = None) -> Confirmation:
    """Confirm what a subscriber has asked for, lift what their opt-in lifts, and welcome them.

    Args:
        only: ids of the topics to confirm, such as those whose boxes were ticked; the others stay pending. None: all.
    """
    subscriber = Subscriber.objects.select_for_update().filter(pk=subscriber_id).first()
    if subscriber is None:
        return Gone()
    pending = _subscriptions(subscriber, SubscriptionStatus.PENDING)
    chosen = [subscription for subscription in pending if only is None or subscription.topic_id in only]
    if not chosen:
        return _what_stands(subscriber)
    _take_over_details(subscriber, topics=[subscription.topic_id for subscription in chosen])
    circumstances = Circumstances(method=method, network=network, language=subscriber.language)
    for subscription in chosen:
        _confirm_one(subscription, circumstances)
    lift_by_opt_in(subscriber.digest)
    topics = tuple(subscription.topic for subscription in chosen if not subscription.topic.is_moderated)
    if topics:
        send_welcome(subscriber, topics=topics)
    return Confirmed(topics, tuple(subscription.topic for subscription in chosen if subscription.topic.is_moderated))


def _subscriptions(subscriber: Subscriber, *statuses: SubscriptionStatus) -> list[Subscription]:
    rows = Subscription.objects.filter(subscriber=subscriber, status__in=statuses)
    return list(rows.select_related("subscriber", "topic").order_by("topic__position", "topic__name"))


def _what_stands(subscriber: Subscriber) -> AlreadyConfirmed | NothingToConfirm:
    followed = _subscriptions(subscriber, *FOLLOWED)
    if not followed:
        return NothingToConfirm()
    return AlreadyConfirmed(
        tuple(row.topic for row in followed if row.status == SubscriptionStatus.CONFIRMED),
        tuple(row.topic for row in followed if row.status == SubscriptionStatus.AWAITING_REVIEW),
    )


def _confirm_one(subscription: Subscription, circumstances: Circumstances) -> None:
    to = SubscriptionStatus.AWAITING_REVIEW if subscription.topic.is_moderated else SubscriptionStatus.CONFIRMED
    words = words_agreed_to(subscription.subscriber.digest, topic=subscription.topic)
    take_step(subscription, to, action=ConsentAction.CONFIRMED, circumstances=replace(circumstances, words=words))


def _take_over_details(subscriber: Subscriber, *, topics: list[int]) -> None:
    """Fill what is empty with what the newest of the confirmed sign-ups says. What stands was proven before, and stays."""
    asked = ConsentRecord.objects.filter(digest=subscriber.digest, topic_id__in=topics, action=ConsentAction.REQUESTED)
    details = asked.order_by("-id").values_list("details", flat=True).first() or {}
    filled = [name for name in DETAILS if details.get(name) and not getattr(subscriber, name)]
    for name in filled:
        setattr(subscriber, name, details[name])
    if "full_name" in filled and not subscriber.given_name:
        subscriber.given_name = guess_given_name(subscriber.full_name)
    if details.get("language") in settings.CONTENT_LANGUAGES and not _has_confirmed_before(subscriber):
        subscriber.language = details["language"]
    subscriber.save(update_fields=[*DETAILS, "given_name", "updated_at"])


def _has_confirmed_before(subscriber: Subscriber) -> bool:
    return ConsentRecord.objects.filter(
        digest=subscriber.digest, action__in=[ConsentAction.CONFIRMED, ConsentAction.IMPORTED, ConsentAction.ACCEPTED]
    ).exists()
