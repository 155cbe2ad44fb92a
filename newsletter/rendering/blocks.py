"""Blocks: what a letter's body is made of, checked, cleaned and capped before it is kept."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from newsletter.rendering.faults import BlockError
from newsletter.rendering.hrefs import check_image, check_link
from newsletter.rendering.merge import UnknownMergeField, merge_fields_in, without_sentinels
from newsletter.rendering.rich_text import clean_rich_text

__all__ = ["BLOCK_TYPES", "MAXIMUM_BLOCKS", "BlockError", "clean_blocks", "clean_line", "faults_of"]

MAXIMUM_BLOCKS = 60
MAXIMUM_HEADING = 200
MAXIMUM_LABEL = 80
MAXIMUM_ALT = 300
MAXIMUM_QUOTATION = 2000
MAXIMUM_SOURCE = 200

type Cleaner = Callable[[object, str], str]

# Line ends included where a line is meant; lone surrogates and non-characters can't be stored or
# encoded.
_NOT_IN_A_LINE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
_NOT_IN_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def clean_blocks(data: object, *, path: str = "blocks") -> list[dict[str, Any]]:
    """The blocks of one letter, as they are kept. Cleaning what was cleaned changes nothing.

    Args:
        data: what a program or the studio handed in: a list of objects, each with its `type`.
        path: where the list stands, for messages.

    Raises:
        BlockError: the first fault, with the path of the faulty field. Nothing is taken then.
    """
    if not isinstance(data, list):
        raise BlockError(path, "must be a list of blocks")
    if len(data) > MAXIMUM_BLOCKS:
        raise BlockError(path, f"holds {len(data)} blocks; {MAXIMUM_BLOCKS} are the most")
    return [_clean_block(block, path=f"{path}[{index}]") for index, block in enumerate(data)]


def faults_of(block: object, *, path: str) -> list[BlockError]:
    """All that is wrong with one block, where `clean_blocks` stops at the first fault.

    Args:
        path: where it stands, such as blocks[2].
    """
    faults: list[BlockError] = []
    try:
        given, fields = _checked_shape(block, path=path)
    except BlockError as fault:
        return [fault]
    for name, clean in fields.items():
        try:
            clean(given.get(name), f"{path}.{name}")
        except BlockError as fault:
            faults.append(fault)
    return faults


def clean_line(text: object, *, path: str, maximum: int, required: bool = True) -> str:
    """One line of plain text, such as a subject: trimmed, single spaces, its merge fields known.

    Args:
        maximum: in characters.
        required: whether an empty line is a fault; if not, None is as good as empty.

    Raises:
        BlockError: not text, empty, too long, with control characters, or with an unknown merge
            field.
    """
    if text is None and not required:
        return ""
    line = _text(text, path=path, maximum=maximum)
    if _NOT_IN_A_LINE.search(line):
        raise BlockError(path, "must be one line without control characters")
    return _with_known_fields(" ".join(line.split()), path=path, required=required)


def _clean_block(block: object, *, path: str) -> dict[str, Any]:
    given, fields = _checked_shape(block, path=path)
    return {"type": given["type"]} | {
        name: clean(given.get(name), f"{path}.{name}") for name, clean in fields.items()
    }


def _checked_shape(block: object, *, path: str) -> tuple[Mapping[str, Any], Mapping[str, Cleaner]]:
    """The block, if it is an object of a known type without foreign fields, and what cleans its fields."""
    if not isinstance(block, Mapping):
        raise BlockError(path, 'must be an object such as {"type": "heading", "text": "…"}')
    kind = block.get("type")
    if not isinstance(kind, str) or kind not in BLOCK_TYPES:
        raise BlockError(
            f"{path}.type",
            f"{_shown(kind)} is no block; known are {', '.join(sorted(BLOCK_TYPES))}",
        )
    fields = BLOCK_TYPES[kind]
    for name in block:
        if name != "type" and name not in fields:
            known = ", ".join(fields) or "no field but type"
            raise BlockError(
                f"{path}.{_shown(name).strip(chr(39))}",
                f"a {kind} block has no such field; it has {known}",
            )
    return block, fields


def _line(maximum: int, *, required: bool = True) -> Cleaner:
    return lambda value, path: clean_line(value, path=path, maximum=maximum, required=required)


def _lines(value: object, path: str) -> str:
    text = (
        _text(value, path=path, maximum=MAXIMUM_QUOTATION).replace("\r\n", "\n").replace("\r", "\n")
    )
    lines = "\n".join(" ".join(line.split()) for line in _checked(text, path=path).split("\n"))
    return _with_known_fields(re.sub(r"\n{3,}", "\n\n", lines).strip(), path=path, required=True)


def _link(value: object, path: str) -> str:
    return check_link(_text(value, path=path, maximum=None), path=path)


def _image(value: object, path: str) -> str:
    return check_image(_text(value, path=path, maximum=None), path=path)


def _html(value: object, path: str) -> str:
    return clean_rich_text(_checked(_text(value, path=path, maximum=None), path=path), path=path)


def _alt(value: object, path: str) -> str:
    if value is None or value == "":
        raise BlockError(path, "an image needs a text for those who don't see it")
    return clean_line(value, path=path, maximum=MAXIMUM_ALT)


BLOCK_TYPES: Mapping[str, Mapping[str, Cleaner]] = {
    "heading": {"text": _line(MAXIMUM_HEADING)},
    "rich_text": {"html": _html},
    "event_card": {},
    "image": {"url": _image, "alt": _alt},
    "button": {"label": _line(MAXIMUM_LABEL), "url": _link},
    "quotation": {"text": _lines, "source": _line(MAXIMUM_SOURCE, required=False)},
    "divider": {},
}
"""The kinds of block, and of each its fields with what cleans them."""


def _text(value: object, *, path: str, maximum: int | None) -> str:
    if value is None:
        raise BlockError(path, "is missing")
    if not isinstance(value, str):
        raise BlockError(path, f"must be text, not {_shown(value)}")
    text = without_sentinels(value)
    if maximum is not None and len(text.strip()) > maximum:
        raise BlockError(path, f"has {len(text.strip())} characters; {maximum} are the most")
    return text


def _checked(text: str, *, path: str) -> str:
    if _NOT_IN_TEXT.search(text):
        raise BlockError(path, "holds control characters")
    return text


def _with_known_fields(text: str, *, path: str, required: bool) -> str:
    if required and not text:
        raise BlockError(path, "is empty")
    try:
        merge_fields_in(text)
    except UnknownMergeField as error:
        raise BlockError(path, str(error)) from error
    return text


def _shown(value: object) -> str:
    """A short form for messages; of containers the kind alone, however deep they are."""
    if isinstance(value, str | int | float | bool | None):
        text = ascii(value) if isinstance(value, str) and not value.isprintable() else repr(value)
        return text if len(text) <= 40 else f"{text[:40]}…"
    return "a list" if isinstance(value, list) else "an object"
