"""The local hour: each recipient has one due time, at the wanted hour of their own clocks."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from campaigns.sending.local_hours import (
    UNKNOWN,
    Bounds,
    Due,
    LocalHour,
    RecipientPlace,
    due_at_place,
    first_moment,
    zone_at,
)
from campaigns.states import LateRecipients
from newsletter.core.time_zones import known_zones
from newsletter.core.weekends import weekend_of

NINE = time(9)
THURSDAY = date(2026, 12, 10)
BEFORE = datetime(2026, 12, 9, tzinfo=UTC)
COUNTRIES = ("", "DE", "SA", "IR", "AF", "IN", "IL", "QZ", "nowhere")


def due(
    place: RecipientPlace,
    *,
    day: date = THURSDAY,
    now: datetime = BEFORE,
    late: LateRecipients = LateRecipients.NOW,
    skips: bool = False,
    at: time = NINE,
    deadline: datetime | None = None,
) -> Due:
    hour = LocalHour(at=at, first_day=day, skips_weekends=skips, late=late)
    return due_at_place(hour, place, Bounds(now, "Europe/Bucharest", deadline))


@pytest.mark.parametrize(
    ("zone", "at"),
    [
        ("Europe/Bucharest", datetime(2026, 12, 10, 7, tzinfo=UTC)),
        ("Pacific/Kiritimati", datetime(2026, 12, 9, 19, tzinfo=UTC)),
        ("Pacific/Pago_Pago", datetime(2026, 12, 10, 20, tzinfo=UTC)),
        ("Asia/Kathmandu", datetime(2026, 12, 10, 3, 15, tzinfo=UTC)),
        ("Asia/Calcutta", datetime(2026, 12, 10, 3, 30, tzinfo=UTC)),  # an older name
        ("US/Eastern", datetime(2026, 12, 10, 14, tzinfo=UTC)),
        ("Etc/GMT+5", datetime(2026, 12, 10, 14, tzinfo=UTC)),
        ("UTC", datetime(2026, 12, 10, 9, tzinfo=UTC)),
        ("", datetime(2026, 12, 10, 7, tzinfo=UTC)),  # the event's
        ("Mars/Olympus_Mons", datetime(2026, 12, 10, 7, tzinfo=UTC)),
        ("../../etc/passwd", datetime(2026, 12, 10, 7, tzinfo=UTC)),
        ("Factory", datetime(2026, 12, 10, 7, tzinfo=UTC)),
    ],
)
def test_nine_is_nine_in_zones_of_every_kind(zone: str, at: datetime) -> None:
    assert due(RecipientPlace(zone)) == Due(at)


@pytest.mark.parametrize(
    ("zone", "day", "at", "utc"),
    [
        # Clocks go from 03:00 to 04:00 in Bucharest, and from 02:00 to 02:30 on Lord Howe Island.
        ("Europe/Bucharest", date(2027, 3, 28), time(3, 30), datetime(2027, 3, 28, 1, tzinfo=UTC)),
        ("Europe/Bucharest", date(2027, 3, 28), time(3), datetime(2027, 3, 28, 1, tzinfo=UTC)),
        ("Europe/Bucharest", date(2027, 3, 28), time(4), datetime(2027, 3, 28, 1, tzinfo=UTC)),
        (
            "Australia/Lord_Howe",
            date(2026, 10, 4),
            time(2, 15),
            datetime(2026, 10, 3, 15, 30, tzinfo=UTC),
        ),
        # The day begins at 01:00.
        ("Africa/Cairo", date(2027, 4, 30), time(0, 30), datetime(2027, 4, 29, 22, tzinfo=UTC)),
        # An hour that comes twice is the first.
        (
            "Europe/Bucharest",
            date(2026, 10, 25),
            time(3, 30),
            datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
        ),
        # A day that never was there.
        ("Pacific/Apia", date(2011, 12, 30), NINE, datetime(2011, 12, 30, 10, tzinfo=UTC)),
    ],
)
def test_an_hour_that_clocks_skip_is_the_first_after_it_and_one_that_comes_twice_the_first(
    zone: str, day: date, at: time, utc: datetime
) -> None:
    assert first_moment(at, day, zone, frozenset()) == utc


@pytest.mark.parametrize(
    ("place", "day"),
    [
        (RecipientPlace("Europe/Berlin", "DE"), date(2026, 12, 11)),
        (RecipientPlace("Asia/Riyadh", "SA"), date(2026, 12, 13)),
        (RecipientPlace("Asia/Riyadh"), date(2026, 12, 13)),  # the country of the zone
        (RecipientPlace("Iran"), date(2026, 12, 12)),  # Friday alone
        (RecipientPlace("Europe/Berlin", "SA"), date(2026, 12, 13)),  # the person's country first
        (RecipientPlace("Asia/Riyadh", "QZ"), date(2026, 12, 13)),  # a body has no weekend
        (RecipientPlace("UTC"), date(2026, 12, 11)),
    ],
)
def test_friday_is_a_weekend_where_that_is_so(place: RecipientPlace, day: date) -> None:
    friday = date(2026, 12, 11)
    at = due(place, day=friday, skips=True).at
    assert at.astimezone(ZoneInfo(zone_at(place, Bounds(BEFORE, "UTC")))).date() == day
    assert due(place, day=friday).at.date() <= friday


def test_those_whose_hour_has_passed_get_it_as_the_publisher_chose() -> None:
    noon = datetime(2026, 12, 10, 12, tzinfo=UTC)
    bucharest = RecipientPlace("Europe/Bucharest")
    assert due(bucharest, now=noon) == Due(noon, is_late=True)
    assert due(bucharest, now=noon, late=LateRecipients.NEXT_DAY) == Due(
        datetime(2026, 12, 11, 7, tzinfo=UTC), is_late=True
    )
    assert due(bucharest, now=noon, late=LateRecipients.SKIP) == Due(
        datetime(2026, 12, 10, 7, tzinfo=UTC), is_late=True, is_skipped=True
    )
    new_york = RecipientPlace("America/New_York")
    for late in LateRecipients:
        assert due(new_york, now=noon, late=late) == Due(datetime(2026, 12, 10, 14, tzinfo=UTC))


def test_nobody_is_late_into_their_weekend() -> None:
    saturday = datetime(2026, 12, 12, 12, tzinfo=UTC)
    at = due(RecipientPlace("Europe/Berlin"), day=date(2026, 12, 11), now=saturday, skips=True)
    assert at == Due(datetime(2026, 12, 14, 8, tzinfo=UTC), is_late=True)


def test_nobody_hears_of_an_event_that_has_begun() -> None:
    begins = datetime(2026, 12, 10, 15, tzinfo=UTC)
    assert due(RecipientPlace("Europe/Bucharest"), deadline=begins).at < begins
    assert due(RecipientPlace("America/Los_Angeles"), deadline=begins) == Due(BEFORE, is_late=True)


@given(
    zone=st.sampled_from([*sorted(known_zones()), "", "nonsense", "Factory"]),
    country=st.sampled_from(COUNTRIES),
    day=st.dates(date(2025, 1, 1), date(2030, 12, 31)),
    at=st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    ahead=st.timedeltas(timedelta(days=-9), timedelta(days=9)),
    late=st.sampled_from(LateRecipients),
    skips=st.booleans(),
)
@example(
    zone="Africa/Cairo",
    country="",
    day=date(2027, 4, 30),
    at=time(0, 30),
    ahead=timedelta(1),
    late=LateRecipients.NOW,
    skips=True,
)
def test_each_recipient_has_a_due_time_at_the_hour_and_on_no_weekend(
    zone: str,
    country: str,
    day: date,
    at: time,
    ahead: timedelta,
    late: LateRecipients,
    skips: bool,
) -> None:
    place, now = RecipientPlace(zone, country), datetime.combine(day, at, UTC) - ahead
    found = due(place, day=day, at=at, now=now, late=late, skips=skips)

    used = zone if zone in known_zones() else "Europe/Bucharest"
    local = found.at.astimezone(ZoneInfo(used))
    if found.is_skipped:
        assert late is LateRecipients.SKIP
        assert found.at < now
        return
    assert found.at >= now
    if skips:
        own = {5, 6} if country in ("DE", "QZ", "nowhere", "") else weekend_of(country)
        if country and country in ("DE", "SA", "IR", "AF", "IN", "IL"):
            assert local.weekday() not in own
    if found.is_late and found.at == now:
        assert late is LateRecipients.NOW
        return
    assert local.date() >= day
    if local.time() != at:  # the clocks skip it: just after a change
        minute_before = (found.at - timedelta(minutes=1)).astimezone(ZoneInfo(used))
        assert minute_before.utcoffset() != local.utcoffset()
        assert minute_before.time() < at or minute_before.date() < local.date()


def test_who_has_given_nothing_goes_by_the_event() -> None:
    assert due(UNKNOWN) == due(RecipientPlace("Europe/Bucharest"))
