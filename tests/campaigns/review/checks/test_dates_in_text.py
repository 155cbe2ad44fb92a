from datetime import date, timedelta

import pytest
from babel.dates import format_date

from campaigns.review.checks.dates_in_text import dates_in
from newsletter.core.dates import locale_of

LANGUAGES = ("en", "fr", "es", "ro", "uk", "ar")
DAYS = [date(2027, 1, 1) + timedelta(days=number) for number in range(0, 365, 3)]


def found(text: str, language: str = "en") -> list[tuple[int, int, int | None, int | None]]:
    return [
        (each.day, each.month, each.year, each.weekday)
        for each in dates_in(text, language=language)
    ]


@pytest.mark.parametrize("form", ["full", "long", "medium", "d MMMM", "EEEE d MMMM y", "y-MM-dd"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_day_is_found_as_the_unicode_consortium_writes_it(language: str, form: str) -> None:
    for day in DAYS:
        words = format_date(day, form, locale=locale_of(language))
        [(number, month, year, weekday)] = found(f"– {words}, x.", language)

        assert (number, month) == (day.day, day.month), words
        assert year in (day.year, None), words
        assert weekday in (day.weekday(), None), words
        if form in ("full", "EEEE d MMMM y"):
            assert (year, weekday) == (day.year, day.weekday()), words


@pytest.mark.parametrize(
    ("text", "language", "day"),
    [
        ("on Thursday, December 10th, 2026", "en", (10, 12, 2026, 3)),
        ("Thursday the 10th of December", "en", (10, 12, None, 3)),
        ("Dec. 10", "en", (10, 12, None, None)),
        ("le 1er mars 2027", "fr", (1, 3, 2027, None)),
        ("jeudi 10 décembre", "fr", (10, 12, None, 3)),
        ("el jueves 10 de diciembre del 2026", "es", (10, 12, 2026, 3)),
        ("joi, 10 decembrie 2026", "ro", (10, 12, 2026, 3)),
        ("marţi, 8 decembrie", "ro", (8, 12, None, 1)),
        ("у середу, 9 грудня 2026 року", "uk", (9, 12, 2026, 2)),
        ("у п'ятницю 11 грудня", "uk", (11, 12, None, 4)),
        ("١٢ مارس ٢٠٢٧", "ar", (12, 3, 2027, None)),
        ("الخميس 10 كانون الأول 2026", "ar", (10, 12, 2026, 3)),
        ("10 جانفي 2027", "ar", (10, 1, 2027, None)),
        ("12.03.2027", "ro", (12, 3, 2027, None)),
        ("12/03/2027", "fr", (12, 3, 2027, None)),
        ("03/25/2027", "en", (25, 3, 2027, None)),
        ("2027-03-12", "en", (12, 3, 2027, None)),
    ],
)
def test_a_day_is_found_as_people_write_it(
    text: str, language: str, day: tuple[int, int, int | None, int | None]
) -> None:
    assert found(f"We meet {text}.", language) == [day]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("You may 3 times ask, in March 2027, at 10:30, room 12", "en"),
        ("3/4/2027 is read in two ways", "en"),
        ("Version 1.2.2027.4 and 10.2.3.4", "en"),
        ("un mar de dudas, 3 mayores, 5 marcos", "es"),
        ("3 marchés, 12 maires", "fr"),
        ("32 March 2027, 2027-13-01", "en"),
    ],
)
def test_what_is_no_day_or_not_surely_one_is_left_alone(text: str, language: str) -> None:
    assert found(text, language) == []


def test_a_hostile_text_takes_no_time() -> None:
    assert found("1 " * 50_000 + "Thursday " * 50_000) == []


def test_of_very_many_dates_the_first_are_read_and_little_of_the_text_before_them() -> None:
    text = "2027-03-12 or 13 March 2027, " * 600
    days = list(dates_in(text, language="en"))

    assert len(days) == 200
    assert [each.day for each in days[:4]] == [12, 13, 12, 13]
    assert max(len(each.before) for each in days) == 40
    assert days[1].before == "2027-03-12 or "
    assert len(list(dates_in("13 March 2027\n" * 600, language="en"))) == 200
