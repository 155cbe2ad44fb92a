"""Retention of applications: KEEP_APPLICATIONS after the decision, which is 365 days."""

from datetime import datetime

from django.conf import settings
from django.db.models import QuerySet

from newsletter.retention.batches import BATCH, in_batches
from subscribers.consent.records import Circumstances
from subscribers.consent.unsubscribe import leave
from subscribers.models import Application, Subscriber
from subscribers.states import ApplicationStatus, ConsentMethod, SubscriptionStatus

_DECIDED = (ApplicationStatus.ACCEPTED, ApplicationStatus.DECLINED, ApplicationStatus.WITHDRAWN)


def forget_applications(now: datetime, *, batch: int = BATCH) -> int:
    """Delete applications whose time is over, with their notes, questions and answers.

    One that nobody decided in that time ends as if the person had left: they may apply again.
    Those that were never confirmed go when their sign-up does, or when it needs them no more.

    Returns:
        How many applications were deleted.
    """
    before = now - settings.KEEP_APPLICATIONS
    decided = Application.objects.filter(status__in=_DECIDED, decided_at__lt=before)
    undecided = Application.objects.filter(
        status=ApplicationStatus.AWAITING_REVIEW, confirmed_at__lt=before
    )
    unconfirmed = Application.objects.filter(
        status=ApplicationStatus.PENDING, sent_at__lt=now - settings.KEEP_UNCONFIRMED
    ).exclude(
        subscription__status=SubscriptionStatus.PENDING,
        subscription__changed_at__gte=now - settings.KEEP_UNCONFIRMED,
    )
    return (
        in_batches(decided, _delete, batch=batch)
        + in_batches(undecided, _end, batch=batch)
        + in_batches(unconfirmed, _delete, batch=batch)
    )


def _delete(applications: QuerySet[Application]) -> int:
    _, numbers = applications.delete()
    return numbers.get(Application._meta.label, 0)


def _end(applications: QuerySet[Application]) -> int:
    """Unsubscribe those who wait for a decision that never came, and delete what they wrote."""
    numbers = list(applications.order_by("pk").values_list("pk", "subscription__subscriber"))
    # The people first, as all that changes subscriptions does.
    people = Subscriber.objects.select_for_update().filter(pk__in=[each for _, each in numbers])
    list(people.order_by("pk"))
    rows = Application.objects.select_related("subscription__topic", "subscription__subscriber")
    for application in rows.filter(pk__in=[pk for pk, _ in numbers]):
        if application.awaits_review:
            if application.subscription.status == SubscriptionStatus.AWAITING_REVIEW:
                leave(application.subscription, Circumstances(method=ConsentMethod.UNDECIDED))
            application.delete()
    return len(numbers)
