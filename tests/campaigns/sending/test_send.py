import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from email import message_from_bytes, policy
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django.fixtures import Settings

from campaigns.models import Campaign, Delivery
from campaigns.reports.totals import recount, totals
from campaigns.review.approval import approve
from campaigns.sending import claim_size
from campaigns.sending.advance import advance_campaigns
from campaigns.sending.claim import claim
from campaigns.sending.control import cancel, pause, resume
from campaigns.sending.finish import wake_sleepy
from campaigns.sending.guard import count_facts
from campaigns.sending.launch import launch_now
from campaigns.sending.recover import recover_expired
from campaigns.sending.resolve import NotResolvable, resolve_uncertain
from campaigns.sending.send import send_batch
from campaigns.sending.settle import settle
from campaigns.states import CampaignStatus, DeliveryStatus, Fact
from newsletter.core.db_clock import database_now
from newsletter.models import InboxMessage, MailerHealth
from newsletter.transport.results.of_error import Outcome, Result
from subscribers.models import Subscriber, Suppression
from subscribers.states import SubscriptionStatus
from tests.campaigns.conftest import MakeReaders


def status_of(campaign: Campaign) -> str:
    campaign.refresh_from_db()
    return campaign.status


def test_each_recipient_gets_exactly_one_message_with_their_name(sending: Campaign) -> None:
    assert not send_batch(sending.pk).more
    advance_campaigns()

    recipients = list(InboxMessage.objects.values_list("recipient", flat=True))
    assert len(recipients) == len(set(recipients)) == 5
    assert totals(sending).accepted == 5
    assert totals(sending) == recount(sending)
    assert status_of(sending) == CampaignStatus.SENT
    for message in InboxMessage.objects.all():
        parsed = message_from_bytes(bytes(message.raw), policy=policy.default)
        name = re.fullmatch(r"You are invited, (Reader\d)", parsed["Subject"])
        assert name is not None
        number = name.group(1).removeprefix("Reader")
        assert f"reader{number}@" in parsed["To"]
        body = parsed.get_body(("plain",))
        assert body is not None
        assert f"Dear {name.group(1)}" in body.get_content()


def test_each_message_can_be_left_by_its_header(sending: Campaign) -> None:
    send_batch(sending.pk)

    for message in InboxMessage.objects.all():
        raw = bytes(message.raw).replace(b"\r\n", b"\n")
        [header] = [line for line in raw.split(b"\n") if line.startswith(b"List-Unsubscribe:")]
        assert re.fullmatch(rb"List-Unsubscribe: <http://localhost:8000/u/[\w-]{28}>", header)
        assert b"\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\n" in raw
        assert raw.count(b"\nTo: ") == 1


def test_sending_again_sends_nothing(sending: Campaign) -> None:
    send_batch(sending.pk)
    send_batch(sending.pk)
    assert InboxMessage.objects.count() == 5


def test_who_leaves_after_launch_gets_nothing(sending: Campaign) -> None:
    reader = Subscriber.objects.get(given_name="Reader0")
    reader.subscriptions.update(status=SubscriptionStatus.UNSUBSCRIBED)
    Suppression.objects.create(
        digest=Subscriber.objects.get(given_name="Reader1").digest, reason="complaint", scope="bulk"
    )
    Subscriber.objects.get(given_name="Reader2").delete()

    send_batch(sending.pk)

    assert sorted(InboxMessage.objects.values_list("recipient", flat=True)) == [
        "reader3@mail0.example",
        "reader4@mail1.example",
    ]
    reasons = set(
        Delivery.objects.filter(status=DeliveryStatus.SKIPPED).values_list("reason", flat=True)
    )
    assert reasons == {"unsubscribed", "suppressed", "erased"}
    assert totals(sending) == recount(sending)
    assert totals(sending).adds_up


def test_two_workers_never_claim_the_same_row(sending: Campaign) -> None:
    first, second = claim(sending.pk, size=3), claim(sending.pk, size=3)

    ids = [delivery.pk for delivery in [*first.deliveries, *second.deliveries]]
    assert len(ids) == len(set(ids)) == 5
    assert claim(sending.pk, size=3).found_nothing


