"""The name of a file, where it says that the people in it have left."""

import re

from subscribers.imports.reading.rows_as import RowsAs
from subscribers.imports.reading.status_words import plain

_NAMES: tuple[tuple[RowsAs, re.Pattern[str]], ...] = (
    (RowsAs.HARD_BOUNCED, re.compile(r"\bcleaned\b|bounc|undeliver|invalid|rebond|rebote")),
    (RowsAs.COMPLAINED, re.compile(r"complain|spam ?report|abuse|plainte|queja")),
    (
        RowsAs.UNSUBSCRIBED,
        re.compile(
            r"unsub|opt(?:ed)? ?outs?\b|non ?subscri|suppress|black ?list|block ?list|"
            r"do not (?:e ?mail|mail|contact)|\bdnc\b|desabonn|"
            r"desinscri|\bbajas?\b|dezabon|відпис|отпис|الغاء|abgemeldet|abmeld|abbestell|leavers|"
            r"liste noire|lista negra|global ?unsub"
        ),
    ),
)


def rows_as_of(name: str) -> RowsAs | None:
    """Return what the name of a file or sheet says of its people. None where it says nothing."""
    words = plain(name)
    return next((rows_as for rows_as, pattern in _NAMES if pattern.search(words)), None)


def suspicious_name(file_name: str) -> str:
    """Return a complaint where a file's name says that its people have left, and its rows don't.

    "" where the name says no such thing.
    """
    found = rows_as_of(file_name)
    if found is None:
        return ""
    return (
        f"The name of the file, {file_name!r}, says that these people must not get email, so "
        f"nobody was subscribed. "
        f"To record them as opt-outs, add --as {found.value}. If they are subscribers, add --as "
        f"{RowsAs.SUBSCRIBERS.value}."
    )
