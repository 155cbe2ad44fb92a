"""Choices of a person, as our own export tells them: greeting, own words, a pause."""

from collections.abc import Callable
from datetime import datetime

from newsletter.core.web_addresses import holds_web_address
from subscribers.greeting import MAXIMUM_SALUTATION, Greeting
from subscribers.imports.reading.columns import on_one_line
from subscribers.imports.rows.decision import RefusedRow
from subscribers.imports.rows.row_names import checked_name

type Notice = Callable[[str, str], None]
"""Called with what was left out of a row that was taken, and the text."""


def greeting_of(text: str, *, notice: Notice) -> str:
    """Return how somebody wants to be greeted; empty where the text isn't one of the ways."""
    if text and text not in Greeting.values:
        notice("Unknown way to greet, left empty", text)
        return ""
    return text


def salutation_of(text: str, *, notice: Notice) -> str:
    """Return the words in which somebody wants to be greeted.

    Raises:
        RefusedRow: they can't be kept.
    """
    if not text:
        return ""
    words = checked_name(text, what="salutation", maximum=MAXIMUM_SALUTATION)
    if words and holds_web_address(words):
        notice("Salutation with a web address, left empty", words)
        return ""
    return words


def pause_of(
    text: str, *, now: datetime, read_moment: Callable[[str], datetime | None]
) -> datetime | None:
    """Return the end of a pause; None where there is none, or it is over.

    Raises:
        RefusedRow: nobody knows until when: somebody who wanted no email could get some.
    """
    if not text:
        return None
    moment = read_moment(text)
    if moment is None:
        raise RefusedRow(f"We don't know until when this person has paused: {on_one_line(text)!r}.")
    return moment if moment > now else None
