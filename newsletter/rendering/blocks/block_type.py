"""The definition of a type of block: its fields, its template, and how staff see it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.template import Engine, Origin, Template

from newsletter.rendering.blocks.fields import BlockField
from newsletter.rendering.blocks.surroundings import Surroundings


def _nothing_more(around: Surroundings) -> Mapping[str, Any]:
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
        needs_event: whether only a campaign with an event can have one.
        more: further values for the template, from the email around the block. As of a field's
            value, a plain text is escaped, and a SafeString is HTML that rendering itself made.
    """

    name: str
    label: str
    icon: str
    note: str = ""
    template: Path
    fields: tuple[BlockField, ...] = ()
    needs_event: bool = False
    more: Callable[[Surroundings], Mapping[str, Any]] = _nothing_more

    def context(self, block: Mapping[str, Any], around: Surroundings) -> dict[str, Any]:
        """Return what the layout includes: the template, and the values that it shows.

        Raises:
            BlockError: a value that can't be shown, such as one that was never cleaned.
        """
        values = {
            field.name: field.prepare(str(block.get(field.name, "")), around=around)
            for field in self.fields
        }
        # The template itself, not its name: a name is a text, and would become a slot.
        return {"template": _template(self.template), **values, **self.more(around)}


@cache
def _template(path: Path) -> Template:
    engine = Engine.get_default()
    return Template(path.read_text(encoding="utf-8"), Origin(str(path)), str(path), engine)
