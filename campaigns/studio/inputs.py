"""The inputs of a block, as HTML: the composer's form is as long as its letter, so no form class describes it."""

from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from campaigns.studio.draft import BlockDraft, Draft, Field
from campaigns.studio.editor import rich_text_input

TOOLS = (
    ("up", "arrow_upward", "Move up"),
    ("down", "arrow_downward", "Move down"),
    ("remove", "close", "Remove"),
)
SHOWS = (("phone", "Phone"), ("desktop", "Desktop"), ("text", "Text"))

_OF_ADDRESSES = SafeString(' inputmode="url" autocomplete="off" spellcheck="false"')
_OF_TEXT = SafeString(" data-merge")


@dataclass(frozen=True, slots=True)
class Input:
    """One input with all that belongs to it."""

    field: Field
    identifier: str
    html: SafeString
    error: str


@dataclass(frozen=True, slots=True)
class BlockForm:
    """A block in the form: what it is, where it stands, and its inputs."""

    block: BlockDraft
    index: int
    inputs: list[Input]


def block_forms(draft: Draft, *, focus: int | None = None) -> list[BlockForm]:
    """All blocks, ready for the template.

    Args:
        focus: the block that the person goes on with; its first input takes the cursor.
    """
    return [
        BlockForm(
            block,
            index,
            [
                _input(block, each, index, focused=index == focus and position == 0)
                for position, each in enumerate(block.kind.fields)
            ],
        )
        for index, block in enumerate(draft.blocks)
    ]


def _input(block: BlockDraft, field: Field, index: int, *, focused: bool) -> Input:
    name, error = f"b{index}-{field.name}", block.errors.get(field.name, "")
    described = [f"{name}-hint"] * bool(field.hint) + [f"{name}-error"] * bool(error)
    attributes = {"aria-describedby": " ".join(described)} if described else {}
    if error:
        attributes["aria-invalid"] = "true"
    if focused:
        attributes["autofocus"] = "autofocus"
    return Input(
        field, name, _html(field, name, block.values.get(field.name, ""), attributes), error
    )


def _html(field: Field, name: str, value: str, attributes: dict[str, str]) -> SafeString:
    if field.widget == "rich":
        return rich_text_input(name, value, identifier=name, **attributes)
    rest = format_html_join("", ' {}="{}"', attributes.items())
    if field.widget == "lines":
        return format_html(
            '<textarea class="st-input" name="{0}" id="{0}" rows="3" '
            "data-merge{1}>\n{2}</textarea>",
            name,
            rest,
            value,
        )
    kind = _OF_ADDRESSES if field.widget == "url" else _OF_TEXT
    return format_html(
        '<input class="st-input" name="{0}" id="{0}" value="{2}"{3}{1}>', name, rest, value, kind
    )
