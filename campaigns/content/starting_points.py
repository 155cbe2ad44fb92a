"""Starting points of a new campaign: its usual purposes, with texts in each language.

The steps of an event's series have their texts in `series_texts`. A newsletter and a statement are
about no event; what has to be filled in stands between brackets there, which preflight finds.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from campaigns.content.draft_series import languages_of
from campaigns.content.series_texts import closing, greeting, paragraphs, starter_content
from campaigns.events.series import STEPS
from campaigns.models import Event
from campaigns.states import AudienceRule, CampaignStep
from newsletter.brand.current import current_brand
from newsletter.core.catalogues import has_catalogue, in_words_of


class StartingPoint(TextChoices):
    """The purpose that a new campaign starts with."""

    EMPTY = "", "An empty email"
    SAVE_THE_DATE = "save_the_date", "Save the date"
    INVITATION = "invitation", "Invitation"
    REMINDER = "reminder", "Reminder to people who haven’t answered"
    JOINING_DETAILS = "joining_details", "Joining details"
    FOLLOW_UP = "follow_up", "Follow-up"
    NEWSLETTER = "newsletter", "Newsletter"
    STATEMENT = "statement", "Urgent statement"


_STEPS: Mapping[str, CampaignStep] = {
    StartingPoint.SAVE_THE_DATE: CampaignStep.SAVE_THE_DATE,
    StartingPoint.INVITATION: CampaignStep.INVITATION,
    StartingPoint.REMINDER: CampaignStep.REMINDER,
    StartingPoint.JOINING_DETAILS: CampaignStep.DETAILS_DAY,
    StartingPoint.FOLLOW_UP: CampaignStep.FOLLOW_UP_CAME,
}
_NEWS = _("News from %(brand)s")
_ITEM = (_("[Title of the first item]"), _("[Text of the first item]"))
_SECOND_ITEM = (_("[Title of the second item]"), _("[Text of the second item]"))
_STATEMENT = _("[Title of the statement]")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts:
    """The texts of an email that is about no event.

    Args:
        greets: whether it greets its reader and is signed; a statement speaks to everybody.
        text: the paragraphs below the heading.
        items: headings, each with its paragraph.
        quotation: with its source.
        after: the last paragraphs.
    """

    subject: Promise
    preheader: Promise
    heading: Promise
    greets: bool = False
    text: tuple[Promise, ...]
    items: tuple[tuple[Promise, Promise], ...] = ()
    quotation: tuple[Promise, Promise] | None = None
    after: tuple[Promise, ...]


_PARTS: Mapping[str, _Parts] = {
    StartingPoint.NEWSLETTER: _Parts(
        subject=_NEWS,
        preheader=_("[Text: what is in this newsletter, in one sentence]"),
        heading=_NEWS,
        greets=True,
        text=(_("[Text: what matters most, in two or three sentences]"),),
        items=(_ITEM, _SECOND_ITEM),
        after=(_("Do you have news for us? Reply to this email."),),
    ),
    StartingPoint.STATEMENT: _Parts(
        subject=_STATEMENT,
        preheader=_("[Text: where we stand, in one sentence]"),
        heading=_STATEMENT,
        text=(_("[Text: what has happened, and when]"), _("[Text: where we stand]")),
        quotation=(_("[Text of the quotation]"), _("[Name and office]")),
        after=(
            _("[Text: what we ask for, and of whom]"),
            _("Do you have questions? Reply to this email."),
        ),
    ),
}


def needs_event(point: str) -> bool:
    """Return whether a starting point is about an event."""
    return point in _STEPS


def needs_answers(point: str) -> bool:
    """Return whether a starting point is only for events that people answer."""
    return point in _STEPS and STEPS[_STEPS[point]].rule != AudienceRule.NONE


def is_for_afterwards(point: str) -> bool:
    """Return whether a starting point is for events that are over."""
    return point in _STEPS and STEPS[_STEPS[point]].from_end


def rule_for(point: str) -> AudienceRule:
    """Return whom a starting point is for, by what they answered."""
    return STEPS[_STEPS[point]].rule if point in _STEPS else AudienceRule.NONE


def brings_calendar(point: str) -> bool:
    """Return whether a starting point may bring its event into calendars."""
    return point not in _STEPS or point == StartingPoint.INVITATION


def starting_contents(
    point: str,
    *,
    language: str,
    event: Event | None = None,
    languages: Collection[str] | None = None,
) -> dict[str, dict[str, Any]]:
    """Return the contents of a new campaign by language, as `create_campaign` reads them.

    Args:
        point: one of StartingPoint, but EMPTY.
        language: the campaign's main one.
        event: the one that it is about; not None where `needs_event`.
        languages: the others, of which those without fixed words are left out; None: those in which
            the event has texts.
    """
    is_about = event is not None and point in _STEPS
    if languages is None:
        languages = languages_of(event) if event is not None and is_about else []
    tags = dict.fromkeys([language, *filter(has_catalogue, languages)])
    if event is not None and is_about:
        return {tag: starter_content(_STEPS[point], event, language=tag) for tag in tags}
    return {tag: _content(_PARTS[point], tag) for tag in tags}


def _content(parts: _Parts, language: str) -> dict[str, Any]:
    # The title of a statement needs no name, and nobody's name needs a percent sign.
    ours = current_brand()
    brand = {"brand": ours.short_name or ours.name}
    with in_words_of(language):
        text: list[str | Promise] = [*([greeting()] if parts.greets else []), *parts.text]
        blocks: list[dict[str, Any]] = [
            {"type": "heading", "text": str(parts.heading) % brand},
            {"type": "rich_text", "html": paragraphs(text)},
        ]
        for title, item in parts.items:
            blocks.append({"type": "heading", "text": str(title)})
            blocks.append({"type": "rich_text", "html": paragraphs([item])})
        if parts.quotation:
            words, source = map(str, parts.quotation)
            blocks.append({"type": "quotation", "text": words, "source": source})
        html = paragraphs(parts.after) + (closing() if parts.greets else "")
        blocks.append({"type": "rich_text", "html": html})
        return {
            "subject": str(parts.subject) % brand,
            "preheader": str(parts.preheader),
            "blocks": blocks,
        }
