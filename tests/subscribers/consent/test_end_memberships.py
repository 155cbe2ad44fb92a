"""Memberships of a need-to-know topic that end on their date."""

from datetime import UTC, date, datetime, timedelta

import pytest

from newsletter.models import AuditEntry
from subscribers.consent.end_memberships import CannotEnd, end_memberships, set_member_until
from subscribers.consent.unsubscribe import Departure, unsubscribe
from subscribers.models import ConsentRecord, Subscriber, Subscription, Topic
from subscribers.states import ConsentMethod, SubscriptionStatus
from subscribers.tasks import end_memberships as end_memberships_task
from tests.conftest import MakeSubscriber


def today() -> date:
    return datetime.now(UTC).date()


def days(number: int) -> date:
    return today() + timedelta(days=number)


@pytest.fixture
def restricted(db: None) -> Topic:
    return Topic.objects.create(
        slug="inner-circle", name="Inner circle", is_public=False, is_restricted=True
    )


@pytest.fixture
def membership(make_subscriber: MakeSubscriber, restricted: Topic) -> Subscription:
    make_subscriber("greta@example.net", topic=restricted)
    return Subscription.objects.select_related("topic").get(topic=restricted)


def ends(membership: Subscription, day: date) -> None:
    Subscription.objects.filter(pk=membership.pk).update(member_until=day)


def test_a_membership_ends_after_its_last_day_with_a_record_of_its_own(
    membership: Subscription,
) -> None:
    ends(membership, days(0))
    assert end_memberships() == 0, "the last day belongs to it"
    ends(membership, days(-1))
    assert end_memberships() == 1
    membership.refresh_from_db()
    assert membership.status == SubscriptionStatus.UNSUBSCRIBED
    assert membership.member_until is None, "whoever joins again begins a new one"
    record = ConsentRecord.objects.get()
    assert (record.method, record.topic) == (ConsentMethod.TERM_ENDED, membership.topic)
    assert end_memberships() == 0
    assert ConsentRecord.objects.count() == 1


@pytest.mark.parametrize("status", [SubscriptionStatus.PENDING, SubscriptionStatus.AWAITING_REVIEW])
def test_one_that_is_not_confirmed_ends_too(
    status: SubscriptionStatus, membership: Subscription
) -> None:
    Subscription.objects.update(status=status, member_until=days(-1))
    end_memberships_task()
    membership.refresh_from_db()
    assert membership.status == SubscriptionStatus.UNSUBSCRIBED


def test_who_has_left_has_left_and_who_has_no_end_stays(
    membership: Subscription, ada: Subscriber
) -> None:
    Subscription.objects.filter(pk=membership.pk).update(
        status=SubscriptionStatus.UNSUBSCRIBED, member_until=days(-1)
    )
    assert end_memberships() == 0
    assert ada.subscriptions.get().status == SubscriptionStatus.CONFIRMED
    assert not ConsentRecord.objects.exists()


def test_staff_set_the_last_day_and_take_it_back(membership: Subscription) -> None:
    assert set_member_until(membership, day=days(0))
    assert not set_member_until(membership, day=days(0))
    assert set_member_until(membership, day=None)
    membership.refresh_from_db()
    assert membership.member_until is None
    assert [entry.topic_id for entry in AuditEntry.objects.all()] == [membership.topic_id] * 2


def test_whoever_leaves_and_joins_again_has_no_end_from_before(membership: Subscription) -> None:
    set_member_until(membership, day=days(5))
    assert unsubscribe(membership.pk, method=ConsentMethod.MAIL_LINK) is Departure.LEFT
    membership.refresh_from_db()
    assert membership.member_until is None


def test_an_end_can_be_taken_back_once_the_topic_is_open_to_all(membership: Subscription) -> None:
    set_member_until(membership, day=days(5))
    Topic.objects.update(is_restricted=False)
    with pytest.raises(CannotEnd):
        set_member_until(membership, day=days(6))
    assert set_member_until(membership, day=None)


def test_a_day_that_has_passed_or_a_membership_that_has_no_end_is_refused(
    membership: Subscription, ada: Subscriber
) -> None:
    with pytest.raises(CannotEnd):
        set_member_until(membership, day=days(-1))
    with pytest.raises(CannotEnd):
        set_member_until(ada.subscriptions.get(), day=days(5))
    Subscription.objects.filter(pk=membership.pk).update(status=SubscriptionStatus.UNSUBSCRIBED)
    with pytest.raises(CannotEnd):
        set_member_until(membership, day=days(5))
    assert not AuditEntry.objects.exists()
