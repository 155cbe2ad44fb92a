"""The definition of a type of block: its fields, its template, and how staff see it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from django.template import Engine, Origin, Template

from newsletter.rendering.blocks.fields import BlockField
from newsletter.rendering.blocks.surroundings import Surroundings


def _nothing_missing(around: Surroundings) -> str:
    return ""


def _nothing_optional(block: Mapping[str, Any]) -> frozenset[str]:
    return frozenset()


def _nothing_chosen(block: Mapping[str, Any]) -> frozenset[str]:
    return frozenset()


def _nothing_more(block: Mapping[str, Any], around: Surroundings) -> Mapping[str, Any]:
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockType:
    """One type of block. Its folder holds all that is said of it.

    Attributes:
        name: the `type` in a campaign's JSON. It is stored, so it never changes.
        label, icon, note: for staff: what it is called, its Material Symbol, and what there is to
            know of a block whose inputs don't explain it.
        template: the MJML of one block. It gets `block`, which holds a value for each field, beside
            the layout's `theme` and `writing`. The text part is derived from what it makes, so it
            needs no template of its own (see newsletter.rendering.text_part).
        fields: what staff fill in, in the order of their inputs.
        optional: returns the fields that a block doesn't need although they are required, by what
            else it says.
        needs_event: whether only a campaign with an event can have one.
        has_own_section: whether its template is whole sections of the email (`mj-section`), such as
            one of two columns. Other blocks stand below each other in one column.
        shows: what it shows beside its own texts: parts of the event, by the names of EventDetails,
            or `social_links` of the brand. Approvals cover it.
        shows_by_choice: returns what one block shows besides, by what else it says.
        more: further values for the template, from the block and the email around it. As of a
            field's value, a plain text is escaped, and a SafeString is HTML that rendering itself
            made.
        missing: returns why there is nothing to show in an email, for staff, and else an empty
            text. Such a block leaves no trace in the email, because what it showed may be deleted
            after the email was sent, and the archive renders it again.
    """

    name: str
    label: str
    icon: str
    note: str = ""
    template: Path
    fields: tuple[BlockField, ...] = ()
    optional: Callable[[Mapping[str, Any]], frozenset[str]] = _nothing_optional
    needs_event: bool = False
    has_own_section: bool = False
    shows: tuple[str, ...] = ()
    shows_by_choice: Callable[[Mapping[str, Any]], frozenset[str]] = _nothing_chosen
    more: Callable[[Mapping[str, Any], Surroundings], Mapping[str, Any]] = _nothing_more
    missing: Callable[[Surroundings], str] = _nothing_missing

    def fields_of(self, block: Mapping[str, Any]) -> list[BlockField]:
        """Return the fields of one block, which may need fewer of them than another."""
        optional = self.optional(block)
        return [
            replace(field, required=False) if field.name in optional else field
            for field in self.fields
        ]

    def context(self, block: Mapping[str, Any], around: Surroundings) -> dict[str, Any]:
        """Return what the layout includes: the template, and the values that it shows.

        Raises:
            BlockError: a value that can't be shown, such as one that was never cleaned.
        """
        values = {
            field.name: field.prepare(str(block.get(field.name, "")), around=around)
            for field in self.fields_of(block)
        }
        # The template itself, not its name: a name is a text, and would become a slot.
        return {
            "template": _template(self.template),
            "has_own_section": self.has_own_section,
            **values,
            **self.more(block, around),
        }


@cache
def _template(path: Path) -> Template:
    engine = Engine.get_default()
    return Template(path.read_text(encoding="utf-8"), Origin(str(path)), str(path), engine)
