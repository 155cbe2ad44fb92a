"""Scheduled campaigns follow the rules of time zones, which governments change at short notice."""

import logging
from datetime import datetime

from django.db import transaction

from campaigns.audit_actions import CampaignAuditAction
from campaigns.audited import record_campaign
from campaigns.events.local_time import UTC_ZONES, moment_written, zone_written
from campaigns.events.zones import NoSuchTime, UnknownZone, local_to_utc
from campaigns.models import Campaign
from campaigns.schedule_mail import tell_start_moved
from campaigns.sending.launch import CannotLaunch, start_for_hour
from campaigns.sending.local_hours import hour_of, rules_of
from campaigns.states import CampaignStatus

_STAFF = "en"
"""The language of emails to staff."""

logger = logging.getLogger(__name__)


def follow_zone_rules() -> list[Campaign]:
    """Derive the starts of scheduled campaigns again, with the zone rules that are installed now.

    Nine o'clock in Bucharest stays nine o'clock there, and a campaign with a local hour starts
    before the first recipient's. The audit log says what moved, and whoever scheduled it hears by
    email. A start that can't be derived under the new rules stays, and the log names its campaign
    as one that needs a person.

    Returns:
        The campaigns whose start moved.
    """
    scheduled = Campaign.objects.filter(status=CampaignStatus.SCHEDULED).order_by("pk")
    return [campaign for campaign in scheduled if _follow(campaign)]


@transaction.atomic
def _follow(campaign: Campaign) -> bool:
    scheduled = Campaign.objects.filter(pk=campaign.pk, status=CampaignStatus.SCHEDULED)
    locked = scheduled.select_for_update(of=("self",)).first()
    if locked is None or locked.scheduled_at is None:
        return False  # it was started, or taken back
    try:
        begins, rules = _derived(locked, locked.scheduled_at)
    except (NoSuchTime, UnknownZone, CannotLaunch) as error:
        logger.error("Campaign %s needs another time: %s", campaign.pk, error)
        return False
    scheduled.update(scheduled_at=begins, hour_rules=rules)
    if begins == locked.scheduled_at:
        return False
    record_campaign(
        CampaignAuditAction.MOVED_WITH_CLOCKS,
        locked,
        began=locked.scheduled_at.isoformat(timespec="seconds"),
        begins=begins.isoformat(timespec="seconds"),
    )
    _tell(locked, was=locked.scheduled_at, now=begins)
    logger.warning("The start of campaign %s moved with the clocks of its time zones", campaign.pk)
    return True


def _tell(campaign: Campaign, *, was: datetime, now: datetime) -> None:
    """Mail whoever scheduled a campaign that it starts at another moment.

    Both are written by the clocks that gave the start, as the rules are now, and in UTC: staff
    accounts have no time zone. A time zone would tell of a need-to-know event, so those have UTC.
    """
    is_hidden = campaign.topic.is_restricted
    zone = "UTC" if is_hidden else _zone_of(campaign)
    times = [f"New start: {_written(now, zone)}.", f"Earlier start: {_written(was, zone)}."]
    tell_start_moved(campaign, why=_why(campaign, now), times=times)


def _why(campaign: Campaign, now: datetime) -> str:
    if campaign.scheduled_local is not None:
        place = zone_written(campaign.scheduled_zone, now, _STAFF)
        hour = f"{campaign.scheduled_local:%H:%M} {place}"
        return f"The rules of its time zone changed. Sending still starts at {hour}."
    return (
        f"The rules of time zones changed, so {campaign.local_time:%H:%M} of the first recipients’ "
        f"own clocks comes at another moment. Everybody still gets it at that hour."
    )


def _zone_of(campaign: Campaign) -> str:
    """Return the zone by whose clocks a start was chosen, or that of the campaign's event."""
    of_event = campaign.event.time_zone if campaign.event else "UTC"
    return campaign.scheduled_zone or of_event


def _written(moment: datetime, zone: str) -> str:
    """Write a moment by the clocks of a zone and in UTC."""
    utc = moment_written(moment, "UTC", _STAFF)
    return utc if zone in UTC_ZONES else f"{moment_written(moment, zone, _STAFF)}, which is {utc}"


def _derived(campaign: Campaign, present: datetime) -> tuple[datetime, str]:
    """Return when a campaign starts by the rules of now, and the digest of those of its hour.

    Only other rules move the start before a local hour: who joined since would move it, too.
    """
    if campaign.scheduled_local is not None:
        return local_to_utc(campaign.scheduled_local, campaign.scheduled_zone), ""
    hour, known = hour_of(campaign), campaign.hour_rules
    if hour is None or not known or campaign.late_before is None or known == rules_of(hour):
        return present, known
    return start_for_hour(campaign, hour, now=campaign.late_before), rules_of(hour)
