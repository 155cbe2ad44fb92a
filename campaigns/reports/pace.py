"""The pace of a campaign: what its mailers took in the last minutes, and the time that is left."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from django.db.models import Max, Min, Q

from campaigns.audit_actions import CampaignAuditAction
from campaigns.models import Campaign, Delivery, DeliveryMinute, DueTime
from campaigns.reports.totals import Totals
from campaigns.states import DONE, CampaignStatus, Counted, DeliveryStatus
from newsletter.core.db.clock import database_now
from newsletter.models import AuditEntry
from newsletter.transport.results.reply_codes import words_of

LATELY = timedelta(minutes=10)
"""The time that a progress page tells of."""

_MINUTE = timedelta(minutes=1)
_BEGIN = (
    CampaignAuditAction.RESUMED,
    CampaignAuditAction.RETRIED,
    CampaignAuditAction.RESOLVED,
)
"""After these a campaign that stood still goes on."""

REFUSALS = (
    Counted.FAILED,
    Counted.BOUNCED,
    Counted.LATER,
    Counted.MISCONFIGURED,
    Counted.UNCERTAIN,
)
"""The counts of emails that weren't simply taken, in the order in which pages show them."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Answers of the last minutes that mean the same."""

    what: Counted
    code: str
    number: int

    @property
    def words(self) -> str:
        """The meaning of the answers, in plain words."""
        if not self.code and self.what is Counted.UNCERTAIN:
            return "No answer came"
        return words_of(self.code)


@dataclass(frozen=True, slots=True)
class Route:
    """One mailer at one host, in the last minutes."""

    host: str
    mailer: str
    accepted: int
    refused: int
    a_minute: int


@dataclass(frozen=True, slots=True)
class CampaignPace:
    """The pace of a campaign.

    Args:
        a_minute: deliveries that ceased to wait in the last minute. Nothing is added where it began
            within it.
        seconds_left: until nothing waits any more, at this pace; None where nobody can say, it has
            not been sending for a minute yet, some wait for an hour of their own, or it pauses
            after those who get it first.
        next_due_at: when the next hour comes for which some wait; None where all are due.
        last_due_at: likewise the last one.
    """

    a_minute: int
    seconds_left: int | None
    refusals: Sequence[Refusal]
    routes: Sequence[Route]
    next_due_at: datetime | None = None
    last_due_at: datetime | None = None


type _Row = tuple[datetime, str, str, str, str, int]


def pace(campaign: Campaign, totals: Totals, *, now: datetime | None = None) -> CampaignPace:
    """Read the pace of a campaign, in a few statements however large it is.

    Args:
        totals: of the campaign, as they are shown beside it.
        now: the present; the database's where none is given.
    """
    now = now or database_now()
    rows: list[_Row] = list(
        # Minutes to come were counted before the clock was set back.
        DeliveryMinute.objects.filter(
            campaign=campaign, minute__gt=now - LATELY - _MINUTE, minute__lte=now
        ).values_list("minute", "host", "mailer", "what", "code", "number")
    )
    done = [row for row in rows if row[3] in DONE]
    a_minute = max(_last_minute(done, since=campaign.launched_at, now=now), 0)
    waiting = totals.planned + totals.claimed
    next_due_at, last_due_at = _hours_to_come(campaign, now=now)
    # With hours or a pause to come, the pace of this minute says nothing of the end.
    goes_on = campaign.status == CampaignStatus.SENDING and not campaign.is_in_canary
    is_known = a_minute and waiting and goes_on and last_due_at is None
    is_known = is_known and not _has_just_begun(campaign, now=now)
    return CampaignPace(
        round(a_minute),
        ceil(waiting * 60 / a_minute) if is_known else None,
        _refusals(rows),
        _routes(rows, since=campaign.launched_at, now=now),
        next_due_at=next_due_at,
        last_due_at=last_due_at,
    )


