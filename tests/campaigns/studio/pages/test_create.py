from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaigns.models import Campaign, Event
from campaigns.states import AudienceRule
from newsletter.models import Brand
from subscribers.models import Topic
from tests.campaigns.studio.page_helpers import page

ADD = "admin:campaigns_campaign_add"


@pytest.fixture
def fields(topic: Topic, event: Event, brand: Brand) -> dict[str, str]:
    """What is typed for a campaign about the event."""
    return {
        "name": "March",
        "topic": str(topic.pk),
        "event": str(event.pk),
        "language": "en",
        "archive_access": "public",
        "carries_calendar": "on",
    }


def test_a_campaign_starts_with_an_invitation_in_the_languages_of_the_event(
    wrens: Client, fields: dict[str, str]
) -> None:
    Event.objects.update(texts={"es": {"title": "Reunión"}, "ar": {"title": "اجتماع"}})
    answer = wrens.post(reverse(ADD), {**fields, "start": "invitation"})
    campaign = Campaign.objects.get()
    subjects = {each.language: each.subject for each in campaign.contents.all()}

    assert answer["Location"] == page("content", campaign, "en")
    assert set(subjects) == {"en", "es", "ar"}
    assert subjects["en"] == "Invitation: Quarterly meeting"
    assert (campaign.archive_access, campaign.carries_calendar) == ("public", True)
    assert campaign.step == ""


def test_a_subject_of_ones_own_takes_the_place_of_the_usual_one(
    wrens: Client, fields: dict[str, str]
) -> None:
    wrens.post(reverse(ADD), {**fields, "start": "save_the_date", "subject": "Keep it free"})
    campaign = Campaign.objects.get()

    assert campaign.contents.get().subject == "Keep it free"
    assert not campaign.carries_calendar


def test_a_reminder_goes_to_those_who_have_not_answered(
    wrens: Client, fields: dict[str, str]
) -> None:
    Event.objects.update(takes_answers=True)
    wrens.post(reverse(ADD), {**fields, "start": "reminder"})
    campaign = Campaign.objects.get()

    assert campaign.audience.rule == AudienceRule.NO_ANSWER
    assert campaign.archive_access == "none"


def test_a_newsletter_needs_no_event(wrens: Client, fields: dict[str, str]) -> None:
    wrens.post(reverse(ADD), {**fields, "start": "newsletter", "event": ""})

    assert len(Campaign.objects.get().contents.get().blocks) > 4


@pytest.mark.parametrize(
    ("start", "changed", "field", "part"),
    [
        ("invitation", {"event": ""}, "event", "Choose the event"),
        ("reminder", {}, "event", "ask for answers"),
        ("", {}, "subject", "Enter a subject"),
        ("unheard-of", {"subject": "x"}, "start", "Choose one of the options"),
    ],
)
def test_what_does_not_fit_is_said_at_its_field(
    wrens: Client,
    fields: dict[str, str],
    start: str,
    changed: dict[str, str],
    field: str,
    part: str,
) -> None:
    answer = wrens.post(reverse(ADD), {**fields, "start": start, **changed})

    assert answer.status_code == 422
    assert part in answer.context["form"].errors[field][0]
    assert not Campaign.objects.exists()


def test_an_event_that_is_over_can_be_followed_up_and_nothing_else(
    wrens: Client, fields: dict[str, str]
) -> None:
    now = timezone.now()
    Event.objects.update(
        takes_answers=True, starts_at=now - timedelta(days=2), ends_at=now - timedelta(days=1)
    )

    refused = wrens.post(reverse(ADD), {**fields, "start": "invitation"})
    assert "is over" in refused.context["form"].errors["event"][0]

    wrens.post(reverse(ADD), {**fields, "start": "follow_up"})
    assert Campaign.objects.get().audience.rule == AudienceRule.CAME
