import re
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from django.utils.html import strip_tags

from campaigns.content.edit import save_audience
from campaigns.content.fingerprint import fingerprint
from campaigns.models import Campaign, Delivery
from campaigns.review.approval import return_to_draft
from campaigns.sending.freeze import start_due
from campaigns.sending.pause_cancel_undo import undo
from campaigns.states import CampaignStatus
from newsletter.audit.actor import Actor, ActorKind, acting
from subscribers.models import Subscriber
from tests.campaigns.studio.page_helpers import page


def status_of(campaign: Campaign) -> str:
    return Campaign.objects.values_list("status", flat=True).get(pk=campaign.pk)


def test_the_button_says_how_many_and_the_page_who_is_not_included(
    lees: Client, approved: Campaign, ben: Subscriber, cleo: Subscriber, dora: Subscriber
) -> None:
    html = lees.get(page("launch", approved)).content.decode()
    assert "Send to 3 people" in strip_tags(html)
    assert "Send to some people first" in strip_tags(html).replace(" to 3 people", "")
    assert "not confirmed yet" in html
    assert "unsubscribed" in html
    assert "suppressed" in html
    assert "You are invited, colleague" in html


def test_opening_the_page_sends_nothing(lees: Client, approved: Campaign) -> None:
    lees.get(page("launch", approved))
    assert status_of(approved) == CampaignStatus.APPROVED


def test_now_means_after_the_undo_window(lees: Client, approved: Campaign) -> None:
    answer = lees.post(
        page("launch", approved), {"fingerprint": fingerprint(approved), "when": "now"}
    )
    assert answer["Location"] == page("progress", approved)
    approved.refresh_from_db()
    assert approved.status == CampaignStatus.SCHEDULED
    assert approved.scheduled_at is not None
    assert approved.scheduled_at > timezone.now()
    assert not Delivery.objects.exists()


def test_sending_can_be_undone_before_it_starts(lees: Client, approved: Campaign) -> None:
    lees.post(page("launch", approved), {"fingerprint": fingerprint(approved), "when": "now"})
    html = lees.get(page("progress", approved)).content.decode()
    assert re.search(r"Sending starts in <span[^>]*>(\d+ minutes? ?)?(\d+ seconds?)?</span>", html)
    assert "Undo send" in html
    assert lees.post(page("undo", approved))["Location"] == page("launch", approved)
    assert status_of(approved) == CampaignStatus.APPROVED


@pytest.mark.thorough(sample=2)
@pytest.mark.parametrize(
    ("status", "said"),
    [
        (CampaignStatus.SENDING, "too late to undo: sending has started. You can pause or stop"),
        (CampaignStatus.PAUSED, "too late to undo: sending has started. It is paused"),
        (CampaignStatus.SENT, "too late to undo: the campaign has been sent."),
        (CampaignStatus.CANCELLED, "Nothing was changed: this campaign has been cancelled."),
    ],
)
def test_it_says_when_it_is_too_late_to_undo(
    lees: Client, sending: Campaign, status: CampaignStatus, said: str
) -> None:
    Campaign.objects.update(status=status)
    assert said in lees.post(page("undo", sending), follow=True).content.decode()
    assert status_of(sending) == status


@pytest.mark.parametrize(
    ("status", "now"),
    [
        (CampaignStatus.APPROVED, "approved"),
        (CampaignStatus.DRAFT, "draft"),
        (CampaignStatus.IN_REVIEW, "in review"),
    ],
)
def test_a_second_undo_and_one_after_a_request_for_changes_say_that_nothing_was_sent(
    lees: Client, approved: Campaign, status: CampaignStatus, now: str
) -> None:
    Campaign.objects.update(status=status)
    html = lees.post(page("undo", approved), follow=True).content.decode()
    assert f"isn’t scheduled any more, and nothing was sent. It is {now} now." in html
    assert "sending has started" not in html
    assert status_of(approved) == status


def test_later_is_wall_clock_time_at_the_named_place(lees: Client, approved: Campaign) -> None:
    assert approved.event is not None
    day = (approved.event.starts_at - timedelta(days=3)).date()
    fields = {
        "fingerprint": fingerprint(approved),
        "when": "later",
        "at": f"{day}T09:30",
        "zone": "Asia/Kathmandu",
    }
    Campaign.objects.filter(pk=approved.pk).update(updated_at=timezone.now())
    lees.post(page("launch", approved), fields)
    approved.refresh_from_db()
    assert approved.scheduled_at == datetime(day.year, day.month, day.day, 3, 45, tzinfo=UTC)
    assert start_due(now=approved.scheduled_at - timedelta(seconds=1)) == 0


