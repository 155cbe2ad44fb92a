"""Groups so small that their number would tell who is in them."""

from collections.abc import Sequence

SMALL_GROUP = 5
"""Numbers below it are not shown to whoever may not see subscribers."""
_AT_LEAST = 2
"""Groups with somebody in them that are hidden together: one alone is the sum less the others."""


def is_small(number: int) -> bool:
    """Return whether a number would tell who is in a group."""
    return 0 < number < SMALL_GROUP


def hidden_numbers(numbers: Sequence[int]) -> frozenset[int]:
    """Return which of several numbers are not shown, by their places.

    Their sum may be known. So the smallest of the others are hidden, too, until nobody can compute
    a small one from it; whoever shows them gives all that are hidden the same words. Zero is hidden
    beside a small group; alone it isn't, as the sum would tell it.
    """
    if not any(map(is_small, numbers)):
        return frozenset()
    hidden = set[int]()
    for place in sorted(range(len(numbers)), key=numbers.__getitem__):
        together = [numbers[each] for each in hidden if numbers[each]]
        is_enough = len(together) >= _AT_LEAST and sum(together) >= SMALL_GROUP
        if numbers[place] >= SMALL_GROUP and is_enough:
            break
        hidden.add(place)
    return frozenset(hidden)


def hidden_rows(rows: Sequence[Sequence[int]]) -> frozenset[int]:
    """Return which rows of a table are shown by their sums alone, by their places.

    The sums of rows and columns may be known. Whatever is hidden of a column belongs to two rows at
    least, and to as many people as a group needs that may be shown. Where that can't be had, all
    rows are hidden: then nothing is told but the sums.

    Args:
        rows: each with the same columns, which tell the people of the row apart.
    """
    hidden = {place for place, row in enumerate(rows) if any(map(is_small, row))}
    columns = range(len(rows[0])) if rows and hidden else range(0)
    column = 0
    while column < len(columns):
        together = [rows[each][column] for each in hidden if rows[each][column]]
        if not together or (len(together) >= _AT_LEAST and sum(together) >= SMALL_GROUP):
            column += 1
            continue
        others = [each for each in range(len(rows)) if each not in hidden and rows[each][column]]
        if not others:
            return frozenset(range(len(rows)))
        hidden.add(min(others, key=lambda each: rows[each][column]))
        column = 0
    return frozenset(hidden)
