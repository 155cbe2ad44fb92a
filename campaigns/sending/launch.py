"""Launching: an approved campaign gets the time at which it is sent, and how."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from campaigns.audit_actions import CampaignAuditAction
from campaigns.audited import record_campaign
from campaigns.content.versions import keep_version
from campaigns.events.zones import local_to_utc
from campaigns.models import Campaign
from campaigns.review.approval import standing_approval, why_it_lacks_approval
from campaigns.review.event_findings import is_over_by
from campaigns.review.finding import PreflightFinding, blockers
from campaigns.review.preflight import preflight
from campaigns.review.wrong_state import state_now
from campaigns.sending.accept_fallback import leave_out_incomplete
from campaigns.sending.canary import LARGEST_CANARY, LONGEST_WAIT
from campaigns.sending.freeze import start
from campaigns.sending.local_hours import LocalHour, count_for_hour, rules_of
from campaigns.sending.timetable import problem_of_hour, timetable
from campaigns.states import CAMPAIGN_TRANSITIONS, CampaignStatus, VersionReason
from newsletter.audit.actor import current_actor
from newsletter.core.db.transition import transition
from newsletter.epoch.advance import advance
from newsletter.epoch.hold import held

LONGEST_UNDO = timedelta(minutes=10)
"""The longest time that a launch can ask for in which it can be undone."""
BEYOND_UNDO = "The time to undo is from 0 to 10 minutes."
OVER_BY_THEN = "The event will be over by then. Choose an earlier time."
BEFORE_FIRST_HOUR = timedelta(minutes=10)
"""Time before the first recipient's local hour at which the audience is frozen: a million take half
a minute, and until then the campaign can be changed."""


class CannotLaunch(ValueError):
    """The campaign can't be launched. `findings` holds the objections of preflight, if any."""

    def __init__(self, problem: str, *, findings: list[PreflightFinding] | None = None) -> None:
        super().__init__(problem)
        self.findings = findings or []


@dataclass(frozen=True, slots=True)
class PlaceTime:
    """A wall-clock time at a place. It stays when the rules of the place's time zone change.

    Args:
        local: without a time zone.
        zone: an IANA name.
    """

    local: datetime
    zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Canary:
    """The wish that some get a campaign first, before it pauses.

    Args:
        size: how many. As many as the audience or more are no canary.
        minutes: after which it goes on by itself, if the emails arrived and few complained; None: a
            person resumes it.
    """

    size: int
    minutes: int | None = None


def launch(
    campaign: Campaign,
    *,
    at: datetime | PlaceTime | None = None,
    hour: LocalHour | None = None,
    canary: Canary | None = None,
    undo_window: timedelta | None = None,
    now: datetime | None = None,
) -> Campaign:
    """Schedule an approved campaign.

    Until its time, at least the undo window away, the launch can be undone.

    Args:
        campaign: approved, and unchanged since.
        at: when sending begins; None, or a moment within the undo window, means after the undo
            window. A time at a place follows its clocks (`campaigns.sending.follow_zone_rules`).
        hour: the local hour at which each recipient gets it. Sending then begins shortly before the
            first of them is due, which `at` can only put off.
        canary: who gets it before all others; None: nobody.
        undo_window: up to LONGEST_UNDO; None: UNDO_WINDOW.
        now: the present; this host's where none is given.

    Returns:
        The campaign as it is now.

    Raises:
        CannotLaunch: it isn't approved, was changed after its approval, preflight finds a blocker
            or will (its event is over), an hour, canary or undo window doesn't fit, or sending is
            held (newsletter.epoch.hold).
        NoSuchTime, UnknownZone: `at` is a time that its place doesn't have.
    """
    now = now or timezone.now()
    window = _undo_window(undo_window)
    if not timedelta() <= window <= max(LONGEST_UNDO, settings.UNDO_WINDOW):
        raise CannotLaunch(BEYOND_UNDO)
    place = at if isinstance(at, PlaceTime) else None
    wanted = local_to_utc(at.local, at.zone) if isinstance(at, PlaceTime) else at
    begins = late_before = max(wanted or now, now + window)
    if hour is not None:
        begins = start_for_hour(campaign, hour, now=begins)
    derived = _columns_of_rules(place if begins == wanted else None, hour)
    return _schedule(
        campaign, begins=begins, hour=hour, late_before=late_before, canary=canary, derived=derived
    )


def earliest_start(*, undo_window: timedelta | None, now: datetime) -> datetime:
    """Return when sending would start at the earliest: whose hour is before that is late.

    Args:
        undo_window, now: as in `launch`.
    """
    return now + _undo_window(undo_window)


def _undo_window(asked: timedelta | None) -> timedelta:
    window: timedelta = settings.UNDO_WINDOW if asked is None else asked
    return window


