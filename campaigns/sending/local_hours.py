"""The local hour of a campaign: the moment at which each recipient's email is due.

A recipient's time zone is their own; without one it is the event's, else the installation's. It is
never guessed from a network.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count

from campaigns.audience.resolve import receivers_of, rule_of
from campaigns.models import Campaign
from campaigns.review.event_findings import AFTERWARDS
from campaigns.states import LateRecipients
from newsletter.core.time_zones import country_of_zone, known_zones
from newsletter.core.weekends import weekend_of

_DAY = timedelta(days=1)
_DAYS_DIGESTED = 4
"""Days whose zone rules decide about an hour: nobody waits longer for the end of a weekend."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalHour:
    """The wish that each recipient gets a campaign at an hour of their own clocks.

    Args:
        at: the hour.
        first_day: the day of that hour, in each place.
        skips_weekends: whether those whose weekend that day is get it on the first day after.
        late: the choice for those at whose place the hour has passed when sending starts.
    """

    at: time
    first_day: date
    skips_weekends: bool = False
    late: LateRecipients = LateRecipients.NOW


class RecipientPlace(NamedTuple):
    """The time zone and country of a recipient, as their row says them, known or not."""

    zone: str
    country: str = ""


UNKNOWN = RecipientPlace("")
"""The place of somebody who has given neither zone nor country."""


@dataclass(frozen=True, slots=True)
class Due:
    """The moment at which an email is due at one place.

    Args:
        at: in UTC.
        is_late: whether the hour that was asked for has passed.
        is_skipped: whether nothing is sent there for that reason. `at` is the hour that has passed.
    """

    at: datetime
    is_late: bool = False
    is_skipped: bool = False


def hour_of(campaign: Campaign) -> LocalHour | None:
    """Return the local hour for which a campaign was launched; None where it goes to all at once.

    Before a launch it is the one that was chosen for an earlier launch, which was undone.
    """
    if campaign.local_time is None or campaign.local_date is None:
        return None
    return LocalHour(
        at=campaign.local_time,
        first_day=campaign.local_date,
        skips_weekends=campaign.skips_weekends,
        late=LateRecipients(campaign.late_recipients or LateRecipients.NOW),
    )


def count_by_place(
    campaign: Campaign, *, by_country: bool = True, by_answers: bool = True
) -> dict[RecipientPlace, int]:
    """Count the present recipients by what decides about their hour, in one grouped query.

    Args:
        by_country: whether countries are told apart, which decide about weekends alone.
        by_answers: as in `receivers_of`.
    """
    columns = ("time_zone", "country") if by_country else ("time_zone",)
    people = receivers_of(campaign, by_answers=by_answers).order_by()
    counted = people.values_list(*columns).annotate(Count("pk"))
    return {RecipientPlace(*map(str, place)): number for *place, number in counted}


def count_for_hour(campaign: Campaign, hour: LocalHour) -> dict[RecipientPlace, int]:
    """Count by place those by whom the start of a campaign with a local hour is chosen.

    They are its recipients. Where nobody fits its rule about answers yet, they are those who may by
    then: it must not start, and be over, long before its hour.
    """
    by_country = hour.skips_weekends
    found = count_by_place(campaign, by_country=by_country)
    return found or count_by_place(campaign, by_country=by_country, by_answers=False)


@dataclass(frozen=True, slots=True)
class Bounds:
    """The bounds that hold for all recipients of a campaign whose local hour is computed.

    Args:
        now: the moment at which sending starts.
        zone: by which recipients go whose own isn't known.
        deadline: nobody's hour may be later; None where there is no such moment.
        late_before: nobody whose hour is this moment, or comes after it, is left out; None: now.
    """

    now: datetime
    zone: str
    deadline: datetime | None = None
    late_before: datetime | None = None

    def may_leave_out(self, hour: datetime) -> bool:
        """Return whether an hour that has passed was known to be late at the launch."""
        return self.late_before is None or hour < self.late_before


