"""Memberships with an end: setting it, and ending those whose last day has passed."""

from datetime import UTC, date

from django.db import transaction

from newsletter.audit.record import record
from newsletter.core.db.clock import database_now
from subscribers.audit_actions import NeedToKnowAction
from subscribers.consent.records import Circumstances
from subscribers.consent.unsubscribe import announce, leave
from subscribers.models import Subscription
from subscribers.states import SUBSCRIPTION_TRANSITIONS, ConsentMethod, SubscriptionStatus

LONGEST_YEARS = 20
"""A term of office is shorter; what is longer is mistyped."""
AT_ONCE = 500
"""Memberships that one run of the clock ends. The next goes on."""
_NOT_YET_LEFT = SUBSCRIPTION_TRANSITIONS[SubscriptionStatus.UNSUBSCRIBED]


class CannotEnd(ValueError):
    """The membership can't have this end. The message says why."""


@transaction.atomic
def set_member_until(subscription: Subscription, *, day: date | None) -> bool:
    """Set the last day of a membership of a need-to-know topic.

    Args:
        subscription: with its topic.
        day: in UTC; None: it has no end.

    Returns:
        Whether that changed anything.

    Raises:
        CannotEnd: the topic isn't need-to-know, the person has left, or the day has passed or is
            too far away.
    """
    locked = (
        Subscription.objects.select_for_update(of=("self",))
        .select_related("topic")
        .get(pk=subscription.pk)
    )
    # One that was need-to-know has the ends that were set then, which can be taken back.
    if day is not None and not locked.topic.is_restricted:
        raise CannotEnd("Only memberships of need-to-know topics have an end.")
    if locked.status not in _NOT_YET_LEFT:
        raise CannotEnd("This person isn’t subscribed to the topic any more.")
    if day is not None and day < _today():
        raise CannotEnd("This day has passed. Choose a later one, or unsubscribe the person.")
    if day is not None and day.year > _today().year + LONGEST_YEARS:
        raise CannotEnd(
            f"This day is more than {LONGEST_YEARS} years away. Check the year, or leave the day "
            f"empty for a membership without an end."
        )
    if locked.member_until == day:
        return False
    Subscription.objects.filter(pk=locked.pk).update(member_until=day)
    record(
        NeedToKnowAction.TERM_SET,
        locked.subscriber,
        label=f"Subscriber {locked.subscriber_id}",
        topic_id=locked.topic_id,
        until=day.isoformat() if day else "no end",
    )
    return True


def end_memberships() -> int:
    """Unsubscribe everybody from a topic on which their membership has ended.

    Returns:
        The number of memberships that this call ended.
    """
    due = Subscription.objects.filter(
        member_until__isnull=False, member_until__lt=_today(), status__in=sorted(_NOT_YET_LEFT)
    )
    numbers = list(due.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
    return sum(_end(number) for number in numbers)


@transaction.atomic
def _end(subscription_id: int) -> bool:
    # Asked again, now that the row is held: staff may have set another day.
    held = Subscription.objects.select_for_update(of=("self",)).select_related("topic")
    due = held.filter(pk=subscription_id, member_until__isnull=False, member_until__lt=_today())
    subscription = due.first()
    if subscription is None or not leave(
        subscription, Circumstances(method=ConsentMethod.TERM_ENDED)
    ):
        return False
    announce(
        subscription.subscriber_id,
        topic_id=subscription.topic_id,
        campaign_id=0,
        at=subscription.changed_at,
    )
    return True


def _today() -> date:
    return database_now().astimezone(UTC).date()
