"""Counts in sliding windows: the same in Redis and in a process."""

import contextlib
import socket
from concurrent.futures import ThreadPoolExecutor

import pytest
from pytest_django.fixtures import Settings

from newsletter.core.redis_circuit import circuit
from newsletter.core.requests import window_counts
from newsletter.core.requests.window_counts import (
    Counting,
    OwnWindows,
    Window,
    count_windows,
    look_at_windows,
)
from tests.fakes.counting_stores import redis, store

pytestmark = pytest.mark.services

DAY = 24 * 3600

__all__ = ["redis", "store"]  # fixtures, here too


def window(key: str, amount: int = 3, counting: Counting = Counting.SHARED) -> Window:
    return Window(key, amount, DAY, counting)


def test_each_is_told_how_many_came_before(store: str) -> None:
    counted = [count_windows([window("a")])[0] for _ in range(5)]
    assert counted == [0, 1, 2, 3, 3], "what is used up counts no further"


def test_looking_counts_nothing(store: str) -> None:
    count_windows([window("a")])
    assert [look_at_windows([window("a"), window("b")]) for _ in range(3)] == [[1, 0]] * 3


def test_windows_of_several_lengths_are_counted_apart(store: str) -> None:
    lengths = [Window("a", 2, 3600), Window("a", 5, DAY)]
    count_windows([lengths[1]])
    assert count_windows(lengths) == [0, 1]


def test_who_is_held_back_by_their_own_window_uses_up_nobody_elses(store: str) -> None:
    def come(network: str) -> list[int]:
        return count_windows([window(network, 3, Counting.OWN), window("all", 10)])

    for _ in range(20):
        come("flood")
    assert come("other") == [0, 3]


def test_who_is_held_back_by_what_all_share_uses_up_their_own(store: str) -> None:
    windows = [window("network", 3, Counting.OWN), window("all", 1)]
    assert [count_windows(windows) for _ in range(5)] == [[0, 0], [1, 1], [2, 1], [3, 1], [3, 1]]


def test_what_only_measures_counts_on_and_holds_nothing_back(store: str) -> None:
    windows = [window("posts", 2, Counting.ALWAYS), window("all", 100)]
    assert [count_windows(windows) for _ in range(5)] == [[n, n] for n in range(5)]


def test_what_was_held_back_without_a_question_is_measured_afterwards(store: str) -> None:
    windows = [
        window("posts", 2, Counting.ALWAYS),
        window("own", 9, Counting.OWN),
        window("all", 9),
    ]
    assert count_windows(windows, unasked=40) == [0, 0, 0]
    assert look_at_windows(windows) == [41, 1, 1], "and uses up nothing"


def test_of_many_at_once_no_more_get_in_than_may(store: str) -> None:
    def come(_: int) -> int:
        return count_windows([window("a", 20)])[0]

    with ThreadPoolExecutor(8) as pool:
        before = list(pool.map(come, range(100)))
    assert sum(number < 20 for number in before) == 20


def test_odd_names_are_names(store: str) -> None:
    for key in ("", "a b", "ü\n", "x" * 10_000, "2606:4700::/48"):
        assert count_windows([window(key)]) == [0]
        assert count_windows([window(key)]) == [1]


class TestAsTimePasses:
    """In the process, whose clock can be moved. The script does the same arithmetic."""

    now = 1000 * DAY + 0.0

    @pytest.fixture
    def own(self) -> OwnWindows:
        return OwnWindows(clock=lambda: self.now)

    def come(self, own: OwnWindows) -> int:
        return own.ask([window("a", 10)], came=1)[0]

    def test_the_former_span_counts_for_what_the_window_still_covers(self, own: OwnWindows) -> None:
        for _ in range(8):
            self.come(own)
        self.now += DAY
        assert self.come(own) == 8
        self.now += DAY / 2
        assert self.come(own) == 4 + 1
        self.now += 3 * DAY
        assert self.come(own) == 0

    def test_a_window_never_lets_in_more_than_its_amount_within_its_length(
        self, own: OwnWindows
    ) -> None:
        """Ten at the very end of one span leave nothing for the beginning of the next."""
        self.now += DAY - 1
        assert [self.come(own) < 10 for _ in range(12)].count(True) == 10
        self.now += 1
        assert self.come(own) == 10

    def test_what_is_over_is_forgotten_once_there_is_much(
        self, own: OwnWindows, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(window_counts, "ROOM", 50)
        for turn in range(50):
            own.ask([window(f"old {turn}")], came=1)
        self.now += 3 * DAY
        for turn in range(20):
            own.ask([window(f"new {turn}")], came=1)
        assert len(own) == 20

    def test_a_flood_from_ever_new_networks_fills_no_memory_and_frees_nobody_who_is_used_up(
        self, own: OwnWindows, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(window_counts, "ROOM", 50)
        for _ in range(3):
            own.ask([window("used up", 3)], came=1)
        for turn in range(1000):
            own.ask([window(f"net {turn}", 3, Counting.OWN)], came=1)
            assert len(own) <= 51
        assert own.ask([window("used up", 3)], came=0) == [3]


@pytest.mark.parametrize("url", ["redis://127.0.0.1:1/0", "redis://nowhere.invalid:6379/0"])
def test_without_redis_counting_goes_on_in_the_process(settings: Settings, url: str) -> None:
    settings.REDIS_URL = url
    assert [count_windows([window("a")])[0] for _ in range(5)] == [0, 1, 2, 3, 3]


def test_a_redis_that_hangs_is_waited_for_once(settings: Settings) -> None:
    """It takes connections and answers nothing."""
    with socket.create_server(("127.0.0.1", 0)) as hung:
        settings.REDIS_URL = f"redis://127.0.0.1:{hung.getsockname()[1]}/0"
        for _ in range(20):
            count_windows([window("a")])
        hung.setblocking(False)
        connections = 0
        with contextlib.suppress(BlockingIOError):
            while True:
                hung.accept()
                connections += 1
    circuit.cache_clear()
    assert connections == 1
