"""One row of the table of results, and how it is printed."""

from collections.abc import Iterable
from statistics import median

type Row = dict[str, object]


class Wrong(Exception):
    """A result that isn't right, so its speed doesn't matter."""


def row(
    what: str, measured: str, *, to_reach: str = "", met: bool | None = None, **figures: object
) -> Row:
    """Return the row of one result.

    Args:
        what: in a few words.
        measured: the result with its unit.
        to_reach: the target with its unit; empty where there is none.
        met: whether it is reached; None where there is no target, or nothing could be measured.
        figures: all that was measured, for the JSON file.
    """
    return {"what": what, "measured": measured, "to_reach": to_reach, "met": met, **figures}


def not_measured(what: str, why: str, *, to_reach: str = "") -> Row:
    """Return the row of something that could not be measured here."""
    return row(what, f"not measured: {why}", to_reach=to_reach)


def table(rows: Iterable[Row]) -> str:
    """Return the rows as text in four columns."""
    cells = [("what", "measured", "to reach", "met")]
    cells += [
        (str(one["what"]), str(one["measured"]), str(one["to_reach"]), _word(one["met"]))
        for one in rows
    ]
    widths = [max(len(line[column]) for line in cells) for column in range(len(cells[0]))]
    lines = [
        "  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip()
        for line in cells
    ]
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join(lines)


def _word(met: object) -> str:
    return {True: "yes", False: "NO"}.get(bool(met), "") if met is not None else ""


def middle(values: Iterable[float]) -> float:
    """Return the median, so that one run beside a busy neighbour doesn't decide."""
    return float(median(values))
