"""A mailer that nobody knows yet begins with few messages a day, and not with one more."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from pytest_django.fixtures import Settings

from newsletter.models import MailerDay
from newsletter.transport.pacing.warm_up import (
    Share,
    daily_limit,
    give_back,
    reserve_for_today,
    used_up_until,
)
from newsletter.transport.providers.mailer_urls import parse_mailer_url

FIRST = date(2026, 12, 1)
NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)

type Take = Callable[..., int]


@pytest.fixture
def take(db: None, settings: Settings) -> Take:
    settings.MAILER_SETTINGS = {
        **settings.MAILER_SETTINGS,
        "bulk": parse_mailer_url("ses://eu-west-1?warm_up=2026-12-01"),
    }
    return lambda most, *, now=NOON: reserve_for_today("bulk", most, now=now).number


@pytest.mark.parametrize(
    ("day", "number"),
    [
        (-30, 200),
        (0, 200),
        (1, 400),
        (2, 800),
        (6, 12_800),
        (14, 3_276_800),
        (15, None),
        (400, None),
    ],
)
def test_the_plan_doubles_each_day_and_ends(day: int, number: int | None) -> None:
    assert daily_limit(FIRST, FIRST + timedelta(days=day)) == number


def test_without_a_plan_there_is_no_limit_and_no_row(db: None, settings: Settings) -> None:
    assert daily_limit(None, FIRST) is None
    assert reserve_for_today("bulk", 10**6) == Share("inbox", 10**6, None)
    assert reserve_for_today("transactional", 7).number == 7
    assert not MailerDay.objects.exists()


def test_a_day_gives_what_it_has_and_the_next_begins_anew(take: Take) -> None:
    assert [take(150), take(150), take(1)] == [150, 50, 0]
    assert take(1000, now=NOON + timedelta(days=1)) == 400
    assert take(10**9, now=NOON + timedelta(days=15)) == 10**9


def test_days_are_those_of_utc(take: Take) -> None:
    take(200, now=datetime.fromisoformat("2026-12-02T10:00:00+14:00"))

    assert MailerDay.objects.get().day == FIRST
    assert used_up_until(
        "bulk", now=datetime.fromisoformat("2026-12-01T18:00:00-05:00")
    ) == datetime(2026, 12, 2, tzinfo=UTC)


def test_what_was_not_used_is_given_back_to_the_day_it_came_from(take: Take) -> None:
    share = reserve_for_today("bulk", 200, now=NOON)
    assert used_up_until("bulk", now=NOON) == datetime(2026, 12, 2, tzinfo=UTC)

    give_back(share, 30)

    assert used_up_until("bulk", now=NOON) is None
    assert take(100) == 30
    give_back(Share("ses", 5, FIRST), 999)
    assert MailerDay.objects.get().handed_over == 0


@pytest.mark.django_db(transaction=True)
def test_several_workers_together_take_no_more_than_the_day_has(settings: Settings) -> None:
    settings.MAILER_SETTINGS = {
        **settings.MAILER_SETTINGS,
        "bulk": parse_mailer_url("ses://eu-west-1?warm_up=2026-12-01"),
    }

    def work(_: int) -> int:
        try:
            return sum(reserve_for_today("bulk", 7, now=NOON).number for _ in range(10))
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        taken = sum(pool.map(work, range(4)))

    assert taken == MailerDay.objects.get().handed_over == 200
