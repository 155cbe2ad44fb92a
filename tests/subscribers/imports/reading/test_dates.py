"""Timestamps in the orders that forms and spreadsheets write; the order is never guessed."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subscribers.imports.reading.dates import DateOrder, OrderEvidence, read_timestamp


@pytest.mark.parametrize(
    ("text", "order", "moment"),
    [
        ("1/31/2024 13:05:22", DateOrder.MONTH_FIRST, datetime(2024, 1, 31, 13, 5, 22, tzinfo=UTC)),
        ("31/01/2024", DateOrder.DAY_FIRST, datetime(2024, 1, 31, tzinfo=UTC)),
        ("3/4/2024 8:00", DateOrder.DAY_FIRST, datetime(2024, 4, 3, 8, 0, tzinfo=UTC)),
        ("3/4/2024 8:00", DateOrder.MONTH_FIRST, datetime(2024, 3, 4, 8, 0, tzinfo=UTC)),
        ("31.01.2024, 13:05", DateOrder.DAY_FIRST, datetime(2024, 1, 31, 13, 5, tzinfo=UTC)),
        ("2024-01-31 13:05:22", DateOrder.UNNEEDED, datetime(2024, 1, 31, 13, 5, 22, tzinfo=UTC)),
        (
            "2024/01/31 1:05:22 PM GMT+2",
            DateOrder.UNNEEDED,
            datetime(2024, 1, 31, 11, 5, 22, tzinfo=UTC),
        ),
        (
            "2024/01/31 1:05:22 PM GMT-5",
            DateOrder.UNNEEDED,
            datetime(2024, 1, 31, 18, 5, 22, tzinfo=UTC),
        ),
        (
            "2024/01/31 1:05:22 PM GMT+5:30",
            DateOrder.UNNEEDED,
            datetime(2024, 1, 31, 7, 35, 22, tzinfo=UTC),
        ),
        (
            "2024/01/31 12:05:22 AM UTC",
            DateOrder.UNNEEDED,
            datetime(2024, 1, 31, 0, 5, 22, tzinfo=UTC),
        ),
        (
            "2024/01/31 12:05:22 p.m.",
            DateOrder.UNNEEDED,
            datetime(2024, 1, 31, 12, 5, 22, tzinfo=UTC),
        ),
        (
            "1/31/2024\u202f1:05:22\u202fPM",
            DateOrder.MONTH_FIRST,
            datetime(2024, 1, 31, 13, 5, 22, tzinfo=UTC),
        ),
        ("2024-01-31T13:05:22Z", DateOrder.UNNEEDED, datetime(2024, 1, 31, 13, 5, 22, tzinfo=UTC)),
        (
            "2024-01-31T13:05:22.123+02:00",
            DateOrder.UNNEEDED,
            datetime(2024, 1, 31, 11, 5, 22, 123000, tzinfo=UTC),
        ),
        ("5/5/2024", DateOrder.AMBIGUOUS, datetime(2024, 5, 5, tzinfo=UTC)),
        ("13/5/2024", DateOrder.MIXED, datetime(2024, 5, 13, tzinfo=UTC)),
    ],
)
def test_each_order_that_forms_write_is_read(text: str, order: DateOrder, moment: datetime) -> None:
    assert read_timestamp(text, order=order) == moment


@pytest.mark.parametrize(
    "text",
    [
        "", "yesterday", "3/4/24", "31/31/2024", "2/30/2024", "0/1/2024", "1/31/2024 25:00",
        "1/31/2024 13:05 PM", "2024-13-01", "45321.5",
        "1/31/2024 10:00 CEST", "1/31/0001", "9999999999/1/1", "\0", "1/31/2024 10:00 GMT+99",
        "31/01/2024" * 1000,
    ],
)  # fmt: skip
def test_what_can_not_be_read_is_none_and_no_error(text: str) -> None:
    assert read_timestamp(text, order=DateOrder.MONTH_FIRST) is None


def test_a_date_that_could_be_two_is_never_guessed() -> None:
    assert read_timestamp("3/4/2024", order=DateOrder.AMBIGUOUS) is None
    assert read_timestamp("3/4/2024", order=DateOrder.MIXED) is None


def test_a_timestamp_without_a_zone_is_in_the_zone_of_the_sheet() -> None:
    moment = read_timestamp(
        "1/31/2024 13:05", order=DateOrder.MONTH_FIRST, zone=ZoneInfo("Pacific/Auckland")
    )
    assert moment == datetime(2024, 1, 31, 0, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("rows", "order"),
    [
        (["3/4/2024", "1/31/2024 10:00"], DateOrder.MONTH_FIRST),
        (["3/4/2024", "31/1/2024 10:00"], DateOrder.DAY_FIRST),
        (["3/4/2024", "5/6/2024"], DateOrder.AMBIGUOUS),
        (["13/4/2024", "4/13/2024"], DateOrder.MIXED),
        (["4/4/2024", "2024-01-02", "nonsense", ""], DateOrder.UNNEEDED),
        (["99/99/2024"], DateOrder.UNNEEDED),
    ],
)
def test_the_order_is_decided_over_all_rows(rows: list[str], order: DateOrder) -> None:
    evidence = OrderEvidence()
    for row in rows:
        evidence.look_at(row)
    assert evidence.order() is order


@given(
    st.text(max_size=60)
    | st.from_regex(
        r"\d{1,4}[/.-]\d{1,4}[/.-]\d{1,4}( \d{1,2}:\d{1,2}(:\d\d)? ?(AM|PM)?( GMT[+-]\d{1,4})?)?"
    )
)
def test_no_text_breaks_it(text: str) -> None:
    evidence = OrderEvidence()
    evidence.look_at(text)
    for order in DateOrder:
        moment = read_timestamp(text, order=order)
        assert moment is None or moment.tzinfo is UTC


@given(st.datetimes(min_value=datetime(1990, 1, 2), max_value=datetime(2100, 1, 1)))  # noqa: DTZ001 - a sheet's wall-clock time
def test_what_a_sheet_writes_comes_back(moment: datetime) -> None:
    moment = moment.replace(microsecond=0)
    time = f"{moment:%H:%M:%S}"
    assert read_timestamp(
        f"{moment.month}/{moment.day}/{moment.year} {time}", order=DateOrder.MONTH_FIRST
    ) == moment.replace(tzinfo=UTC)
    assert read_timestamp(
        f"{moment.day}.{moment.month}.{moment.year} {time}", order=DateOrder.DAY_FIRST
    ) == moment.replace(tzinfo=UTC)
