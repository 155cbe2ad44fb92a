"""Trying again what failed for a passing reason: only that, once, and everybody stays counted."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db.models import Sum
from django.utils import timezone
from hypothesis import settings as profile
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule, run_state_machine_as_test
from pytest_django.fixtures import Settings

from campaigns.content.archive import archived_campaigns, readable_campaigns
from campaigns.event_states import EventStatus
from campaigns.models import (
    Audience,
    Campaign,
    CampaignContent,
    Delivery,
    DeliveryMinute,
    DeliveryTally,
    Event,
    FactTally,
    Rsvp,
    SavedAudience,
)
from campaigns.reports.not_arrived import why_not_arrived
from campaigns.reports.totals import recount, totals
from campaigns.review.approval import approve
from campaigns.sending.advance import advance_campaigns
from campaigns.sending.claims.claim import Claim, claim
from campaigns.sending.claims.recover import recover_expired, repeat_by_key
from campaigns.sending.claims.settle import settle
from campaigns.sending.count_failures import failures_of
from campaigns.sending.finish import finish_done
from campaigns.sending.freeze import start
from campaigns.sending.guard import stop_bad_campaigns
from campaigns.sending.launch import launch, launch_now
from campaigns.sending.left_failed import (
    ANOTHER_EMAIL,
    FINAL,
    NEW_ADDRESS,
    REPORTED,
    RESTORED,
)
from campaigns.sending.pause_cancel_undo import cancel, pause, resume
from campaigns.sending.resolve import resolve_uncertain
from campaigns.sending.retry_failed import (
    NotRetryable,
    last_retry,
    retry_failed,
    why_not,
)
from campaigns.sending.send import send_batch
from campaigns.states import CampaignStatus, Counted, DeliveryStatus, Fact, SkipReason
from newsletter.core.db.clock import database_now
from newsletter.models import AuditEntry, DatabaseHistory, InboxMessage
from newsletter.transport.results.result import Outcome, Result
from newsletter.webhooks.process_reports import process_reports
from subscribers.models import Subscriber, Subscription
from subscribers.states import SubscriptionStatus
from tests.campaigns.conftest import MakeFollowers
from tests.campaigns.sending.test_never_twice import NeverTwice
from tests.campaigns.sending.test_reported_by_provider import adds_up, bring
from tests.campaigns.sending.test_together import together

PUT_OFF = Result(Outcome.LATER, reason="451 4.7.1 greylisted", mailer="smtp")
REFUSED = Result(Outcome.REFUSED, reason="550 5.1.1 no such user", mailer="smtp")
IN_DOUBT = Result(Outcome.UNKNOWN, reason="no answer", mailer="smtp")


@pytest.fixture(autouse=True)
def one_attempt(settings: Settings) -> None:
    """The first attempt that is put off is the last."""
    settings.MAXIMUM_ATTEMPTS = 1


def sent_with(campaign: Campaign, *results: Result) -> list[Delivery]:
    """Send to one follower for each of `results`, and to all others. Returns the former."""
    claimed = claim(campaign.pk, size=len(results), mailer="smtp")
    settle(
        claimed, {one.pk: result for one, result in zip(claimed.deliveries, results, strict=True)}
    )
    send_batch(campaign.pk)
    advance_campaigns()
    campaign.refresh_from_db()
    ids = [one.pk for one in claimed.deliveries]
    return list(Delivery.objects.filter(pk__in=ids).select_related("subscriber").order_by("pk"))


def statuses(*rows: Delivery) -> list[str]:
    for row in rows:
        row.refresh_from_db()
    return [row.status for row in rows]


def test_what_was_put_off_too_often_is_sent_after_all(sending: Campaign) -> None:
    put_off, refused, in_doubt = sent_with(sending, PUT_OFF, REFUSED, IN_DOUBT)
    assert sending.status == CampaignStatus.SENT
    found = failures_of(sending)
    assert (found.again, found.codes, found.others) == (1, {"451 4.7.1": 1}, {FINAL: 1})

    assert retry_failed(sending.pk) == 1

    sending.refresh_from_db()
    assert sending.status == CampaignStatus.SENDING
    assert statuses(put_off, refused, in_doubt) == ["planned", "failed", "uncertain"]
    assert (put_off.attempt, put_off.attempts_before) == (1, 1)
    assert totals(sending) == recount(sending)
    assert totals(sending).adds_up
    send_batch(sending.pk)
    advance_campaigns()
    assert statuses(put_off, refused, in_doubt) == ["accepted", "failed", "uncertain"]
    assert put_off.attempt == 2
    sending.refresh_from_db()
    assert sending.status == CampaignStatus.SENT
    recipients = list(InboxMessage.objects.values_list("recipient", flat=True))
    assert len(recipients) == len(set(recipients)) == 3


def test_a_second_press_finds_nothing_and_says_who_was_first(sending: Campaign) -> None:
    sent_with(sending, PUT_OFF, PUT_OFF)
    assert last_retry(sending) == ""
    assert retry_failed(sending.pk) == 2
    pause(sending.pk)

    assert retry_failed(sending.pk) == 0

    [entry] = AuditEntry.objects.filter(action="campaign.retried")
    assert entry.details == {"number": 2, "codes": ["451 4.7.1: 2"]}
    assert "had failed emails tried again at" in last_retry(sending)


def test_the_counts_by_the_minute_forget_what_is_tried_again(sending: Campaign) -> None:
    sent_with(sending, PUT_OFF, REFUSED)
    retry_failed(sending.pk)

    failed = DeliveryMinute.objects.filter(campaign=sending, what=Counted.FAILED)
    assert failed.aggregate(all=Sum("number"))["all"] == 1
    assert [each.code for each in why_not_arrived(sending)] == ["550 5.1.1"]


@pytest.mark.parametrize("is_paused", [False, True])
def test_a_sent_campaign_whose_retry_is_stopped_is_sent_as_it_was(
    is_paused: bool, sending: Campaign
) -> None:
    rows = sent_with(sending, PUT_OFF, PUT_OFF)
    first = sending.finished_at
    retry_failed(sending.pk)
    if is_paused:
        pause(sending.pk, reason="The mailer rests.")

    assert cancel(sending.pk)

    sending.refresh_from_db()
    assert (sending.status, sending.pause_reason) == (CampaignStatus.SENT, "")
    assert first
    assert sending.finished_at
    assert sending.finished_at > first
    assert sending in archived_campaigns()
    assert statuses(*rows) == ["skipped", "skipped"]
    assert totals(sending) == recount(sending)
    assert not cancel(sending.pk)


def test_a_campaign_that_had_not_finished_before_its_retry_is_cancelled(sending: Campaign) -> None:
    claimed = claim(sending.pk, size=1, mailer="smtp")
    settle(claimed, {one.pk: PUT_OFF for one in claimed.deliveries})
    pause(sending.pk)
    assert retry_failed(sending.pk) == 1

    assert cancel(sending.pk)

    sending.refresh_from_db()
    assert sending.status == CampaignStatus.CANCELLED


@pytest.mark.parametrize("result", [PUT_OFF, IN_DOUBT, None], ids=["put off", "doubt", "not begun"])
def test_nothing_goes_on_by_itself_once_a_retry_is_stopped(
    result: Result | None, sending: Campaign, settings: Settings
) -> None:
    [row] = sent_with(sending, PUT_OFF)
    settings.MAXIMUM_ATTEMPTS = 3
    retry_failed(sending.pk)
    claimed = claim(sending.pk, size=1, mailer="smtp")
    assert cancel(sending.pk)
    sending.refresh_from_db()
    assert sending.status == CampaignStatus.SENDING
    assert sending in readable_campaigns()

    # Its lease runs out; then the worker answers all the same, or never does.
    later = database_now() + settings.CLAIM_LEASE * 2
    recover_expired(now=later)
    advance_campaigns()
    sending.refresh_from_db()
    assert sending.status == CampaignStatus.SENT
    settle(claimed, {row.pk: result} if result else {}, now=later)
    Delivery.objects.filter(pk=row.pk).update(
        same_key_until=later + timedelta(hours=1), retry_at=later
    )
    repeat_by_key(now=later + timedelta(minutes=1))

    sending.refresh_from_db()
    assert sending.status == CampaignStatus.SENT
    assert statuses(row) == ["uncertain" if result is IN_DOUBT else "skipped"]

    # A person may decide otherwise.
    if result is IN_DOUBT:
        resolve_uncertain(sending.pk, to=DeliveryStatus.PLANNED, by="Sam")
        sending.refresh_from_db()
        assert (sending.status, sending.stopped_again_at) == (CampaignStatus.SENDING, None)


def test_the_guard_stops_what_fails_again_as_it_did_the_first_time(sending: Campaign) -> None:
    claimed = claim(sending.pk, size=4, mailer="smtp")
    settle(claimed, {one.pk: PUT_OFF for one in claimed.deliveries})
    FactTally.objects.create(campaign=sending, fact=Fact.FAILED, stopped_at=4)
    pause(sending.pk)
    assert retry_failed(sending.pk) == 4
    resume(sending.pk)

    # Fewer than twice the four that are forgotten.
    for status, number in ((DeliveryStatus.ACCEPTED, 13), (DeliveryStatus.FAILED, 7)):
        DeliveryTally.objects.filter(campaign=sending, status=status).update(number=number)

    assert stop_bad_campaigns() == 1


@pytest.mark.parametrize(("stopped_at", "left"), [(1, 1), (3, 2)])
def test_the_guard_goes_on_comparing_with_what_stays_failed(
    stopped_at: int, left: int, sending: Campaign
) -> None:
    results = [PUT_OFF, REFUSED, REFUSED]
    claimed = claim(sending.pk, size=3, mailer="smtp")
    settle(
        claimed, {one.pk: result for one, result in zip(claimed.deliveries, results, strict=True)}
    )
    known = FactTally.objects.create(campaign=sending, fact=Fact.FAILED, stopped_at=stopped_at)
    pause(sending.pk)

    retry_failed(sending.pk)

    known.refresh_from_db()
    assert known.stopped_at == left


def test_it_has_as_many_attempts_as_the_first_time(sending: Campaign, settings: Settings) -> None:
    [row] = sent_with(sending, PUT_OFF)
    settings.MAXIMUM_ATTEMPTS = 2
    retry_failed(sending.pk)

    now = timezone.now()
    for status, minutes in (("planned", 1), ("failed", 600)):
        later = now + timedelta(minutes=minutes)
        again = claim(sending.pk, size=9, mailer="smtp", now=later)
        settle(again, {row.pk: PUT_OFF}, now=later)
        assert statuses(row) == [status]

    assert row.reason.startswith("Failed after 3 attempts. 451")
    assert adds_up(sending)


def test_a_paused_campaign_stays_paused(sending: Campaign) -> None:
    claimed = claim(sending.pk, size=1, mailer="smtp")
    settle(claimed, {claimed.deliveries[0].pk: PUT_OFF})
    pause(sending.pk)

    assert retry_failed(sending.pk) == 1

    sending.refresh_from_db()
    assert sending.status == CampaignStatus.PAUSED
    assert claim(sending.pk, size=9).found_nothing
    resume(sending.pk)
    assert len(claim(sending.pk, size=9).deliveries) == 5


def unsubscribe(row: Delivery) -> None:
    rows = Subscription.objects.filter(subscriber=row.subscriber)
    rows.update(status=SubscriptionStatus.UNSUBSCRIBED)


def change_address(row: Delivery) -> None:
    assert row.subscriber
    Subscriber.objects.filter(pk=row.subscriber.pk).update(address_since=timezone.now())


def stop_for_now(row: Delivery) -> None:
    later = timezone.now() + timedelta(days=9)
    assert row.subscriber
    Subscriber.objects.filter(pk=row.subscriber.pk).update(paused_until=later)


def leave_by_its_link(row: Delivery) -> None:
    Delivery.objects.filter(pk=row.pk).update(unsubscribed_at=timezone.now())


def be_forgotten(row: Delivery) -> None:
    Delivery.objects.filter(pk=row.pk).update(subscriber=None)


@pytest.mark.thorough(sample=2)
@pytest.mark.parametrize(
    ("happens", "reason"),
    [
        (unsubscribe, SkipReason.UNSUBSCRIBED),
        (leave_by_its_link, SkipReason.UNSUBSCRIBED),
        (be_forgotten, SkipReason.ERASED),
        (change_address, NEW_ADDRESS),
        (stop_for_now, SkipReason.PAUSED),
    ],
)
def test_nobody_is_tried_again_who_should_not_be(
    happens: Callable[[Delivery], None], reason: str, sending: Campaign
) -> None:
    one, other = sent_with(sending, PUT_OFF, PUT_OFF)

    happens(one)

    found = failures_of(sending)
    assert (found.again, found.others) == (1, {reason: 1})
    assert retry_failed(sending.pk) == 1
    assert statuses(one, other) == ["failed", "planned"]
    assert adds_up(sending)


def test_what_a_provider_reports_is_believed(sending: Campaign) -> None:
    one, other = sent_with(sending, PUT_OFF, PUT_OFF)
    Delivery.objects.filter(pk=other.pk).update(complained_at=timezone.now())
    assert failures_of(sending).others == {REPORTED: 1}
    bring("delivered", one)  # nobody has read it yet

    assert retry_failed(sending.pk) == 0

    assert statuses(one, other) == ["delivered", "failed"]


@pytest.mark.parametrize("case", ["deferred", "unsubscribed"])
def test_what_a_provider_has_had_is_not_sent_again(case: str, sending: Campaign) -> None:
    one, other = sent_with(sending, PUT_OFF, PUT_OFF)

    bring(case, one)
    process_reports()
    Subscription.objects.update(status=SubscriptionStatus.CONFIRMED)
    Delivery.objects.filter(pk=one.pk).update(unsubscribed_at=None)

    assert failures_of(sending).others == {REPORTED: 1}
    assert retry_failed(sending.pk) == 1
    assert statuses(one, other) == ["failed", "planned"]
    assert adds_up(sending)


def test_what_a_provider_gave_a_name_to_is_not_sent_again(sending: Campaign) -> None:
    named = replace(PUT_OFF, provider_message_id="message-1@lists.example.org")
    [row] = sent_with(sending, named)

    assert failures_of(sending).others == {REPORTED: 1}
    assert retry_failed(sending.pk) == 0
    assert statuses(row) == ["failed"]


def test_what_failed_before_a_restore_may_have_been_tried_again_since(sending: Campaign) -> None:
    sent_with(sending, PUT_OFF)
    history = DatabaseHistory.objects.filter(number=1)
    assert history.update(restored_at=timezone.now())
    found = failures_of(sending)
    assert (found.again, found.others) == (0, {RESTORED: 1})
    assert retry_failed(sending.pk) == 0

    history.update(restored_at=timezone.now() - timedelta(days=1))
    assert retry_failed(sending.pk) == 1, "It failed after that restore."


@pytest.mark.parametrize("is_saved", [False, True])
def test_whoever_got_another_email_instead_is_not_tried_again(
    sending: Campaign, *, is_saved: bool
) -> None:
    [put_off] = sent_with(sending, PUT_OFF)
    rule = {
        "match": "all",
        "conditions": [{"kind": "received", "campaign": sending.pk, "got": "no"}],
    }
    if is_saved:
        saved = SavedAudience.objects.create(name="Not reached", conditions=rule)
        rule = {"match": "all", "conditions": [{"kind": "saved", "saved": saved.pk}]}
    again = Campaign.objects.create(name="Once more", topic=sending.topic, language="en")
    Audience.objects.create(campaign=again, conditions=rule)
    assert failures_of(sending).again == 1
    Delivery.objects.create(
        campaign=again,
        subscriber=put_off.subscriber,
        language="en",
        status=DeliveryStatus.ACCEPTED,
    )
    assert failures_of(sending).others == {ANOTHER_EMAIL: 1}
    assert retry_failed(sending.pk) == 0


def test_whoever_is_suppressed_since_stays_as_they_are(sending: Campaign) -> None:
    one, two = sent_with(sending, PUT_OFF, REFUSED)
    bring("hard", one)  # suppresses the address, and says that the email had left

    assert retry_failed(sending.pk) == 0

    assert statuses(one, two) == ["bounced", "failed"]


def test_what_a_person_gave_up_stays_so(sending: Campaign) -> None:
    [row] = sent_with(sending, IN_DOUBT)
    resolve_uncertain(sending.pk, to=DeliveryStatus.FAILED, by="Sam")

    assert retry_failed(sending.pk) == 0
    assert statuses(row) == ["failed"]


def test_a_campaign_that_is_being_sent_or_stopped_is_left_alone(sending: Campaign) -> None:
    claimed = claim(sending.pk, size=1, mailer="smtp")
    settle(claimed, {claimed.deliveries[0].pk: PUT_OFF})
    with pytest.raises(NotRetryable, match="being sent"):
        retry_failed(sending.pk)

    cancel(sending.pk)
    with pytest.raises(NotRetryable, match="cancelled"):
        retry_failed(sending.pk)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"status": EventStatus.CANCELLED}, "cancelled"),
        (
            {
                "starts_at": timezone.now() - timedelta(hours=2),
                "ends_at": timezone.now() - timedelta(minutes=1),
            },
            "over",
        ),
    ],
)
def test_an_event_that_is_over_or_cancelled_ends_it(
    changes: dict[str, object], why: str, sending: Campaign
) -> None:
    [row] = sent_with(sending, PUT_OFF)
    Event.objects.update(**changes)

    with pytest.raises(NotRetryable, match=why):
        retry_failed(sending.pk)
    assert statuses(row) == ["failed"]


def test_an_event_that_was_moved_since_ends_it(sending: Campaign) -> None:
    sent_with(sending, PUT_OFF)
    Campaign.objects.filter(pk=sending.pk).update(calendar_sequence=0)
    Event.objects.update(venue="Elsewhere", sequence=1)

    with pytest.raises(NotRetryable, match="changed"):
        retry_failed(sending.pk)
    Event.objects.update(venue="", sequence=2)
    assert why_not(Campaign.objects.get(pk=sending.pk)) == ""


def test_where_a_newer_version_was_sent_nobody_gets_the_old_one(sending: Campaign) -> None:
    [row] = sent_with(sending, PUT_OFF)
    later = Campaign.objects.create(name="Anew", topic=sending.topic, earlier_version=sending)
    assert why_not(sending) == ""

    Campaign.objects.filter(pk=later.pk).update(
        status=CampaignStatus.SENT, launched_at=timezone.now()
    )

    with pytest.raises(NotRetryable, match="newer version"):
        retry_failed(sending.pk)
    assert statuses(row) == ["failed"]


def test_whoever_got_the_step_by_another_campaign_is_not_tried_again(sending: Campaign) -> None:
    one, other = sent_with(sending, PUT_OFF, PUT_OFF)
    assert sending.event
    begins = sending.event.starts_at
    Campaign.objects.filter(pk=sending.pk).update(step="reminder", step_of=begins)
    again = Campaign.objects.create(
        name="Once more",
        topic=sending.topic,
        event=sending.event,
        step="reminder",
        step_of=begins,
        status=CampaignStatus.SENT,
        launched_at=timezone.now(),
    )
    Delivery.objects.create(
        campaign=again, subscriber=one.subscriber, language="en", status=DeliveryStatus.ACCEPTED
    )
    sending.refresh_from_db()

    assert failures_of(sending).others == {"had_step": 1}
    assert retry_failed(sending.pk) == 1
    assert statuses(one, other) == ["failed", "planned"]


def test_whoever_heard_of_a_change_by_a_message_of_their_own_is_not_tried_again(
    sending: Campaign,
) -> None:
    one, other = sent_with(sending, PUT_OFF, PUT_OFF)
    Campaign.objects.filter(pk=sending.pk).update(kind="update", change_sequence=1)
    assert one.subscriber
    assert sending.event
    Rsvp.objects.create(
        event=sending.event,
        subscriber=one.subscriber,
        answer="yes",
        told_steps=["update 1"],
    )
    sending.refresh_from_db()

    assert failures_of(sending).others == {"told_already": 1}
    assert retry_failed(sending.pk) == 1
    assert statuses(one, other) == ["failed", "planned"]


def test_a_campaign_of_the_same_step_that_starts_at_once_tells_nobody_twice(
    transactional_db: None, draft: Campaign, followers: MakeFollowers
) -> None:
    """Either the other one has them, or they are tried again: never both."""
    followers(20)
    Campaign.objects.filter(pk=draft.pk).update(step="reminder", offset_minutes=-60)
    draft.refresh_from_db()
    approve(draft, by="Sam")
    campaign = launch_now(draft)
    claimed = claim(campaign.pk, size=20, mailer="smtp")
    settle(claimed, {one.pk: PUT_OFF for one in claimed.deliveries})
    finish_done()
    again = Campaign.objects.create(
        name="Once more",
        topic=draft.topic,
        event=draft.event,
        step="reminder",
        offset_minutes=-60,
    )
    Audience.objects.create(campaign=again)
    content = CampaignContent.objects.get(campaign=draft)
    CampaignContent.objects.create(
        campaign=again, subject=content.subject, preheader="Soon", blocks=content.blocks
    )
    approve(again, by="Sam")
    launch(again, undo_window=timedelta())

    together(
        lambda: start(again.pk, now=timezone.now() + timedelta(minutes=1)),
        lambda: retry_failed(campaign.pk),
    )

    waiting = Delivery.objects.filter(status=DeliveryStatus.PLANNED)
    people = list(waiting.values_list("subscriber", flat=True))
    assert len(people) == len(set(people)) == 20


class TriedAgain(NeverTwice):
    """The same histories, where what failed is tried again by whoever likes."""

    @precondition(lambda self: self.claims)
    @rule(which=st.integers(0, 9), result=st.sampled_from([PUT_OFF, REFUSED]))
    def turn_away(self, which: int, result: Result) -> None:
        claimed: Claim = self.claims.pop(which % len(self.claims))
        settle(claimed, {one.pk: result for one in claimed.deliveries}, now=self.now)

    @rule()
    def try_again(self) -> None:
        rows = Delivery.objects.filter(campaign=self.campaign)
        before = dict(rows.values_list("pk", "status"))
        try:
            number = retry_failed(self.campaign.pk)
        except NotRetryable:
            number = 0
        planned = rows.filter(status=DeliveryStatus.PLANNED).values_list("pk", flat=True)
        moved = {pk for pk in planned if before[pk] != DeliveryStatus.PLANNED}
        assert len(moved) == number
        assert {before[pk] for pk in moved} <= {DeliveryStatus.FAILED.value}
        assert not moved & self.told, "tried again, though a provider has told of it"


def test_whatever_happens_in_whatever_order_everybody_stays_counted(
    sending: Campaign, settings: Settings
) -> None:
    settings.MAXIMUM_ATTEMPTS = 2

    class Here(TriedAgain):
        campaign = sending

    run_state_machine_as_test(Here, settings=profile(max_examples=15, stateful_step_count=25))


def test_of_several_who_press_at_once_one_does_it(
    transactional_db: None, draft: Campaign, followers: MakeFollowers
) -> None:
    followers(40)
    approve(draft, by="Sam")
    campaign = launch_now(draft)
    claimed = claim(campaign.pk, size=30, mailer="smtp")
    settle(claimed, {one.pk: PUT_OFF for one in claimed.deliveries})
    send_batch(campaign.pk)
    finish_done()

    def press() -> int:
        try:
            return retry_failed(campaign.pk)
        except NotRetryable:
            return 0  # another has reopened the campaign, and it is being sent

    done = together(press, press, press, press, finish_done)

    assert sum(each for each in done[:4] if isinstance(each, int)) == 30
    assert totals(campaign) == recount(campaign)
    together(*[lambda: send_batch(campaign.pk)] * 3)
    assert totals(campaign) == recount(campaign)
    assert totals(campaign).accepted == 40
    recipients = list(InboxMessage.objects.values_list("recipient", flat=True))
    assert len(recipients) == len(set(recipients)) == 40
    assert AuditEntry.objects.filter(action="campaign.retried").count() == 1
