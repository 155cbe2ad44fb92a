"""The campaign's event: what, when and where, with its links."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from newsletter.rendering.blocks.block_type import BlockType
from newsletter.rendering.blocks.event_part import event_around
from newsletter.rendering.blocks.surroundings import Surroundings
from newsletter.rendering.event_details import EventDetails
from newsletter.rendering.hrefs import check_ours
from newsletter.rendering.merge import url_field, without_sentinels
from newsletter.rendering.text import open_text, with_line_breaks


def _event(block: Mapping[str, Any], around: Surroundings) -> Mapping[str, Mapping[str, str]]:
    return {"event": _texts(event_around(around, label="an event card"))}


def _texts(event: EventDetails) -> dict[str, str]:
    return {
        "title": without_sentinels(event.title),
        "kind_label": without_sentinels(event.kind_label),
        "when": with_line_breaks(open_text(event.when, path="event.when")),
        "moved": open_text(event.moved, path="event.moved"),
        "where": with_line_breaks(without_sentinels(event.where)),
        "summary": without_sentinels(event.summary),
        "url": _our_url(event.url, "url"),
        "join_url": _our_url(event.join_url, "join_url"),
        "calendar_url": _our_url(event.calendar_url, "calendar_url"),
        "rsvp_url": _answer_url(event.rsvp_url),
        "documents_url": _our_url(event.documents_url, "documents_url"),
        "answer_by": without_sentinels(event.answer_by),
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
    needs_event=True,
    more=_event,
)