def launch_now(
    campaign: Campaign, *, hour: LocalHour | None = None, canary: Canary | None = None
) -> Campaign:
    """Launch without an undo window: the audience is frozen before this returns.

    Not within a transaction, which could undo the launch.

    Args:
        hour: as in `launch`. The audience is frozen now, whenever the first hour comes.
        canary: as in `launch`.

    Raises:
        CannotLaunch: as `launch`; or it could not be started, and is a draft again, or stays
            scheduled, as the message says.
    """
    now = timezone.now()
    if hour is not None:
        _first_due(campaign, hour, now=now)
    scheduled = _schedule(campaign, begins=now, hour=hour, late_before=now, canary=canary)
    if not start(scheduled.pk, is_told=True):
        scheduled.refresh_from_db()
        if scheduled.status == CampaignStatus.SCHEDULED:
            raise CannotLaunch(
                "Sending could not start yet: the database or the server is too busy, or another "
                "campaign about the same change has to leave first. The campaign stays scheduled, "
                "and sending starts as soon as that is over."
            )
        if not scheduled.is_launched:
            raise CannotLaunch(scheduled.pause_reason or "Sending could not start.")
    scheduled.refresh_from_db()
    return scheduled


def start_for_hour(campaign: Campaign, hour: LocalHour, *, now: datetime) -> datetime:
    """Return when sending starts, so that it is in time for the first recipient's local hour.

    Args:
        now: the earliest moment.

    Raises:
        CannotLaunch: the hour doesn't fit.
    """
    return max(now, _first_due(campaign, hour, now=now) - BEFORE_FIRST_HOUR)


def _first_due(campaign: Campaign, hour: LocalHour, *, now: datetime) -> datetime:
    """Return when the first email would be due, if sending started now.

    Raises:
        CannotLaunch: the hour doesn't fit.
    """
    counted = count_for_hour(campaign, hour)
    if problem := problem_of_hour(campaign, hour, now=now, counted=counted):
        raise CannotLaunch(problem)
    return timetable(campaign, hour, now=now, counted=counted).first


def _check_canary(canary: Canary) -> None:
    if not 1 <= canary.size <= LARGEST_CANARY:
        raise CannotLaunch(f"From 1 to {LARGEST_CANARY:,} recipients can get it first.")
    if canary.minutes is not None and not 1 <= canary.minutes <= LONGEST_WAIT:
        raise CannotLaunch(f"Sending can go on by itself after 1 to {LONGEST_WAIT:,} minutes.")


def _schedule(
    campaign: Campaign,
    *,
    begins: datetime,
    hour: LocalHour | None,
    late_before: datetime,
    canary: Canary | None,
    derived: dict[str, Any] | None = None,
) -> Campaign:
    if canary is not None:
        _check_canary(canary)
    if hold := held():  # outside of the transaction, where other hosts can be asked
        raise CannotLaunch(str(hold))
    wishes = {**_columns_of_hour(hour, late_before), **_columns_of_canary(canary)}
    wishes |= derived or _columns_of_rules(None, None)
    return _scheduled(campaign, begins=begins, wishes=wishes)


def _columns_of_hour(hour: LocalHour | None, late_before: datetime) -> dict[str, Any]:
    return {
        "late_before": hour and late_before,
        "local_time": hour and hour.at,
        "local_date": hour and hour.first_day,
        "skips_weekends": hour is not None and hour.skips_weekends,
        "late_recipients": hour.late if hour else "",
    }


def _columns_of_rules(place: PlaceTime | None, hour: LocalHour | None) -> dict[str, Any]:
    """Return from what the start is derived again where the rules of time zones change."""
    return {
        "scheduled_local": place and place.local.replace(tzinfo=UTC),
        "scheduled_zone": place.zone if place else "",
        "hour_rules": rules_of(hour) if hour else "",
    }


def _columns_of_canary(canary: Canary | None) -> dict[str, Any]:
    return {
        "canary_size": canary.size if canary else 0,
        "canary_minutes": canary and canary.minutes,
        "canary_sent_at": None,
        "canary_ended_at": None,
    }


@transaction.atomic
def _scheduled(campaign: Campaign, *, begins: datetime, wishes: dict[str, Any]) -> Campaign:
    locked = Campaign.objects.select_for_update().get(pk=campaign.pk)
    if locked.status != CampaignStatus.APPROVED:
        raise CannotLaunch(f"Only an approved campaign can be sent. {state_now(locked)}")
    if standing_approval(locked) is None:
        raise CannotLaunch(f"{why_it_lacks_approval(locked)} It needs a new one.")
    found = blockers(preflight(locked))
    if found:
        raise CannotLaunch(" ".join(str(finding) for finding in found), findings=found)
    if is_over_by(locked, begins):
        raise CannotLaunch(OVER_BY_THEN)
    leave_out_incomplete(locked)
    transition(
        Campaign.objects.filter(pk=locked.pk),
        CAMPAIGN_TRANSITIONS,
        CampaignStatus.SCHEDULED,
        scheduled_at=begins,
        scheduled_by_id=current_actor().account_id,
        pause_reason="",
        **wishes,
    )
    advance(
        now=timezone.now()
    )  # a host that comes new to this database must know that it was in use
    locked.refresh_from_db()
    keep_version(locked, VersionReason.SCHEDULED)
    record_campaign(
        CampaignAuditAction.LAUNCHED,
        locked,
        begins=begins.isoformat(timespec="seconds"),
        **_to_record(locked),
    )
    return locked


def _to_record(campaign: Campaign) -> dict[str, str | int]:
    """Return what the audit log keeps of a launch beside its time: only what was asked for."""
    found: dict[str, str | int] = {}
    if campaign.local_time and campaign.local_date:
        found["local_hour"] = f"{campaign.local_date} {campaign.local_time:%H:%M}"
        found["late"] = campaign.late_recipients
    if campaign.canary_size:
        found["canary"] = campaign.canary_size
    return found
