from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaigns.content.templates import save_template
from campaigns.content.translations.completeness import translations_of
from campaigns.models import Campaign, CampaignContent, Event
from campaigns.states import AudienceRule
from newsletter.models import Brand
from subscribers.models import Subscriber, Topic
from tests.campaigns.conftest import MakeFollowers
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


def languages_on(page: object) -> tuple[list[str], list[str]]:
    """The languages that the page offers, in their order, and those that are ticked."""
    field = page.context["form"]["languages"]  # type: ignore[attr-defined]
    return [tag for tag, _ in field.field.choices], field.value()


def test_a_campaign_starts_with_an_invitation_in_the_languages_that_were_chosen(
    wrens: Client, fields: dict[str, str]
) -> None:
    Event.objects.update(texts={"es": {"title": "Reunión"}, "fr": {"title": "Réunion"}})
    chosen = {**fields, "start": "invitation", "languages": ["es", "ar"]}
    answer = wrens.post(reverse(ADD), chosen)
    campaign = Campaign.objects.get()
    subjects = {each.language: each.subject for each in campaign.contents.all()}

    assert answer["Location"] == page("content", campaign, "en")
    assert set(subjects) == {"en", "es", "ar"}
    assert subjects["en"] == "Invitation: Quarterly meeting"
    assert (campaign.archive_access, campaign.carries_calendar) == ("public", True)
    assert campaign.step == ""


def test_one_language_is_ticked_and_those_that_the_topic_uses_are_offered_first(
    wrens: Client, topic: Topic, draft: Campaign, followers: MakeFollowers
) -> None:
    few = [each.pk for each in followers(7)][:4]
    Subscriber.objects.filter(pk__in=few).update(language="uk")
    before, _ = languages_on(wrens.get(reverse(ADD), {"topic": topic.pk}))
    assert before == list(settings.CONTENT_LANGUAGES)

    Subscriber.objects.update(language="uk")
    CampaignContent.objects.create(campaign=draft, language="ro", subject="S", blocks=[])
    tags, ticked = languages_on(wrens.get(reverse(ADD), {"topic": topic.pk}))

    assert (tags[:3], ticked) == (["en", "ro", "uk"], ["en"])
    assert sorted(tags) == sorted(settings.CONTENT_LANGUAGES)


def test_languages_of_topics_that_somebody_may_not_know_of_move_nothing(
    wrens: Client, topic: Topic, draft: Campaign
) -> None:
    CampaignContent.objects.create(campaign=draft, language="ar", subject="S", blocks=[])
    assert languages_on(wrens.get(reverse(ADD)))[0][1] == "ar"
    Topic.objects.update(is_public=False, is_restricted=True)

    for asked in ("", topic.pk, "²", "9" * 30, "9" * 5000):
        tags, _ = languages_on(wrens.get(reverse(ADD), {"topic": asked}))
        assert tags == list(settings.CONTENT_LANGUAGES)


def test_another_topic_leaves_what_is_ticked_and_another_start_doesnt(
    wrens: Client, draft: Campaign
) -> None:
    CampaignContent.objects.create(campaign=draft, language="ar", subject="S", blocks=[])
    template = save_template(draft, name="Briefing")
    asked = {"start": f"template-{template.pk}", "languages": ["fr"]}

    by_topic = wrens.get(reverse(ADD), asked, headers={"HX-Trigger-Name": "topic"})
    by_start = wrens.get(reverse(ADD), asked, headers={"HX-Trigger-Name": "start"})

    assert languages_on(by_topic)[1] == ["fr"]
    assert (languages_on(by_start)[0][:2], set(languages_on(by_start)[1])) == (
        ["en", "ar"],
        {"en", "ar"},
    )


def test_a_template_gives_the_languages_that_were_chosen_and_others_begin_as_copies(
    wrens: Client, fields: dict[str, str], draft: Campaign
) -> None:
    CampaignContent.objects.create(campaign=draft, language="ar", subject="اجتماع", blocks=[])
    template = save_template(draft, name="Briefing")
    start = f"template-{template.pk}"
    wrens.post(reverse(ADD), {**fields, "start": start, "languages": ["en", "es"]})
    campaign = Campaign.objects.latest("pk")

    assert set(campaign.contents.values_list("language", flat=True)) == {"en", "es"}
    blocks = {
        each.language: [block["id"] for block in each.blocks] for each in campaign.contents.all()
    }
    assert blocks["es"] == blocks["en"]
    assert [each.language for each in translations_of(campaign) if not each.is_complete] == ["es"]


@pytest.mark.parametrize(
    "ticked", [{"languages": ["en"], "languages_for": ""}, {}], ids=["no scripts", "quick press"]
)
def test_a_template_whose_languages_were_not_shown_brings_all_of_them(
    wrens: Client, fields: dict[str, str], draft: Campaign, ticked: dict[str, Any]
) -> None:
    CampaignContent.objects.create(campaign=draft, language="ar", subject="اجتماع", blocks=[])
    template = save_template(draft, name="Briefing")
    wrens.post(reverse(ADD), {**fields, "start": f"template-{template.pk}", **ticked})
    campaign = Campaign.objects.latest("pk")
    assert set(campaign.contents.values_list("language", flat=True)) == {"en", "ar"}


def test_an_empty_email_begins_its_languages_empty(wrens: Client, fields: dict[str, str]) -> None:
    wrens.post(reverse(ADD), {**fields, "subject": "Join us", "languages": ["en", "es"]})
    spanish = Campaign.objects.get().contents.get(language="es")

    assert (spanish.subject, spanish.blocks) == ("", [])
    answer = wrens.get(page("content", spanish.campaign, "es"))
    assert "Copy the English version" in answer.content.decode()


def test_a_language_that_is_not_offered_is_refused_beside_the_field(
    wrens: Client, fields: dict[str, str]
) -> None:
    answer = wrens.post(reverse(ADD), {**fields, "start": "newsletter", "languages": ["xx"]})

    assert answer.status_code == 422
    assert 'id="id_languages_error"' in answer.content.decode()
    assert not Campaign.objects.exists()


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
