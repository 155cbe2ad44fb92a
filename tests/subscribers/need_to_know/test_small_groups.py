"""Small groups are hidden, with as many others as it takes that none can be computed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subscribers.need_to_know.small_groups import SMALL_GROUP, hidden_numbers


@pytest.mark.parametrize(
    ("numbers", "hidden"),
    [
        ([], set()),
        ([0, 0], set()),
        ([5, 700], set()),
        ([0, 12], set()),
        ([1], {0}),
        ([1, 5], {0, 1}),
        ([3, 9, 700], {0, 1}),
        ([700, 9, 3], {1, 2}),
        ([2, 1, 9, 700], {0, 1, 2}),
        ([3, 4, 9, 700], {0, 1}),
        ([0, 4, 9, 700], {0, 1, 2}),
        ([9, 0, 9, 4, 9], {0, 1, 3}),
    ],
)
def test_the_next_smallest_is_hidden_too(numbers: list[int], hidden: set[int]) -> None:
    assert hidden_numbers(numbers) == hidden


@given(st.lists(st.integers(0, 12), max_size=8))
def test_no_small_group_can_be_computed_from_the_sum(numbers: list[int]) -> None:
    hidden = hidden_numbers(numbers)
    is_small = {place for place, number in enumerate(numbers) if 0 < number < SMALL_GROUP}
    assert is_small <= hidden
    if is_small and len(hidden) < len(numbers):
        people = [numbers[place] for place in hidden if numbers[place]]
        assert len(people) >= 2
        assert sum(people) >= SMALL_GROUP
