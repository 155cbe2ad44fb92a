"""The event card block."""

from dataclasses import replace

import pytest

from newsletter.models import Brand
from newsletter.rendering.content_errors import BlockError
from newsletter.rendering.email import render_email
from newsletter.rendering.event_details import EventDetails, PictureDetails
from tests.newsletter.rendering.sample_emails import Page, email, rendered
from tests.samples import EVENT, VALUES

GOOD = [
    {"type": "event_card", "picture": "no", "joining": "yes"},
    {"type": "event_card", "picture": "yes", "joining": "no"},
]

FAULTS = [
    ({"type": "event_card", "html": "x"}, "html", "no such field"),
    ({"type": "event_card", "picture": "media:0"}, "picture", "must be one of"),
]


def test_an_event_card_tells_both_times_and_its_links_in_both_parts(brand: Brand) -> None:
    mail = rendered(brand, {"type": "event_card"}, event=EVENT)
    for words in (
        "Quarterly meeting",
        "Virtual meeting",
        VALUES["event_time"],
        VALUES["event_time_utc"],
        "Online",
        EVENT.summary,
    ):
        assert words in mail.html
        assert words in mail.text
    for url in (EVENT.url, EVENT.join_url, EVENT.calendar_url):
        assert url in Page(mail.html).links()
        assert f"\n{url}\n" in mail.text


def test_the_readers_own_time_stands_out_and_no_other(brand: Brand) -> None:
    html = rendered(brand, {"type": "event_card"}, event=EVENT).html
    styles = {
        name: html[: html.index(VALUES[name])].rsplit('style="', 1)[1]
        for name in ("event_time", "event_time_utc")
    }
    assert "font-weight:bold" in styles["event_time"]
    assert "font-weight" not in styles["event_time_utc"]


def test_an_event_card_leaves_out_what_is_absent(brand: Brand) -> None:
    mail = rendered(brand, {"type": "event_card"}, event=EventDetails(title="Forum"))
    assert "Forum" in mail.text
    assert "Join the meeting" not in mail.html
    assert "calendar" not in mail.text


def test_a_card_may_leave_out_how_to_join_and_tells_the_rest(brand: Brand) -> None:
    event = replace(EVENT, dial_in="+40 21 555 0147")
    without = rendered(brand, {"type": "event_card", "joining": "no"}, event=event)
    shown = rendered(brand, {"type": "event_card", "joining": "yes"}, event=event)

    for mail, is_shown in ((without, False), (shown, True)):
        for part in (mail.html, mail.text):
            for words in ("Join the meeting", "meet.example.org", "+40 21 555 0147"):
                assert (words in part) is is_shown
            assert EVENT.calendar_url in part


def test_an_event_card_without_an_event_is_a_fault(brand: Brand) -> None:
    with pytest.raises(BlockError) as caught:
        render_email(email({"type": "divider"}, {"type": "event_card"}), brand=brand)
    assert caught.value.path == "blocks[1]"


def test_an_events_hostile_words_are_words(brand: Brand) -> None:
    hostile = "</td><script>alert(1)</script>{{ x }}{% y %}"
    mail = rendered(
        brand,
        {"type": "event_card"},
        event=EventDetails(title=hostile, kind_label=hostile, where=hostile, summary=hostile),
    )
    assert "<script" not in mail.html
    assert (
        mail.text.count(hostile) == 4 or mail.text.replace("\n", " ").count("{{ x }}{% y %}") == 4
    )


def test_a_card_says_what_its_numbers_are_for(brand: Brand) -> None:
    event = replace(EVENT, dial_in="+40 21 555 0147\nCode: 4711")
    mail = rendered(brand, {"type": "event_card"}, event=event)

    assert "<strong>By telephone</strong><br" in mail.html
    assert ">+40 21 555 0147<br>Code: 4711</p>" in mail.html
    assert "By telephone\n+40 21 555 0147\nCode: 4711\n" in mail.text


def test_an_events_hostile_link_is_a_fault(brand: Brand) -> None:
    event = replace(EVENT, join_url="javascript:alert(1)")
    with pytest.raises(BlockError, match=r"event\.join_url"):
        render_email(email({"type": "event_card"}, event=event), brand=brand)


PICTURE = PictureDetails(
    url="https://lists.example.org/media/a-wide-50-50-1200x630.jpg",
    width=1200,
    height=630,
    alt="The hall",
)


def test_a_card_shows_the_picture_where_that_is_chosen(brand: Brand) -> None:
    event = replace(EVENT, picture=PICTURE)
    without, shown = (rendered(brand, block, event=event) for block in GOOD)
    assert "wide-50-50" not in without.html
    assert "The hall" not in without.text
    assert f'src="{PICTURE.url}" alt="The hall" width="534"' in shown.html
    assert "[The hall]" in shown.text
    # An older card has no choice, and stays as it is.
    assert rendered(brand, {"type": "event_card"}, event=event) == without


def test_an_event_without_a_picture_leaves_no_gap(brand: Brand) -> None:
    blocks = [{"type": "event_card", "picture": choice} for choice in ("no", "yes")]
    without, shown = (rendered(brand, block, event=EVENT) for block in blocks)
    assert shown == without
