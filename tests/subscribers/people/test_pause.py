"""A pause begins at once, ends by itself at midnight where the person lives, and is journaled."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from newsletter.core.db.clock import database_now
from subscribers.models import Subscriber
from subscribers.opt_outs import journal
from subscribers.opt_outs.entry import OVER, EntryKind
from subscribers.people.pause import CannotPause, first_day, last_day, pause, paused_until

AUCKLAND = "Pacific/Auckland"


def a_day(*, days: int = 30, zone: str = AUCKLAND) -> date:
    return database_now().astimezone(ZoneInfo(zone)).date() + timedelta(days=days)


def noted() -> list[tuple[str, str]]:
    return [
        (entry.digest, entry.which)
        for path in journal.journals()
        for entry in journal.entries_of(path)
        if entry and entry.what is EntryKind.PAUSE
    ]


def test_it_lasts_until_midnight_where_the_person_lives(ada: Subscriber) -> None:
    day = a_day()
    assert pause(ada.pk, until=day)
    ada.refresh_from_db()
    assert ada.paused_until is not None
    assert ada.paused_until.astimezone(ZoneInfo(AUCKLAND)) == datetime(
        day.year, day.month, day.day, tzinfo=ZoneInfo(AUCKLAND)
    )
    assert ada.paused_at is not None
    assert paused_until(ada) == day
    assert paused_until(ada, now=ada.paused_until) is None, "it is over at that moment"
    assert paused_until(ada, now=ada.paused_until - timedelta(seconds=1)) == day


@pytest.mark.parametrize("zone", ["", "Mars/Olympus"])
def test_without_a_time_zone_that_we_know_it_ends_at_midnight_in_utc(
    ada: Subscriber, zone: str
) -> None:
    Subscriber.objects.update(time_zone=zone)
    pause(ada.pk, until=a_day(zone="UTC"))
    ada.refresh_from_db()
    assert ada.paused_until == datetime.combine(a_day(zone="UTC"), datetime.min.time(), UTC)


def test_a_day_can_be_changed_and_the_pause_be_ended(ada: Subscriber) -> None:
    assert pause(ada.pk, until=a_day(days=30))
    assert not pause(ada.pk, until=a_day(days=30)), "it says so already"
    assert pause(ada.pk, until=a_day(days=60))
    assert pause(ada.pk, until=None)
    assert not pause(ada.pk, until=None), "nothing is left to end"
    ada.refresh_from_db()
    assert (ada.paused_until, ada.paused_at) == (None, None)


def test_the_journal_has_each_step_by_digest(ada: Subscriber) -> None:
    pause(ada.pk, until=a_day())
    pause(ada.pk, until=a_day())
    ends = Subscriber.objects.get().paused_until
    assert ends is not None
    pause(ada.pk, until=None)
    assert noted() == [(ada.digest, ends.isoformat()), (ada.digest, OVER)]


@pytest.mark.parametrize("days", [-400, 0, 731, 3_000_000])
def test_a_day_that_is_no_pause_changes_nothing(ada: Subscriber, days: int) -> None:
    day = date.max if days == 3_000_000 else a_day(days=days)
    with pytest.raises(CannotPause):
        pause(ada.pk, until=day)
    ada.refresh_from_db()
    assert ada.paused_until is None
    assert noted() == []


def test_the_first_and_the_last_day_are_those_where_the_person_lives(ada: Subscriber) -> None:
    now = datetime(2026, 12, 31, 12, tzinfo=UTC)  # in Auckland, the next year has begun
    assert first_day(AUCKLAND, now) == date(2027, 1, 2)
    assert first_day("", now) == date(2027, 1, 1)
    assert first_day("Pacific/Honolulu", now) == date(2027, 1, 1)
    assert last_day("", now) == date(2028, 12, 30)
    for day in (a_day(days=1), a_day(days=730)):
        assert pause(ada.pk, until=day)


def test_somebody_who_was_erased_meanwhile_pauses_nothing(ada: Subscriber) -> None:
    pk = ada.pk
    ada.delete()
    assert not pause(pk, until=a_day())
    assert noted() == []
