"""Finishing: a campaign is sent only when no delivery is planned or claimed."""

import logging
from datetime import datetime
from functools import partial

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from campaigns.models import Campaign, Delivery
from campaigns.sending.claims.due import has_due
from campaigns.sending.pause_cancel_undo import CLAIMED, wake_workers
from campaigns.states import CAMPAIGN_TRANSITIONS, CampaignStatus, DeliveryStatus
from newsletter.core.db.clock import database_now
from newsletter.core.db.transition import transition
from newsletter.epoch.hold import held
from newsletter.transport.pacing.choose_mailer import last_rest_ended_at, resting_mailers

logger = logging.getLogger(__name__)


def finish_done() -> int:
    """Mark each sending campaign without an open delivery as sent.

    Returns:
        The number that this caller finished.
    """
    sending = Campaign.objects.filter(status=CampaignStatus.SENDING)
    return sum(_finish(campaign_id) for campaign_id in list(sending.values_list("pk", flat=True)))


@transaction.atomic
def _finish(campaign_id: int) -> int:
    if _has_open(campaign_id):
        return 0
    # Looked at again under the campaign's lock: a person may be planning an uncertain delivery just
    # now.
    Campaign.objects.select_for_update().get(pk=campaign_id)
    if _has_open(campaign_id):
        return 0
    finished = transition(
        Campaign.objects.filter(pk=campaign_id),
        CAMPAIGN_TRANSITIONS,
        CampaignStatus.SENT,
        finished_at=timezone.now(),
    )
    if finished:
        say = partial(logger.info, "Campaign %s is sent: no delivery is open", campaign_id)
        transaction.on_commit(say, robust=True)
    return finished


def _has_open(campaign_id: int) -> bool:
    # One state at a time: each has a partial index, which "one of these states" could not use. That
    # of claims is by their token. Most often somebody still waits, which is found at once.
    rows = Delivery.objects.filter(campaign_id=campaign_id)
    planned = rows.filter(status=DeliveryStatus.PLANNED)
    return planned.exists() or rows.filter(CLAIMED).exists()


def wake_sleepy(*, now: datetime | None = None) -> int:
    """Wake workers for each sending campaign that has due deliveries and from which nobody claims.

    Returns:
        The number of campaigns.
    """
    if len(resting_mailers()) == len(settings.BULK_MAILERS):
        return 0  # a worker could send nothing
    if held():
        return 0
    now = now or database_now()
    # A mailer that has rested is tried at once. Otherwise each rest would be as long as it takes to
    # miss a worker.
    ended = last_rest_ended_at(now=now)
    since = now - settings.WAKE_AFTER if ended is None else max(ended, now - settings.WAKE_AFTER)
    sending = Campaign.objects.filter(status=CampaignStatus.SENDING)
    # A claim well after now is of before the database's clock was set back. It says nothing. One
    # shortly after now is of this moment.
    unknown = Q(last_claim_at=None) | Q(last_claim_at__gt=now + settings.WAKE_AFTER)
    asleep = sending.filter(unknown | Q(last_claim_at__lt=since))
    campaign_ids = [campaign.pk for campaign in asleep if has_due(campaign, now=now)]
    for campaign_id in campaign_ids:
        wake_workers(campaign_id, expires=settings.WAKE_AFTER.total_seconds())
    return len(campaign_ids)