def _hours_to_come(
    campaign: Campaign, *, now: datetime
) -> tuple[datetime, datetime] | tuple[None, None]:
    """Return when the next hour and the last one come, if anybody waits for one."""
    if campaign.local_time is None:
        return None, None
    is_to_come = Q(due_at__gt=now)
    due = DueTime.objects.filter(campaign=campaign).aggregate(
        first=Min("due_at", filter=is_to_come),
        last=Max("due_at", filter=is_to_come),
        come=Max("last_id", filter=~is_to_come),
    )
    if due["first"] is None:
        return None, None
    # A later version may have taken over all that lie behind.
    waits = Delivery.objects.filter(
        campaign=campaign, status=DeliveryStatus.PLANNED, pk__gt=due["come"] or 0
    )
    return (due["first"], due["last"]) if waits.exists() else (None, None)


def _has_just_begun(campaign: Campaign, *, now: datetime) -> bool:
    """Return whether it was started or resumed less than a minute ago.

    Then the last minute has seconds in which nothing was sent, and says nothing of the pace.
    """
    since = now - _MINUTE
    if campaign.launched_at is not None and campaign.launched_at > since:
        return True
    return AuditEntry.objects.filter(
        object_type=campaign._meta.label_lower,
        object_id=str(campaign.pk),
        action__in=_BEGIN,
        at__gt=since,
    ).exists()


def _last_minute(rows: Iterable[_Row], *, since: datetime | None, now: datetime) -> float:
    """Return how many were counted in the sixty seconds before `now`.

    Of the minute before this one, as large a part counts as lies within them.

    Args:
        since: when sending started. Less than a minute ago, all of that minute was within them.
    """
    start = now.replace(second=0, microsecond=0)
    part = 1 - (now - start) / _MINUTE
    if since is not None and now - _MINUTE < since <= now:
        part = 1
    number = 0.0
    for minute, *_, counted in rows:
        if minute == start:
            number += counted
        elif minute == start - _MINUTE:
            number += counted * part
    return number


def _refusals(rows: Iterable[_Row]) -> list[Refusal]:
    numbers: Counter[tuple[str, str]] = Counter()
    for _, _, _, what, code, number in rows:
        if what in REFUSALS:
            numbers[what, code] += number
    return [
        Refusal(Counted(what), code, number)
        for (what, code), number in sorted(
            numbers.items(), key=lambda each: (REFUSALS.index(Counted(each[0][0])), -each[1])
        )
        # A retry takes failures back, at the host where it was pressed.
        if number > 0
    ]


def _routes(rows: Sequence[_Row], *, since: datetime | None, now: datetime) -> list[Route]:
    routes = []
    # What a provider reports later is counted at the host that reads the report.
    attempts = [row for row in rows if row[3] in REFUSALS or row[3] == Counted.ACCEPTED]
    attempts = [row for row in attempts if row[3] != Counted.BOUNCED and row[2]]
    for host, mailer in sorted({(row[1], row[2]) for row in attempts}):
        own = [row for row in attempts if row[1:3] == (host, mailer)]
        accepted = [row for row in own if row[3] == Counted.ACCEPTED]
        taken = sum(row[5] for row in accepted)
        refused = max(sum(row[5] for row in own) - taken, 0)
        a_minute = round(_last_minute(accepted, since=since, now=now))
        if not taken and not refused:
            continue
        routes.append(Route(host, mailer, taken, refused, a_minute))
    return routes


def time_in_words(seconds: int) -> str:
    """Write a time to wait, such as "about 2 hours 10 minutes"."""
    if seconds < 60:
        return "less than a minute"
    minutes = ceil(seconds / 60)
    if minutes >= 60:
        minutes = ceil(minutes / 5) * 5  # the last minutes of some hours are guesswork
    days, minutes = divmod(minutes, 24 * 60)
    hours, minutes = divmod(minutes, 60)
    parts = [(days, "day"), (hours, "hour"), (0 if days else minutes, "minute")]
    return "about " + " ".join(
        f"{number} {unit}{'' if number == 1 else 's'}" for number, unit in parts if number
    )
