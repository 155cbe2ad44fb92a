import pytest
from django.contrib.auth.models import User
from django.test import Client

from campaigns.content.shape import ContentError
from campaigns.models import Campaign
from campaigns.review.proof import BlockedAddress, send_proof
from campaigns.states import CampaignStatus
from newsletter.core.addresses import BadAddress
from newsletter.models import TransactionalMessage
from subscribers.models import Subscriber


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
