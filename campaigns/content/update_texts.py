"""Starter content of campaigns that tell people of a change of their event, in each language.

What the event is now stands in the event card, which is written when sending begins. So another
change before that needs no other words.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from campaigns.content.title_in_subject import title_in_subject
from campaigns.models import Event
from campaigns.states import CampaignKind
from newsletter.core.catalogues import in_words_of


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    """The words for one kind of change.

    Args:
        subject: with `%(title)s`, the event's title.
        calendar: what people do whose calendars have the event. It holds for an invitation and for
            a file, because which of them leaves is known when sending begins.
    """

    subject: Promise
    preheader: Promise
    heading: Promise
    text: Promise
    calendar: Promise | None = None


_WORDS: Mapping[str, _Words] = {
    CampaignKind.UPDATE: _Words(
        subject=_("Changed: %(title)s"),
        preheader=_("Please check the new details."),
        heading=_("This event has changed"),
        text=_("The event that we invited you to has changed. These are the new details:"),
        calendar=_(
            "Some calendars take over the change by themselves. If yours doesn’t, please change "
            "the event there. If you can’t come any more, please change your answer."
        ),
    ),
    CampaignKind.CANCELLATION: _Words(
        subject=_("Cancelled: %(title)s"),
        preheader=_("This event will not take place."),
        heading=_("This event is cancelled"),
        text=_("The event that we invited you to will not take place:"),
        calendar=_(
            "If the event is still in your calendar, please remove it there. You don’t need to "
            "answer."
        ),
    ),
    CampaignKind.NEW_LINK: _Words(
        subject=_("New joining details: %(title)s"),
        preheader=_("Please check the new details."),
        heading=_("How to join has changed"),
        text=_(
            "Our earlier email said something else about how to join. Please use these details:"
        ),
    ),
}


def update_content(event: Event, kind: CampaignKind, *, language: str) -> dict[str, Any]:
    """Return what a new campaign about a change says, as staff may change it."""
    words = _WORDS[kind]
    with in_words_of(language):
        blocks: list[dict[str, Any]] = [
            {"type": "heading", "text": str(words.heading)},
            {"type": "rich_text", "html": f"<p>{escape(str(words.text))}</p>"},
            {"type": "event_card"},
        ]
        if words.calendar:
            blocks.append({"type": "rich_text", "html": f"<p>{escape(str(words.calendar))}</p>"})
        return {
            "subject": str(words.subject) % {"title": title_in_subject(event)},
            "preheader": str(words.preheader),
            "blocks": blocks,
        }
