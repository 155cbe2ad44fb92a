"""Staff record that a person has died: nothing is sent to them, and a mistake is taken back."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from newsletter.models import AuditEntry
from subscribers.models import Subscriber, Suppression
from subscribers.people.death import (
    ImpossibleDate,
    is_deceased,
    record_death,
    take_back_death,
)
from subscribers.states import SuppressionReason
from subscribers.suppression.policy import (
    lift_by_opt_in,
    may_receive_campaigns,
    may_receive_notices,
)
from subscribers.suppression.registry import active, lift_one, suppress

DAY = date(2026, 3, 14)


def died_on(person: Subscriber) -> date | None:
    return Subscriber.objects.values_list("died_on", flat=True).get(pk=person.pk)


def test_nothing_is_sent_to_whoever_has_died(ada: Subscriber) -> None:
    assert record_death(ada.pk, died_on=DAY, by="lia")
    assert died_on(ada) == DAY
    assert not may_receive_campaigns(ada.digest)
    assert not may_receive_notices(ada.digest)
    lift_by_opt_in(ada.digest)
    assert is_deceased(ada.digest), "no confirmation from that mailbox takes it back"


def test_the_day_need_not_be_known_and_can_be_corrected(ada: Subscriber) -> None:
    assert record_death(ada.pk, died_on=None, by="lia")
    assert not record_death(ada.pk, died_on=None, by="lia")
    assert record_death(ada.pk, died_on=DAY, by="leo")
    assert died_on(ada) == DAY
    assert not record_death(ada.pk, died_on=None, by="lia"), "an older page knows less"
    assert died_on(ada) == DAY
    assert Suppression.objects.count() == 1


@pytest.mark.parametrize("day", [date(1899, 12, 31), timezone.now().date() + timedelta(days=2)])
def test_no_other_day_is_taken(ada: Subscriber, day: date) -> None:
    with pytest.raises(ImpossibleDate):
        record_death(ada.pk, died_on=day, by="lia")
    assert not is_deceased(ada.digest)


def test_a_mistake_is_taken_back_and_what_else_stands_stays(ada: Subscriber) -> None:
    suppress(ada.digest, reason=SuppressionReason.COMPLAINT)
    record_death(ada.pk, died_on=DAY, by="lia")
    assert take_back_death(ada.pk, by="lia")
    assert not take_back_death(ada.pk, by="lia")
    assert died_on(ada) is None
    assert [each.reason for each in active(ada.digest)] == [SuppressionReason.COMPLAINT]
    codes = AuditEntry.objects.filter(action__startswith="subscriber.death").order_by("pk")
    assert list(codes.values_list("action", flat=True)) == [
        "subscriber.death_recorded",
        "subscriber.death_taken_back",
    ]


def test_removing_the_suppression_takes_the_day_away_too(ada: Subscriber) -> None:
    record_death(ada.pk, died_on=DAY, by="lia")
    lift_one(active(ada.digest)[0].pk, by="lia", note="Another person of this name.")
    assert died_on(ada) is None
