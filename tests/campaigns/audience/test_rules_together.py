"""An answer and a claim in the same moment, on PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from campaigns.event_states import RsvpAnswer
from campaigns.models import Audience, Campaign, Delivery, Event, Rsvp
from campaigns.reports.totals import recount, totals
from campaigns.review.approval import approve
from campaigns.rsvp.reply import Reply
from campaigns.rsvp.respond import respond
from campaigns.sending.claims.claim import Claim, claim
from campaigns.sending.launch import launch_now
from campaigns.states import AudienceRule, DeliveryStatus, SkipReason
from subscribers.models import Subscriber
from tests.campaigns.conftest import MakeFollowers

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def reminder(draft: Campaign, followers: MakeFollowers) -> Campaign:
    """A reminder whose audience of three is frozen, and of which nothing is claimed."""
    followers(3)
    Event.objects.update(takes_answers=True)
    Audience.objects.update(rule=AudienceRule.NO_ANSWER)
    approve(Campaign.objects.get(pk=draft.pk), by="Sam")
    return launch_now(draft)


def say_no(campaign: Campaign, person: Subscriber) -> None:
    respond(campaign.event_id or 0, person=person, reply=Reply(answer=RsvpAnswer.NO))


def claimed_elsewhere(campaign: Campaign) -> Claim:
    def take() -> Claim:
        try:
            return claim(campaign.pk, size=10)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(take).result()


def test_an_answer_that_is_committed_between_freeze_and_claim_stops_the_reminder(
    reminder: Campaign,
) -> None:
    person = Subscriber.objects.order_by("pk")[0]
    say_no(reminder, person)
    claimed = claimed_elsewhere(reminder)
    assert (len(claimed.deliveries), claimed.skipped) == (2, 1)
    skipped = Delivery.objects.get(status=DeliveryStatus.SKIPPED)
    assert (skipped.subscriber_id, skipped.reason) == (person.pk, SkipReason.ANSWERED)
    assert totals(reminder) == recount(reminder)


def test_an_answer_that_is_not_committed_yet_holds_up_no_claim(reminder: Campaign) -> None:
    person = Subscriber.objects.order_by("pk")[0]
    with transaction.atomic():
        say_no(reminder, person)
        claimed = claimed_elsewhere(reminder)
    # The claim came first, so the reminder may leave, and the answer is kept all the same.
    assert (len(claimed.deliveries), claimed.skipped) == (3, 0)
    assert Rsvp.objects.get().answer == RsvpAnswer.NO


def test_a_claim_that_is_not_committed_yet_holds_up_no_answer(reminder: Campaign) -> None:
    people = list(Subscriber.objects.order_by("pk"))

    def answer() -> None:
        try:
            for person in people:
                say_no(reminder, person)
        finally:
            connection.close()

    with transaction.atomic():
        claim(reminder.pk, size=2)
        with ThreadPoolExecutor(1) as pool:
            pool.submit(answer).result()
        rest = claim(reminder.pk, size=2)
    assert (len(rest.deliveries), rest.skipped) == (0, 1)
    assert Rsvp.objects.count() == len(people)
