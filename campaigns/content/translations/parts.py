"""The parts of an email that are translated: subject, preheader, and each block by its id."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from campaigns.content.translations.words import readable, seen_words
from campaigns.models import CampaignContent
from newsletter.rendering.blocks.fields import BlockField, InputKind
from newsletter.rendering.blocks.ids import with_ids
from newsletter.rendering.blocks.registry import BLOCK_TYPES, type_of
from newsletter.rendering.merge import without_merge_fields

LINES: Mapping[str, str] = {"@subject": "Subject", "@preheader": "Preview text"}
"""Parts that are no blocks. No id of a block holds an @."""
_IN_WORDS = frozenset({InputKind.LINE, InputKind.LINES, InputKind.RICH_TEXT})


@dataclass(frozen=True, slots=True)
class EmailPart:
    """One part: a block, or one of LINES.

    Attributes:
        key: the id of the block, or one of LINES.
        type: of the block; empty for a line.
        fields: the values of the block, or `text` of a line.
    """

    key: str
    type: str
    fields: Mapping[str, str]

    @property
    def label(self) -> str:
        """The name of it for staff."""
        return BLOCK_TYPES[self.type].label if self.type else LINES[self.key]

    def as_data(self) -> dict[str, str]:
        """Return it as TranslatedPart.source keeps it."""
        return {"type": self.type, **self.fields}

    @property
    def texts(self) -> list[tuple[str, str]]:
        """Its fields as staff read them, with their labels: plain text with line breaks."""
        if not self.type:
            return [("", self.fields["text"])]
        several = len(BLOCK_TYPES[self.type].fields) > 1
        found = [
            (field.label if several else "", _plain(field, value))
            for field, value in self._values()
            if field.input_kind is not InputKind.CHOICE
        ]
        return [(label, text) for label, text in found if text]

    @property
    def meaning(self) -> tuple[object, ...]:
        """All of it that a reader sees, to be compared: neither spaces nor how a text is marked up.

        The choices of a block, such as the side of an image, are each translation's own.
        """
        if not self.type:
            return (seen_words(self.fields["text"], is_html=False),)
        return (
            self.type,
            *(
                _meaning(field, value)
                for field, value in self._values()
                if field.input_kind is not InputKind.CHOICE
            ),
        )

    @property
    def version(self) -> str:
        """A short hash of its meaning, for forms."""
        raw = json.dumps(self.meaning, ensure_ascii=True)
        return hashlib.sha256(raw.encode()).hexdigest()[:12]

    @property
    def has_words(self) -> bool:
        """Return whether there is a word to translate, beside numbers, links and merge fields."""
        texts = (
            [self.fields["text"]]
            if not self.type
            else [
                _plain(field, value)
                for field, value in self._values()
                if field.input_kind in _IN_WORDS
            ]
        )
        return any(each.isalpha() for text in texts for each in without_merge_fields(text))

    def reads_the_same(self, other: "EmailPart") -> bool:
        """Return whether a reader sees no difference. What is equal to the letter isn't parsed."""
        return self._is_equal(other) or self.meaning == other.meaning

    def says_the_same(self, other: "EmailPart") -> bool:
        """Return whether its words are those of another, whatever its links."""
        return self._is_equal(other) or (
            self.type == other.type and self._words() == other._words()
        )

    def _is_equal(self, other: "EmailPart") -> bool:
        return self.type == other.type and self.fields == other.fields

    def _words(self) -> list[object]:
        if not self.type:
            return list(self.meaning)
        return [
            _meaning(field, value)
            for field, value in self._values()
            if field.input_kind in _IN_WORDS
        ]

    def _values(self) -> list[tuple[BlockField, str]]:
        fields = BLOCK_TYPES[self.type].fields
        return [(field, str(self.fields.get(field.name, ""))) for field in fields]


def parts_of(content: CampaignContent | None) -> dict[str, EmailPart]:
    """Return the parts of a content by their keys, in their order. Empty lines are none."""
    if content is None:
        return {}
    lines = {"@subject": content.subject, "@preheader": content.preheader}
    parts = {key: EmailPart(key, "", {"text": text}) for key, text in lines.items() if text.strip()}
    return parts | parts_of_blocks(content.blocks)


def parts_of_blocks(blocks: Iterable[Mapping[str, Any]]) -> dict[str, EmailPart]:
    """Return the parts that blocks are. Blocks of unknown types are left out."""
    known = [block for block in with_ids(blocks) if type_of(block)]
    return {block["id"]: part_from(block["id"], block) for block in known}


def part_from(key: str, data: Mapping[str, Any]) -> EmailPart:
    """Return a part from a block, or from what TranslatedPart.source keeps."""
    texts = {name: str(value) for name, value in data.items() if name not in ("id", "type")}
    return EmailPart(key, str(data.get("type", "")), texts)


def kept_part(key: str, source: Mapping[str, Any]) -> EmailPart | None:
    """Return a part that was kept with a translation; None where it isn't known any more."""
    part = part_from(key, source)
    if not source or (part.type not in BLOCK_TYPES if part.type else key not in LINES):
        return None
    return part


def _plain(field: BlockField, value: str) -> str:
    return readable(value, is_html=field.input_kind is InputKind.RICH_TEXT)


def _meaning(field: BlockField, value: str) -> object:
    return seen_words(value, is_html=field.input_kind is InputKind.RICH_TEXT)


def source_anchor(key: str) -> str:
    """Return the id of the element of the composer that shows a part's source."""
    return f"source-of-line-{key[1:]}" if key.startswith("@") else f"source-of-block-{key}"
