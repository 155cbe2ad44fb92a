"""A part of the source as the composer shows it beside its translation."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from campaigns.content.compare_content import FieldChange
from campaigns.content.translations.parts import EmailPart, source_anchor
from campaigns.content.translations.standing import TranslationStanding

_BADGES: Mapping[TranslationStanding, str] = {
    TranslationStanding.UNTRANSLATED: "Needs translation",
    TranslationStanding.STALE: "Needs editing",
    TranslationStanding.MISSING: "Missing here",
    TranslationStanding.GONE: "Needs a decision",
    TranslationStanding.LEFT_OUT: "Left out",
}


@dataclass(frozen=True, slots=True)
class SourceText:
    """A part of the source as the composer shows it beside its translation."""

    key: str
    standing: TranslationStanding
    label: str
    version: str
    """That of the source's part which the writer has seen; empty: none."""
    texts: list[tuple[str, str]]
    differences: list[FieldChange]
    part: EmailPart | None
    """The source's part as it is now."""
    is_settled: bool
    """Whether a button of it was just pressed, so that it takes the cursor."""

    @property
    def anchor(self) -> str:
        return source_anchor(self.key)

    @property
    def as_json(self) -> str:
        """The part for the script that adds it to the translation."""
        part = self.part
        values = {"type": part.type, "fields": {**part.fields}} if part else {}
        words = part is not None and part.has_words
        return json.dumps({"key": self.key, **values, "words": words})

    @property
    def badge(self) -> str:
        return _BADGES.get(self.standing, "")
