"""Pages of a long list that begin at a row, not at a number (keyset pagination).

A database that is asked for page 20,000 reads all rows of the pages before it, and computes what
the list shows of them. A page that begins behind a row is found by an index, at once, and what is
added or deleted meanwhile moves nothing from page to page.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model, Q, QuerySet

AFTER, BEFORE = "after", "before"
"""Query parameters: the key of the row behind which, or before which, the page stands."""


@dataclass(frozen=True, slots=True)
class ListPart:
    """A part of a list that is in one order. Most lists have one.

    Args:
        rows: those of this part; in `column` none of them is empty.
        column: by which they are sorted, before their key; empty where the key alone sorts them.
        is_descending: whether both are.
    """

    rows: Q = field(default_factory=Q)
    column: str = ""
    is_descending: bool = True

    @property
    def order(self) -> list[str]:
        sign = "-" if self.is_descending else ""
        return [f"{sign}{name}" for name in (self.column, "pk") if name]

    def reversed(self) -> "ListPart":
        return ListPart(self.rows, self.column, not self.is_descending)

    def behind(self, place: "RowPlace") -> Q:
        """Return the condition of the rows of this part that come behind a place in it."""
        side = "lt" if self.is_descending else "gt"
        by_key = Q(**{f"pk__{side}": place.key})
        if not self.column:
            return by_key
        # In two conditions, of which the first is a range of the index.
        at_least = Q(**{f"{self.column}__{side}e": place.value})
        return at_least & (Q(**{f"{self.column}__{side}": place.value}) | by_key)


@dataclass(frozen=True, slots=True)
class RowPlace:
    """A row's place in a list: the number of its part, its value in the part's column, its key."""

    part: int
    value: Any
    key: int


NEWEST_FIRST = (ListPart(),)


@dataclass(frozen=True, slots=True)
class KeysetPage:
    """One page. `before` and `after` are the keys for its neighbours, or None."""

    rows: list[Any]
    before: int | None = None
    after: int | None = None


def keyset_page(
    rows: QuerySet[Any],
    parts: Sequence[ListPart],
    *,
    known: QuerySet[Any],
    after: int | None = None,
    before: int | None = None,
    size: int,
) -> KeysetPage:
    """Return the first page, or the one behind or before a row.

    Args:
        rows: those of the list.
        parts: how it is sorted.
        known: the rows that the reader may know of. A place is looked up among these alone, or
            others could be told by where they stand.
        after, before: the key of a row. Where there is none, or nothing stands there, it is the
            first page.
        size: rows of a page.
    """
    if before is not None and (place := _place(known, parts, before)):
        found = _read(rows, parts, place, size + 1, backwards=True)
        if len(found) >= size:
            return _page(found[:size][::-1], has_before=len(found) > size, has_after=True)
    elif after is not None and (place := _place(known, parts, after)):
        found = _read(rows, parts, place, size + 1)
        if found:
            return _page(found[:size], has_before=True, has_after=len(found) > size)
    found = _read(rows, parts, None, size + 1)
    return _page(found[:size], has_before=False, has_after=len(found) > size)


def _read(
    rows: QuerySet[Any],
    parts: Sequence[ListPart],
    place: RowPlace | None,
    number: int,
    *,
    backwards: bool = False,
) -> list[Any]:
    found = list[Any]()
    numbered = list(enumerate(parts))
    for at, part in reversed(numbered) if backwards else numbered:
        if place and (at > place.part if backwards else at < place.part):
            continue
        way = part.reversed() if backwards else part
        chosen = rows.filter(way.rows) if way.rows else rows
        if place and at == place.part:
            chosen = chosen.filter(way.behind(place))
        found += chosen.order_by(*way.order)[: number - len(found)]
        if len(found) >= number:
            break
    return found


def _place(known: QuerySet[Any], parts: Sequence[ListPart], key: int) -> RowPlace | None:
    """Return the place of a row; None where it has none, or isn't known."""
    if len(parts) == 1 and not parts[0].column:
        return RowPlace(0, None, key)  # wherever the row is by now
    for number, part in enumerate(parts):
        found = known.filter(part.rows, pk=key).order_by()
        values = found.values_list(part.column or "pk", flat=True).first()
        if values is not None:
            return RowPlace(number, values, key)
    return None


def _page(rows: list[Model], *, has_before: bool, has_after: bool) -> KeysetPage:
    if not rows:
        return KeysetPage([])
    return KeysetPage(rows, rows[0].pk if has_before else None, rows[-1].pk if has_after else None)
