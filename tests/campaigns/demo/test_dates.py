"""Dates of the demo: whenever it is loaded, its events lie ahead, at usual hours."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.demo.dates import (
    ENOUGH_NOTICE,
    forum_day,
    meeting_to_announce,
    nth_weekday,
    quarterly_meetings,
)

DAYS = st.dates(date(2024, 1, 1), date(2080, 12, 31))


def test_a_meeting_is_named_after_its_quarter() -> None:
    meetings = quarterly_meetings(date(2026, 11, 24))
    assert [meeting.slug for meeting in meetings] == [
        "quarterly-meeting-2026-q3",
        "quarterly-meeting-2026-q4",
        "quarterly-meeting-2027-q1",
        "quarterly-meeting-2027-q2",
    ]
    assert [meeting.day for meeting in meetings] == [
        date(2026, 9, 10),
        date(2026, 12, 10),
        date(2027, 3, 11),
        date(2027, 6, 10),
    ]


@given(DAYS)
def test_one_meeting_is_past_and_three_are_ahead_whatever_the_day(today: date) -> None:
    meetings = quarterly_meetings(today)
    assert [meeting.day < today for meeting in meetings] == [True, False, False, False]
    assert len({meeting.slug for meeting in meetings}) == 4
    for earlier, later in pairwise(meetings):
        assert timedelta(days=80) < later.day - earlier.day < timedelta(days=100)


@given(DAYS)
def test_nobody_is_invited_at_the_last_minute(today: date) -> None:
    assert ENOUGH_NOTICE <= meeting_to_announce(today).day - today < timedelta(days=115)


@given(DAYS)
def test_a_forum_is_months_ahead_and_not_in_august(today: date) -> None:
    day = forum_day(today)
    assert timedelta(days=120) < day - today < timedelta(days=210)
    assert day.month != 8
    assert day.weekday() == 1


@pytest.mark.parametrize(("month", "expected"), [(2, 9), (9, 14), (12, 14)])
def test_the_second_tuesday_is_found(month: int, expected: int) -> None:
    assert nth_weekday(2027, month, weekday=1, nth=2) == date(2027, month, expected)


@given(DAYS)
def test_a_meeting_ends_after_it_begins_on_a_thursday(today: date) -> None:
    for meeting in quarterly_meetings(today):
        assert meeting.begins() < meeting.ends()
        assert meeting.day.weekday() == 3
