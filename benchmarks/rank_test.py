"""Whether paired measurements differ: Wilcoxon's signed-rank test, and how large a shift may be.

Ranks, because times of a machine that does other things, too, have a long tail; pairs, because
measurements that were taken within the same moment share whatever went on in it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, groupby
from math import erfc, sqrt

Z_95 = 1.959964
"""Standard deviations on each side of a normal distribution that hold 95 % of it."""


@dataclass(frozen=True, slots=True)
class Shift:
    """How much one kind's values lie above another's, in the unit of the values."""

    middle: float
    low: float
    high: float
    """Ends of the interval that holds the true shift 95 times in a hundred."""
    p: float
    """How often chance alone makes as large a difference."""


def paired_shift(first: Sequence[float], second: Sequence[float]) -> Shift:
    """Compare values that were measured in pairs, at least eight of them.

    Zeros are left out and ties share their rank (Wilcoxon 1945); p is by the normal approximation,
    two-sided. The shift is the median of all means of two differences (Hodges and Lehmann 1963),
    and its interval has the ends that the test doesn't refuse (Tukey 1949).

    Raises:
        ValueError: the lists differ in length, or are too short.
    """
    differences = [a - b for a, b in zip(first, second, strict=True)]
    number = len(differences)
    if number < 8:
        raise ValueError("a normal approximation needs eight pairs or more")
    means = sorted((a + b) / 2 for a, b in combinations(differences, 2))
    means = sorted(means + differences)
    spread = sqrt(number * (number + 1) * (2 * number + 1) / 24)
    outside = max(0, int(number * (number + 1) / 4 - Z_95 * spread))
    return Shift(
        means[len(means) // 2], means[outside], means[len(means) - 1 - outside], _p(differences)
    )


def _p(differences: Sequence[float]) -> float:
    """Return the probability of a sum of ranks as far from its mean as that of `differences`."""
    left = sorted((each for each in differences if each), key=abs)
    number = len(left)
    if not number:
        return 1.0
    positive, place, ties = 0.0, 0, 0
    for _, group in groupby(left, key=abs):
        same = list(group)
        rank = place + (len(same) + 1) / 2
        positive += rank * sum(each > 0 for each in same)
        place += len(same)
        ties += len(same) ** 3 - len(same)
    mean = number * (number + 1) / 4
    variance = number * (number + 1) * (2 * number + 1) / 24 - ties / 48
    return erfc(abs(positive - mean) / sqrt(2 * variance)) if variance else 1.0


def corrected(probabilities: Sequence[float]) -> list[float]:
    """Return probabilities for tests of which many are made at once (Holm 1979), in their order."""
    order = sorted(range(len(probabilities)), key=lambda place: probabilities[place])
    found, most = [0.0] * len(probabilities), 0.0
    for done, place in enumerate(order):
        most = max(most, min(1.0, probabilities[place] * (len(probabilities) - done)))
        found[place] = most
    return found
