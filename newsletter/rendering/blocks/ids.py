"""The ids of blocks: they stay with a block where it moves, and name it in all languages."""

import re
from collections.abc import Iterable, Mapping, Sequence
from secrets import token_hex
from typing import Any, TypeGuard

from newsletter.rendering.content_errors import BlockError
from newsletter.rendering.text import shown

_ID = re.compile(r"[a-z0-9]{1,16}\Z")


def new_id() -> str:
    """Return the id of a new block: 8 hex digits, which no other block of the campaign has."""
    return token_hex(4)


def is_id(value: object) -> TypeGuard[str]:
    """Return whether a value can be the id of a block: 1 to 16 lower-case letters and digits."""
    return isinstance(value, str) and bool(_ID.match(value))


def check_ids(blocks: Sequence[object], *, path: str) -> None:
    """Refuse ids that can't be kept, and one that two blocks of an email have.

    Raises:
        BlockError: with the path of the id.
    """
    taken: set[str] = set()
    for index, block in enumerate(blocks):
        value = block.get("id") if isinstance(block, Mapping) else None
        if value is None:
            continue
        if not is_id(value):
            raise BlockError(
                f"{path}[{index}].id",
                f"{shown(value)} is no id: it has 1 to 16 of the characters a to z and 0 to 9",
            )
        if value in taken:
            raise BlockError(f"{path}[{index}].id", "is the id of another block of this email")
        taken.add(value)


def with_ids(blocks: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return blocks that all have an id.

    Those that a program wrote without one get it by their place, so that blocks at the same place
    of two languages have the same: `b0`, `b1` and so on.
    """
    given = list(blocks)
    taken = {each["id"] for each in given if "id" in each}
    return [
        dict(each) if "id" in each else {"id": _by_place(place, taken), **each}
        for place, each in enumerate(given)
    ]


def without_ids(blocks: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return blocks as readers see them: ids show nowhere."""
    return [{name: value for name, value in each.items() if name != "id"} for each in blocks]


def _by_place(place: int, taken: set[str]) -> str:
    name = f"b{place}"
    return name if name not in taken else new_id()
