"""Scheduled campaigns follow the rules of time zones, which governments change at short notice."""

import logging
from datetime import datetime

from django.db import transaction

from campaigns.audit_actions import CampaignAuditAction
from campaigns.audited import record_campaign
from campaigns.events.zones import NoSuchTime, UnknownZone, local_to_utc
from campaigns.models import Campaign
from campaigns.sending.launch import CannotLaunch, start_for_hour
from campaigns.sending.local_hours import hour_of, rules_of
from campaigns.states import CampaignStatus

logger = logging.getLogger(__name__)


def follow_zone_rules() -> list[Campaign]:
    """Derive the starts of scheduled campaigns again, with the zone rules that are installed now.

    Nine o'clock in Bucharest stays nine o'clock there, and a campaign with a local hour starts
    before the first recipient's. The audit log says what moved. A start that can't be derived under
    the new rules stays, and the log names its campaign as one that needs a person.

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
    logger.warning("The start of campaign %s moved with the clocks of its time zones", campaign.pk)
    return True


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
