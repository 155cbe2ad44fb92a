"""Recording that a person has died, so that nothing is sent to them, and taking that back.

The suppression is what stops email, also where the database is restored; the date stands beside it.
"""

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from newsletter.audit.record import record
from subscribers.audit_actions import SubscriberAction
from subscribers.models import Subscriber, Suppression
from subscribers.need_to_know.view_log import topic_of_hidden
from subscribers.states import SuppressionReason
from subscribers.suppression.registry import lift, suppress

EARLIEST = date(1900, 1, 1)


class ImpossibleDate(ValueError):
    """Nobody on the list can have died on that day. The message says why."""


@transaction.atomic
def record_death(subscriber_id: int, *, died_on: date | None, by: str) -> bool:
    """Record that a person has died. They get no email any more.

    Args:
        died_on: None where the day isn't known, which takes no day that is known away. Another day
            corrects the one before.
        by: the member of staff.

    Returns:
        Whether that changed anything.

    Raises:
        ImpossibleDate: it lies in the future, or before anybody could have subscribed.
    """
    # Somewhere it is tomorrow already.
    if died_on is not None and died_on > timezone.now().date() + timedelta(days=1):
        raise ImpossibleDate("This day is in the future.")
    if died_on is not None and died_on < EARLIEST:
        raise ImpossibleDate("Enter a year from 1900 on.")
    person = Subscriber.objects.select_for_update().filter(pk=subscriber_id).first()
    if person is None or (is_deceased(person.digest) and died_on in (None, person.died_on)):
        return False
    Subscriber.objects.filter(pk=person.pk).update(died_on=died_on)
    suppress(person.digest, reason=SuppressionReason.DECEASED, note=by)
    _record(SubscriberAction.DEATH_RECORDED, person)
    return True


@transaction.atomic
def take_back_death(subscriber_id: int, *, by: str) -> bool:
    """Take back that a person has died. What else stops their email goes on doing so.

    Returns:
        Whether this call did.
    """
    person = Subscriber.objects.select_for_update().filter(pk=subscriber_id).first()
    if person is None:
        return False
    note = "Recorded by mistake."
    if not lift(person.digest, reasons=[SuppressionReason.DECEASED], by=by, note=note):
        return False
    _record(SubscriberAction.DEATH_TAKEN_BACK, person)
    return True


def is_deceased(digest: str) -> bool:
    """Return whether staff recorded the death of whoever has the address."""
    rows = Suppression.objects.filter(digest=digest, reason=SuppressionReason.DECEASED)
    return rows.filter(lifted_at=None).exists()


def _record(action: SubscriberAction, person: Subscriber) -> None:
    record(
        action,
        person,
        label=f"Subscriber {person.pk}",
        topic_id=topic_of_hidden(person.digest),
    )
