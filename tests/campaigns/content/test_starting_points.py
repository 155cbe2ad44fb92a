import pytest
from django.conf import settings

from campaigns.content.create_campaign import create_campaign
from campaigns.content.event_in_email import event_details
from campaigns.content.starting_points import (
    StartingPoint,
    needs_answers,
    needs_event,
    rule_for,
    starting_contents,
)
from campaigns.models import Campaign, Event
from campaigns.review.checks.leftovers import leftover_in
from campaigns.review.finding import Severity
from campaigns.review.preflight import preflight
from campaigns.states import AudienceRule
from newsletter.models import Brand
from subscribers.models import Subscriber, Topic

POINTS = [point for point in StartingPoint if point]
ABOUT_EVENTS = [point for point in POINTS if needs_event(point)]
WITHOUT = [point for point in POINTS if not needs_event(point)]


@pytest.mark.parametrize("point", POINTS)
def test_a_starting_point_is_an_email_that_can_be_created(
    brand: Brand, topic: Topic, event: Event, ada: Subscriber, point: StartingPoint
) -> None:
    Event.objects.update(takes_answers=True)
    event.refresh_from_db()
    data = {
        "name": str(point.label),
        "topic": topic.slug,
        "event": event.slug if needs_event(point) else None,
        "rule": rule_for(point).value,
        "contents": starting_contents(point, language="en", event=event),
    }
    campaign = create_campaign(data)
    findings = preflight(Campaign.objects.get(pk=campaign.pk))

    places = [each.path for each in findings if "filled in" in each.message]
    assert bool(places) is (point in WITHOUT)
    others = [each for each in findings if "filled in" not in each.message]
    # The brand of the tests has no short name, so a phone cuts the subject of its newsletter.
    others = [each for each in others if each.severity != Severity.ADVICE]
    assert [each for each in others if each.path.startswith("contents")] == []


@pytest.mark.parametrize("takes_answers", [True, False])
@pytest.mark.parametrize("point", [StartingPoint.SAVE_THE_DATE, StartingPoint.INVITATION])
def test_the_text_speaks_of_the_button_exactly_where_there_is_one(
    event: Event, point: StartingPoint, takes_answers: bool
) -> None:
    event.takes_answers = takes_answers
    content = starting_contents(point, language="en", event=event)["en"]

    assert ("button below" in str(content["blocks"])) is takes_answers
    assert bool(event_details(event).rsvp_url) is takes_answers


@pytest.mark.parametrize("point", ABOUT_EVENTS)
def test_what_is_about_an_event_is_in_all_of_its_languages(
    brand: Brand, event: Event, point: StartingPoint
) -> None:
    event.texts = {"fr": {"title": "Réunion"}, "ar": {"title": "اجتماع"}}
    found = starting_contents(point, language="es", event=event)

    assert set(found) == {"es", "en", "fr", "ar"}
    assert len({content["preheader"] for content in found.values()}) == 4
    assert "Réunion" in found["fr"]["subject"]


@pytest.mark.parametrize("language", settings.CONTENT_LANGUAGES)
@pytest.mark.parametrize("point", WITHOUT)
def test_each_place_to_fill_in_is_found_in_each_language(
    brand: Brand, point: StartingPoint, language: str
) -> None:
    [(tag, content)] = starting_contents(point, language=language).items()
    texts = [content["preheader"], *(str(block) for block in content["blocks"])]
    bracketed = [text for text in texts if "[" in text]

    assert tag == language
    assert len(bracketed) >= 4
    assert [text for text in bracketed if not leftover_in(text)] == []


def test_whom_it_is_for_is_as_in_a_series() -> None:
    assert rule_for(StartingPoint.REMINDER) == AudienceRule.NO_ANSWER
    assert rule_for(StartingPoint.JOINING_DETAILS) == AudienceRule.ACCEPTED
    assert rule_for(StartingPoint.NEWSLETTER) == AudienceRule.NONE
    assert [point for point in POINTS if needs_answers(point)] == [
        StartingPoint.REMINDER,
        StartingPoint.JOINING_DETAILS,
        StartingPoint.FOLLOW_UP,
    ]


def test_a_brand_of_any_name_can_begin(brand: Brand) -> None:
    Brand.objects.update(short_name="", name="100% of us <b>")
    content = starting_contents(StartingPoint.NEWSLETTER, language="en")["en"]

    assert content["subject"] == content["blocks"][0]["text"] == "News from 100% of us <b>"
