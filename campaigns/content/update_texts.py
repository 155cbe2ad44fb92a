"""Starter content of campaigns that tell people of a change of their event, in each language.

What the event is now stands in the event card, which is written when sending begins. So another
change before that needs no other words.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaigns.models import Event
from campaigns.states import CampaignKind
from newsletter.core.catalogues import in_words_of

LONGEST_TITLE = 120
"""Characters of an event's title in a subject."""
_WORD_JOINER = "\u2060"
"""Behind a brace it can't be seen, and the brace is no merge field."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    """The words for one kind of change.

    Args:
        subject: with `%(title)s`, the event's title.
        invited: what people do whose calendars have an invitation.
        filed: what those do who got a calendar file.
    """

    subject: Promise
    preheader: Promise
    heading: Promise
    text: Promise
    invited: Promise | None = None
    filed: Promise | None = None


_WORDS: Mapping[str, _Words] = {
    CampaignKind.UPDATE: _Words(
        subject=_("Changed: %(title)s"),
        preheader=_("Please check the new details."),
        heading=_("This event has changed"),
        text=_("The event that we invited you to has changed. These are the new details:"),
        invited=_(
            "Your calendar can take over the change. If you can’t come any more, please change "
            "your answer."
        ),
        filed=_(
            "If the event is in your calendar, please change it there, or remove it and open the "
            "file in this email. Some calendars would show it twice."
        ),
    ),
    CampaignKind.CANCELLATION: _Words(
        subject=_("Cancelled: %(title)s"),
        preheader=_("This event will not take place."),
        heading=_("This event is cancelled"),
        text=_("The event that we invited you to will not take place:"),
        invited=_("Your calendar can remove it. You don’t need to answer."),
        filed=_("If the event is in your calendar, please remove it there."),
    ),
    CampaignKind.NEW_LINK: _Words(
        subject=_("New meeting link: %(title)s"),
        preheader=_("The link in our earlier email no longer works."),
        heading=_("The meeting link has changed"),
        text=_("The link in our earlier email no longer works. Please use this one:"),
    ),
}


def update_content(
    event: Event, kind: CampaignKind, *, language: str, is_invited: bool
) -> dict[str, Any]:
    """Return what a new campaign about a change says, as staff may change it.

    Args:
        is_invited: whether people hold invitations; else they got the event as a file.
    """
    words = _WORDS[kind]
    with in_words_of(language):
        title = event.local_title[:LONGEST_TITLE].replace("{", "{" + _WORD_JOINER)
        advice = words.invited if is_invited else words.filed
        blocks: list[dict[str, Any]] = [
            {"type": "heading", "text": str(words.heading)},
            {"type": "rich_text", "html": f"<p>{escape(str(words.text))}</p>"},
        ]
        if kind is CampaignKind.NEW_LINK and event.takes_answers:
            # The card shows it only where nobody is asked to answer.
            blocks.append(
                {"type": "button", "label": gettext("Join the meeting"), "url": event.join_url}
            )
        blocks.append({"type": "event_card"})
        if advice:
            blocks.append({"type": "rich_text", "html": f"<p>{escape(str(advice))}</p>"})
        return {
            "subject": str(words.subject) % {"title": title},
            "preheader": str(words.preheader),
            "blocks": blocks,
        }
