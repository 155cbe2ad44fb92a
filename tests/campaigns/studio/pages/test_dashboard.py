import re
from datetime import timedelta
from html import escape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaigns.events.schedule import cancel_event
from campaigns.models import Campaign, DeliveryTally, KeptFindings, TopicMonth
from campaigns.reports.diagnostics.keep import EVERY, LEFT_OUT, keep_findings
from campaigns.sending.pause_cancel_undo import cancel, pause
from campaigns.states import CampaignStatus
from newsletter.models import Brand, RunningProcess
from staff.roles import ADMINISTRATOR, AUDITOR, LIST_MANAGER, ROLES, Role
from subscribers.models import SignUpAttack, Subscriber, Topic
from subscribers.states import SubscriptionStatus
from tests.processes import run_all
from tests.staff_members import browser_of, staff_member

MOST_STATEMENTS = 40
"""Of one visit to the dashboard, by somebody who may see all of it."""


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


@pytest.mark.thorough(sample=3)
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


def test_emails_in_doubt_wait_for_whoever_can_say_what_happened(
    lees: Client, wrens: Client, sending: Campaign
) -> None:
    DeliveryTally.objects.filter(campaign=sending, status="planned").update(number=3)
    DeliveryTally.objects.update_or_create(
        campaign=sending, status="uncertain", defaults={"number": 2}
    )
    words = "2 emails may have been sent or not."
    assert words not in lees.get("/staff/").content.decode(), "Those may be settled by themselves."
    Campaign.objects.update(status=CampaignStatus.PAUSED)
    assert words in lees.get("/staff/").content.decode()
    assert words not in wrens.get("/staff/").content.decode()


def test_an_approval_that_lapsed_is_told_with_its_time(lees: Client, approved: Campaign) -> None:
    words = "Its approval doesn’t count any more."
    Campaign.objects.update(
        status=CampaignStatus.SCHEDULED, scheduled_at=timezone.now() + timedelta(days=2)
    )
    assert words not in lees.get("/staff/").content.decode()
    approved.reviews.update(lapse_told_at=timezone.now())
    assert words in lees.get("/staff/").content.decode()
    Campaign.objects.update(status=CampaignStatus.DRAFT)
    assert words not in lees.get("/staff/").content.decode()


def test_growth_and_health_stand_in_a_line_that_leads_to_more(
    sams: Client, wrens: Client, topic: Topic
) -> None:
    assert 'id="trend"' not in sams.get("/staff/").content.decode()
    TopicMonth.objects.create(
        topic=topic,
        month=timezone.now().date().replace(day=1),
        joined=40,
        left=7,
        subscribed=1_234,
        emails=2_000,
        complained=20,
        counted_at=timezone.now(),
    )
    html = " ".join(sams.get("/staff/").content.decode().split())
    assert "<strong>1,234</strong> subscriptions. In 12 months 40 came and 7 left." in html
    assert "limit of providers 0.3%), which is above the limit" in html
    assert reverse("admin:studio_over_time") in html
    others = " ".join(wrens.get("/staff/").content.decode().split())
    assert "<strong>About 1,200</strong> subscriptions." in others
    assert "7 left" not in others


def test_an_event_says_how_far_its_campaigns_are(
    wrens: Client, draft: Campaign, other_topic: Topic
) -> None:
    assert "1 campaign: 1 not scheduled yet" in wrens.get("/staff/").content.decode()
    other_topic.is_restricted, other_topic.is_public = True, False
    other_topic.save()
    Campaign.objects.create(name="Hidden", topic=other_topic, event=draft.event)
    assert "1 campaign: 1 not scheduled yet" in wrens.get("/staff/").content.decode()
    Campaign.objects.filter(pk=draft.pk).update(status=CampaignStatus.CANCELLED)
    assert "No campaign about it yet" in wrens.get("/staff/").content.decode()


def test_findings_of_doctor_are_told_to_administrators_from_what_is_kept(
    wrens: Client, brand: Brand
) -> None:
    admins = browser_of(staff_member("ann", ADMINISTRATOR))
    run_all()
    assert 'id="findings"' not in admins.get("/staff/").content.decode()
    Brand.objects.update(postal_address="")
    keep_findings()
    html = admins.get("/staff/").content.decode()
    kept = KeptFindings.objects.get()
    assert all(escape(each["message"]) in html for each in kept.findings)
    assert not {each["check"] for each in kept.findings} & LEFT_OUT
    assert "fine" not in {each["level"] for each in kept.findings}
    assert 'id="findings"' not in wrens.get("/staff/").content.decode()
    stopped = "which is too long ago"
    assert stopped not in html
    KeptFindings.objects.update(checked_at=timezone.now() - 4 * EVERY)
    assert stopped in admins.get("/staff/").content.decode()


def test_a_missing_sender_is_told_to_administrators_at_once(wrens: Client, brand: Brand) -> None:
    admins = browser_of(staff_member("ann", ADMINISTRATOR))
    run_all()
    RunningProcess.objects.filter(kind="sender").delete()
    assert "No process sends campaigns" in admins.get("/staff/").content.decode()
    assert "No process sends campaigns" not in wrens.get("/staff/").content.decode()


@pytest.mark.parametrize("campaigns", [1, 12])
def test_the_dashboard_asks_as_little_however_much_there_is(
    sams: Client, draft: Campaign, campaigns: int, django_assert_max_num_queries: Any
) -> None:
    now = timezone.now()
    states = [CampaignStatus.SENT, CampaignStatus.SENDING, CampaignStatus.APPROVED, "draft"]
    for number in range(campaigns):
        for status in states:
            campaign = Campaign.objects.create(
                name=f"{status} {number}",
                topic=draft.topic,
                event=draft.event,
                status=status,
                launched_at=now,
                finished_at=now,
            )
            DeliveryTally.objects.create(campaign=campaign, status="delivered", number=3)
    sams.get("/staff/")
    with django_assert_max_num_queries(MOST_STATEMENTS):
        sams.get("/staff/")


def test_a_campaign_that_is_on_its_way_is_not_told_as_sent(
    wrens: Client, sending: Campaign
) -> None:
    for status, words in [
        (CampaignStatus.SENDING, "1 being sent"),
        (CampaignStatus.PAUSED, "1 paused"),
        (CampaignStatus.SENT, "1 sent"),
    ]:
        Campaign.objects.update(status=status)
        assert f"1 campaign: {words}" in wrens.get("/staff/").content.decode()
