"""The code that puts the sign-up form into another website: a frame, a plain form, a link."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from math import ceil

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.http import urlencode

from newsletter.core.languages import direction_of
from subscribers.consent.sign_up_offer import FormOffer
from subscribers.models import Topic
from subscribers.views.form_choice import FormChoice
from subscribers.views.forms import SignUpForm

GOOGLE_SITES = (
    "https://sites.google.com",
    "https://www.gstatic.com",
    "https://*.googleusercontent.com",
)
"""Origins of the frames that Google Sites puts around an embedded page, from the outermost in. A
browser wants each of them allowed (CSP Level 3, section 6.4.2).
"""
FORM_HEIGHT, LIST_HEIGHT, TOPIC_HEIGHT, LINE_HEIGHT = 1110, 50, 40, 26
"""Pixels on the narrowest phone (320 px), in the language that takes most: of the form about one
topic, of a list of topics without them, of a topic without its texts, and of a line of those.
"""
CHARACTERS_OF_LINE = 28


@dataclass(frozen=True, slots=True)
class Snippets:
    """The same form in three kinds of code."""

    frame: str
    form: str
    link: str
    height: int
    """Pixels that the frame needs where no script is told its height."""


@dataclass(frozen=True, slots=True)
class NeededOrigin:
    """An origin that must be in EMBED_ORIGINS."""

    origin: str
    is_set: bool


def make_snippets(choice: FormChoice, topics: Sequence[Topic]) -> Snippets:
    """Write the code for a form about some topics.

    Args:
        topics: those that the form offers; by `choice.topics`, or all.
    """
    with translation.override(choice.language or settings.LANGUAGE_CODE):
        form = SignUpForm(about=choice.topics)
        languages = [choice.language] if choice.language else settings.CONTENT_LANGUAGES
        height = frame_height(form.offer, languages=languages)
        context = {
            "site": settings.SITE_URL,
            "choice": choice,
            "topics": topics,
            "form": form,
            "height": height,
            "direction": direction_of(choice.language or settings.LANGUAGE_CODE),
            "frame_address": settings.SITE_URL + reverse("subscribe_embed") + choice.query,
            "link_address": settings.SITE_URL + reverse("subscribe") + _link_query(choice),
        }
        frame, plain, link = (
            render_to_string(f"subscribers/snippets/{kind}.txt", context).strip() + "\n"
            for kind in ("frame", "form", "link")
        )
    return Snippets(frame, plain, link, height)


def frame_height(offer: FormOffer, *, languages: Collection[str]) -> int:
    """Return the pixels that the form needs on any phone, in whichever of these languages."""
    lists = [topics for topics in (_boxes(offer), offer.applied_for) if topics]
    return FORM_HEIGHT + sum(
        LIST_HEIGHT + sum(TOPIC_HEIGHT + _text_height(topic, languages) for topic in topics)
        for topics in lists
    )


def _boxes(offer: FormOffer) -> Sequence[Topic]:
    """Return the topics that have a box: where there is one alone, its name stands in its place."""
    return offer.topics if len(offer.topics) > 1 else ()


def _text_height(topic: Topic, languages: Collection[str]) -> int:
    texts = ("name", "description")
    lines = (
        sum(ceil(len(topic.text_in(language, text)) / CHARACTERS_OF_LINE) for text in texts)
        for language in languages
    )
    return LINE_HEIGHT * max(lines)


def needed_for_google_sites() -> list[NeededOrigin]:
    """Return the origins of Google Sites, and which of them EMBED_ORIGINS allows already."""
    return [NeededOrigin(origin, _is_allowed(origin)) for origin in GOOGLE_SITES]


def _is_allowed(origin: str) -> bool:
    return any(_takes_in(allowed, origin) for allowed in settings.EMBED_ORIGINS)


def _takes_in(allowed: str, origin: str) -> bool:
    before, wildcard, behind = allowed.partition("://*")
    if not wildcard:
        return allowed == origin
    return origin.startswith(f"{before}://") and origin.endswith(behind)


def _link_query(choice: FormChoice) -> str:
    """Return the end of a link's address, which ticks topics on our page and hides no others."""
    pairs = [("topic", slug) for slug in choice.topics]
    pairs += [("language", choice.language)] if choice.language else []
    return f"?{urlencode(pairs)}" if pairs else ""
