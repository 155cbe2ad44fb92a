"""An event of the next quarter: its day, its name, and what is not copied."""

from datetime import UTC, date, datetime, timedelta

import pytest

from campaigns.events.check_event import BadEvent
from campaigns.events.next_quarter import copy_to_next_quarter, same_weekday_later
from campaigns.events.schedule import plan_event
from campaigns.models import Event
from tests.campaigns.events.test_programme import ANA, WELCOME


def plan(
    start: datetime = datetime(2026, 12, 10, 20, tzinfo=UTC), zone: str = "Europe/London"
) -> Event:
    return plan_event(
        slug="quarterly-meeting-2026-q4",
        title="Quarterly meeting, December 2026",
        texts={
            "uk": {"title": "Щоквартальна зустріч, грудень 2026"},
            "ro": {"title": "Reuniune trimestrială, decembrie 2026"},
        },
        local_start=start,
        local_end=start + timedelta(minutes=90),
        local_answers_until=start - timedelta(days=3),
        takes_answers=True,
        time_zone=zone,
        join_url="https://meet.example.org/old",
        speakers=[ANA],
        agenda=[WELCOME],
    )


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 12, 10), 3, date(2027, 3, 11)),  # the second Thursday
        (date(2027, 3, 11), 3, date(2027, 6, 10)),
        (date(2026, 11, 30), 3, date(2027, 2, 22)),  # the last Monday, the fifth of its month
        (date(2026, 12, 31), 3, date(2027, 3, 25)),
        (date(2027, 2, 22), 3, date(2027, 5, 31)),  # the last one, and the fourth
        (date(2027, 10, 1), 3, date(2028, 1, 7)),  # the first Friday
        (date(2027, 12, 14), 12, date(2028, 12, 12)),
    ],
)
def test_the_day_is_the_same_weekday_of_the_month(day: date, months: int, later: date) -> None:
    found = same_weekday_later(day, months=months)
    assert found == later
    assert found.weekday() == day.weekday()


def test_a_copy_names_its_own_month_and_keeps_what_is_no_news(db: None) -> None:
    event = plan()
    copy = copy_to_next_quarter(event)

    assert copy.slug == "quarterly-meeting-2027-q1"
    assert copy.title == "Quarterly meeting, March 2027"
    assert copy.texts["uk"]["title"] == "Щоквартальна зустріч, березень 2027"
    assert copy.texts["ro"]["title"] == "Reuniune trimestrială, martie 2027"
    assert copy.local_start == datetime(2027, 3, 11, 20, tzinfo=UTC)
    assert copy.local_answers_until == copy.local_start - timedelta(days=3)
    assert copy.takes_answers
    assert (copy.join_url, copy.speakers, copy.is_public) == ("", [], False)
    assert [item["title"] for item in copy.agenda] == ["Welcome"]
    assert copy.uid != event.uid
    assert copy.sequence == 0


def test_a_second_copy_gets_a_name_of_its_own(db: None) -> None:
    event = plan()
    copy_to_next_quarter(event)
    assert copy_to_next_quarter(event).slug == "quarterly-meeting-2027-q1-2"


def test_a_time_that_the_clocks_skip_is_refused(db: None) -> None:
    # The last Sunday of December; that of March is the day on which clocks go forward.
    event = plan(datetime(2026, 12, 27, 1, 30, tzinfo=UTC))
    with pytest.raises(BadEvent, match="does not exist"):
        copy_to_next_quarter(event)
    assert Event.objects.count() == 1


def test_the_last_event_that_can_be_planned_isnt_copied(db: None) -> None:
    event = plan(datetime(2199, 11, 14, 20, tzinfo=UTC))
    with pytest.raises(BadEvent, match="Choose a year from 2000 to 2199"):
        copy_to_next_quarter(event)


@pytest.mark.parametrize("year", [1, 1999, 2200, 9999])
def test_an_event_of_a_year_far_away_isnt_planned(year: int, db: None) -> None:
    with pytest.raises(BadEvent, match="Choose a year from 2000 to 2199") as caught:
        plan(datetime(year, 11, 14, 20, tzinfo=UTC))
    assert caught.value.field == "local_start"
