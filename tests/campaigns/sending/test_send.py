import re
from collections.abc import Callable, Mapping
from email import message_from_bytes, policy
from typing import Any

import pytest
from django.db import connection
from pytest_django.fixtures import Settings

from campaigns.models import Campaign, Delivery
from campaigns.reports.totals import recount, totals
from campaigns.review.approval import approve
from campaigns.sending.advance import advance_campaigns
from campaigns.sending.claims import claim_size
from campaigns.sending.launch import launch_now
from campaigns.sending.send import send_batch
from campaigns.states import CampaignStatus, DeliveryStatus
from newsletter.models import InboxMessage
from subscribers.models import Subscriber, Suppression, Topic
from subscribers.states import SubscriptionStatus
from tests.campaigns.conftest import MakeFollowers

pytestmark = pytest.mark.services


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


def test_towards_the_end_claims_are_half_of_what_is_left(
    draft: Campaign, followers: MakeFollowers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else one worker has a whole claim to send when the others have nothing."""
    followers(80)
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
        send_batch(draft.pk, seconds=600)

    assert asked[:5] == [8, 36, 18, 9, 8]
    assert totals(draft).accepted == 80


def test_a_mailer_that_refuses_us_pauses_the_campaign_and_blames_nobody(
    sending: Campaign, settings: Settings
) -> None:
    settings.MAILERS = {**settings.MAILERS, "bulk": {"BACKEND": "no.such.Backend"}}

    send_batch(sending.pk)

    assert status_of(sending) == CampaignStatus.PAUSED
    assert "rejected our settings" in sending.pause_reason
    assert totals(sending).planned == 5


def test_a_topic_that_is_made_private_while_its_campaign_is_sent_empties_no_link(
    sending: Campaign,
) -> None:
    Topic.objects.update(is_public=False)

    send_batch(sending.pk)

    link = f"http://localhost:8000/archive/{sending.slug}/"
    assert InboxMessage.objects.count() == 5
    for message in InboxMessage.objects.all():
        mail = message_from_bytes(bytes(message.raw), policy=policy.default)
        html, text = mail.get_body(("html",)), mail.get_body(("plain",))
        assert html is not None
        assert text is not None
        assert f'href="{link}"' in html.get_content()
        assert link in text.get_content()
