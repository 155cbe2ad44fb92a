"""The page of blocks and merge fields, from their registries."""

from collections.abc import Iterator

from newsletter.rendering.blocks.block_type import BlockType
from newsletter.rendering.blocks.fields import BlockField, ChoiceField, InputKind
from newsletter.rendering.blocks.registry import BLOCK_TYPES
from newsletter.rendering.merge_fields import MERGE_FIELDS
from scripts.reference.markdown import code, heading, page, table

_INTRODUCTION = """\
An email is a list of blocks. Staff fill them in on the page of a campaign ([how](../composer.md));
`create_campaign` reads them as JSON: an object whose `type` is the name of the block, and a text
for each field ([a whole campaign](../samples/campaign.json)). An object may have an `id`, and gets
one without. A field that isn't required may be left out."""

_KINDS = {
    InputKind.LINE: "one line of text",
    InputKind.LINES: "lines of text",
    InputKind.RICH_TEXT: "formatted text, as HTML",
    InputKind.URL: "link: `https://`, `mailto:`, `tel:`, or a merge field that is a link",
    InputKind.IMAGE: "image of the library, or the `https://` address of another",
    InputKind.CHOICE: "one of",
}


def blocks() -> str:
    """Return the page."""
    types = (part for block in BLOCK_TYPES.values() for part in _block(block))
    return page("Blocks and merge fields", _INTRODUCTION, [*types, *_merge_fields()])


def _block(block: BlockType) -> Iterator[str]:
    yield heading(2, block.label)
    needs = " Only a campaign with an event can have one." if block.needs_event else ""
    yield f"Type {code(block.name)}.{needs} {block.note}".strip()
    if block.fields:
        yield table(
            ["Field", "On the page", "What it holds", "Required"],
            (
                [code(field.name), field.label, _holds(field), "yes" if field.required else "no"]
                for field in block.fields
            ),
        )


def _holds(field: BlockField) -> str:
    words = _KINDS[field.input_kind]
    if isinstance(field, ChoiceField):
        choices = (f"{code(value)} ({label})" for value, label in field.choices.items())
        words = f"{words} {', '.join(choices)}; the first without one"
    maximum = getattr(field, "maximum", None)
    if maximum:
        words = f"{words}, at most {maximum:,} characters"
    return f"{words}. {field.hint}".removesuffix(". ")


def _merge_fields() -> Iterator[str]:
    yield heading(2, "Merge fields")
    yield (
        "Written in texts, subject and preview text as `{name}` or `{name|fallback}`; the "
        "fallback is shown to recipients of whom the value isn't "
        "known. Those that are links may stand as the whole of a link's address. Custom fields "
        "add merge fields by their keys "
        "([custom fields](../labels-and-fields.md#custom-fields))."
    )
    yield table(
        ["Merge field", "What a recipient reads", "May be a link’s address"],
        (
            [code(field.example), field.explanation, "yes" if field.is_url else "no"]
            for field in MERGE_FIELDS.values()
        ),
    )
