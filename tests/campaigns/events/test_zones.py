from datetime import UTC, datetime

import pytest

from campaigns.events.zones import NoSuchTime, UnknownZone, local_to_utc, zone_of
from newsletter.core.time_zones import known_zones


def test_wall_clock_time_becomes_a_moment() -> None:
    local = datetime(2027, 3, 12, 9)  # noqa: DTZ001 - wall-clock time
    assert local_to_utc(local, "Pacific/Auckland") == datetime(2027, 3, 11, 20, tzinfo=UTC)


def test_a_zone_on_the_wall_clock_time_is_ignored() -> None:
    assert local_to_utc(datetime(2027, 3, 12, 9, tzinfo=UTC), "Pacific/Auckland") == datetime(
        2027, 3, 11, 20, tzinfo=UTC
    )


@pytest.mark.parametrize("fold", [0, 1])
def test_of_an_hour_that_comes_twice_the_first_is_meant(fold: int) -> None:
    twice = datetime(2026, 10, 25, 3, 30, fold=fold, tzinfo=UTC)

    assert local_to_utc(twice, "Europe/Bucharest") == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("skipped", "zone"),
    [
        (datetime(2027, 3, 28, 3, 30, tzinfo=UTC), "Europe/Bucharest"),
        (datetime(2027, 3, 14, 2, 0, tzinfo=UTC), "America/New_York"),
        (datetime(2011, 12, 30, 12, 0, tzinfo=UTC), "Pacific/Apia"),  # a day that Samoa never had
        (datetime(2027, 10, 3, 2, 15, tzinfo=UTC), "Australia/Lord_Howe"),  # half an hour
    ],
)
def test_an_hour_that_clocks_skip_is_refused_with_a_clear_message(
    skipped: datetime, zone: str
) -> None:
    with pytest.raises(NoSuchTime, match=f"does not exist in {zone}"):
        local_to_utc(skipped, zone)


@pytest.mark.parametrize("year", [1, 1999, 2200, 9999])  # the zone of the time is ignored
@pytest.mark.parametrize("zone", ["Pacific/Auckland", "America/New_York"])
def test_years_far_away_are_refused_with_a_clear_message(year: int, zone: str) -> None:
    for day in ((1, 1), (12, 31)):
        with pytest.raises(NoSuchTime, match="not a possible date. Choose a year from 2000 to"):
            local_to_utc(datetime(year, *day, tzinfo=UTC), zone)


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Etc/GMT+12"])
def test_times_of_all_other_years_are_taken(zone: str) -> None:
    for local in (datetime(2000, 1, 1, tzinfo=UTC), datetime(2199, 12, 31, 23, 59, tzinfo=UTC)):
        assert local_to_utc(local, zone).tzinfo == UTC


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        "Mars/Olympus",
        "Europe",
        "../../etc/passwd",
        "/etc/localtime",
        "europe/paris",
        "x" * 10_000,
        "a\0b",
        "posixrules",
        "Factory",
    ],
)
def test_what_is_no_zone_is_refused(name: str) -> None:
    with pytest.raises(UnknownZone, match="not a time zone"):
        zone_of(name)


def test_each_known_zone_can_be_used() -> None:
    for name in known_zones():
        assert local_to_utc(datetime(2027, 6, 15, 12, tzinfo=UTC), name)
