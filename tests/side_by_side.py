"""Order the tests of real processes so that they run well side by side: `-p tests.side_by_side`.

They wait most of the time: for leases to run out, for the clock, for a provider's latency. So more
of them run at once than there are processors, and the longest begin first. The tests of a module
stay together, because they share an installation; each history of the drill is by itself.
"""

import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

HISTORY = "test_no_promise_is_broken_in_history"
LENGTHS = {
    HISTORY: 50,
    "test_whole_chain.py": 50,
    "test_accounts.py": 20,
    "test_earlier_release.py": 50,
    "test_killed_worker.py": 20,
    "test_local_hours.py": 50,
    "test_review_to_guard.py": 50,
    "test_scanner.py": 20,
    "test_visitors.py": 20,
}
"""The length of a test, by its name or its module's, where it is more than a look at one page.

What starts an installation of its own, and tells a story there, takes as long as many.
"""

_MARKS = ("browser", "journey")
_MARKED = re.compile(rf"\bmark\.({'|'.join(_MARKS)})\b")


class SideBySide(LoadScopeScheduling):  # type: ignore[misc] # it ships no types
    """Give each worker one group after another."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> SideBySide:
    """Have groups as they are here, in the order of the tests."""
    config.option.loadscopereorder = False
    return SideBySide(config, log)


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Leave a module alone that marks no such test.

    Each worker imports all that it collects. For all modules that takes it half a minute, before
    its first test, of which no more than 4 % are then chosen.
    """
    is_module = collection_path.name.startswith("test_") and collection_path.suffix == ".py"
    return True if is_module and not marks_real_processes(collection_path) else None


def marks_real_processes(module: Path) -> bool:
    """Return whether a module marks a test as one of a browser or of real processes."""
    return _MARKED.search(module.read_text(encoding="utf-8")) is not None


def see_that_marks_are_seen(items: Iterable[pytest.Item]) -> None:
    """Refuse marks that can't be seen in the source of their module.

    Raises:
        pytest.UsageError: there is one.
    """
    marked = {item.path for item in items if any(map(item.get_closest_marker, _MARKS))}
    if unseen := [str(path) for path in sorted(marked) if not marks_real_processes(path)]:
        raise pytest.UsageError(f"write out the marks of {', '.join(unseen)}")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Sort the groups by their lengths."""
    lengths: Counter[str] = Counter()
    for item in items:
        lengths[group_of(item.nodeid)] += length_of(item.nodeid)
    items.sort(key=lambda item: -lengths[group_of(item.nodeid)])


def group_of(nodeid: str) -> str:
    """Return the name of those that one worker runs, one after another."""
    module, _, name = nodeid.partition("::")
    return nodeid if name.startswith(HISTORY) else module


def length_of(nodeid: str) -> int:
    """Return about how long a test takes, in looks at one page."""
    module, _, name = nodeid.partition("::")
    return LENGTHS.get(name.partition("[")[0]) or LENGTHS.get(module.rpartition("/")[2], 1)
