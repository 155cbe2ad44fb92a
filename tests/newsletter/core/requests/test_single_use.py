"""Names that may be used once: the same in Redis and in a process."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from pytest_django.fixtures import Settings

from newsletter.core.requests import single_use
from newsletter.core.requests.single_use import OwnNames, use_once
from tests.fakes.counting_stores import redis, store

pytestmark = pytest.mark.services

__all__ = ["redis", "store"]  # fixtures, here too


def test_a_name_is_used_once(store: str) -> None:
    assert [use_once("a", seconds=60) for _ in range(3)] == [True, False, False]
    assert use_once("b", seconds=60)


def test_of_many_at_once_one_is_first(store: str) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(lambda _: use_once("a", seconds=60), range(50))) == 1


def test_a_silent_redis_is_replaced_by_the_process(settings: Settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    assert [use_once("a", seconds=60) for _ in range(3)] == [True, False, False]


def test_a_process_forgets_what_is_over() -> None:
    now = 1000.0
    names = OwnNames(clock=lambda: now)
    for turn in range(100):
        names.use_once(f"old {turn}", seconds=60)
    assert len(names) == 100
    now += 61
    assert names.use_once("old 1", seconds=60)
    assert len(names) == 1


def test_a_process_keeps_so_many_and_forgets_the_oldest_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(single_use, "ROOM", 50)
    names = OwnNames()
    for turn in range(500):
        assert names.use_once(f"name {turn}", seconds=60)
        assert len(names) <= 50
    assert not names.use_once("name 480", seconds=60)
