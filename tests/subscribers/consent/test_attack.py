"""Floods of forms: staff see one while it lasts, and it costs few writes."""

from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from subscribers.consent import attack
from subscribers.consent.attack import (
    GATHERED,
    GATHERS_FOR,
    LEAST_POSTS,
    QUIET,
    Gathered,
    Gathering,
    OwnSums,
    Sums,
    current_attack,
    held_back_by,
    note_held_back,
    own_writer,
)
from subscribers.models import SignUpAttack
from tests.fakes.counting_stores import redis, store
from tests.fakes.own_redis import OwnRedis

pytestmark = pytest.mark.django_db

__all__ = ["redis", "store"]  # fixtures, here too


def flood(posts: int, networks: int = 7) -> None:
    for turn in range(posts):
        note_held_back(f"net {turn % networks}", cause="all")


def test_a_flood_is_one_row_with_its_sums(store: str) -> None:
    flood(LEAST_POSTS)
    own_writer.cache_clear()
    flood(2 * GATHERED + 30, networks=9)

    row = SignUpAttack.objects.get()
    assert (row.posts, row.networks) == (LEAST_POSTS + GATHERED, 9), "the next write is due soon"
    assert current_attack() == row


def test_a_committee_that_signs_up_in_one_room_is_none(store: str) -> None:
    flood(LEAST_POSTS - 1, networks=1)
    assert current_attack() is None


def test_a_flood_costs_few_writes(
    store: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    flood(LEAST_POSTS - 1)
    with django_assert_num_queries(1):
        flood(500)


def test_it_is_over_when_nothing_came_for_a_while() -> None:
    flood(LEAST_POSTS)
    now = timezone.now()
    assert current_attack(now=now + QUIET - timedelta(minutes=1))
    assert current_attack(now=now + QUIET + timedelta(minutes=1)) is None


def test_the_next_one_is_counted_anew() -> None:
    now = 1_800_000_000.0
    sums = OwnSums(clock=lambda: now)
    for _ in range(10):
        sums.add(Gathered(3, {"a"}))
    now += QUIET.total_seconds() + 1
    assert sums.add(Gathered(2, {"b"})) == Sums(now, 2, 1)


def test_a_process_gathers_forms_for_a_while_and_forgets_the_rest_of_an_earlier_flood() -> None:
    now = 5.0  # the clock of a host that has just started
    gathering = Gathering(clock=lambda: now)
    assert gathering.add("a", cause="all") is None
    now += GATHERS_FOR
    assert gathering.add("b", cause="all") == Gathered(2, {"a", "b"}, Counter(all=2))
    assert gathering.add("c", cause="all") is None
    now += QUIET.total_seconds() + 1
    *_, last = [gathering.add("d", cause="all") for _ in range(GATHERED)]
    assert last == Gathered(GATHERED, {"d"}, Counter(all=GATHERED))


def test_a_flood_asks_redis_once_for_many_forms(settings: Settings, redis: OwnRedis) -> None:
    settings.REDIS_URL = redis.url
    with redis.client() as client:
        before = client.info("stats")["total_commands_processed"]
        flood(4 * GATHERED)
        asked = client.info("stats")["total_commands_processed"] - before
    assert asked < GATHERED * 2, "with the commands of the script itself"


def test_a_flood_is_told_apart_by_what_held_it_back(settings: Settings, redis: OwnRedis) -> None:
    settings.REDIS_URL = redis.url
    with redis.client() as client:
        client.flushdb()
    for turn in range(2 * GATHERED):
        note_held_back(f"net {turn % 7}", cause="network" if turn % 4 == 0 else "all")
    assert list(held_back_by().items()) == [("all", 75), ("network", 25)]


@pytest.mark.parametrize("url", ["", "redis://127.0.0.1:1/0"])
def test_without_redis_nobody_tells_what_held_it_back(settings: Settings, url: str) -> None:
    settings.REDIS_URL = url
    note_held_back("net", cause="all")
    assert held_back_by() == {}


def test_a_silent_redis_is_replaced_by_the_process(settings: Settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    flood(LEAST_POSTS)
    assert SignUpAttack.objects.get().posts == LEAST_POSTS


def test_networks_beyond_what_a_process_can_hold_are_not_told_apart(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(attack, "MOST_NETWORKS", 5)
    sums = OwnSums()
    for turn in range(50):
        last = sums.add(Gathered(1, {f"net {turn}"}))
    assert (last.posts, last.networks) == (50, 5)
