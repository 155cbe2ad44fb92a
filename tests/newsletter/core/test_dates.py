"""Dates in the words of each language: cases of months, numerals, and what Babel doesn't know."""

from datetime import UTC, date, datetime

import pytest

from newsletter.core.dates import clock, comma_of, date_and_time, long_date, month_and_year
from tests.as_read import as_read


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("en", "5 March 2027"),
        ("en-gb", "5 March 2027"),
        ("fr", "5 mars 2027"),
        ("es", "5 de marzo de 2027"),
        ("es-mx", "5 de marzo de 2027"),
        ("ro", "5 martie 2027"),
        ("uk", "5 березня 2027 р."),
        ("ar", "5 مارس 2027"),
        ("xx", "5 March 2027"),
    ],
)
def test_a_date_is_written_as_its_language_writes_it(language: str, written: str) -> None:
    for day in (date(2027, 3, 5), datetime(2027, 3, 5, 23, 59, tzinfo=UTC)):
        assert as_read(long_date(day, language)) == written


GENITIVES = [
    "січня",
    "лютого",
    "березня",
    "квітня",
    "травня",
    "червня",
    "липня",
    "серпня",
    "вересня",
    "жовтня",
    "листопада",
    "грудня",
]
"""Beside a day a Ukrainian month is in the genitive: not “5 березень”."""


@pytest.mark.parametrize(("month", "name"), list(enumerate(GENITIVES, start=1)))
def test_beside_a_day_a_ukrainian_month_is_in_the_genitive(month: int, name: str) -> None:
    assert as_read(long_date(date(2027, month, 5), "uk")) == f"5 {name} 2027 р."


def test_alone_a_ukrainian_month_is_in_the_nominative() -> None:
    assert month_and_year(date(2027, 11, 5), "uk").startswith("лист")
    assert "листопада" not in month_and_year(date(2027, 11, 5), "uk")


@pytest.mark.parametrize("language", ["en", "fr", "es", "ro", "uk", "ar"])
def test_numerals_are_the_ones_that_all_readers_know(language: str) -> None:
    """Arabic has two sets of digits. The United Nations write these ones, in all six languages."""
    for written in (
        long_date(date(2027, 3, 5), language),
        month_and_year(date(2027, 3, 5), language),
    ):
        assert "2027" in written
        assert not any(
            "\u0660" <= sign <= "\u0669" or "\u06f0" <= sign <= "\u06f9" for sign in written
        )


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("en", "5 March 2027, 20:05"),
        ("uk", "5 березня 2027 р., 20:05"),
        ("ar", "5 مارس 2027، 8:05 م"),
    ],
)
def test_a_moment_has_its_date_and_the_clock_of_its_language(language: str, written: str) -> None:
    assert as_read(date_and_time(datetime(2027, 3, 5, 20, 5, tzinfo=UTC), language)) == written


def test_no_line_breaks_within_an_hour() -> None:
    """Arabic has twelve of them, and a word for the half of the day."""
    written = clock(datetime(2027, 3, 5, 20, 5, tzinfo=UTC), "ar")

    assert written == "8:05\N{NO-BREAK SPACE}م"


def test_arabic_has_a_comma_of_its_own() -> None:
    assert (comma_of("ar-eg"), comma_of("fr"), comma_of("xx")) == ("، ", ", ", ", ")
