import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaigns.events.schedule import cancel_event
from campaigns.models import Campaign
from campaigns.sending.pause_cancel_undo import cancel, pause
from campaigns.states import CampaignStatus
from newsletter.models import Brand
from staff.roles import AUDITOR, LIST_MANAGER, ROLES, Role
from subscribers.models import SignUpAttack, Subscriber, Topic
from subscribers.states import SubscriptionStatus
from tests.staff_members import browser_of, staff_member


def test_the_dashboard_shows_campaigns_in_progress_and_how_many_are_subscribed(
    sams: Client,
    sending: Campaign,
    other_topic: Topic,
    ada: Subscriber,
    ben: Subscriber,
    dora: Subscriber,
) -> None:
    """Ada counts once, and neither Ben, who hasn't confirmed, nor Dora, who has left."""
    ada.subscriptions.create(
        topic=other_topic, status=SubscriptionStatus.CONFIRMED, changed_at=timezone.now()
    )
    answer = sams.get("/staff/")
    assert [summary.campaign for summary in answer.context["in_progress"]] == [sending]
    assert "6 people are subscribed to at least one topic." in answer.content.decode()


def test_why_a_campaign_is_paused_or_stopped_stands_beside_it_without_addresses(
    sams: Client, sending: Campaign
) -> None:
    pause(sending.pk, reason="The mailer refuses ada@example.nz.")
    html = sams.get("/staff/").content.decode()
    assert "The mailer refuses" in html
    assert "ada@example.nz" not in html
    assert sending.event
    cancel_event(sending.event)
    page = sams.get(reverse("admin:studio_event", args=[sending.event.pk])).content.decode()
    assert "The event was cancelled, so nothing more of this is sent." in page


def test_the_numbers_of_a_latest_email_add_up(sams: Client, sending: Campaign) -> None:
    cancel(sending.pk)
    Campaign.objects.update(status=CampaignStatus.SENT, finished_at=timezone.now())
    html = sams.get("/staff/").content.decode().partition('id="latest"')[2]
    assert re.findall(r'scope="col"[^>]*>([^<]*)<', html)[2:] == [
        "Recipients",
        "Accepted or delivered",
        "Bounced or failed",
        "Skipped",
        "Uncertain",
    ]
    assert re.findall(r'<td class="st-right">(\d+)<', html) == ["5", "0", "0", "5", "0"]


def test_the_dashboard_of_one_who_may_do_nothing_is_empty(
    noors: Client, sending: Campaign, brand: Brand
) -> None:
    html = noors.get("/staff/").content.decode()
    assert sending.name not in html
    assert "subscribed to" not in html
    assert "You have no role yet. Ask an administrator" in html


@pytest.mark.parametrize("role", ROLES.values(), ids=lambda role: role.name)
def test_whoever_has_a_role_sees_campaigns(role: Role, sending: Campaign, brand: Brand) -> None:
    html = browser_of(staff_member("paul", role)).get("/staff/").content.decode()
    assert sending.name in html
    assert "no role yet" not in html
    assert ("subscribed to" in html) is (role in (LIST_MANAGER, AUDITOR))


def test_the_dashboard_asks_for_the_addresses_without_which_nothing_can_be_sent(
    sams: Client, noors: Client, brand: Brand
) -> None:
    words = "Nothing can be sent yet"
    assert words not in sams.get("/staff/").content.decode()
    Brand.objects.update(postal_address="")
    assert words in sams.get("/staff/").content.decode()
    assert words not in noors.get("/staff/").content.decode()


def test_an_approved_campaign_is_ready_and_not_a_draft(sams: Client, approved: Campaign) -> None:
    context = sams.get("/staff/").context
    assert [line.campaign for line in context["ready"]] == [approved]
    assert context["drafts"] == []


def test_a_flood_of_forms_is_told_in_plain_words_to_whoever_has_a_role(
    sams: Client, noors: Client, brand: Brand
) -> None:
    words = "Your sign-up forms are being flooded."
    assert words not in sams.get("/staff/").content.decode()
    now = timezone.now()
    SignUpAttack.objects.create(began_at=now, last_at=now, posts=3120, networks=812)
    html = sams.get("/staff/").content.decode()
    assert words in html
    assert "3,120 forms from about 812 networks" in html
    assert "Sign-up stays open." in html
    assert words not in noors.get("/staff/").content.decode()
