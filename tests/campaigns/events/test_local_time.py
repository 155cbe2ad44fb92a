from datetime import UTC, datetime, timedelta

import pytest

from campaigns.events.local_time import event_time, event_time_utc, utc_beside
from campaigns.models import Event
from newsletter.core.dates import locale_of
from newsletter.core.time_zones import known_zones


def meeting(
    starts_at: datetime = datetime(2027, 3, 11, 20, tzinfo=UTC),
    *,
    minutes: int = 90,
    zone: str = "Europe/London",
) -> Event:
    return Event(
        starts_at=starts_at, ends_at=starts_at + timedelta(minutes=minutes), time_zone=zone
    )


@pytest.mark.parametrize(
    ("zone", "written"),
    [
        ("Pacific/Auckland", "Friday 12 March 2027, 09:00–10:30 Auckland time (NZDT)"),
        ("America/New_York", "Thursday 11 March 2027, 15:00–16:30 New York time (EST)"),
        ("US/Eastern", "Thursday 11 March 2027, 15:00–16:30 New York time (EST)"),
        ("Africa/Freetown", "Thursday 11 March 2027, 20:00–21:30 Freetown time (GMT)"),
        ("Asia/Kathmandu", "Friday 12 March 2027, 01:45–03:15 Kathmandu time"),
        ("Etc/GMT+5", "Thursday 11 March 2027, 15:00–16:30 UTC−05:00"),
        ("EST5EDT", "Thursday 11 March 2027, 15:00–16:30 UTC−05:00"),
        ("Etc/UTC", "Thursday 11 March 2027, 20:00–21:30 UTC"),
    ],
)
def test_recipients_see_their_own_day_and_hour(zone: str, written: str) -> None:
    assert event_time(meeting(), zone, "en") == written


def test_in_summer_the_name_of_the_zone_is_summers() -> None:
    assert event_time(
        meeting(datetime(2027, 7, 1, 12, tzinfo=UTC)), "Europe/London", "en"
    ).endswith("13:00–14:30 London time (BST)")


def test_an_end_after_midnight_carries_its_own_date() -> None:
    late = meeting(datetime(2027, 3, 11, 20, tzinfo=UTC), minutes=180)

    assert (
        event_time(late, "Europe/Bucharest", "en")
        == "Thursday 11 March 2027, 22:00 – Friday 12 March 2027, 01:00 Bucharest time (EET)"
    )
    assert event_time_utc(late, "en") == "Thursday 11 March 2027, 20:00–23:00 UTC"


def test_a_forum_of_two_days_says_both() -> None:
    forum = meeting(datetime(2027, 5, 20, 7, tzinfo=UTC), minutes=33 * 60, zone="Europe/Bucharest")

    assert (
        event_time_utc(forum, "en") == "Thursday 20 May 2027, 07:00 – Friday 21 May 2027, 16:00 UTC"
    )


@pytest.mark.parametrize("unknown", ["", "Mars/Olympus", "../etc", "x" * 5000, "a\0b"])
def test_without_a_usable_zone_the_recipient_gets_the_time_of_the_place(unknown: str) -> None:
    assert event_time(meeting(zone="Europe/Bucharest"), unknown, "en").endswith(
        "22:00–23:30 Bucharest time (EET)"
    )


def test_without_any_usable_zone_it_is_utc() -> None:
    assert (
        event_time(meeting(zone="Mars/Olympus"), "", "en")
        == "Thursday 11 March 2027, 20:00–21:30 UTC"
    )


@pytest.mark.parametrize(
    ("language", "part"),
    [
        ("fr", "jeudi 11 mars 2027"),
        ("ro", "joi, 11 martie 2027"),
        ("de", "Donnerstag, 11. März 2027"),
        ("pt-BR", "quinta-feira, 11 de março de 2027"),
    ],
)
def test_dates_are_written_in_the_recipients_language(language: str, part: str) -> None:
    assert part in event_time_utc(meeting(), language)


@pytest.mark.parametrize(
    "language", ["", "xx", "zz-ZZ", "not a language", "../../etc", "é" * 300, "en-XX"]
)
def test_an_unknown_language_is_written_in_english(language: str) -> None:
    assert "March" in event_time_utc(meeting(), language)
    assert locale_of(language).language == "en"


def test_no_zone_of_the_world_fails() -> None:
    for zone in known_zones():
        assert "2027" in event_time(meeting(), zone, "en")


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("fr", "jeudi 11 mars 2027, 22:00–23:30 (heure locale : Kyiv, EET)"),
        ("es", "jueves, 11 de marzo de 2027, 22:00–23:30 (hora de Kyiv, EET)"),
        ("ro", "joi, 11 martie 2027, 22:00–23:30 (ora din Kyiv, EET)"),
        ("uk", "четвер, 11 березня 2027 р., 22:00–23:30 (місцевий час: Київ, EET)"),
        ("ar", "الخميس، 11 مارس 2027، 10:00 م–11:30 م (توقيت كييف، \u2066EET\u2069)"),
    ],
)
def test_a_time_reads_well_in_each_language(language: str, written: str) -> None:
    said = event_time(meeting(), "Europe/Kyiv", language)
    assert said.replace("\u202f", " ").replace("\xa0", " ") == written


def test_in_arabic_what_is_latin_is_kept_together() -> None:
    assert event_time_utc(meeting(), "ar").endswith("\u2066UTC\u2069")
    assert utc_beside(meeting(), "Europe/London", "ar").endswith("\u2066UTC\u2069")
    assert "\u2066UTC−05:00\u2069" in event_time(meeting(), "Etc/GMT+5", "ar")
