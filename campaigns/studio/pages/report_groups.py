"""The tables of a report by country or body, language and mail domain, as far as one may see."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest

from campaigns.models import Campaign
from campaigns.report_states import BreakdownKind
from campaigns.reports.breakdown import (
    ARRIVED,
    COMPLAINED,
    FEW_EACH,
    NOT_ARRIVED,
    UNSUBSCRIBED,
    breakdown_of,
    number_of,
    recipients,
)
from campaigns.studio.masking import may_see_subscribers
from newsletter.core.languages import language_name
from subscribers.countries import country_name, refresh_bodies
from subscribers.need_to_know.small_groups import hidden_numbers, hidden_rows

MOST_ROWS = 25
"""Rows of a table. The smaller groups are one row together; the file has them all."""
OTHERS = "All others"
_UNKNOWN = "Not known"
_FEW_EACH = "Domains of fewer than 5 recipients"


@dataclass(frozen=True, slots=True)
class GroupLine:
    """One group of recipients, and what became of their emails.

    Attributes:
        total: of its recipients.
        arrived, not_arrived: of these; None where they aren't shown, for a small group's sake.
        complained, unsubscribed: of these; None for whoever may not see subscribers.
        width: of its bar, in per cent of the longest one of its table; 0: it has none.
        arrived_width, not_arrived_width: parts of the bar, in per cent of it.
    """

    label: str
    total: int
    arrived: int | None
    not_arrived: int | None
    complained: int | None
    unsubscribed: int | None
    width: float = 0
    arrived_width: float = 0
    not_arrived_width: float = 0

    @property
    def rest(self) -> int | None:
        """The number of those whose email waits, is in doubt or was skipped."""
        if self.arrived is None or self.not_arrived is None:
            return None
        return self.total - self.arrived - self.not_arrived


@dataclass(frozen=True, slots=True)
class GroupTable:
    """One table: all recipients, told apart by one thing.

    Attributes:
        hides: whether numbers are hidden, for the sake of small groups.
    """

    kind: BreakdownKind
    lines: Sequence[GroupLine]
    hides: bool

    @property
    def has_bars(self) -> bool:
        return any(line.width for line in self.lines)

    @property
    def hides_parts(self) -> bool:
        """Return whether a bar is whole, as its parts aren't shown."""
        return any(line.width and line.arrived is None for line in self.lines)


@dataclass(frozen=True, slots=True)
class GroupTables:
    """All tables of a campaign, and when they were counted."""

    tables: Sequence[GroupTable]
    counted_at: datetime


type _Row = tuple[str, Mapping[str, int]]


def group_tables(
    request: HttpRequest, campaign: Campaign, *, most: int | None = MOST_ROWS
) -> GroupTables | None:
    """Return the tables of a campaign by groups; None while they haven't been counted.

    Args:
        most: rows of a table; None: all.
    """
    breakdown = breakdown_of(campaign)
    if breakdown is None:
        return None
    refresh_bodies()
    sees_all = may_see_subscribers(request)
    return GroupTables(
        [
            _table(kind, breakdown.counts.get(kind.value, {}), sees_all=sees_all, most=most)
            for kind in BreakdownKind
        ],
        breakdown.counted_at,
    )


def _table(
    kind: BreakdownKind,
    groups: Mapping[str, Mapping[str, int]],
    *,
    sees_all: bool,
    most: int | None,
) -> GroupTable:
    rows: list[_Row] = [(_label(kind, group), numbers) for group, numbers in groups.items()]
    rows.sort(key=lambda row: (-recipients(row[1]), row[0]))
    few = frozenset() if sees_all else hidden_numbers([recipients(each) for _, each in rows])
    rows = _together(rows, few)
    # Of all rows, whether they are shown by themselves or together: otherwise those of the file,
    # taken from those of the page, would tell what both hide.
    hidden = frozenset() if sees_all else hidden_rows([_parts(each) for _, each in rows])
    shown = [(row, place in hidden) for place, row in enumerate(rows)]
    if most and len(shown) > most:
        kept, beyond = shown[: most - 1], shown[most - 1 :]
        [others] = _together([row for row, _ in beyond], frozenset(range(len(beyond))))
        shown = [*kept, (others, any(hides for _, hides in beyond))]
    # All others together are no group, and so many that beside them each group would be a dot.
    largest = max((recipients(row[1]) for row, _ in shown if row[0] != OTHERS), default=0)
    lines = [_line(row, largest=largest, sees_all=sees_all, hides=hides) for row, hides in shown]
    return GroupTable(kind, lines, hides=bool(few or hidden))


def _together(rows: list[_Row], places: frozenset[int]) -> list[_Row]:
    """Make one row of some, which comes last."""
    if not places:
        return rows
    others: dict[str, int] = {}
    for place in places:
        for what, number in rows[place][1].items():
            others[what] = others.get(what, 0) + number
    kept = [row for place, row in enumerate(rows) if place not in places]
    return [*kept, (OTHERS, others)]


def _parts(numbers: Mapping[str, int]) -> tuple[int, int, int]:
    arrived, not_arrived = number_of(numbers, ARRIVED), number_of(numbers, NOT_ARRIVED)
    return arrived, not_arrived, recipients(numbers) - arrived - not_arrived


def _line(row: _Row, *, largest: int, sees_all: bool, hides: bool) -> GroupLine:
    label, numbers = row
    total = recipients(numbers)
    arrived, not_arrived, _ = _parts(numbers)
    width = 0 if label == OTHERS else round(total * 100 / max(largest, 1), 1)
    if hides:
        return GroupLine(label, total, None, None, None, None, width)
    return GroupLine(
        label,
        total,
        arrived,
        not_arrived,
        numbers.get(COMPLAINED, 0) if sees_all else None,
        numbers.get(UNSUBSCRIBED, 0) if sees_all else None,
        width,
        round(arrived * 100 / max(total, 1), 1),
        round(not_arrived * 100 / max(total, 1), 1),
    )


def _label(kind: BreakdownKind, group: str) -> str:
    if not group:
        return _UNKNOWN
    if kind is BreakdownKind.COUNTRY:
        return country_name(group)
    if kind is BreakdownKind.LANGUAGE:
        return language_name(group)
    return _FEW_EACH if group == FEW_EACH else group
