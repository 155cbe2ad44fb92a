from contextlib import suppress as suppress_errors

import pytest
from django.contrib.auth.models import User
from django.test import Client

from campaigns.content.check_content import ContentError
from campaigns.models import Campaign
from campaigns.review.proof import BlockedAddress, TooManyProofs, send_proof
from campaigns.states import CampaignStatus
from newsletter.core.addresses import BadAddress, address_digest
from newsletter.models import TransactionalMessage
from subscribers.models import Subscriber
from subscribers.states import SCOPE_OF_REASON, SuppressionReason, SuppressionScope
from subscribers.suppression.registry import suppress


def test_a_proof_is_marked_and_waits_in_the_outbox(draft: Campaign) -> None:
    message = send_proof(draft, to=" colleague@example.org ")

    assert (message.kind, message.to) == ("proof", "colleague@example.org")
    assert message.subject == "[Test] You are invited, colleague"
    assert "Dear colleague" in message.html
    assert "Dear colleague" in message.text


def test_a_follower_sees_their_own_name_and_time(draft: Campaign, ada: Subscriber) -> None:
    message = send_proof(draft, to="ADA@example.nz")

    assert message.subject == "[Test] You are invited, Ada"
    assert "Auckland time" in message.html


def test_a_proof_that_is_passed_on_unsubscribes_nobody(draft: Campaign, ada: Subscriber) -> None:
    message = send_proof(draft, to=ada.email)

    assert "/u/" not in message.html + message.text
    assert "http://localhost:8000/preferences/" in message.html


def test_a_proof_changes_nothing_about_the_campaign(draft: Campaign, ada: Subscriber) -> None:
    send_proof(draft, to=ada.email)

    draft.refresh_from_db()
    assert draft.status == CampaignStatus.DRAFT
    assert not draft.deliveries.exists()


@pytest.mark.parametrize(
    "to",
    [
        "",
        "nobody",
        "a@b\r\nBcc: c@d.example",
        "x" * 5000 + "@example.org",
        "a@example.org, b@example.org",
    ],
)
def test_what_is_no_address_gets_none(draft: Campaign, to: str) -> None:
    with pytest.raises(BadAddress):
        send_proof(draft, to=to)
    assert not TransactionalMessage.objects.exists()


def test_nothing_is_sent_to_an_address_that_must_not_be_written_to(
    draft: Campaign, cleo: Subscriber
) -> None:
    with pytest.raises(BlockedAddress):
        send_proof(draft, to="Cleo@example.com")
    assert not TransactionalMessage.objects.exists()


OPT_OUTS = [each for each, scope in SCOPE_OF_REASON.items() if scope == SuppressionScope.BULK]


@pytest.mark.parametrize("reason", OPT_OUTS)
def test_nor_to_an_address_that_gets_no_campaigns(
    draft: Campaign, ada: Subscriber, reason: SuppressionReason
) -> None:
    suppress(ada.digest, reason=reason)

    with pytest.raises(BlockedAddress, match="Campaigns may not be sent"):
        send_proof(draft, to=ada.email.upper())
    assert not TransactionalMessage.objects.exists()


def test_staff_who_unsubscribed_themselves_still_test_with_their_own_address(
    draft: Campaign, sam: User
) -> None:
    sam.email = "Sam@example.org"
    sam.save()
    suppress(address_digest("sam@example.org"), reason=SuppressionReason.UNSUBSCRIBED_ALL)

    send_proof(draft, to="sam@example.org")

    assert TransactionalMessage.objects.count() == 1


@pytest.mark.parametrize("is_blocked", [True, False])
def test_an_address_outside_the_staff_gets_a_few_a_day_and_a_blocked_one_is_told_the_same(
    draft: Campaign, ada: Subscriber, sam: User, is_blocked: bool
) -> None:
    User.objects.update(email="sam@example.org")
    if is_blocked:
        suppress(ada.digest, reason=SuppressionReason.UNSUBSCRIBED_ALL)
    for _ in range(10):
        with suppress_errors(BlockedAddress):
            send_proof(draft, to=ada.email)

    with pytest.raises(TooManyProofs, match="10 test emails"):
        send_proof(draft, to=ada.email.upper())
    for _ in range(11):
        send_proof(draft, to="sam@example.org")


@pytest.mark.parametrize("language", ["fr", "../x", "é" * 500])
def test_a_language_that_is_not_there_is_told(draft: Campaign, language: str) -> None:
    with pytest.raises(ContentError, match="there is none"):
        send_proof(draft, to="colleague@example.org", language=language)


def test_its_link_to_the_browser_leads_staff_to_the_email_until_it_has_a_public_page(
    sam: User, draft: Campaign
) -> None:
    message = send_proof(draft, to="colleague@example.org")
    link = f"http://localhost:8000/staff/campaigns/campaign/{draft.pk}/email/en/"
    assert f'href="{link}"' in message.html
    assert "/archive/" not in message.html + message.text

    stranger, staff = Client(), Client()
    staff.force_login(sam)
    assert stranger.get(link).status_code == 302
    assert "Dear colleague" in staff.get(link).content.decode()


def test_once_it_is_sent_a_proof_leads_to_the_public_page(sending: Campaign) -> None:
    link = f"http://localhost:8000/archive/{sending.slug}/"
    assert f'href="{link}"' in send_proof(sending, to="colleague@example.org").html
    assert Client().get(link).status_code == 200