@pytest.mark.thorough(sample=2)
@pytest.mark.parametrize(
    ("at", "zone", "said"),
    [
        ("", "UTC", "Enter the date and time"),
        ("2020-01-01T10:00", "UTC", "has passed"),
        ("2035-03-25T02:30", "Europe/Berlin", "does not exist"),
        ("9999-12-31T23:59", "America/New_York", "not a possible date"),
        ("yesterday", "UTC", "Enter a date and time"),
        ("2035-01-01T10:00", "Mars/Olympus", "Choose one of"),
    ],
)
def test_a_time_that_can_not_be_is_refused_at_its_field(
    lees: Client, approved: Campaign, at: str, zone: str, said: str
) -> None:
    fields = {"fingerprint": fingerprint(approved), "when": "later", "at": at, "zone": zone}
    answer = lees.post(page("launch", approved), fields)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert status_of(approved) == CampaignStatus.APPROVED


def test_a_campaign_that_changed_while_the_page_was_open_is_not_sent(
    lees: Client, wrens: Client, approved: Campaign
) -> None:
    seen = fingerprint(approved)
    wren = User.objects.get(username="wren")
    with acting(lambda: Actor(ActorKind.ACCOUNT, "wren", wren.pk)):
        save_audience(approved, countries=["NZ"], languages=[])
    answer = lees.post(page("launch", approved), {"fingerprint": seen, "when": "now"})
    assert answer.status_code == 422
    html = answer.content.decode()
    assert "changed the campaign while this page was open" in html
    assert "wren changed the audience at" in html
    assert status_of(approved) == CampaignStatus.DRAFT


def test_one_that_was_taken_back_while_the_page_was_open_says_by_whom(
    lees: Client, approved: Campaign
) -> None:
    seen = fingerprint(approved)
    with acting(lambda: Actor(ActorKind.ACCOUNT, "Ria")):
        return_to_draft(approved, by="Ria", note="Not yet.")
    html = lees.post(
        page("launch", approved), {"fingerprint": seen, "when": "now"}
    ).content.decode()
    assert "This one is draft. Ria requested changes at" in html


@pytest.mark.parametrize("fields", [{}, {"when": "now"}, {"when": "explode", "fingerprint": "x"}])
def test_a_broken_form_launches_nothing(
    lees: Client, approved: Campaign, fields: dict[str, str]
) -> None:
    assert lees.post(page("launch", approved), fields).status_code == 422
    assert status_of(approved) == CampaignStatus.APPROVED


def test_staff_who_may_only_edit_send_nothing(wrens: Client, approved: Campaign) -> None:
    html = wrens.get(page("launch", approved)).content.decode()
    assert "st-large" not in html
    typed = {"fingerprint": fingerprint(approved), "when": "now"}
    assert wrens.post(page("launch", approved), typed).status_code == 403
    assert status_of(approved) == CampaignStatus.APPROVED
    assert wrens.post(page("undo", approved)).status_code == 403


def test_whoever_sends_campaigns_can_cancel_one_here(
    lees: Client, wrens: Client, draft: Campaign
) -> None:
    assert "Cancel campaign" not in wrens.get(page("launch", draft)).content.decode()
    assert "Cancel campaign" in lees.get(page("launch", draft)).content.decode()
    lees.post(page("control", draft), {"act": "cancel"})
    assert status_of(draft) == CampaignStatus.CANCELLED


def test_a_draft_shows_a_link_to_review_instead_of_a_button(
    lees: Client, draft: Campaign, ada: Subscriber
) -> None:
    html = lees.get(page("launch", draft)).content.decode()
    assert "st-large" not in html
    assert page("review", draft) in html
    answer = lees.post(page("launch", draft), {"fingerprint": fingerprint(draft), "when": "now"})
    assert answer.status_code == 422
    assert "Only an approved campaign" in answer.content.decode()


def test_pressing_twice_launches_once(lees: Client, approved: Campaign) -> None:
    fields = {"fingerprint": fingerprint(approved), "when": "now"}
    first = lees.post(page("launch", approved), fields)
    second = lees.post(page("launch", approved), fields)
    assert first["Location"] == second["Location"] == page("progress", approved)
    assert undo(approved.pk)


def test_a_time_for_later_is_asked_for_and_not_called_optional(
    lees: Client, approved: Campaign
) -> None:
    html = lees.get(page("launch", approved)).content.decode()
    assert (
        "optional"
        not in html[
            html.index('class="st-later"') : html.index(
                "st-buttons", html.index('class="st-later"')
            )
        ]
    )
    answer = lees.post(
        page("launch", approved),
        {"fingerprint": fingerprint(approved), "when": "later", "at": "", "zone": "UTC"},
    )
    assert answer.status_code == 422
    assert "Enter the date and time" in answer.content.decode()
    assert status_of(approved) == CampaignStatus.APPROVED
