"""Dates of the demo's events, of which some are always ahead of today."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

MONTHS_OF_MEETINGS = (3, 6, 9, 12)
THURSDAY = 3
TUESDAY = 1
ENOUGH_NOTICE = timedelta(days=10)
"""The shortest time between an invitation and its meeting."""


@dataclass(frozen=True, slots=True)
class QuarterlyMeeting:
    """A meeting on the second Thursday of a quarter's last month."""

    day: date

    @property
    def quarter(self) -> int:
        return (self.day.month + 2) // 3

    @property
    def slug(self) -> str:
        """The event's slug, such as quarterly-meeting-2027-q1."""
        return f"quarterly-meeting-{self.day.year}-q{self.quarter}"

    @property
    def month(self) -> str:
        return f"{self.day:%B}"

    def begins(self) -> datetime:
        """Return 20:00 in London.

        It is afternoon in the Americas, evening in Africa and Europe, and next morning in the
        Pacific.
        """
        return at(self.day, 20)

    def ends(self) -> datetime:
        return at(self.day, 21, 30)


def quarterly_meetings(today: date) -> list[QuarterlyMeeting]:
    """List the last meeting before `today` and the three that follow it, in their order."""
    days = [
        nth_weekday(year, month, weekday=THURSDAY, nth=2)
        for year in (today.year - 1, today.year, today.year + 1)
        for month in MONTHS_OF_MEETINGS
    ]
    last = max(day for day in days if day < today)
    first = days.index(last)
    return [QuarterlyMeeting(day) for day in days[first : first + 4]]


def earlier_meetings(today: date) -> list[QuarterlyMeeting]:
    """List the three meetings before the last one, the newest first."""
    last = quarterly_meetings(today)[0].day
    days = [
        nth_weekday(year, month, weekday=THURSDAY, nth=2)
        for year in (last.year, last.year - 1)
        for month in reversed(MONTHS_OF_MEETINGS)
    ]
    return [QuarterlyMeeting(day) for day in days if day < last][:3]


def meeting_to_announce(today: date) -> QuarterlyMeeting:
    """Find the next meeting that is at least ENOUGH_NOTICE ahead."""
    return next(
        meeting for meeting in quarterly_meetings(today) if meeting.day >= today + ENOUGH_NOTICE
    )


def invited_meeting(today: date) -> QuarterlyMeeting | None:
    """Find the meeting ahead that is too near to be announced, so that people were invited."""
    ahead = quarterly_meetings(today)[1]
    return None if ahead == meeting_to_announce(today) else ahead


def forum_day(today: date) -> date:
    """Find the first day of a forum about five months ahead.

    It is a second Tuesday, and never in August, when parliaments rest.
    """
    ahead = today + timedelta(days=150)
    year, month = (ahead.year, ahead.month) if ahead.month != 8 else (ahead.year, 9)
    return nth_weekday(year, month, weekday=TUESDAY, nth=2)


def nth_weekday(year: int, month: int, *, weekday: int, nth: int) -> date:
    """Return the nth (from 1) Monday (0) to Sunday (6) of a month."""
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """Return a wall-clock time without a zone, which a column of the event holds."""
    return datetime(day.year, day.month, day.day, hour, minute)  # noqa: DTZ001 - see above
