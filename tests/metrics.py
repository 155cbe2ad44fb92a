"""Reading what was counted for `/metrics` while a test ran."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from newsletter.metrics.counts import Counts

TOKEN = "a-token-of-tests-that-is-long-enough-to-pass"

type _Key = tuple[str, frozenset[tuple[str, str]]]


class Counted:
    """What was counted since this was made."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._before = Counter(self._sums())

    def __call__(self, name: str, **labels: str) -> float:
        """Return by how much the counter of this name and these labels has grown."""
        key = (f"convene_{name}", frozenset(labels.items()))
        return self._sums().get(key, 0.0) - self._before[key]

    def _sums(self) -> Mapping[_Key, float]:
        return {
            (sample.name, frozenset(sample.labels.items())): sample.value
            for metric in Counts(self._folder).collect()
            for sample in metric.samples
        }
