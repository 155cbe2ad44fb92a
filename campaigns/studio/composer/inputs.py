"""The inputs of a block, as HTML.

They are made from the fields that a type of block declares. The form has as many as the email has
blocks, so no form class describes it.
"""

from dataclasses import dataclass, field

from django.db.models import QuerySet
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from campaigns.review.comments import PlacedComment
from campaigns.studio.composer.editor import rich_text_input
from campaigns.studio.composer.form import ComposerForm, TypedBlock
from campaigns.studio.composer.pictures import pictures_of
from campaigns.studio.composer.source_text import SourceText
from campaigns.studio.media.library import LibraryImage
from newsletter.core.languages import direction_of
from newsletter.models import MediaImage
from newsletter.rendering.blocks.fields import BlockField, ChoiceField, InputKind
from newsletter.rendering.blocks.registry import BLOCK_TYPES

TOOLS = (
    ("up", "arrow_upward", "Move up"),
    ("down", "arrow_downward", "Move down"),
    ("duplicate", "content_copy", "Duplicate"),
    ("remove", "close", "Remove"),
)
TOGETHER = (*TOOLS, ("clear", "deselect", "Select none"))
"""What is done to several blocks at once."""
SHOWS = (
    ("phone", "Phone", False),
    ("desktop", "Desktop", False),
    ("dark", "Dark", True),
    ("images", "No images", True),
    ("text", "Text", False),
)
"""Looks of the preview: by name, with its label, and whether only scripts can show it."""
SHORTCUTS = (
    (("Ctrl", "Z"), "Undo"),
    (("Ctrl", "Shift", "Z"), "Redo"),
    (("Ctrl", "S"), "Save now"),
    (("/",), "In an empty text: choose a block"),
    (("{",), "In a text: choose a merge field"),
    (("Alt", "↑"), "Move the block up"),
    (("Alt", "↓"), "Move the block down"),
    (("Alt", "Page Up"), "Go to the block above"),
    (("Alt", "Page Down"), "Go to the block below"),
    (("Alt", "Shift", "A"), "Add a block below"),
    (("Alt", "Shift", "D"), "Duplicate the block"),
    (("Alt", "Shift", "Delete"), "Remove the block"),
    (("Alt", "Shift", "X"), "Select the block, or not"),
    (("Alt", "Shift", "C"), "Collapse or open the block"),
    (("Alt", "Shift", "O"), "Collapse or open all blocks"),
    (("Alt", "Shift", "P"), "Preview, and back"),
    (("?",), "Outside of texts: show this list"),
)
"""Keys of the composer, as static/staff/composer/keys.js takes them."""
BLANK = "zzblankzz"
"""The id of blank blocks, in whose place the scripts put one of their own."""

_URL_ATTRIBUTES = SafeString(' inputmode="url" autocomplete="off" spellcheck="false"')
_WITH_URL = (InputKind.URL, InputKind.IMAGE)
_TEXT_ATTRIBUTES = SafeString(" data-merge")


@dataclass(frozen=True, slots=True)
class Input:
    """One input with its label, hint and error."""

    field: BlockField
    identifier: str
    html: SafeString
    error: str

    @property
    def is_image(self) -> bool:
        """Return whether an image of the library can be chosen for it."""
        return self.field.input_kind is InputKind.IMAGE


@dataclass(frozen=True, slots=True)
class BlockForm:
    """One block of the form, with its position and its inputs."""

    block: TypedBlock
    index: int
    inputs: list[Input]
    source: SourceText | None = None
    """Of a translation: the block of the source, as `translations.with_sources` shows it."""
    missing: list[SourceText] = field(default_factory=list)
    """Of a translation: blocks of the source that belong below this one."""
    picture: LibraryImage | None = None
    """The image of the library that it shows."""
    comments: list[PlacedComment] = field(default_factory=list)
    """Of reviewers, which are open."""


def block_forms(
    form: ComposerForm,
    *,
    language: str,
    focus: int | None = None,
    images: QuerySet[MediaImage] | None = None,
) -> list[BlockForm]:
    """Return all blocks, ready for the template.

    Args:
        language: in which they are written.
        focus: the index of the block whose first input takes the cursor.
        images: of the library, that may be shown.
    """
    pictures = {} if images is None else pictures_of(form.blocks, images)
    return [
        BlockForm(
            block,
            index,
            [
                _input(block, each, language, focused=index == focus and position == 0)
                for position, each in enumerate(block.definition.fields)
            ],
            picture=pictures.get(block.id),
        )
        for index, block in enumerate(form.blocks)
    ]


def blank_blocks(language: str) -> list[BlockForm]:
    """Return one blank block of each type, from which the scripts make new ones."""
    return [
        block_forms(ComposerForm(blocks=[TypedBlock(name, id=BLANK)]), language=language)[0]
        for name in BLOCK_TYPES
    ]


def _input(block: TypedBlock, field: BlockField, language: str, *, focused: bool) -> Input:
    name, error = f"{block.id}-{field.name}", block.errors.get(field.name, "")
    described = [f"{name}-hint"] * bool(field.hint) + [f"{name}-error"] * bool(error)
    attributes = {"aria-describedby": " ".join(described)} if described else {}
    if error:
        attributes["aria-invalid"] = "true"
    if not isinstance(field, ChoiceField) and field.input_kind not in _WITH_URL:
        # By the language of the words, not by that of whoever writes them.
        attributes |= {"lang": language, "dir": direction_of(language)}
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
    own = _URL_ATTRIBUTES if field.input_kind in _WITH_URL else _TEXT_ATTRIBUTES
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
