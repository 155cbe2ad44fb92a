"""Whole numbers from text that anybody may have written."""

DIGITS = 18
"""The most that a number may have, so that it fits into a column of ids."""


def whole_number(text: str) -> int | None:
    """Return the number that `text` is, or None where it isn't one.

    Only ASCII digits count: to Python, "²" is a digit that `int` can't read.
    """
    return int(text) if text.isascii() and text.isdigit() and len(text) <= DIGITS else None