def test_towards_the_end_claims_are_half_of_what_is_left(
    draft: Campaign, readers: MakeReaders, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else one worker has a whole claim to send when the others have nothing."""
    readers(80)
    approve(draft, by="Sam")
    launch_now(draft)
    monkeypatch.setattr(claim_size, "FIRST_CLAIM", 8)
    monkeypatch.setattr(claim_size, "CLAIM_SECONDS", 1e6)  # however slow the machine is
    asked: list[int] = []

    def noted(
        execute: Callable[..., Any],
        sql: str,
        parameters: Any,
        many: bool,
        context: Mapping[str, Any],
    ) -> Any:
        if found := re.search(r'FROM "campaigns_delivery" .* ORDER BY .* LIMIT (\d+)', sql):
            asked.append(int(found.group(1)))
        return execute(sql, parameters, many, context)

    with connection.execute_wrapper(noted):
        send_batch(draft.pk)

    assert asked[:5] == [8, 36, 18, 9, 8]
    assert totals(draft).accepted == 80


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite joins row by row in any case")
def test_a_claim_reads_no_more_than_it_takes_whatever_the_database_expects(
    sending: Campaign,
) -> None:
    """After some campaigns it expects a tenth of the rows that there are, and would sort all that are left, at each claim."""
    others = Campaign.objects.bulk_create(
        Campaign(name="x", topic=sending.topic, status=CampaignStatus.SENT) for _ in range(9)
    )
    for campaign, status in [
        *((other, DeliveryStatus.ACCEPTED) for other in others),
        (sending, DeliveryStatus.PLANNED),
    ]:
        Delivery.objects.bulk_create(
            Delivery(campaign=campaign, language="en", status=status) for _ in range(500)
        )
    plans: list[str] = []

    def explained(
        execute: Callable[..., Any],
        sql: str,
        parameters: Any,
        many: bool,
        context: Mapping[str, Any],
    ) -> Any:
        if "SKIP LOCKED" in sql:
            found = context["connection"].connection.execute(f"EXPLAIN {sql}", parameters)
            plans.append("\n".join(line for (line,) in found))
        return execute(sql, parameters, many, context)

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE campaigns_delivery")
    first = Delivery.objects.filter(campaign=sending).order_by("-pk")[400].pk
    with connection.execute_wrapper(explained):
        claim(sending.pk, size=100, after=first)

    [plan] = plans
    assert "Index Scan using delivery_planned" in plan
    assert "Sort" not in plan
    assert "Hash Join" not in plan


def test_nothing_is_claimed_while_paused_and_all_is_when_resumed(sending: Campaign) -> None:
    assert pause(sending.pk)
    assert claim(sending.pk, size=5).found_nothing

    assert resume(sending.pk)
    assert not resume(sending.pk)
    assert len(claim(sending.pk, size=5).deliveries) == 5


def test_an_expired_lease_becomes_uncertain_and_is_never_sent_again(sending: Campaign) -> None:
    lost = claim(sending.pk, size=2)

    assert recover_expired(now=lost.lease_until) == 0
    assert recover_expired(now=lost.lease_until + timedelta(seconds=1)) == 2
    send_batch(sending.pk)
    advance_campaigns()

    assert totals(sending).uncertain == 2
    assert totals(sending).accepted == 3
    assert totals(sending) == recount(sending)
    assert InboxMessage.objects.count() == 3
    assert status_of(sending) == CampaignStatus.SENT


def test_deliveries_that_were_not_begun_are_given_back(sending: Campaign) -> None:
    claimed = claim(sending.pk, size=3)
    first = claimed.deliveries[0].pk

    assert settle(claimed, {first: Result(Outcome.ACCEPTED, provider_message_id="abc")}) == 3

    begun = Delivery.objects.get(pk=first)
    assert (begun.status, begun.provider_message_id, begun.claim_token) == (
        DeliveryStatus.ACCEPTED,
        "abc",
        None,
    )
    assert totals(sending).planned == 4
    assert set(
        Delivery.objects.filter(status=DeliveryStatus.PLANNED).values_list("attempt", flat=True)
    ) == {0}


@pytest.mark.parametrize(
    ("outcome", "status"),
    [
        (Outcome.ACCEPTED, DeliveryStatus.ACCEPTED),
        (Outcome.REFUSED, DeliveryStatus.FAILED),
        (Outcome.MISCONFIGURED, DeliveryStatus.PLANNED),
        (Outcome.LATER, DeliveryStatus.PLANNED),
        (Outcome.UNKNOWN, DeliveryStatus.UNCERTAIN),
    ],
)
def test_each_verdict_has_its_consequence(
    sending: Campaign, outcome: Outcome, status: DeliveryStatus
) -> None:
    claimed = claim(sending.pk, size=1)
    settle(
        claimed,
        {claimed.deliveries[0].pk: Result(outcome, reason="550 no such user", mailer="smtp")},
    )

    delivery = Delivery.objects.get(pk=claimed.deliveries[0].pk)
    assert (delivery.status, delivery.reason, delivery.mailer) == (
        status,
        "550 no such user",
        "smtp",
    )
    assert totals(sending) == recount(sending)


def test_what_the_provider_wants_later_is_tried_later(sending: Campaign) -> None:
    now = timezone.now()
    claimed = claim(sending.pk, size=1, now=now)
    settle(claimed, {claimed.deliveries[0].pk: Result(Outcome.LATER, retry_after=90.0)}, now=now)

    due = [
        delivery.pk
        for delivery in claim(sending.pk, size=9, now=now + timedelta(seconds=89)).deliveries
    ]
    assert claimed.deliveries[0].pk not in due
    due = [
        delivery.pk
        for delivery in claim(sending.pk, size=9, now=now + timedelta(seconds=91)).deliveries
    ]
    assert due == [claimed.deliveries[0].pk]


def test_attempts_are_not_endless(sending: Campaign, settings: Settings) -> None:
    settings.MAXIMUM_ATTEMPTS = 1
    claimed = claim(sending.pk, size=1)
    settle(claimed, {claimed.deliveries[0].pk: Result(Outcome.LATER, reason="421 busy")})

    assert Delivery.objects.get(pk=claimed.deliveries[0].pk).status == DeliveryStatus.FAILED


def test_a_mailer_that_refuses_us_pauses_the_campaign_and_blames_nobody(
    sending: Campaign, settings: Settings
) -> None:
    settings.MAILERS = {**settings.MAILERS, "bulk": {"BACKEND": "no.such.Backend"}}

    send_batch(sending.pk)

    assert status_of(sending) == CampaignStatus.PAUSED
    assert "rejected our settings" in sending.pause_reason
    assert totals(sending).planned == 5


def test_a_person_can_plan_uncertain_deliveries_again_which_reopens_the_campaign(
    sending: Campaign,
) -> None:
    lost = claim(sending.pk, size=2)
    recover_expired(now=lost.lease_until + timedelta(seconds=1))
    send_batch(sending.pk)
    advance_campaigns()

    assert resolve_uncertain(sending.pk, to=DeliveryStatus.PLANNED, by="Sam") == 2
    assert status_of(sending) == CampaignStatus.SENDING
    send_batch(sending.pk)
    advance_campaigns()

    assert status_of(sending) == CampaignStatus.SENT
    assert InboxMessage.objects.count() == 5


def test_a_person_who_finds_a_letter_sent_says_so(sending: Campaign) -> None:
    lost = claim(sending.pk, size=2)
    recover_expired(now=lost.lease_until + timedelta(seconds=1))
    send_batch(sending.pk)

    assert resolve_uncertain(sending.pk, to=DeliveryStatus.ACCEPTED, by="Sam") == 2
    assert totals(sending).accepted == 5
    assert totals(sending) == recount(sending)
    assert InboxMessage.objects.count() == 3


def test_an_uncertain_delivery_becomes_nothing_else(sending: Campaign) -> None:
    with pytest.raises(NotResolvable, match="accepted, planned or failed"):
        resolve_uncertain(sending.pk, to=DeliveryStatus.DELIVERED, by="Sam")


def test_uncertain_deliveries_of_a_cancelled_campaign_can_only_fail(sending: Campaign) -> None:
    lost = claim(sending.pk, size=2)
    recover_expired(now=lost.lease_until + timedelta(seconds=1))
    cancel(sending.pk)

    with pytest.raises(NotResolvable, match="cancelled"):
        resolve_uncertain(sending.pk, to=DeliveryStatus.PLANNED, by="Sam")
    assert resolve_uncertain(sending.pk, to=DeliveryStatus.FAILED, by="Sam") == 2


def test_a_campaign_with_open_rows_is_not_finished(sending: Campaign) -> None:
    claim(sending.pk, size=5)
    advance_campaigns()
    assert status_of(sending) == CampaignStatus.SENDING


def test_the_clock_wakes_a_campaign_that_nobody_claims_from(sending: Campaign) -> None:
    assert advance_campaigns().woken == 1
    claim(sending.pk, size=1)
    assert advance_campaigns().woken == 0


def test_the_clock_wakes_a_campaign_as_soon_as_its_mailer_has_rested(sending: Campaign) -> None:
    """Not after the quarter of a minute in which a worker would be missed."""
    claim(sending.pk, size=1)
    now = database_now()
    health = MailerHealth.objects.create(
        mailer="inbox", rests_until=now + timedelta(seconds=5), changed_at=now, reason="429"
    )

    assert wake_sleepy(now=now + timedelta(seconds=4)) == 0
    health.rests_until = now
    health.save()
    assert wake_sleepy(now=now + timedelta(seconds=1)) == 1
    claim(sending.pk, size=1, now=now + timedelta(seconds=2))
    assert wake_sleepy(now=now + timedelta(seconds=3)) == 0, "somebody tries it"


def test_a_campaign_that_does_harm_is_stopped_by_the_clock(
    sending: Campaign, settings: Settings
) -> None:
    settings.GUARD_LEAST_COMPLAINTS = 1
    first = claim(sending.pk, size=2)
    settle(first, {one.pk: Result(Outcome.ACCEPTED) for one in first.deliveries})
    count_facts(sending.pk, {Fact.COMPLAINED: 1})

    assert advance_campaigns().stopped == 1

    assert status_of(sending) == CampaignStatus.PAUSED


def test_a_step_of_the_clock_that_fails_keeps_none_of_the_others_from_theirs(
    sending: Campaign, settings: Settings
) -> None:
    settings.VAR_DIR = "no path at all"  # whoever looks for journals fails
    Delivery.objects.update(status=DeliveryStatus.SKIPPED)

    assert advance_campaigns().finished == 1
