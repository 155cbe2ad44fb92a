"""The standing of each part of a translation to its source, which may have changed since."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from campaigns.content.translations.parts import EmailPart, kept_part, parts_of
from campaigns.models import Campaign, CampaignContent, TranslatedPart, TranslationOrigin


class TranslationStanding(StrEnum):
    """The standing of one part. All but DONE and LEFT_OUT make a translation incomplete."""

    DONE = "done"
    UNTRANSLATED = "untranslated"
    """It is the source's text, as it was copied."""
    STALE = "stale"
    """The source has changed since."""
    MISSING = "missing"
    """The source has it, and the translation doesn't."""
    GONE = "gone"
    """It was made from a part that the source has no more."""
    LEFT_OUT = "left_out"


BEGAN = EmailPart("@translation", "", {})
"""Kept with a translation since its first save, so that it isn’t of unknown origin while none of
its parts is one of the source."""
INCOMPLETE = frozenset(TranslationStanding) - {
    TranslationStanding.DONE,
    TranslationStanding.LEFT_OUT,
}


@dataclass(frozen=True, slots=True)
class PartStanding:
    """One part of a translation beside its source.

    Attributes:
        key: as of an EmailPart.
        source: the source's part now; None where it has none.
        was: the source's part from which the translation was made, where that is known.
        own: the translation's part; None where it has none.
    """

    key: str
    standing: TranslationStanding
    source: EmailPart | None
    was: EmailPart | None
    own: EmailPart | None

    @property
    def is_incomplete(self) -> bool:
        return self.standing in INCOMPLETE

    @property
    def label(self) -> str:
        """The name of the part for staff."""
        part = self.source or self.own
        return part.label if part else ""


def source_of(campaign: Campaign) -> CampaignContent | None:
    """Return the content that translations are made from, in the campaign's own language."""
    own = CampaignContent.objects.filter(campaign_id=campaign.pk, language=campaign.language)
    return own.first()


def rows_of(campaign: Campaign, language: str) -> dict[str, TranslatedPart]:
    """Return what is kept of a translation, by part; nothing where its origin isn't known."""
    rows = TranslatedPart.objects.filter(
        campaign_id=campaign.pk, language=language, source_language=campaign.language
    )
    return {row.part: row for row in rows}


def standings_of(campaign: Campaign, content: CampaignContent) -> list[PartStanding]:
    """Return how a translation that is saved stands; nothing for the source itself."""
    if content.language == campaign.language:
        return []
    rows = rows_of(campaign, content.language)
    return standings(parts_of(source_of(campaign)), parts_of(content), rows)


def standings(
    source: Mapping[str, EmailPart],
    own: Mapping[str, EmailPart],
    rows: Mapping[str, TranslatedPart],
) -> list[PartStanding]:
    """Return how the parts of a translation stand, missing ones among them at their places.

    Args:
        source, own: the parts of the source and of the translation.
        rows: as `rows_of` returns them.
    """
    if not source:
        return []
    found = {key: _linked(key, source.get(key), part, rows.get(key)) for key, part in own.items()}
    if not rows:
        return list(found.values())
    order = list(found.values())
    before: str | None = None
    for key, part in source.items():
        if key not in own or own[key].type != part.type:
            _insert(order, _absent(key, part, rows.get(key)), after=before)
        before = key
    return order


def _linked(
    key: str, source: EmailPart | None, own: EmailPart, row: TranslatedPart | None
) -> PartStanding:
    was = kept_part(key, row.source) if row else None
    if source is None or source.type != own.type:
        is_gone = row is not None and source is None and _type(row) == own.type
        return PartStanding(
            key, TranslationStanding.GONE if is_gone else TranslationStanding.DONE, None, was, own
        )
    if row is None:
        return PartStanding(key, TranslationStanding.DONE, source, None, own)
    if was and row.origin == TranslationOrigin.COPIED and own.says_the_same(was):
        return PartStanding(key, TranslationStanding.UNTRANSLATED, source, was, own)
    is_stale = was is None or not was.reads_the_same(source)
    return PartStanding(
        key, TranslationStanding.STALE if is_stale else TranslationStanding.DONE, source, was, own
    )


def _absent(key: str, source: EmailPart, row: TranslatedPart | None) -> PartStanding:
    is_left_out = row is not None and row.origin == TranslationOrigin.LEFT_OUT
    standing = TranslationStanding.LEFT_OUT if is_left_out else TranslationStanding.MISSING
    return PartStanding(key, standing, source, None, None)


def _insert(order: list[PartStanding], absent: PartStanding, *, after: str | None) -> None:
    """Put a missing part behind the one that it follows in the source."""
    places = [place for place, each in enumerate(order) if each.key == after]
    at = places[-1] + 1 if places else 0
    order.insert(at, absent)


def _type(row: TranslatedPart) -> str:
    return str(row.source.get("type", ""))


def incomplete(parts: Iterable[PartStanding]) -> list[PartStanding]:
    """Return the parts by which a translation is incomplete."""
    return [each for each in parts if each.is_incomplete]
