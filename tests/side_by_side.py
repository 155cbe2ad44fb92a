"""Order the tests of real processes so that they run well side by side: `-p tests.side_by_side`.

They wait most of the time: for leases to run out, for the clock, for a provider's latency. So more
of them run at once than there are processors, and the longest begin first. The tests of a module
stay together, because they share an installation; each history of the drill is by itself.
"""

from collections import Counter

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


class SideBySide(LoadScopeScheduling):  # type: ignore[misc] # it ships no types
    """Give each worker one group after another."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> SideBySide:
    """Have groups as they are here, in the order of the tests."""
    config.option.loadscopereorder = False
    return SideBySide(config, log)


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