def bounds_of(campaign: Campaign, *, now: datetime) -> Bounds:
    """Return what holds for all recipients of a campaign.

    Its deadline is the start of its event, which nobody should hear of afterwards, unless the
    campaign is for those who came or didn't, or leaves when the event has begun.
    """
    event = campaign.event
    if event is None:
        return Bounds(now, settings.TIME_ZONE)
    zone = event.time_zone if event.time_zone in known_zones() else settings.TIME_ZONE
    is_for_afterwards = event.starts_at <= now or rule_of(campaign).rule in AFTERWARDS
    return Bounds(now, zone, None if is_for_afterwards else event.starts_at)


def due_by_place(
    hour: LocalHour, places: Iterable[RecipientPlace], bounds: Bounds
) -> dict[RecipientPlace, Due]:
    """Compute the due times of all places: some hundreds, however many recipients there are."""
    return {place: due_at_place(hour, place, bounds) for place in places}


def due_at_place(hour: LocalHour, place: RecipientPlace, bounds: Bounds) -> Due:
    """Compute when an email is due at a place.

    Whose hour has passed, or comes after the deadline, is late. To leave out late recipients is
    meant for those whom the timetable showed as late. Whoever joined since, or is late because
    sending started later than planned, gets it the next day.
    """
    zone, now = zone_at(place, bounds), bounds.now
    weekend = (
        weekend_of(place.country, country_of_zone(zone)) if hour.skips_weekends else frozenset()
    )
    wanted = first_moment(hour.at, hour.first_day, zone, weekend)
    if wanted >= now:
        return _by_deadline(Due(wanted), bounds)
    if hour.late is LateRecipients.SKIP and bounds.may_leave_out(wanted):
        return Due(wanted, is_late=True, is_skipped=True)
    today = now.astimezone(ZoneInfo(zone)).date()
    if hour.late is LateRecipients.NOW and today.weekday() not in weekend:
        return Due(now, is_late=True)
    at = first_moment(hour.at, max(today, hour.first_day + _DAY), zone, weekend)
    if at < now:
        at = first_moment(hour.at, today + _DAY, zone, weekend)
    return _by_deadline(Due(at, is_late=True), bounds)


def rules_of(hour: LocalHour) -> str:
    """Return a digest of when an hour comes in each time zone, by the rules installed now."""
    digest = hashlib.sha256()
    for zone in sorted(known_zones()):
        for ahead in range(_DAYS_DIGESTED):
            at = _moment(hour.at, hour.first_day + ahead * _DAY, ZoneInfo(zone))
            digest.update(f"{zone} {at.isoformat()}\n".encode())
    return digest.hexdigest()


def zone_at(place: RecipientPlace, bounds: Bounds) -> str:
    """Return the time zone by which a place goes.

    A name that isn't in the time-zone data of today counts as none.
    """
    return place.zone if place.zone in known_zones() else bounds.zone


def _by_deadline(due: Due, bounds: Bounds) -> Due:
    if bounds.deadline is None or due.at < bounds.deadline:
        return due
    return Due(bounds.now, is_late=True)


def first_moment(at: time, day: date, zone: str, weekend: frozenset[int]) -> datetime:
    """Return the first moment, from a day on, at which clocks show an hour on no weekend, in UTC.

    Of an hour that comes twice it is the first (RFC 5545 section 3.3.5). An hour that the clocks
    skip is the first moment after it, because whoever chose it didn't choose that place.
    """
    while True:
        moment = _moment(at, day, ZoneInfo(zone))
        # A place that changed its date skipped a whole day, so the moment may be of another.
        if moment.astimezone(ZoneInfo(zone)).weekday() not in weekend:
            return moment
        day += _DAY


def _moment(at: time, day: date, place: ZoneInfo) -> datetime:
    wall_clock = datetime.combine(day, at)
    moment = wall_clock.replace(tzinfo=place).astimezone(UTC)
    if moment.astimezone(place).replace(tzinfo=None, fold=0) == wall_clock:
        return moment
    # In a gap, fold 0 counts by the offset before it and fold 1 by the one after it (PEP 495), so
    # the clocks change between the two.
    before = wall_clock.replace(tzinfo=place, fold=1).astimezone(UTC)
    after, changed = moment, moment.astimezone(place).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) / 2
        if middle.astimezone(place).utcoffset() == changed:
            after = middle
        else:
            before = middle
    return after.replace(microsecond=0)
