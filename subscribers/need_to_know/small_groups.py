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
