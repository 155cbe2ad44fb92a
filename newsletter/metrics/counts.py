"""Sums of what all processes of this host have counted; those that have ended included."""

import logging
import os
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.mmap_dict import MmapedDict
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from newsletter.metrics.folder import KINDS, forget_earlier, locked, make_file

logger = logging.getLogger(__name__)

_ENDED = "ended"
"""In the place of a process's number: all that have ended."""


class Counts(Collector):
    """The sums of one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def collect(self) -> Iterator[Metric]:
        found: list[Metric] = []
        is_missing = False
        try:
            with locked(self._folder):
                found += MultiProcessCollector(None, str(self._folder)).collect()  # type: ignore[no-untyped-call] # its own
        except Exception as error:  # noqa: BLE001 - the other figures are told all the same
            is_missing = True
            logger.warning("What processes have counted can't be read (%s)", error)
        yield from found
        yield GaugeMetricFamily(
            "convene_counts_missing",
            "1 where what processes of this host have counted could not be read.",
            value=float(is_missing),
        )


def fold_ended(folder: Path) -> int:
    """Add the files of processes that have ended to one, so that they don't pile up.

    They can’t just be deleted: sums would fall, and Prometheus takes that for a new beginning.

    Returns:
        How many files there were.
    """
    forget_earlier(folder)
    number = 0
    with locked(folder, to_change=True):
        for kind in KINDS:
            ended = [path for path in folder.glob(f"{kind}_*.db") if _has_ended(path)]
            if ended:
                _fold(ended, into=folder / f"{kind}_{_ENDED}.db")
            number += len(ended)
    return number


def _has_ended(path: Path) -> bool:
    process = path.stem.rpartition("_")[2]
    if not process.isdecimal():
        return False
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return True
    except OSError:
        pass  # another user's has its number now
    return False


def _fold(ended: list[Path], *, into: Path) -> None:
    sums: dict[str, float] = defaultdict(float)
    for path in [*ended, *([into] if into.exists() else [])]:
        for key, value, _, _ in MmapedDict.read_all_values_from_file(path):  # type: ignore[no-untyped-call] # its own
            sums[key] += value
    draft = into.with_suffix(".draft")
    draft.unlink(missing_ok=True)
    make_file(draft)
    new = MmapedDict(draft)  # type: ignore[no-untyped-call] # its own
    for key, value in sums.items():
        new.write_value(key, value, 0.0)  # type: ignore[no-untyped-call] # its own
    new.close()  # type: ignore[no-untyped-call] # its own
    draft.replace(into)
    for path in ended:
        path.unlink()
