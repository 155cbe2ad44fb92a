"""Which translations of a campaign are complete, and what the others lack."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from campaigns.content.translations.event_texts import untranslated_event_texts
from campaigns.content.translations.parts import parts_of
from campaigns.content.translations.standing import (
    PartStanding,
    incomplete,
    standings,
    standings_of,
)
from campaigns.models import Campaign, CampaignContent, TranslatedPart


@dataclass(frozen=True, slots=True)
class Translation:
    """One translation, and what it lacks."""

    language: str
    lacks: list[PartStanding]
    event_texts: list[str]
    """Texts of the event that it shows untranslated, such as “title”."""
    tells_of_change: bool
    """Whether it is drafted for people who must hear of a change in time. It isn’t held up by what
    the event was without before."""

    @property
    def is_complete(self) -> bool:
        return not self.lacks and (self.tells_of_change or not self.event_texts)


def translations_of(campaign: Campaign) -> list[Translation]:
    """Return the translations of a campaign by three queries, however many there are."""
    found = []
    for content, lacks in _lacking(campaign, campaign.contents.order_by("language")):
        content.campaign = campaign  # saves a query for each
        event_texts = untranslated_event_texts(content)
        found.append(Translation(content.language, lacks, event_texts, campaign.tells_of_change))
    return found


def languages_to_translate(campaign: Campaign, contents: Iterable[CampaignContent]) -> list[str]:
    """Return the languages in which a text of the campaign's own needs a look.

    Args:
        contents: all of the campaign, by language.
    """
    return [content.language for content, lacks in _lacking(campaign, contents) if lacks]


def _lacking(
    campaign: Campaign, contents: Iterable[CampaignContent]
) -> list[tuple[CampaignContent, list[PartStanding]]]:
    """Return each translation with the parts by which it is incomplete, by one query more."""
    by_language = {each.language: each for each in contents}
    source = parts_of(by_language.pop(campaign.language, None))
    if not by_language:
        return []
    rows: dict[str, dict[str, TranslatedPart]] = defaultdict(dict)
    kept = TranslatedPart.objects.filter(campaign_id=campaign.pk, source_language=campaign.language)
    for row in kept:
        rows[row.language][row.part] = row
    return [
        (content, incomplete(standings(source, parts_of(content), rows[language])))
        for language, content in by_language.items()
    ]


def translation_as_typed(content: CampaignContent) -> Translation:
    """Return what a translation lacks while somebody writes it; the source lacks nothing.

    Args:
        content: saved or not, complete or not, with its campaign.
    """
    campaign, is_source = content.campaign, content.language == content.campaign.language
    lacks = incomplete(standings_of(campaign, content))
    event_texts = [] if is_source else untranslated_event_texts(content)
    return Translation(content.language, lacks, event_texts, campaign.tells_of_change)


def incomplete_languages(campaign: Campaign) -> list[str]:
    """Return the languages whose translation isn’t complete."""
    return [each.language for each in translations_of(campaign) if not each.is_complete]
