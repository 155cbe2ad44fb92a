"""Weekends by country, and the country of a time zone."""

import pytest

from newsletter.core.time_zones import country_of_zone
from newsletter.core.weekends import weekend_of

MONDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY = 0, 3, 4, 5, 6


@pytest.mark.parametrize(
    ("country", "days"),
    [
        ("RO", {SATURDAY, SUNDAY}),
        ("SA", {FRIDAY, SATURDAY}),
        ("IL", {FRIDAY, SATURDAY}),
        ("AE", {SATURDAY, SUNDAY}),
        ("AF", {THURSDAY, FRIDAY}),
        ("IR", {FRIDAY}),
        ("IN", {SUNDAY}),
    ],
)
def test_a_country_has_its_own_weekend(country: str, days: set[int]) -> None:
    assert weekend_of(country) == days


@pytest.mark.parametrize("unknown", ["", "QZ", "ZZ", "nowhere", "../x", "\x00", "ro"])
def test_an_unknown_country_leaves_it_to_the_next_or_has_saturday_and_sunday(unknown: str) -> None:
    assert weekend_of(unknown, "SA") == {FRIDAY, SATURDAY}
    assert weekend_of(unknown) == {SATURDAY, SUNDAY}


@pytest.mark.parametrize(
    ("zone", "country"),
    [
        ("Europe/Bucharest", "RO"),
        ("Asia/Kolkata", "IN"),
        ("Asia/Calcutta", "IN"),
        ("Iran", "IR"),
        ("US/Eastern", "US"),
        ("Europe/Kiev", "UA"),
        ("UTC", ""),
        ("Etc/GMT+5", ""),
        ("nonsense", ""),
        ("", ""),
    ],
)
def test_a_zone_lies_in_a_country_under_its_older_names_too(zone: str, country: str) -> None:
    assert country_of_zone(zone) == country
