"""Standstills are noticed afterwards, whether anybody looked meanwhile or not."""

import time

import pytest

from newsletter.core.standstill import Pulse, elapsed, stood_still_since, watch

USUAL = 3.0


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def pulse(clock: Clock) -> Pulse:
    return Pulse(usual=USUAL, clock=clock)


def test_a_process_that_runs_has_not_stood_still(pulse: Pulse, clock: Clock) -> None:
    for _ in range(20):
        clock.now += USUAL
        pulse.beat()
        assert not pulse.stood_still_since(100.0)


def test_a_standstill_is_known_before_the_next_beat(pulse: Pulse, clock: Clock) -> None:
    clock.now += USUAL + 1
    assert pulse.stood_still_since(100.0)


def test_a_standstill_is_remembered_by_what_began_before_its_end_alone(
    pulse: Pulse, clock: Clock
) -> None:
    clock.now += USUAL + 1
    pulse.beat()
    ended = clock.now
    clock.now += 1
    pulse.beat()

    assert pulse.stood_still_since(100.0)
    assert not pulse.stood_still_since(ended)


def test_this_process_runs() -> None:
    watch()
    assert not stood_still_since(elapsed())


def test_the_clock_of_leases_counts_the_time_of_a_suspended_machine() -> None:
    """By clock_gettime(2), CLOCK_BOOTTIME does and CLOCK_MONOTONIC does not."""
    before = time.clock_gettime(time.CLOCK_BOOTTIME)
    assert before <= elapsed() <= time.clock_gettime(time.CLOCK_BOOTTIME)
