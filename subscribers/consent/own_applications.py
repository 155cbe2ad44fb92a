"""Acts of the owner of an address on their applications: confirming one of them, withdrawing it.

Those of staff are in `subscribers/applications/`.
"""

from collections.abc import Collection, Iterable

from django.conf import settings
from django.utils import timezone

from newsletter.core.db.transition import transition
from subscribers.models import Application, ConsentRecord, Subscriber, Subscription
from subscribers.person_names import guess_given_name
from subscribers.states import (
    APPLICATION_TRANSITIONS,
    ApplicationStatus,
    ConsentAction,
    SubscriptionStatus,
)


def needs_application(subscription: Subscription) -> bool:
    """Return whether a subscription can be confirmed with an application alone."""
    return subscription.topic.is_moderated and subscription.status == SubscriptionStatus.PENDING


def applications_of(subscriptions: Iterable[Subscription]) -> list[Application]:
    """Return what was sent to join these topics, and not confirmed; newest first."""
    needing = [each for each in subscriptions if needs_application(each)]
    if not needing:
        return []
    rows = Application.objects.filter(subscription__in=needing, status=ApplicationStatus.PENDING)
    return list(rows.select_related("subscription__topic").order_by("-sent_at", "-pk"))


def without_missing_applications(subscriptions: list[Subscription]) -> list[Subscription]:
    """Leave out those that can't be confirmed, because no application was sent."""
    sent = {each.subscription_id for each in applications_of(subscriptions)}
    return [each for each in subscriptions if each.pk in sent or not needs_application(each)]


def chosen_applications(
    subscriptions: Iterable[Subscription], *, among: Collection[int]
) -> dict[int, Application | None]:
    """Return the application that a confirmation confirms, for each topic that needs one.

    Where several wait, the owner of the address must say which is theirs: the others were sent by
    somebody else, or are earlier ones.

    Args:
        among: the ids that they chose; none stands for the only one.

    Returns:
        The id of the subscription → its application, or None where it isn't clear which.
    """
    needing = [each for each in subscriptions if needs_application(each)]
    pending = applications_of(needing)
    if among:
        pending = [each for each in pending if each.pk in among]
    chosen = {}
    for subscription in needing:
        mine = [each for each in pending if each.subscription_id == subscription.pk]
        chosen[subscription.pk] = mine[0] if len(mine) == 1 else None
    return chosen


def confirm_application(application: Application, *, subscriber: Subscriber) -> bool:
    """Put an application before staff, and delete the others that waited with it.

    Its details become those of the person, where nothing is known of them yet. It runs in the
    caller's transaction, before the subscription is confirmed.
    """
    # One that waited when the person was unsubscribed in bulk, such as by an import of opt-outs.
    transition(
        Application.objects.filter(subscription=application.subscription_id),
        APPLICATION_TRANSITIONS,
        ApplicationStatus.WITHDRAWN,
        decided_at=timezone.now(),
    )
    made = transition(
        Application.objects.filter(pk=application.pk),
        APPLICATION_TRANSITIONS,
        ApplicationStatus.AWAITING_REVIEW,
        confirmed_at=timezone.now(),
    )
    if not made:
        return False
    forget_pending_applications([application.subscription_id])
    _take_over_details(application, subscriber=subscriber)
    return True


def forget_pending_applications(subscription_ids: Collection[int]) -> None:
    """Delete what was sent and never confirmed."""
    Application.objects.filter(
        subscription__in=subscription_ids, status=ApplicationStatus.PENDING
    ).delete()


def withdraw_applications(subscription_ids: Collection[int]) -> int:
    """Withdraw what waits for staff, because the person has left, and return how many.

    It runs in the caller's transaction. What was never confirmed is deleted.
    """
    forget_pending_applications(subscription_ids)
    return transition(
        Application.objects.filter(subscription__in=subscription_ids),
        APPLICATION_TRANSITIONS,
        ApplicationStatus.WITHDRAWN,
        decided_at=timezone.now(),
    )


def _take_over_details(application: Application, *, subscriber: Subscriber) -> None:
    if not subscriber.full_name:
        subscriber.full_name = application.full_name
        subscriber.given_name = subscriber.given_name or guess_given_name(application.full_name)
    subscriber.institution = subscriber.institution or application.institution
    subscriber.country = subscriber.country or application.country
    confirmed = ConsentRecord.objects.filter(
        digest=subscriber.digest,
        action__in=[ConsentAction.CONFIRMED, ConsentAction.IMPORTED, ConsentAction.ACCEPTED],
    )
    if application.language in settings.CONTENT_LANGUAGES and not confirmed.exists():
        subscriber.language = application.language
    subscriber.save(
        update_fields=[
            "full_name",
            "given_name",
            "institution",
            "country",
            "language",
            "updated_at",
        ]
    )
