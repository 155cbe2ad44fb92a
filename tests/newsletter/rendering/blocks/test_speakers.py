"""The block of an event’s speakers."""

from dataclasses import replace

import pytest

from newsletter.models import Brand
from newsletter.rendering.content_errors import BlockError
from newsletter.rendering.email import missing_in, render_email
from newsletter.rendering.event_details import EventDetails, PictureDetails, SpeakerDetails
from tests.newsletter.rendering.sample_emails import email, rendered
from tests.samples import EVENT

GOOD = [
    {"type": "speakers", "details": "short"},
    {"type": "speakers", "details": "biographies"},
]

FAULTS = [({"type": "speakers", "details": "all"}, "details", "must be one of")]


def test_speakers_are_told_with_office_and_country(brand: Brand) -> None:
    mail = rendered(brand, GOOD[0], event=EVENT)
    for words in ("Ada Lovelace", "Member of Parliament", "United Kingdom", "Olena Shevchenko"):
        assert words in mail.html
        assert words in mail.text
    assert "since 2015" not in mail.html


def test_biographies_are_shown_where_they_are_wanted(brand: Brand) -> None:
    assert (
        "She has worked on supply chains since 2015." in rendered(brand, GOOD[1], event=EVENT).text
    )


def test_hostile_words_of_a_speaker_are_words(brand: Brand) -> None:
    hostile = "</p><script>alert(1)</script>{given_name}"
    speaker = SpeakerDetails(name=hostile, office=hostile, country=hostile, biography=hostile)
    mail = rendered(brand, GOOD[1], event=replace(EVENT, speakers=(speaker,)))
    assert "<script" not in mail.html
    assert mail.text.count(hostile) == 4


def test_a_list_of_speakers_needs_an_event(brand: Brand) -> None:
    with pytest.raises(BlockError, match="needs an event") as caught:
        render_email(email({"type": "divider"}, GOOD[0]), brand=brand)
    assert caught.value.path == "blocks[1]"


def test_a_list_of_speakers_of_an_event_that_has_none_leaves_no_trace_and_is_missing(
    brand: Brand,
) -> None:
    event = EventDetails(title="Forum")
    assert rendered(brand, GOOD[0], event=event) == rendered(brand, event=event)
    [(index, why)] = missing_in(email({"type": "divider"}, GOOD[0], event=event), brand=brand)
    assert (index, "The event has no" in why) == (1, True)
    assert missing_in(email(GOOD[0], event=EVENT), brand=brand) == []


PORTRAIT = PictureDetails(
    url="https://lists.example.org/media/a-square-50-50-240x240.jpg",
    width=240,
    height=240,
    alt="Ada Lovelace",
)
ADA, OLENA = EVENT.speakers


def test_a_portrait_stands_beside_the_name_and_is_said_once_in_the_text(brand: Brand) -> None:
    event = replace(EVENT, speakers=(replace(ADA, portrait=PORTRAIT), OLENA))
    mail, plain = (rendered(brand, GOOD[1], event=each) for each in (event, EVENT))
    [image] = [tag for tag in mail.html.split("<img")[1:] if "square" in tag]
    assert f'src="{PORTRAIT.url}"' in image
    assert 'alt="Ada Lovelace"' in image
    assert 'width="72" height="72"' in image
    assert mail.text.split() == plain.text.split()
    assert "square" not in plain.html


def test_a_small_portrait_is_not_enlarged(brand: Brand) -> None:
    small = replace(PORTRAIT, width=40, height=40)
    mail = rendered(brand, GOOD[0], event=replace(EVENT, speakers=(replace(ADA, portrait=small),)))
    assert 'width="40" height="40"' in mail.html


def test_a_hostile_name_of_a_portrait_is_words(brand: Brand) -> None:
    hostile = '"><script>alert(1)</script>{given_name}'
    speaker = SpeakerDetails(name=hostile, portrait=replace(PORTRAIT, alt=hostile))
    mail = rendered(brand, GOOD[0], event=replace(EVENT, speakers=(speaker,)))
    assert "<script" not in mail.html
