"""Starter content of the steps of an event's series, in each language.

A secretary need only read it: all that differs from one event to another stands in the event card.
Headings that pages have, too, carry a context: an email speaks with ceremony.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from campaigns.content.title_in_subject import title_in_subject
from campaigns.models import Event
from campaigns.states import CampaignStep
from newsletter.brand.current import current_brand
from newsletter.core.catalogues import in_words_of
from newsletter.rendering.blocks.event_card.block import WITH_PICTURE, WITHOUT_JOINING


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The words of one step.

    Args:
        subject: with `%(title)s`, the event's title.
        text: the paragraphs between the greeting and the event card.
        after: what follows the card.
        has_card: whether the event is shown.
        changes_answer: whether a link to the answer follows.
    """

    subject: Promise
    preheader: Promise
    heading: Promise
    text: tuple[Promise, ...]
    after: tuple[Promise, ...] = ()
    has_card: bool = True
    changes_answer: bool = False


_COME = _("We would be delighted if you could join us.")
_JOIN = _("When, where, and how to join.")
_ALL_YOU_NEED = _("Here is all you need. Please don’t pass the meeting link on.")
_NOT_AFTER_ALL = _("If you can’t come after all, please change your answer.")

_WORDS: Mapping[CampaignStep, Words] = {
    CampaignStep.SAVE_THE_DATE: Words(
        subject=_("Save the date: %(title)s"),
        preheader=_("Please keep this time free."),
        heading=_("Save the date"),
        text=(_("Please keep this time free. The invitation follows."),),
    ),
    CampaignStep.INVITATION: Words(
        subject=_("Invitation: %(title)s"),
        preheader=_COME,
        heading=pgettext_lazy("heading of an email", "You are invited"),
        text=(_COME,),
    ),
    CampaignStep.REMINDER: Words(
        subject=_("Please answer: %(title)s"),
        preheader=_("We haven’t heard from you yet."),
        heading=pgettext_lazy("heading of an email", "Will you come?"),
        text=(
            _(
                "We haven’t heard from you yet. Please tell us whether you can come. A no helps "
                "us, too."
            ),
        ),
    ),
    CampaignStep.DETAILS_DAY: Words(
        subject=_("How to join: %(title)s"),
        preheader=_JOIN,
        heading=_("We look forward to seeing you"),
        text=(_ALL_YOU_NEED,),
        after=(_NOT_AFTER_ALL,),
        changes_answer=True,
    ),
    CampaignStep.DETAILS_HOUR: Words(
        subject=_("Starting soon: %(title)s"),
        preheader=_JOIN,
        heading=_("We begin soon"),
        text=(_ALL_YOU_NEED,),
        after=(_NOT_AFTER_ALL,),
        changes_answer=True,
    ),
    CampaignStep.FOLLOW_UP_CAME: Words(
        subject=_("Thank you for coming: %(title)s"),
        preheader=_("Thank you for taking part."),
        heading=_("Thank you for coming"),
        text=(
            _("Thank you for taking part. Do you have a question, or an idea for the next time?"),
            _("Reply to this email. We read every answer."),
        ),
        has_card=False,
    ),
    CampaignStep.FOLLOW_UP_MISSED: Words(
        subject=_("We missed you: %(title)s"),
        preheader=_("We are sorry that you couldn’t come."),
        heading=_("We missed you"),
        text=(
            _("We are sorry that you couldn’t come. Would you like to hear what was said?"),
            _("Reply to this email. We read every answer."),
        ),
        has_card=False,
    ),
}
_FIRST = (CampaignStep.SAVE_THE_DATE, CampaignStep.INVITATION)
_PLEASE_ANSWER = _(
    "Please use the button below to tell us whether you can come. It takes a minute, and you can "
    "change your answer later."
)
_CAN_ANSWER = _("If you already know whether you can come, you can tell us with the button below.")
_ON_ANSWERS: Mapping[CampaignStep, Promise] = {
    CampaignStep.SAVE_THE_DATE: _CAN_ANSWER,
    CampaignStep.INVITATION: _PLEASE_ANSWER,
}
"""What is said of the button in the event card, which an event that takes answers has."""


def starter_content(step: CampaignStep, event: Event, *, language: str) -> dict[str, Any]:
    """Return one language of a step: subject, preheader and blocks, as `create_campaign` reads it.

    Args:
        language: one of LANGUAGES. The event's texts are those of this language.
    """
    words = _WORDS[step]
    with in_words_of(language):
        text = list(words.text)
        if event.takes_answers and step in _ON_ANSWERS:
            text.append(_ON_ANSWERS[step])
        blocks: list[dict[str, Any]] = [
            {"type": "heading", "text": str(words.heading)},
            {"type": "rich_text", "html": paragraphs([greeting(), *text])},
        ]
        if words.has_card:
            # The first emails about an event make it known; the later ones are read in passing.
            shows = {"picture": WITH_PICTURE} if step in _FIRST else {}
            if step == CampaignStep.SAVE_THE_DATE:
                shows["joining"] = WITHOUT_JOINING
            blocks.append({"type": "event_card", **shows})
        html = paragraphs(words.after)
        if words.changes_answer:
            html += f'<p><a href="{{rsvp_url}}">{escape(gettext("Change my answer"))}</a></p>'
        blocks.append({"type": "rich_text", "html": html + closing()})
        return {
            "subject": str(words.subject) % {"title": title_in_subject(event)},
            "preheader": str(words.preheader),
            "blocks": blocks,
        }


def greeting() -> str:
    """Return the greeting of an email in the active language, with the recipient's name."""
    name = f"{{given_name|{gettext('colleague')}}}"
    return gettext("Dear %(name)s,") % {"name": name}


def closing() -> str:
    """Return the last paragraph of an email in the active language, signed by its sender."""
    brand = current_brand()
    # Curly brackets in a name would be read as a merge field.
    name = (brand.sender_name or brand.name).replace("{", "(").replace("}", ")")
    return f"<p>{gettext('With kind regards,')}<br>{escape(name, quote=False)}</p>"


def paragraphs(texts: Iterable[str | Promise]) -> str:
    """Return plain texts as rich text, each a paragraph."""
    return "".join(f"<p>{escape(str(text), quote=False)}</p>" for text in texts)
