from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from campaigns.content.merge_values import times_of
from campaigns.events.local_time import event_time, event_time_utc, moment_written, utc_beside
from campaigns.models import Event
from newsletter.core.dates import clock, locale_of
from newsletter.core.time_zones import known_zones
from tests.as_read import as_read


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
    assert as_read(event_time(meeting(), zone, "en")) == written


def test_in_summer_the_name_of_the_zone_is_summers() -> None:
    written = event_time(meeting(datetime(2027, 7, 1, 12, tzinfo=UTC)), "Europe/London", "en")
    assert as_read(written).endswith("13:00–14:30 London time (BST)")


def test_an_end_after_midnight_carries_its_own_date() -> None:
    late = meeting(datetime(2027, 3, 11, 20, tzinfo=UTC), minutes=180)

    assert (
        as_read(event_time(late, "Europe/Bucharest", "en"))
        == "Thursday 11 March 2027, 22:00 – Friday 12 March 2027, 01:00 Bucharest time (EET)"
    )
    assert as_read(event_time_utc(late, "en")) == "Thursday 11 March 2027, 20:00–23:00 UTC"


def test_a_forum_of_two_days_says_both() -> None:
    forum = meeting(datetime(2027, 5, 20, 7, tzinfo=UTC), minutes=33 * 60, zone="Europe/Bucharest")

    assert (
        as_read(event_time_utc(forum, "en"))
        == "Thursday 20 May 2027, 07:00 – Friday 21 May 2027, 16:00 UTC"
    )


@pytest.mark.parametrize("unknown", ["", "Mars/Olympus", "../etc", "x" * 5000, "a\0b"])
def test_without_a_usable_zone_the_recipient_gets_the_time_of_the_place(unknown: str) -> None:
    written = event_time(meeting(zone="Europe/Bucharest"), unknown, "en")
    assert as_read(written).endswith("22:00–23:30 Bucharest time (EET)")


def test_without_any_usable_zone_it_is_utc() -> None:
    assert (
        as_read(event_time(meeting(zone="Mars/Olympus"), "", "en"))
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
    assert as_read(said) == written


def test_in_arabic_what_is_latin_is_kept_together() -> None:
    assert event_time_utc(meeting(), "ar").endswith("\u2066UTC\u2069")
    assert utc_beside(meeting(), "Europe/London", "ar").endswith("\u2066UTC\u2069")
    assert "\u2066UTC−05:00\u2069" in event_time(meeting(), "Etc/GMT+5", "ar")


@pytest.mark.parametrize("language", ["en", "fr", "es", "ro", "uk", "ar", "de", "pt-BR"])
@pytest.mark.parametrize("zone", ["Europe/Kyiv", "Etc/UTC", "Etc/GMT+5", "Asia/Kathmandu"])
def test_no_line_breaks_within_the_hours_or_before_their_zone(language: str, zone: str) -> None:
    """A line breaks at blanks, and after a dash that no word joiner follows."""
    written = event_time(meeting(), zone, language)
    last = datetime(2027, 3, 11, 21, 30, tzinfo=UTC).astimezone(ZoneInfo(zone))
    first = last - timedelta(minutes=90)
    before, hours, after = written.partition(
        f"{clock(first, language)}–\u2060{clock(last, language)}"
    )

    assert hours
    assert " " not in hours
    assert before.endswith(" ")
    assert after.startswith("\xa0")
    assert utc_beside(meeting(), zone, language).endswith(("\xa0UTC", "\xa0\u2066UTC\u2069"))


@pytest.mark.parametrize(
    ("language", "in_a_sentence", "on_a_line"),
    [
        ("en", "Thursday 11", "Thursday 11"),
        ("fr", "jeudi 11", "Jeudi 11"),
        ("es", "jueves, 11", "Jueves, 11"),
        ("ro", "joi, 11", "Joi, 11"),
        ("uk", "четвер, 11", "Четвер, 11"),
        ("ar", "الخميس، 11", "الخميس، 11"),
    ],
)
def test_a_day_has_a_capital_where_its_language_or_the_beginning_of_a_line_asks_for_it(
    language: str, in_a_sentence: str, on_a_line: str
) -> None:
    times = times_of(meeting(), "Europe/London", language)

    for name in ("event_time", "event_time_utc"):
        assert times[name].startswith(in_a_sentence)
        assert times[f"{name}_line"].startswith(on_a_line)
        assert times[f"{name}_line"][1:] == times[name][1:]
    moment = moment_written(meeting().starts_at, "Europe/London", language)
    assert moment.startswith(in_a_sentence)
