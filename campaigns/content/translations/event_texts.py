"""Texts of the event that an email shows, and that nobody has written in its language yet."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings

from campaigns.models import CampaignContent, Event
from newsletter.core.languages import lookup_language
from newsletter.rendering.blocks.registry import parts_shown
from newsletter.rendering.blocks.speakers.block import WITH_BIOGRAPHIES
from subscribers.local_texts import LocalTexts

_ON_THE_CARD = ("title", "summary")
"""Venue and address may stay as they are written at the place, and documents have a language of
their own."""


def untranslated_event_texts(content: CampaignContent) -> list[str]:
    """Name the texts of the event that the email would show in another language.

    Args:
        content: with its campaign.

    Returns:
        Such as “title” and “agenda”; nothing where the email shows none of them.
    """
    event = content.campaign.event
    own = settings.CONTENT_LANGUAGES[0]
    if event is None or _base(content.language) == _base(own):
        return []
    return list(dict.fromkeys(_missing(event, content)))


def _missing(event: Event, content: CampaignContent) -> Iterator[str]:
    language = content.language
    if any(block.get("type") == "event_card" for block in content.blocks):
        for name in _ON_THE_CARD:
            if _is_missing(event.texts, language, name, getattr(event, name)):
                yield name
    parts = parts_shown(content.blocks)
    if (
        "picture" in parts
        and not event.picture_is_decorative
        and _is_missing(event.texts, language, "picture_alt", event.picture_alt)
    ):
        yield "alternative text of the picture"
    if "agenda" in parts and _any_missing(event.agenda, language, "title"):
        yield "agenda"
    if "speakers" in parts and (
        _any_missing(event.speakers, language, "office")
        or (_tells_lives(content) and _any_missing(event.speakers, language, "biography"))
    ):
        yield "speakers"


def _any_missing(rows: list[dict[str, Any]], language: str, name: str) -> bool:
    return any(_is_missing(row["texts"], language, name, row[name]) for row in rows)


def _is_missing(texts: LocalTexts, language: str, name: str, own: str) -> bool:
    """Return whether `text_of` would answer with the text in the installation’s first language."""
    has_words = any(each.isalpha() for each in own)
    return has_words and not texts.get(lookup_language(language, texts), {}).get(name)


def _tells_lives(content: CampaignContent) -> bool:
    return any(block.get("details") == WITH_BIOGRAPHIES for block in content.blocks)


def _base(language: str) -> str:
    return language.partition("-")[0]
