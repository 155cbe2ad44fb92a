"""When the steps of a series are due, and which of them are worth drafting."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from campaigns.event_states import EventStatus
from campaigns.events.check_event import derive_moments
from campaigns.events.series import (
    DAY,
    STEPS,
    due_at,
    due_of,
    missing_steps,
    offset_for,
    steps_of,
)
from campaigns.models import Campaign, Event
from campaigns.states import AudienceRule, CampaignStatus, CampaignStep

DETAILS_DAY, DETAILS_HOUR = STEPS["details_day"], STEPS["details_hour"]
FOLLOW_UP = STEPS["follow_up_came"]


def meeting(
    start: str, zone: str, *, lasts: timedelta = timedelta(minutes=90), **facts: object
) -> Event:
    """Return an event that isn't saved, from its wall-clock start."""
    local = datetime.fromisoformat(start).replace(tzinfo=UTC)
    event = Event(
        slug="m", title="M", local_start=local, local_end=local + lasts, time_zone=zone,
        takes_answers=True, **facts,
    )  # fmt: skip
    derive_moments(event)
    return event


def on_the_clock(moment: datetime, zone: str) -> str:
    return f"{moment.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("start", "zone", "day_before"),
    [
        # Bucharest puts clocks forward on 28 March 2027 at 3:00, and back on 31 October at 4:00.
        ("2027-03-28T09:00", "Europe/Bucharest", "2027-03-27 09:00"),
        ("2027-10-31T09:00", "Europe/Bucharest", "2027-10-30 09:00"),
        # Half past two doesn't exist on the day before: half an hour into the new time.
        ("2027-03-29T03:30", "Europe/Bucharest", "2027-03-28 04:30"),
        # It comes twice on the day before: the first.
        ("2027-11-01T03:30", "Europe/Bucharest", "2027-10-31 03:30"),
        # Lord Howe moves by half an hour.
        ("2027-10-03T10:00", "Australia/Lord_Howe", "2027-10-02 10:00"),
        ("2027-04-04T10:00", "Australia/Lord_Howe", "2027-04-03 10:00"),
        # Morocco puts clocks back for Ramadan, and forward after it.
        ("2027-02-07T18:00", "Africa/Casablanca", "2027-02-06 18:00"),
        ("2027-03-14T18:00", "Africa/Casablanca", "2027-03-13 18:00"),
        # Apia had no 30 December 2011.
        ("2011-12-31T12:00", "Pacific/Apia", "2011-12-31 12:00"),
    ],
)
def test_a_day_before_is_a_day_of_the_clocks_at_its_place(
    start: str, zone: str, day_before: str
) -> None:
    assert on_the_clock(due_at(meeting(start, zone), DETAILS_DAY), zone) == day_before


@pytest.mark.parametrize("zone", ["Europe/Bucharest", "Australia/Lord_Howe", "Africa/Casablanca"])
@pytest.mark.parametrize("start", ["2027-03-28T04:30", "2027-10-31T04:30", "2027-04-04T02:45"])
def test_an_hour_before_is_sixty_minutes_whatever_the_clocks_do(zone: str, start: str) -> None:
    event = meeting(start, zone)
    assert event.starts_at - due_at(event, DETAILS_HOUR) == timedelta(minutes=60)


def test_a_follow_up_comes_after_the_end_of_an_event_of_days() -> None:
    for lasts in (timedelta(hours=24), timedelta(days=3)):
        event = meeting("2027-05-10T09:00", "Europe/Kyiv", lasts=lasts)
        due = due_at(event, FOLLOW_UP)
        assert due > event.ends_at
        assert on_the_clock(due, "Europe/Kyiv").endswith("09:00")


def test_a_zone_that_is_no_more_has_days_of_24_hours() -> None:
    event = meeting("2027-05-10T09:00", "Europe/Kyiv")
    event.time_zone = "Europe/Atlantis"
    assert event.starts_at - due_at(event, DETAILS_DAY) == timedelta(days=1)


