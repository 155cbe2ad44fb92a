"""Counts of a process: as the library's moving windows, and nothing is kept once it is over."""

import pytest
from limits import parse
from limits.strategies import MovingWindowRateLimiter

from newsletter.core.requests.own_storage import ROOM, OwnStorage

FIVE = parse("5/minute")


class Clock:
    """A clock that stands until it is set."""

    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def storage(clock: Clock) -> OwnStorage:
    return OwnStorage(clock=clock)


@pytest.fixture
def limiter(storage: OwnStorage) -> MovingWindowRateLimiter:
    return MovingWindowRateLimiter(storage)


def test_more_than_the_limit_is_refused_and_counts_no_further(
    limiter: MovingWindowRateLimiter, clock: Clock
) -> None:
    assert [limiter.hit(FIVE, "a") for _ in range(7)] == [True] * 5 + [False] * 2
    assert limiter.hit(FIVE, "b")
    assert not limiter.test(FIVE, "a")


def test_each_entry_is_free_again_when_its_own_time_is_over(
    limiter: MovingWindowRateLimiter, clock: Clock
) -> None:
    for seconds in range(5):
        clock.now = 1_000_000 + 10 * seconds
        assert limiter.hit(FIVE, "a")
    assert limiter.get_window_stats(FIVE, "a") == (1_000_060, 0)
    clock.now = 1_000_059.9
    assert not limiter.hit(FIVE, "a")
    clock.now = 1_000_060
    assert limiter.hit(FIVE, "a")
    assert not limiter.hit(FIVE, "a")
    assert limiter.get_window_stats(FIVE, "a") == (1_000_070, 0)


def test_what_never_came_has_its_whole_room(limiter: MovingWindowRateLimiter, clock: Clock) -> None:
    assert limiter.test(FIVE, "a")
    assert limiter.get_window_stats(FIVE, "a").remaining == 5


def test_what_costs_more_counts_as_often(limiter: MovingWindowRateLimiter) -> None:
    assert limiter.hit(FIVE, "a", cost=4)
    assert not limiter.hit(FIVE, "a", cost=2)
    assert limiter.hit(FIVE, "a")


def test_what_is_cleared_begins_anew(limiter: MovingWindowRateLimiter) -> None:
    for _ in range(5):
        limiter.hit(FIVE, "a")
    limiter.clear(FIVE, "a")
    assert limiter.hit(FIVE, "a")


def test_names_that_were_typed_once_do_not_stay(
    limiter: MovingWindowRateLimiter, storage: OwnStorage, clock: Clock
) -> None:
    for hour in range(10):
        clock.now += 3600
        for number in range(ROOM // 2):
            limiter.hit(FIVE, f"name {hour} {number}")
    assert len(storage) <= ROOM


def test_nobody_gets_free_by_others_names(
    limiter: MovingWindowRateLimiter, storage: OwnStorage
) -> None:
    for _ in range(5):
        limiter.hit(FIVE, "a")
    for number in range(2 * ROOM + 10):
        limiter.hit(FIVE, f"name {number}")
    assert not limiter.hit(FIVE, "a")
    assert len(storage) == 2 * ROOM + 11


def test_looking_keeps_nothing(limiter: MovingWindowRateLimiter, storage: OwnStorage) -> None:
    for number in range(100):
        limiter.test(FIVE, str(number))
        limiter.get_window_stats(FIVE, str(number))
    assert len(storage) == 0
    assert storage.check()
