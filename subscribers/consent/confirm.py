"""Confirming a sign-up: the owner of the address says that they meant it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from newsletter.core.db.kept_query import KeptQuery
from subscribers.consent.left_since import has_left_since
from subscribers.consent.mail import send_welcome
from subscribers.consent.new_details import asked_language, new_details
from subscribers.consent.offered_topics import all_topics
from subscribers.consent.own_applications import (
    applications_of,
    chosen_applications,
    confirm_application,
    without_missing_applications,
)
from subscribers.consent.records import (
    Circumstances,
    record_consent,
    transition_subscription,
    words_agreed_to,
)
from subscribers.consent.subscribe import DETAILS
from subscribers.models import (
    Application,
    ConsentRecord,
    Subscriber,
    Subscription,
    Topic,
)
from subscribers.person_names import guess_given_name
from subscribers.states import FOLLOWED, ConsentAction, ConsentMethod, SubscriptionStatus
from subscribers.suppression.policy import lift_by_opt_in, waits_for_opt_in_since

MADE_LONG_AGO = timedelta(days=2)
"""The age after which a link no longer confirms what was asked for after an opt-out. It is longer
than the day in which nobody is asked twice, because a person who leaves without having confirmed
and comes back within that day has the first link alone.
"""


_SUBSCRIBER = KeptQuery(lambda pk: Subscriber.objects.filter(pk=pk), values=1)
_TIES = KeptQuery(lambda pk: Subscription.objects.filter(subscriber_id=pk), values=1)


@dataclass(frozen=True, slots=True)
class Confirmed:
    """This call confirmed: topics that are followed now, and those that staff review first."""

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
class Waiting:
    """The topics that a confirmation would confirm, and the details it would take over.

    The details are by column. Of the applications, newest first, one for each topic is confirmed.
    """

    topics: tuple[Topic, ...]
    details: Mapping[str, str]
    applications: tuple[Application, ...] = ()


@dataclass(frozen=True, slots=True)
class NeedsApplication:
    """All that was asked for needs an application, which wasn't sent or wasn't chosen of several.

    It stays as it is.
    """

    topics: tuple[Topic, ...]


@dataclass(frozen=True, slots=True)
class Gone:
    """Nobody has this id: never confirmed in time, or erased. Or their address is another now."""


type Confirmation = Confirmed | AlreadyConfirmed | NothingToConfirm | NeedsApplication | Gone


@transaction.atomic
def confirm(
    subscriber_id: int,
    *,
    method: ConsentMethod,
    network: str = "",
    only: Collection[int] | None = None,
    details: bool = True,
    applications: Collection[int] = (),
    made_at: datetime | None = None,
) -> Confirmation:
    """Confirm what a subscriber has asked for, lift what their opt-in lifts, and welcome them.

    Args:
        only: ids of the topics to confirm, such as those whose boxes were ticked; the others stay
            pending. None: all.
        details: whether what the sign-up said about the person is taken over.
        applications: ids of those that the person said are theirs. A topic for which several wait
            stays pending where none of them is named.
        made_at: when the link was made by which they confirm; None where they confirm by other
            means.
    """
    subscriber = Subscriber.objects.select_for_update().filter(pk=subscriber_id).first()
    if subscriber is None or is_of_earlier_address(subscriber, made_at):
        return Gone()
    waiting = [
        subscription
        for subscription in _waiting(subscriber, made_at)
        if only is None or subscription.topic_id in only
    ]
    mine = chosen_applications(waiting, among=applications)
    chosen = [row for row in waiting if mine.get(row.pk, row)]
    if not chosen:
        return _what_stands(subscriber)
    if details:
        _take_over_details(subscriber, topics=[subscription.topic_id for subscription in chosen])
    for application in filter(None, mine.values()):
        confirm_application(application, subscriber=subscriber)
    circumstances = Circumstances(method=method, network=network, language=subscriber.language)
    for subscription in chosen:
        _confirm_one(subscription, circumstances)
    lift_by_opt_in(subscriber.digest)
    topics = tuple(row.topic for row in chosen if row.status == SubscriptionStatus.CONFIRMED)
    if topics:
        send_welcome(subscriber, topics=topics)
    return Confirmed(
        topics,
        tuple(row.topic for row in chosen if row.status == SubscriptionStatus.AWAITING_REVIEW),
    )


def look(
    subscriber_id: int, *, made_at: datetime | None = None
) -> Waiting | AlreadyConfirmed | NothingToConfirm | NeedsApplication | Gone:
    """Return what `confirm` would find. Nothing is changed."""
    subscriber = _SUBSCRIBER.first(subscriber_id)
    if subscriber is None or is_of_earlier_address(subscriber, made_at):
        return Gone()
    waiting = _waiting(subscriber, made_at)
    if not waiting:
        return _what_stands(subscriber)
    details = new_details(subscriber, topics=[subscription.topic_id for subscription in waiting])
    topics = tuple(subscription.topic for subscription in waiting)
    return Waiting(topics, details, tuple(applications_of(waiting)))


def language_of_asked(subscriber_id: int, *, made_at: datetime | None = None) -> str:
    """Return the language to ask the owner of a link in; empty where it leads to nobody."""
    subscriber = _SUBSCRIBER.first(subscriber_id)
    if subscriber is None or is_of_earlier_address(subscriber, made_at):
        return ""
    return asked_language(subscriber)


def _waiting(subscriber: Subscriber, made_at: datetime | None) -> list[Subscription]:
    """Return the subscriptions that wait for a confirmation.

    Those are the pending ones, and those that were asked for anew since campaigns were suppressed.
    """
    if made_at is not None and _is_outlived(subscriber, made_at):
        return []
    pending = without_missing_applications(_subscriptions(subscriber, SubscriptionStatus.PENDING))
    since = waits_for_opt_in_since(subscriber.digest)
    if since is None:
        return pending
    asked = ConsentRecord.objects.filter(
        digest=subscriber.digest, action=ConsentAction.REQUESTED, given_at__gt=since
    )
    anew = set(asked.values_list("topic_id", flat=True))
    return pending + [
        subscription
        for subscription in _subscriptions(subscriber, *FOLLOWED)
        if subscription.topic_id in anew
    ]


def is_of_earlier_address(subscriber: Subscriber, made_at: datetime | None) -> bool:
    """Return whether a link was mailed to an earlier address of the person.

    Others may read that mailbox now, and would sign up the person at the new address.
    """
    since = subscriber.address_since
    return made_at is not None and since is not None and made_at < since


def _is_outlived(subscriber: Subscriber, made_at: datetime) -> bool:
    """Return whether a link is older than its owner's opt-out.

    Otherwise anybody who holds an old mail could bring back a person who has left.
    """
    if made_at > timezone.now() - MADE_LONG_AGO:
        return False
    return has_left_since(subscriber.digest, made_at)


def _subscriptions(subscriber: Subscriber, *statuses: SubscriptionStatus) -> list[Subscription]:
    topics = {topic.pk: topic for topic in all_topics()}
    places = {pk: place for place, pk in enumerate(topics)}
    rows = [row for row in _TIES.rows(subscriber.pk) if row.status in statuses]
    for row in rows:
        row.subscriber = subscriber
        if row.topic_id in topics:  # not one that was made meanwhile
            row.topic = topics[row.topic_id]
    return sorted(rows, key=lambda row: places.get(row.topic_id, len(places)))


def _what_stands(subscriber: Subscriber) -> AlreadyConfirmed | NothingToConfirm | NeedsApplication:
    followed = _subscriptions(subscriber, *FOLLOWED)
    if not followed:
        closed = tuple(
            row.topic
            for row in _subscriptions(subscriber, SubscriptionStatus.PENDING)
            if row.topic.is_moderated
        )
        return NeedsApplication(closed) if closed else NothingToConfirm()
    return AlreadyConfirmed(
        tuple(row.topic for row in followed if row.status == SubscriptionStatus.CONFIRMED),
        tuple(row.topic for row in followed if row.status == SubscriptionStatus.AWAITING_REVIEW),
    )


def _confirm_one(subscription: Subscription, circumstances: Circumstances) -> None:
    words = words_agreed_to(subscription.subscriber.digest, topic=subscription.topic)
    circumstances = replace(circumstances, words=words)
    if subscription.status != SubscriptionStatus.PENDING:
        record_consent(
            subscription.subscriber.digest,
            topic=subscription.topic,
            action=ConsentAction.CONFIRMED,
            circumstances=circumstances,
        )
        return
    to = (
        SubscriptionStatus.AWAITING_REVIEW
        if subscription.topic.is_moderated
        else SubscriptionStatus.CONFIRMED
    )
    transition_subscription(
        subscription, to, action=ConsentAction.CONFIRMED, circumstances=circumstances
    )


def _take_over_details(subscriber: Subscriber, *, topics: list[int]) -> None:
    details = new_details(subscriber, topics=topics)
    for name, value in details.items():
        setattr(subscriber, name, value)
    if "full_name" in details and not subscriber.given_name:
        subscriber.given_name = guess_given_name(subscriber.full_name)
    subscriber.save(update_fields=[*DETAILS, "given_name", "updated_at"])
