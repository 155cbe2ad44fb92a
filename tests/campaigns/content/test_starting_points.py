import re
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.utils.translation import override

from campaigns.content.assemble import render_content, sample_values
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
from newsletter.rendering.rendered import fill_preview
from subscribers.models import Subscriber, Topic
from tests.architecture.test_catalogues import SINGULAR_YOU

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


@pytest.mark.parametrize(
    ("point", "takes_answers", "says_how"),
    [
        (StartingPoint.SAVE_THE_DATE, False, False),
        (StartingPoint.SAVE_THE_DATE, True, False),
        (StartingPoint.INVITATION, True, False),
        (StartingPoint.REMINDER, True, False),
        # Nothing else follows that would say how to join.
        (StartingPoint.INVITATION, False, True),
        (StartingPoint.JOINING_DETAILS, True, True),
    ],
)
def test_the_meeting_link_is_left_for_the_email_that_says_how_to_join(
    brand: Brand,
    topic: Topic,
    event: Event,
    point: StartingPoint,
    takes_answers: bool,
    says_how: bool,
) -> None:
    Event.objects.update(takes_answers=takes_answers)
    event.refresh_from_db()
    contents = starting_contents(point, language="en", event=event, languages=["ar", "uk"])
    data = {
        "name": "About the event",
        "topic": topic.slug,
        "event": event.slug,
        "rule": rule_for(point).value,
        "contents": contents,
    }
    campaign = create_campaign(data)

    for content in campaign.contents.all():
        mail = fill_preview(render_content(content), sample_values(content))
        assert (event.join_url in mail.html, event.join_url in mail.text) == (says_how, says_how)
    assert campaign.contents.count() == 3


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


@pytest.mark.parametrize("point", POINTS)
def test_whoever_is_greeted_reads_who_writes(
    brand: Brand, event: Event, point: StartingPoint
) -> None:
    """A statement greets nobody, and speaks for itself."""
    Brand.objects.update(sender_name="The secretariat {of} <b>")
    content = starting_contents(point, language="fr", event=event)["fr"]
    last = content["blocks"][-1].get("html", "")

    signed = last.endswith("<p>Bien cordialement,<br>The secretariat (of) &lt;b&gt;</p>")
    assert signed is ("given_name" in str(content["blocks"])) is (point != "statement")


@pytest.mark.parametrize("point", POINTS)
def test_arabic_speaks_with_ceremony_all_through(
    brand: Brand, event: Event, point: StartingPoint
) -> None:
    event.takes_answers = True
    content = starting_contents(point, language="ar", event=event)["ar"]

    assert SINGULAR_YOU.findall(f"{content['subject']} {content['preheader']}") == []
    assert SINGULAR_YOU.findall(str(content["blocks"])) == []
    assert SINGULAR_YOU.findall("وصلتك دعوة. هل ستحضر؟ هل لديك أسئلة؟") == [
        "وصلتك",
        "ستحضر",
        "لديك",
    ]


def test_joining_details_say_what_a_number_is_for_and_give_each_link_a_line(
    brand: Brand, topic: Topic, event: Event
) -> None:
    Event.objects.update(takes_answers=True, dial_in="+40 21 555 0147\nCode: 4711")
    event.refresh_from_db()
    point = StartingPoint.JOINING_DETAILS
    data = {
        "name": "How to join",
        "topic": topic.slug,
        "event": event.slug,
        "rule": rule_for(point).value,
        "contents": starting_contents(point, language="en", event=event),
    }
    content = create_campaign(data).contents.get()
    text = fill_preview(render_content(content), sample_values(content)).text

    assert "\nBy telephone\n+40 21 555 0147\nCode: 4711\n" in text
    with override("ar"):
        assert event.local_dial_in == "\u2066+40 21 555 0147\u2069\nCode: 4711"
    assert "\nChange my answer:\nhttp" in text


@pytest.mark.parametrize(
    ("language", "day"),
    [
        ("en", "Thursday"),
        ("fr", "Jeudi"),
        ("es", "Jueves"),
        ("ro", "Joi"),
        ("uk", "Четвер"),
        ("ar", "الخميس"),
    ],
)
def test_the_day_begins_its_line_with_a_capital_and_no_line_tears_the_hours_apart(
    brand: Brand, topic: Topic, event: Event, language: str, day: str
) -> None:
    start = datetime(2037, 3, 12, 10, tzinfo=UTC)
    Event.objects.update(
        starts_at=start, ends_at=start + timedelta(minutes=90), texts={}, summary="A 9 h, B 10–11 h"
    )
    event.refresh_from_db()
    contents = starting_contents(StartingPoint.INVITATION, language=language, event=event)
    data = {
        "name": "Invitation",
        "topic": topic.slug,
        "event": event.slug,
        "language": language,
        "contents": contents,
    }
    content = create_campaign(data).contents.get(language=language)
    mail = fill_preview(render_content(content), sample_values(content))

    assert mail.html.count(f">{day}") == mail.text.count(f"\n{day}") == 2
    assert "A 9\xa0h, B 10–\u206011\xa0h" in mail.html
    assert "A 9 h, B 10–11 h" in mail.text
    for part in (mail.html, mail.text):
        times = re.findall(r"\d:\d\d.{0,2}–\u2060\d+:\d\d(?:\xa0[صم])?(.)", part)
        assert times == ["\xa0", "\xa0"]
