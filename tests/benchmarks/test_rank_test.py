"""The rank test of the benchmarks finds what is there, and nothing where there is nothing."""

import random

import pytest

from benchmarks.rank_test import corrected, paired_shift


def noise(seed: int, number: int) -> list[float]:
    """Return times with a long tail, as those of a busy machine."""
    dice = random.Random(seed)
    return [1.0 + dice.lognormvariate(-1, 1) for _ in range(number)]


def test_it_agrees_with_a_worked_example() -> None:
    """Hollander and Wolfe, Nonparametric Statistical Methods: depression of nine patients."""
    before = [1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30]
    after = [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29]
    found = paired_shift(before, after)
    assert found.p == pytest.approx(0.0382, abs=0.0001)  # a sum of ranks of 40
    assert found.middle == pytest.approx(0.46, abs=0.005)


def test_a_small_shift_is_found_under_much_noise() -> None:
    shared = [10 * each for each in noise(1, 500)]
    first = [a + b for a, b in zip(shared, noise(2, 500), strict=True)]
    second = [a + b + 0.2 for a, b in zip(shared, noise(3, 500), strict=True)]
    found = paired_shift(second, first)
    assert found.p < 0.001
    assert found.low < 0.2 < found.high
    assert found.low > 0


def test_chance_is_seldom_taken_for_a_shift() -> None:
    found = [paired_shift(noise(n, 60), noise(n + 1000, 60)) for n in range(200)]
    assert sum(each.p < 0.05 for each in found) <= 20
    assert sum(each.low <= 0 <= each.high for each in found) >= 180


def test_equal_measurements_do_not_differ() -> None:
    assert paired_shift([1.0] * 20, [1.0] * 20).p == 1.0


def test_ties_share_their_rank() -> None:
    assert paired_shift([2.0] * 10 + [1.0] * 10, [1.0] * 10 + [2.0] * 10).p == 1.0


@pytest.mark.parametrize("lists", [([1.0] * 7, [2.0] * 7), ([1.0] * 12, [1.0] * 11)])
def test_too_little_is_refused(lists: tuple[list[float], list[float]]) -> None:
    with pytest.raises(ValueError, match="eight pairs|argument"):
        paired_shift(*lists)


def test_many_tests_at_once_each_count_for_less() -> None:
    assert corrected([0.01, 0.04, 0.03, 0.5]) == pytest.approx([0.04, 0.09, 0.09, 0.5])
