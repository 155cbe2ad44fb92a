"""A draft in English whose Spanish version was started from it, and translated."""

from typing import Any

import pytest

from campaigns.content.edit_content import save_content
from campaigns.content.translations.standing import TranslationStanding, source_of, standings_of
from campaigns.content.translations.start import start_from_source
from campaigns.models import Campaign, CampaignContent

HEADING = {"id": "aa", "type": "heading", "text": "Our next meeting"}
TEXT = {"id": "bb", "type": "rich_text", "html": "<p>We meet on Tuesday in Kyiv.</p>"}
BUTTON = {"id": "cc", "type": "button", "label": "Answer", "url": "https://example.org/en"}
DIVIDER = {"id": "dd", "type": "divider"}
BLOCKS = [HEADING, TEXT, DIVIDER, BUTTON]

SPANISH = {
    "aa": {**HEADING, "text": "Nuestra próxima reunión"},
    "bb": {**TEXT, "html": "<p>Nos reunimos el martes en Kyiv.</p>"},
    "cc": {**BUTTON, "label": "Responder"},
    "dd": DIVIDER,
}


def english(campaign: Campaign, *blocks: dict[str, Any], **lines: str) -> CampaignContent:
    """Save the source; blocks that aren't given are as before."""
    said = source_of(campaign)
    assert said
    return save_content(
        campaign,
        language="en",
        subject=lines.get("subject", said.subject),
        preheader=lines.get("preheader", said.preheader),
        blocks=list(blocks) or said.blocks,
        complete=False,
    )


def spanish(campaign: Campaign, **changed: Any) -> CampaignContent:
    """Save the Spanish version, with the fields that are given changed."""
    said = campaign.contents.get(language="es")
    values = {name: changed.get(name, getattr(said, name)) for name in ("subject", "preheader")}
    return save_content(
        campaign,
        language="es",
        blocks=changed.get("blocks", said.blocks),
        complete=False,
        sources=changed.get("sources"),
        **values,
    )


def stands(campaign: Campaign, language: str = "es") -> dict[str, TranslationStanding]:
    """Return key → standing, of parts that aren't done."""
    found = standings_of(campaign, campaign.contents.get(language=language))
    return {
        each.key: each.standing for each in found if each.standing is not TranslationStanding.DONE
    }


@pytest.fixture
def copied(draft: Campaign) -> Campaign:
    """A draft whose Spanish version is a copy."""
    english(draft, *BLOCKS)
    start_from_source(draft, language="es")
    return draft


@pytest.fixture
def translated(copied: Campaign) -> Campaign:
    """A draft whose Spanish version is complete."""
    spanish(
        copied,
        subject="Le invitamos",
        preheader="Noventa minutos",
        blocks=[SPANISH[each["id"]] for each in BLOCKS],
    )
    assert not stands(copied)
    return copied
