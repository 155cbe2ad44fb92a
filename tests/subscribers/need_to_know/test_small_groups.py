"""Small groups are hidden, with as many others as it takes that none can be computed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subscribers.need_to_know.small_groups import SMALL_GROUP, hidden_numbers, hidden_rows


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


@pytest.mark.parametrize(
    ("rows", "hidden"),
    [
        ([], set()),
        ([(9, 0), (700, 12)], set()),
        ([(9, 1), (700, 12)], {0, 1}),
        ([(90, 3), (80, 9), (70, 0), (700, 20)], {0, 1, 2}),
        ([(90, 1), (80, 1)], {0, 1}),
        ([(90, 1), (80, 0), (70, 0)], {0, 1, 2}),
    ],
)
def test_rows_are_hidden_by_whole(rows: list[tuple[int, int]], hidden: set[int]) -> None:
    assert hidden_rows(rows) == hidden


@given(st.lists(st.tuples(*[st.integers(0, 9)] * 3), max_size=5))
def test_no_small_part_of_a_row_can_be_computed_from_sums(rows: list[tuple[int, ...]]) -> None:
    hidden = hidden_rows(rows)
    assert all(place in hidden for place, row in enumerate(rows) if any(0 < n < 5 for n in row))
    if len(hidden) in (0, len(rows)):
        return  # nothing is hidden, or nothing is shown
    for column in range(3):
        people = [rows[place][column] for place in hidden if rows[place][column]]
        assert not people or (len(people) >= 2 and sum(people) >= SMALL_GROUP)
