"""Values from outside: whatever a report holds may have any type and any length."""

from collections.abc import Mapping
from typing import Any

from newsletter.core.db_text import db_text


def fields(outer: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """The object at `name`; an empty one where there is none."""
    inner = outer.get(name)
    return inner if isinstance(inner, dict) else {}


def word(value: object) -> str:
    """`value` where it is text; else nothing."""
    return value if isinstance(value, str) else ""


def text(value: object, longest: int) -> str:
    """`value`, text or number, as it can be stored: at most `longest` characters; nothing where it is something else."""
    shown = (
        value if isinstance(value, str) else str(value) if isinstance(value, int | float) else ""
    )
    return db_text(shown)[:longest]
