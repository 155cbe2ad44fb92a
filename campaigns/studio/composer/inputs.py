"""The inputs of a block, as HTML.

They are made from the fields that a type of block declares. The form has as many as the email has
blocks, so no form class describes it.
"""

from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from campaigns.studio.composer.editor import rich_text_input
from campaigns.studio.composer.form import ComposerForm, TypedBlock
from newsletter.rendering.blocks.fields import BlockField, ChoiceField, InputKind

TOOLS = (
    ("up", "arrow_upward", "Move up"),
    ("down", "arrow_downward", "Move down"),
    ("remove", "close", "Remove"),
)
SHOWS = (("phone", "Phone"), ("desktop", "Desktop"), ("text", "Text"))

_URL_ATTRIBUTES = SafeString(' inputmode="url" autocomplete="off" spellcheck="false"')
_TEXT_ATTRIBUTES = SafeString(" data-merge")


@dataclass(frozen=True, slots=True)
class Input:
    """One input with its label, hint and error."""

    field: BlockField
    identifier: str
    html: SafeString
    error: str


@dataclass(frozen=True, slots=True)
class BlockForm:
    """One block of the form, with its position and its inputs."""

    block: TypedBlock
    index: int
    inputs: list[Input]


def block_forms(form: ComposerForm, *, focus: int | None = None) -> list[BlockForm]:
    """Return all blocks, ready for the template.

    Args:
        focus: the index of the block whose first input takes the cursor.
    """
    return [
        BlockForm(
            block,
            index,
            [
                _input(block, each, focused=index == focus and position == 0)
                for position, each in enumerate(block.definition.fields)
            ],
        )
        for index, block in enumerate(form.blocks)
    ]


def _input(block: TypedBlock, field: BlockField, *, focused: bool) -> Input:
    name, error = f"{block.id}-{field.name}", block.errors.get(field.name, "")
    described = [f"{name}-hint"] * bool(field.hint) + [f"{name}-error"] * bool(error)
    attributes = {"aria-describedby": " ".join(described)} if described else {}
    if error:
        attributes["aria-invalid"] = "true"
    if focused:
        attributes["autofocus"] = "autofocus"
    return Input(
        field, name, _html(field, name, block.values.get(field.name, ""), attributes), error
    )


def _html(field: BlockField, name: str, value: str, attributes: dict[str, str]) -> SafeString:
    if field.input_kind is InputKind.RICH_TEXT:
        return rich_text_input(name, value, identifier=name, **attributes)
    rest = format_html_join("", ' {}="{}"', attributes.items())
    if isinstance(field, ChoiceField):
        return _select(field, name, value, rest)
    if field.input_kind is InputKind.LINES:
        return format_html(
            '<textarea class="st-input" name="{0}" id="{0}" rows="3" '
            "data-merge{1}>\n{2}</textarea>",
            name,
            rest,
            value,
        )
    own = _URL_ATTRIBUTES if field.input_kind is InputKind.URL else _TEXT_ATTRIBUTES
    return format_html(
        '<input class="st-input" name="{0}" id="{0}" value="{2}"{3}{1}>', name, rest, value, own
    )


def _select(field: ChoiceField, name: str, value: str, rest: SafeString) -> SafeString:
    options = format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        (
            (each, SafeString(" selected") if each == value else "", label)
            for each, label in field.choices.items()
        ),
    )
    return format_html(
        '<select class="st-input" name="{0}" id="{0}"{1}>{2}</select>', name, rest, options
    )