@pytest.mark.parametrize("year", ["0001-01-02T00:00", "9999-12-30T23:00"])
def test_a_due_time_outside_of_the_calendar_is_that_of_the_event(year: str) -> None:
    event = meeting("2027-05-10T09:00", "UTC")
    event.local_start = event.local_end = datetime.fromisoformat(year).replace(tzinfo=UTC)
    for step in STEPS.values():
        assert due_at(event, step, offset=-DAY * 400_000 if step.offset < 0 else DAY * 400_000)


def test_a_due_time_moves_with_the_event() -> None:
    event = meeting("2027-05-10T09:00", "Europe/Kyiv")
    campaign = Campaign(event=event, step=CampaignStep.DETAILS_DAY, offset_minutes=-2 * DAY)
    assert on_the_clock(due_of(campaign) or event.starts_at, "Europe/Kyiv") == "2027-05-08 09:00"
    for start, due in (("2027-06-01T10:00", "2027-05-30 10:00"), ("2027-05-11", "2027-05-09")):
        campaign.event = meeting(start, "Europe/Kyiv")
        assert on_the_clock(due_of(campaign) or event.starts_at, "Europe/Kyiv").startswith(due)


def test_what_is_no_step_is_never_due() -> None:
    event = meeting("2027-05-10T09:00", "Europe/Kyiv")
    assert due_of(Campaign(event=event)) is None
    assert due_of(Campaign(step=CampaignStep.REMINDER, offset_minutes=0)) is None


@pytest.mark.parametrize(
    ("answer_by", "days"), [(None, 7), ("2027-05-09T12:00", 7), ("2027-04-30T23:00", 12)]
)
def test_a_reminder_comes_while_people_can_answer(answer_by: str | None, days: int) -> None:
    until = datetime.fromisoformat(answer_by).replace(tzinfo=UTC) if answer_by else None
    event = meeting("2027-05-10T09:00", "Europe/Kyiv", local_answers_until=until)
    assert offset_for(STEPS["reminder"], event) == -days * DAY
    assert due_at(event, STEPS["reminder"]) < event.closes_at


def test_without_answers_an_event_has_no_steps_about_them() -> None:
    event = meeting("2027-05-10T09:00", "Europe/Kyiv")
    assert [each.step for each in steps_of(event)] == [*STEPS]
    event.takes_answers = False
    assert [each.step for each in steps_of(event)] == ["save_the_date", "invitation"]
    assert all(each.rule == AudienceRule.NONE for each in steps_of(event))


LATE = ["follow_up_came", "follow_up_missed"]


@pytest.mark.parametrize(
    ("before", "steps"),
    [
        (timedelta(days=70), [*STEPS]),
        (timedelta(days=40), [*STEPS][1:]),
        # The invitation is late, and can go out still.
        (timedelta(days=10), [*STEPS][1:]),
        (timedelta(days=3), ["invitation", "details_day", "details_hour", *LATE]),
        (timedelta(hours=1), ["invitation", "details_hour", *LATE]),
        (timedelta(minutes=5), ["invitation", "details_hour", *LATE]),
        (timedelta(0), LATE),
        (-timedelta(days=20), LATE),
        (-timedelta(days=40), []),
    ],
)
def test_steps_whose_time_has_passed_are_not_drafted(before: timedelta, steps: list[str]) -> None:
    event = meeting("2027-05-10T09:00", "Europe/Kyiv")
    found = missing_steps(event, [], now=event.starts_at - before)
    assert [each.step for each in found] == steps


def test_what_was_drafted_is_not_missing_unless_it_was_cancelled() -> None:
    event = meeting("2027-05-10T09:00", "Europe/Kyiv")
    now = event.starts_at - timedelta(days=70)
    for status in CampaignStatus:
        reminder = Campaign(event=event, step=CampaignStep.REMINDER, status=status)
        found = {each.step for each in missing_steps(event, [reminder], now=now)}
        assert (CampaignStep.REMINDER in found) is (status == CampaignStatus.CANCELLED)
    event.status = EventStatus.CANCELLED
    assert missing_steps(event, [], now=now) == []
