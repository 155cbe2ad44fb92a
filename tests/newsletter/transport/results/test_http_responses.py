"""Retry-After may hold anything."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.transport.results.http_responses import LONGEST_WAIT, retry_after


@pytest.mark.parametrize(
    "value",
    [
        "-5",
        "1e12",
        "nan",
        "inf",
        "",
        "٣",
        "Mon",
        "Fri, 31 Dec 99999 23:59:59 GMT",
        "Fri, 31 Dec 2026 23:59:59 +999999999999999",
    ],
)
def test_what_is_no_time_to_wait_is_none(value: str) -> None:
    assert retry_after(value) is None


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("9" * 500, LONGEST_WAIT), ("Mon, 01 Jan 0001 00:00:00 +2359", 0.0), (" 7 ", 7.0)],
)
def test_absurd_times_are_cut_to_sense(value: str, seconds: float) -> None:
    assert retry_after(value) == seconds


@given(st.text(alphabet="0123456789 +-:,.eGMTJanDecFri\x00", max_size=60) | st.text(max_size=40))
def test_nothing_that_a_header_says_stops_the_sorting(value: str) -> None:
    seconds = retry_after(value)
    assert seconds is None or 0 <= seconds <= LONGEST_WAIT
