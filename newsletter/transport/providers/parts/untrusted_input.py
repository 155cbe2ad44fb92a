"""Values from outside: whatever a report holds may have any type and any length."""

from collections.abc import Mapping
from typing import Any

from newsletter.core.db.text import db_text


class Malformed(ValueError):
    """A report that can't be read. The message says why, and is fit to be shown to staff."""


def fields(outer: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return the object at `name`; an empty one where there is none."""
    inner = outer.get(name)
    return inner if isinstance(inner, dict) else {}


def word(value: object) -> str:
    """Return `value` where it is text; else an empty text."""
    return value if isinstance(value, str) else ""


def text(value: object, longest: int) -> str:
    """Return `value`, a text or a number, as it can be stored; empty where it is neither.

    Args:
        longest: characters at most; the rest is cut off.
    """
    shown = (
        value if isinstance(value, str) else str(value) if isinstance(value, int | float) else ""
    )
    return db_text(shown)[:longest]
