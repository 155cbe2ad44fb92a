"""Decisions of staff on an application that its sender has confirmed: accept it, or decline it."""

from enum import StrEnum

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from newsletter.audit.record import record
from newsletter.core.db.transition import transition
from subscribers.applications.mail import send_accepted, send_declined
from subscribers.audit_actions import ApplicationAction
from subscribers.consent.records import Circumstances, transition_subscription, words_agreed_to
from subscribers.models import Application, Subscriber, Subscription
from subscribers.states import (
    APPLICATION_TRANSITIONS,
    ApplicationStatus,
    ConsentAction,
    ConsentMethod,
    SubscriptionStatus,
)


class DecisionResult(StrEnum):
    """The result of a decision."""

    MADE = "made"
    TOO_LATE = "too_late"
    """Somebody else has decided, or the person has withdrawn it or was erased."""


def accept(application_id: int, *, by: User) -> DecisionResult:
    """Accept an application: the person follows the topic, and is told so."""
    return _decide(application_id, ApplicationStatus.ACCEPTED, by=by)


def decline(application_id: int, *, by: User, message: str) -> DecisionResult:
    """Decline an application, and tell the person in these words.

    They may apply again.

    Args:
        message: plain text with paragraphs. Empty: no email is sent.
    """
    return _decide(application_id, ApplicationStatus.DECLINED, by=by, message=message)


@transaction.atomic
def _decide(
    application_id: int, to: ApplicationStatus, *, by: User, message: str = ""
) -> DecisionResult:
    found = Application.objects.filter(pk=application_id).values_list(
        "subscription__subscriber", flat=True
    )
    # The person first, as all that changes subscriptions does: of two who decide, the second waits.
    subscriber = Subscriber.objects.select_for_update().filter(pk__in=found).first()
    # An opt-out in bulk holds the subscription alone, and withdraws the application with it.
    subscription = (
        Subscription.objects.select_for_update(of=("self",))
        .select_related("topic")
        .filter(applications=application_id, subscriber=subscriber)
        .first()
    )
    application = Application.objects.filter(pk=application_id).first()
    if (
        subscriber is None
        or subscription is None
        or application is None
        or not application.awaits_review
    ):
        return DecisionResult.TOO_LATE
    application.subscription, subscription.subscriber = subscription, subscriber
    # In any other state the person has left since. What they may have asked for anew, or somebody
    # else in their name, has an application of its own, which its owner must confirm.
    if subscription.status != SubscriptionStatus.AWAITING_REVIEW or not _move_subscription(
        subscription, to, by=by
    ):
        _withdraw(application)
        return DecisionResult.TOO_LATE
    transition(
        Application.objects.filter(pk=application.pk),
        APPLICATION_TRANSITIONS,
        to,
        decided_at=timezone.now(),
        decided_by=by.get_username(),
    )
    record(
        _RECORDED[to],
        application,
        label=f"application {application.pk}",
        topic_id=subscription.topic_id,
    )
    if to is ApplicationStatus.ACCEPTED:
        send_accepted(application)
    elif message:
        send_declined(application, message=message)
    return DecisionResult.MADE


_RECORDED = {
    ApplicationStatus.ACCEPTED: ApplicationAction.ACCEPTED,
    ApplicationStatus.DECLINED: ApplicationAction.DECLINED,
}


def _withdraw(application: Application) -> None:
    """Withdraw this application alone."""
    transition(
        Application.objects.filter(pk=application.pk),
        APPLICATION_TRANSITIONS,
        ApplicationStatus.WITHDRAWN,
        decided_at=timezone.now(),
    )


def _move_subscription(subscription: Subscription, to: ApplicationStatus, *, by: User) -> bool:
    is_accepted = to is ApplicationStatus.ACCEPTED
    circumstances = Circumstances(
        method=ConsentMethod.STAFF,
        words=words_agreed_to(subscription.subscriber.digest, topic=subscription.topic)
        if is_accepted
        else "",
        language=subscription.subscriber.language,
        staff=by.get_username(),
    )
    return transition_subscription(
        subscription,
        SubscriptionStatus.CONFIRMED if is_accepted else SubscriptionStatus.DECLINED,
        action=ConsentAction.ACCEPTED if is_accepted else ConsentAction.DECLINED,
        circumstances=circumstances,
    )
