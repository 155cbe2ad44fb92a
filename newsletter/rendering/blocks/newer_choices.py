"""Choices that are newer than a block: it stays as it is until somebody chooses otherwise."""

from collections.abc import Mapping, Sequence
from typing import Any

from newsletter.rendering.blocks.fields import ChoiceField
from newsletter.rendering.blocks.ids import with_ids
from newsletter.rendering.blocks.registry import type_of


def without_newer_choices(
    blocks: Sequence[Mapping[str, Any]], *, before: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Leave out choices that blocks didn't have before, and that say what goes without saying.

    A block that was written before its type had a choice has none. Cleaning gives it the first
    value, which shows nothing else, but would be another content, and end approvals.

    Args:
        blocks: cleaned.
        before: as they were saved, in whatever order. Blocks are known by their ids.
    """
    saved = {each["id"]: each for each in with_ids(before)}
    return [
        _without(block, saved.get(named["id"], {}))
        for block, named in zip(blocks, with_ids(blocks), strict=True)
    ]


def _without(block: Mapping[str, Any], saved: Mapping[str, Any]) -> dict[str, Any]:
    known = type_of(block)
    if known is None or saved.get("type") != known.name:
        return dict(block)
    left_out = {
        field.name
        for field in known.fields
        if isinstance(field, ChoiceField)
        and field.name not in saved
        and block.get(field.name) == field.default
    }
    return {name: value for name, value in block.items() if name not in left_out}
