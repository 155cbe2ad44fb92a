"""Failed emails are counted by few statements, and as the rows are."""

from collections import Counter

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from campaigns.models import Campaign, Delivery
from campaigns.review.approval import approve
from campaigns.sending.claims.claim import claim
from campaigns.sending.claims.settle import settle
from campaigns.sending.count_failures import Failures, failures_of
from campaigns.sending.launch import launch_now
from campaigns.sending.left_failed import FINAL, NEW_ADDRESS, REPORTED, why_it_stays
from campaigns.sending.pause_cancel_undo import pause
from campaigns.sending.retry_failed import retry_failed
from campaigns.states import DeliveryStatus, SkipReason
from newsletter.transport.pacing.retry import SPENT
from newsletter.transport.results.reply_codes import code_of
from newsletter.transport.results.result import Outcome, Result
from subscribers.models import Subscriber, Subscription
from subscribers.states import SubscriptionStatus
from tests.campaigns.conftest import MakeFollowers

ANSWERS = (
    "451 4.7.1 <{address}>: greylisted",
    "452 4.2.2 {address} is over quota",
    "HTTP 429: too many requests",
    "421 try later, {address}",
    "no answer for {address}",
)


@pytest.fixture
def sending_to_nine(draft: Campaign, followers: MakeFollowers) -> Campaign:
    followers(9)
    approve(draft, by="Sam")
    return launch_now(draft)


def put_off(campaign: Campaign) -> list[Delivery]:
    """Have all deliveries of a campaign fail, each with an answer that names its recipient."""
    claimed = claim(campaign.pk, size=1000, mailer="smtp")
    results = {
        one.pk: Result(
            Outcome.REFUSED,
            reason=SPENT + "8 attempts. " + ANSWERS[place % len(ANSWERS)].format(address=one.email),
            mailer="smtp",
        )
        for place, one in enumerate(claimed.deliveries)
    }
    settle(claimed, results)
    pause(campaign.pk)
    campaign.refresh_from_db()
    return list(Delivery.objects.filter(campaign=campaign).order_by("pk"))


def statements(campaign: Campaign) -> tuple[Failures, int]:
    fresh = Campaign.objects.get(pk=campaign.pk)
    with CaptureQueriesContext(connection) as ran:
        found = failures_of(fresh)
    return found, len(ran)


def test_many_failures_are_counted_by_as_many_statements_as_few(
    sending_to_nine: Campaign,
) -> None:
    sending = sending_to_nine
    rows = put_off(sending)
    few, number = statements(sending)
    Delivery.objects.bulk_create(
        Delivery(
            campaign=sending,
            language="en",
            status=DeliveryStatus.FAILED,
            reason=rows[0].reason,
            settled_at=rows[0].settled_at,
        )
        for _ in range(2500)
    )
    many, number_of_many = statements(sending)
    assert number_of_many == number
    assert many.others == {**few.others, SkipReason.ERASED: 2500}
    assert (many.again, many.codes) == (few.again, few.codes)


def test_numbers_are_those_of_the_rows(
    sending_to_nine: Campaign,
) -> None:
    sending = sending_to_nine
    rows = put_off(sending)
    people = [row.subscriber for row in rows]
    Delivery.objects.filter(pk=rows[0].pk).update(reason="550 5.1.1 no such user")
    Delivery.objects.filter(pk=rows[1].pk).update(delivered_at=timezone.now())
    assert people[2]
    Subscriber.objects.filter(pk=people[2].pk).update(address_since=timezone.now())
    left = Subscription.objects.filter(subscriber=people[3])
    left.update(status=SubscriptionStatus.UNSUBSCRIBED)

    found = failures_of(sending)

    assert found.others == {FINAL: 1, REPORTED: 1, NEW_ADDRESS: 1, SkipReason.UNSUBSCRIBED: 1}
    each = Delivery.objects.annotate(why=why_it_stays(sending)).values_list("why", "reason")
    assert found.codes == Counter(code_of(reason) for why, reason in each if not why)
    assert found.others == Counter(why for why, _ in each if why)
    assert len(found.codes) == 5
    assert found.again == retry_failed(sending.pk) == 5
