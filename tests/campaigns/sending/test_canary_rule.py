"""The rule by which a campaign goes on by itself after its canary, and what ends the rule."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from campaigns.content.later_version import write_later_version
from campaigns.events.schedule import change_event
from campaigns.models import Campaign, Delivery, Event, Retraction
from campaigns.review.approval import approve
from campaigns.sending.canary import ATTEMPTS_WITHIN, pause_after_canaries
from campaigns.sending.claims.claim import claim
from campaigns.sending.claims.settle import settle
from campaigns.sending.launch import Canary, launch_now
from campaigns.sending.pause_cancel_undo import cancel, resume
from campaigns.sending.retract import retract
from campaigns.states import CampaignStatus, DeliveryStatus
from newsletter.audit.actor import Actor, ActorKind, acting
from newsletter.models import TransactionalMessage
from newsletter.transport.results.result import Outcome, Result
from staff.roles import PUBLISHER
from tests.campaigns.conftest import MakeFollowers
from tests.campaigns.sending.test_canary import in_a_while, send, status_of
from tests.staff_members import staff_member


@pytest.fixture
def approved(draft: Campaign, followers: MakeFollowers) -> Campaign:
    followers(30)
    approve(draft, by="Sam")
    return draft


PUT_OFF = Result(Outcome.LATER, reason="451 4.7.1 Greylisted, try again later")


def put_off(campaign: Campaign, number: int, *, result: Result = PUT_OFF) -> None:
    """Send to all who may get it now; mail servers put off so many of them."""
    claimed = claim(campaign.pk, size=100)
    ids = [one.pk for one in claimed.deliveries]
    taken = dict.fromkeys(ids[number:], Result(Outcome.ACCEPTED))
    settle(claimed, {**taken, **dict.fromkeys(ids[:number], result)})


def waiting(approved: Campaign, *, outcome: Outcome = Outcome.ACCEPTED) -> Campaign:
    """Launch a campaign that has paused after its canary, and goes on ten minutes later."""
    launched = launch_now(approved, canary=Canary(size=6, minutes=10))
    send(launched, outcome=outcome)
    assert pause_after_canaries() == 1
    return launched


def told() -> int:
    return TransactionalMessage.objects.filter(kind="staff_sending_paused").count()


def test_whoever_was_told_that_it_waits_is_told_once_and_it_waits(approved: Campaign) -> None:
    staff_member("pia", PUBLISHER)
    launched = waiting(approved, outcome=Outcome.UNKNOWN)
    assert in_a_while() == 0
    assert told() == 1

    some = Delivery.objects.filter(status=DeliveryStatus.UNCERTAIN).order_by("pk")[:2]
    Delivery.objects.filter(pk__in=[each.pk for each in some]).update(status="delivered")
    assert in_a_while() == 0
    Delivery.objects.filter(status=DeliveryStatus.UNCERTAIN).update(status="delivered")
    assert in_a_while() == 0

    assert told() == 1
    assert status_of(launched) == CampaignStatus.PAUSED
    assert resume(launched.pk)


def test_an_email_that_was_put_off_is_tried_again_before_the_minutes_begin(
    approved: Campaign,
) -> None:
    launched = launch_now(approved, canary=Canary(size=6, minutes=10))
    put_off(launched, 3)
    assert pause_after_canaries() == 0

    Delivery.objects.exclude(retry_at=None).update(retry_at=timezone.now())
    assert len(send(launched).deliveries) == 3

    assert pause_after_canaries() == 1
    assert in_a_while() == 1


@pytest.mark.parametrize(
    ("number", "reason"),
    [(1, ""), (2, "mail servers put off 2 of 6, which wait"), (6, "mail servers put off 6 of 6")],
)
def test_whoever_is_still_put_off_has_neither_arrived_nor_bounced(
    approved: Campaign, number: int, reason: str
) -> None:
    launched = launch_now(approved, canary=Canary(size=6, minutes=10))
    put_off(launched, number)
    Delivery.objects.exclude(retry_at=None).update(attempt=ATTEMPTS_WITHIN)
    assert pause_after_canaries() == 1

    assert in_a_while() == (not reason)

    assert reason in Campaign.objects.get().pause_reason
    assert status_of(launched) == (CampaignStatus.PAUSED if reason else CampaignStatus.SENDING)


def test_one_that_bounced_is_seen_among_those_that_were_put_off(approved: Campaign) -> None:
    launched = launch_now(approved, canary=Canary(size=6, minutes=10))
    put_off(launched, 1)
    Delivery.objects.exclude(retry_at=None).update(attempt=ATTEMPTS_WITHIN)
    arrived = Delivery.objects.filter(status=DeliveryStatus.ACCEPTED).order_by("pk")[:1].get()
    Delivery.objects.filter(pk=arrived.pk).update(status=DeliveryStatus.BOUNCED)
    assert pause_after_canaries() == 1

    assert in_a_while() == 0
    assert "1 of 6 haven’t arrived" in Campaign.objects.get().pause_reason


def test_an_hour_that_a_server_asks_for_is_not_waited_for(approved: Campaign) -> None:
    launched = launch_now(approved, canary=Canary(size=6, minutes=10))
    put_off(launched, 1, result=replace(PUT_OFF, retry_after=3600.0))
    assert pause_after_canaries() == 1


def test_a_person_is_not_kept_waiting_by_an_email_that_was_put_off(approved: Campaign) -> None:
    launched = launch_now(approved, canary=Canary(size=6))
    put_off(launched, 3)
    assert pause_after_canaries() == 1


def test_a_draft_of_a_new_version_that_is_dropped_does_not_let_it_go_on(
    approved: Campaign,
) -> None:
    launched = waiting(approved)
    later = write_later_version(launched)
    assert in_a_while(1) == 0
    assert "A new version is being written" in Campaign.objects.get(pk=launched.pk).pause_reason
    assert cancel(later.pk)

    assert in_a_while() == 0
    assert status_of(launched) == CampaignStatus.PAUSED


def test_a_campaign_whose_rest_was_taken_over_does_not_go_on_by_itself(approved: Campaign) -> None:
    launched = waiting(approved, outcome=Outcome.UNKNOWN)
    later = write_later_version(launched)
    approve(later, by="Sam")
    launch_now(later)

    assert in_a_while() == 0
    assert "The rest goes on as" in Campaign.objects.get(pk=launched.pk).pause_reason


def test_it_does_not_go_on_with_what_its_event_is_not_any_more(approved: Campaign) -> None:
    launched = waiting(approved)
    assert launched.event
    change_event(launched.event, title="Another meeting")

    assert in_a_while() == 0
    assert status_of(launched) == CampaignStatus.PAUSED
    assert "The event was changed since" in launched.pause_reason


def test_it_does_not_go_on_after_its_event_has_begun(approved: Campaign) -> None:
    waiting(approved)
    soon = timezone.now() + timedelta(minutes=5)
    Event.objects.update(starts_at=soon, ends_at=soon + timedelta(hours=1))

    assert in_a_while() == 0
    assert "The event has begun" in Campaign.objects.get().pause_reason


def test_it_does_not_go_on_for_somebody_who_may_not_send_any_more(approved: Campaign) -> None:
    pia = staff_member("pia", PUBLISHER)
    with acting(lambda: Actor(ActorKind.ACCOUNT, "Pia", account_id=pia.pk)):
        launched = waiting(approved)
    pia.groups.clear()

    assert in_a_while() == 0
    assert status_of(launched) == CampaignStatus.PAUSED
    assert "may not send campaigns any more" in launched.pause_reason


def test_what_was_sent_in_error_does_not_go_on_by_itself(approved: Campaign) -> None:
    launched = waiting(approved)
    retract(launched.pk, text="The date is wrong.", hides_email=False)
    assert in_a_while(60) == 0
    launched.refresh_from_db()
    assert launched.status == CampaignStatus.PAUSED
    assert not launched.goes_on_by_itself


def test_nor_where_it_was_marked_by_something_that_does_not_pause(approved: Campaign) -> None:
    launched = waiting(approved)
    Retraction.objects.create(campaign=launched, text="Wrong.", retracted_at=timezone.now())
    assert in_a_while(60) == 0
    launched.refresh_from_db()
    assert "marked as sent in error" in launched.pause_reason
