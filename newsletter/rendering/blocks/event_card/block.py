"""The campaign's event: what, when and where, with its links."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from newsletter.rendering.blocks.block_type import BlockType
from newsletter.rendering.blocks.event_part import event_around, picture_within
from newsletter.rendering.blocks.fields import ChoiceField
from newsletter.rendering.blocks.surroundings import Surroundings
from newsletter.rendering.event_details import EventDetails
from newsletter.rendering.hrefs import check_ours
from newsletter.rendering.merge import url_field, without_sentinels
from newsletter.rendering.text import open_text, with_line_breaks

WITH_PICTURE = "yes"
WITHOUT_JOINING = "no"
COLUMN = 534
"""CSS pixels within the border of the card."""


def _event(block: Mapping[str, Any], around: Surroundings) -> Mapping[str, Any]:
    event = event_around(around, label="an event card")
    picture = event.picture if block.get("picture") == WITH_PICTURE else None
    return {
        "event": _texts(event) | _joining(event, block),
        "event_picture": picture_within(picture, COLUMN, path="event.picture"),
    }


def _picture_shown(block: Mapping[str, Any]) -> frozenset[str]:
    return frozenset({"picture"} if block.get("picture") == WITH_PICTURE else ())


def _texts(event: EventDetails) -> dict[str, str]:
    # The reader's own time is what counts; below it, the same moment by other clocks.
    when, _, elsewhere = event.when.strip().partition("\n")
    return {
        "title": without_sentinels(event.title),
        "kind_label": without_sentinels(event.kind_label),
        "when": open_text(when, path="event.when"),
        "when_elsewhere": with_line_breaks(open_text(elsewhere, path="event.when")),
        "moved": open_text(event.moved, path="event.moved"),
        "where": with_line_breaks(without_sentinels(event.where)),
        "summary": without_sentinels(event.summary),
        "url": _our_url(event.url, "url"),
        "calendar_url": _our_url(event.calendar_url, "calendar_url"),
        "rsvp_url": _answer_url(event.rsvp_url),
        "documents_url": _our_url(event.documents_url, "documents_url"),
        "answer_by": without_sentinels(event.answer_by),
    }


def _joining(event: EventDetails, block: Mapping[str, Any]) -> dict[str, str]:
    """Return the way in; nothing where the card is to leave it out."""
    if block.get("joining") == WITHOUT_JOINING:
        return {"join_url": "", "dial_in": ""}
    return {
        "join_url": _our_url(event.join_url, "join_url"),
        "dial_in": with_line_breaks(without_sentinels(event.dial_in)),
    }


def _our_url(url: str, name: str) -> str:
    return check_ours(url, path=f"event.{name}") if url else ""


def _answer_url(url: str) -> str:
    """Return each recipient's own link, in the sentinel form, or that of a page for everybody."""
    return open_text(url, path="event.rsvp_url") if url_field(url) else _our_url(url, "rsvp_url")


EVENT_CARD = BlockType(
    name="event_card",
    label="Event card",
    icon="event",
    note="Title, time and place of the campaign’s event, in each recipient’s time zone and in UTC.",
    template=Path(__file__).with_name("block.mjml"),
    fields=(
        ChoiceField(
            name="picture",
            label="Picture of the event",
            hint="Suits the first email about an event; reminders are quicker to read without.",
            choices={
                "no": "Leave it out",
                WITH_PICTURE: "Show it above the title, if there is one",
            },
        ),
        ChoiceField(
            name="joining",
            label="How to join online",
            hint="Of an event that asks for answers, only people who come get it, in the joining "
            "details.",
            choices={
                "yes": "Show the meeting link, if there is one",
                WITHOUT_JOINING: "Leave it out, as in a save the date",
            },
        ),
    ),
    needs_event=True,
    shows_by_choice=_picture_shown,
    more=_event,
)
