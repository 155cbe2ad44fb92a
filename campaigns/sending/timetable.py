"""The timetable of a campaign: how many get it when, and when the last email leaves."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Exists, F, OuterRef

from campaigns.events.local_time import moment_written
from campaigns.models import Campaign, DeliveryMinute
from campaigns.sending.local_hours import (
    Bounds,
    Due,
    LocalHour,
    RecipientPlace,
    bounds_of,
    due_by_place,
    zone_at,
)
from campaigns.states import LEAVES_AT_ONCE, CampaignStatus, Counted

LONGEST_AHEAD = timedelta(days=366)
"""How far ahead a local day may lie."""
MEASURED = 3
"""Campaigns by which the speed of sending is measured where no mailer has a rate."""
WORTH_MEASURING = 200
"""Recipients below which the time that a campaign took says little about the speed."""


@dataclass(frozen=True, slots=True)
class DueGroup:
    """Those who get a campaign at the same moment.

    Args:
        at: that moment.
        number: of them.
        zones: how many of them are in each time zone, the one with most first.
        is_late: whether their hour had passed.
        is_skipped: whether they get nothing for that reason.
    """

    at: datetime
    number: int
    zones: Mapping[str, int] = field(default_factory=dict)
    is_late: bool = False
    is_skipped: bool = False


@dataclass(frozen=True, slots=True)
class Timetable:
    """The groups of a campaign's recipients, in the order in which they get it.

    Args:
        groups: those who get it, and behind them those who don't, as their hour had passed.
        bounds: of which it was computed.
    """

    groups: list[DueGroup]
    bounds: Bounds

    @property
    def first(self) -> datetime:
        """The moment at which the first email is due; the present where nobody gets one."""
        return min((each.at for each in self.sent), default=self.bounds.now)

    @property
    def last(self) -> datetime:
        """The moment at which the last email is due."""
        return max((each.at for each in self.sent), default=self.bounds.now)

    @property
    def sent(self) -> list[DueGroup]:
        return [each for each in self.groups if not each.is_skipped]

    @property
    def late(self) -> int:
        """The number of those whose hour has passed."""
        return sum(each.number for each in self.groups if each.is_late)


def timetable(
    campaign: Campaign,
    hour: LocalHour,
    *,
    now: datetime,
    counted: Mapping[RecipientPlace, int],
) -> Timetable:
    """Compute how many of the present recipients get a campaign when.

    Args:
        now: the moment at which sending starts.
        counted: the recipients by place.
    """
    bounds = bounds_of(campaign, now=now)
    due = due_by_place(hour, counted, bounds)
    numbers: defaultdict[Due, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
    for place, number in counted.items():
        numbers[due[place]][zone_at(place, bounds)] += number
    groups = [
        DueGroup(
            each.at,
            sum(by_zone.values()),
            dict(sorted(by_zone.items(), key=lambda item: (-item[1], item[0]))),
            each.is_late,
            each.is_skipped,
        )
        for each, by_zone in numbers.items()
    ]
    groups.sort(key=lambda group: (group.is_skipped, group.at, group.is_late))
    return Timetable(groups, bounds)


def why_no_hour(campaign: Campaign) -> str:
    """Return why no local hour fits a campaign, for staff; empty where one does."""
    if campaign.earlier_version_id is not None:
        return "A new version for the rest goes on as the first one was launched."
    if campaign.tells_of_change:
        return "An email that tells of a change goes to everybody at once."
    if campaign.step in LEAVES_AT_ONCE:
        return "Joining details go to everybody at once, because they count the time to the event."
    return ""


def problem_of_hour(
    campaign: Campaign, hour: LocalHour, *, now: datetime, counted: Mapping[RecipientPlace, int]
) -> str:
    """Return why a campaign can't be sent at a local hour, for staff; empty where it can.

    Args:
        now: the moment at which sending starts.
        counted: the recipients by place.
    """
    if problem := why_no_hour(campaign):
        return problem
    if hour.first_day > (now + LONGEST_AHEAD).date():
        return "Choose a day within the next year."
    if hour.first_day < (now - timedelta(days=1)).date():
        return "That day has passed. Choose a later one."
    table = timetable(campaign, hour, now=now, counted=counted)
    if counted and not table.sent:
        return (
            "That hour has passed for every recipient, and you chose not to send to those. Choose "
            "a later day."
        )
    deadline = table.bounds.deadline
    wanted = due_by_place(hour, counted, Bounds(now, table.bounds.zone))
    if deadline and any(not each.is_late and each.at >= deadline for each in wanted.values()):
        return (
            f"For some recipients that hour comes only after the event begins on "
            f"{moment_written(deadline, table.bounds.zone, 'en')}. Choose an earlier day or hour."
        )
    return ""


def sending_rate() -> float | None:
    """Return how many emails a second leave, as far as is known; None where it isn't.

    It is the rate of the mailer that campaigns go by, else what the latest campaigns reached that
    went by the mailers of today.
    """
    mailer = settings.MAILER_SETTINGS[next(iter(settings.BULK_MAILERS))]
    if mailer.rate is not None:
        return float(mailer.rate)
    sent = Campaign.objects.filter(
        status=CampaignStatus.SENT,
        candidates__gte=WORTH_MEASURING,
        launched_at__isnull=False,
        local_time=None,
        canary_size=0,
        finished_at__gt=F("launched_at"),
    )
    names = [settings.MAILER_SETTINGS[alias].name for alias in settings.BULK_MAILERS]
    by_them = DeliveryMinute.objects.filter(
        campaign=OuterRef("pk"), mailer__in=names, what=Counted.ACCEPTED
    )
    sent = sent.filter(Exists(by_them)).order_by("-finished_at")
    rates = [
        each.candidates / max((each.finished_at - each.launched_at).total_seconds(), 1)
        for each in sent[:MEASURED]
        if each.finished_at and each.launched_at
    ]
    return max(rates, default=None)
