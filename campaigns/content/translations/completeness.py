"""Which translations of a campaign are complete, and what the others lack."""

from collections import defaultdict
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
    contents = {each.language: each for each in campaign.contents.order_by("language")}
    rows: dict[str, dict[str, TranslatedPart]] = defaultdict(dict)
    kept = TranslatedPart.objects.filter(campaign=campaign, source_language=campaign.language)
    for row in kept:
        rows[row.language][row.part] = row
    source = parts_of(contents.pop(campaign.language, None))
    found = []
    for language, content in contents.items():
        content.campaign = campaign  # saves a query for each
        lacks = incomplete(standings(source, parts_of(content), rows[language]))
        event_texts = untranslated_event_texts(content)
        found.append(Translation(language, lacks, event_texts, campaign.tells_of_change))
    return found


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
