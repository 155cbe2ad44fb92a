"""Numbers of a workbook as people would type them."""

import pytest

from subscribers.imports.sources.number_formats import date_of, is_date_format, plain_number


@pytest.mark.parametrize(
    ("number", "code", "expected"),
    [
        (0, "", False),
        (14, "", True),
        (22, "", True),
        (9, "", False),
        (164, "dd/mm/yyyy", True),
        (165, "General", False),
        (166, "#,##0.00", False),
        (167, '"days" 0', False),
        (168, "[Red]0.00", False),
        (169, "[h]:mm:ss", True),
        (170, "[$-409]d\\-mmm\\-yy;@", True),
        (171, "0_d", False),
        (172, "@", False),
    ],
)
def test_dates_are_told_from_numbers_by_their_format(
    number: int, code: str, *, expected: bool
) -> None:
    assert is_date_format(number, code) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5", "5"),
        ("5.0", "5"),
        ("0.10000000000000001", "0.1"),
        ("441234567890", "441234567890"),
        ("1E+3", "1000"),
        ("-2.50", "-2.5"),
        ("no number", "no number"),
        ("1e400", "inf"),
    ],
)
def test_a_number_is_written_as_a_person_would(text: str, expected: str) -> None:
    assert plain_number(text) == expected


@pytest.mark.parametrize(
    ("text", "since_1904", "expected"),
    [
        ("45383", False, "2024-04-01"),
        ("45383.5", False, "2024-04-01 12:00:00"),
        ("43921", True, "2024-04-01"),
        ("1", False, "1900-01-01"),
        ("59", False, "1900-02-28"),
        ("61", False, "1900-03-01"),
        ("0.75", False, "18:00:00"),
        ("45383.99999999", False, "2024-04-02"),
        ("-3", False, "-3"),
        ("99999999", False, "99999999"),
        ("nan", False, "nan"),
        ("text", False, "text"),
    ],
)
def test_a_date_is_written_year_first(text: str, *, since_1904: bool, expected: str) -> None:
    assert date_of(text, since_1904=since_1904) == expected
