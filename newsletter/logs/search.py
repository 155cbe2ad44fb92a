"""Finding lines of the log."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from newsletter.logs.line import TRACE_INDENT, LogLine, escape, read_line

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_SPAN = re.compile(r"(\d{1,6})([smhdw])")


class BadSince(ValueError):
    """The text is neither a span of time nor a time."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The lines that are looked for: those that fit everything that is given.

    Args:
        fields: name and value of fields, as text.
        level: the lowest.
        since: the earliest time.
    """

    fields: dict[str, str] = field(default_factory=dict)
    level: str = "DEBUG"
    since: datetime | None = None

    def fits(self, line: LogLine) -> bool:
        """Return whether a line is looked for."""
        return (
            _rank(line.level) >= _rank(self.level)
            and (self.since is None or line.time >= self.since)
            and all(str(line.fields.get(name)) == value for name, value in self.fields.items())
        )


def find_lines(texts: Iterable[str], wanted: Wanted) -> Iterator[str]:
    """Yield each line that is looked for, with the lines of its traceback behind it.

    Args:
        texts: lines of any origin, those of other programs among them.

    Returns:
        Their text as it stands there, with nothing in it that a terminal would obey.
    """
    fits = False
    for text in texts:
        line = read_line(text)
        if line is not None:
            fits = wanted.fits(line)
        elif TRACE_INDENT not in text:
            fits = False
        if fits:
            yield escape(text.rstrip("\r\n"))


def since(text: str, *, now: datetime) -> datetime:
    """Return the time that `text` names: a span before `now`, such as `2h`, or a time in ISO 8601.

    Raises:
        BadSince: it is neither, or lies before all time.
    """
    try:
        if span := _SPAN.fullmatch(text):
            return now - timedelta(**{_UNITS[span[2]]: int(span[1])})
        time = datetime.fromisoformat(text)
    except (ValueError, OverflowError) as error:
        raise BadSince(
            f"{text!r} is neither a span of time (30m, 2h, 7d) nor a time (2026-12-02T03:00Z)"
        ) from error
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def _rank(level: str) -> int:
    return LEVELS.index(level) if level in LEVELS else len(LEVELS)
