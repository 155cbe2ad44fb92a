"""Control of a campaign: pause, resume, cancel, and undo a launch."""

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from campaigns.audit_actions import CampaignAuditAction
from campaigns.audited import record_campaign
from campaigns.models import Campaign, Delivery
from campaigns.publishers import shut_out
from campaigns.review_requests import end_requests
from campaigns.review_states import ReviewEnding
from campaigns.schedule_mail import tell_not_sent
from campaigns.sending.deliveries.ledger import ledger_of
from campaigns.sending.deliveries.reported import settle_reported
from campaigns.states import (
    CAMPAIGN_TRANSITIONS,
    STOP_REOPENED_TRANSITIONS,
    UNDO_TRANSITIONS,
    CampaignStatus,
    DeliveryStatus,
    SkipReason,
)
from newsletter.core.db.transition import transition
from newsletter.core.wake import wake
from newsletter.epoch.advance import advance
from newsletter.transport.pacing.circuit_breaker import end_rests

SEND_BATCH = "campaigns.send_batch"

CLAIMED = Q(status=DeliveryStatus.CLAIMED, claim_token__isnull=False)
"""Deliveries that a worker holds, as their index finds them."""

WORKERS_PER_CAMPAIGN = 4
"""Workers that send one campaign at a time, if there are so many. Each goes on by itself until
nothing is due."""


def wake_workers(campaign_id: int, *, expires: float | None = None) -> None:
    """Wake workers for a campaign, once the present transaction has committed.

    Args:
        expires: seconds after which the hint is worth nothing; None where it is given once.
    """
    for _ in range(WORKERS_PER_CAMPAIGN):
        wake(SEND_BATCH, campaign_id, queue="bulk", expires=expires)


def pause(campaign_id: int, *, reason: str = "") -> bool:
    """Pause a campaign: nothing more is claimed, and what is being sent is finished.

    One that waits after its canary, and would go on by itself, waits for a person from now on.

    Args:
        reason: shown to staff; empty where a person pressed the button.

    Returns:
        Whether this caller paused it.
    """
    rows = Campaign.objects.filter(pk=campaign_id)
    with transaction.atomic():
        paused = transition(
            rows, CAMPAIGN_TRANSITIONS, CampaignStatus.PAUSED, pause_reason=reason[:300]
        ) or _after_canary(rows).exclude(canary_minutes=None).update(
            canary_minutes=None, pause_reason=reason[:300]
        )
        _remember(paused)
        _record(campaign_id, CampaignAuditAction.PAUSED, paused)
    return bool(paused)


def resume(campaign_id: int) -> bool:
    """Resume a paused campaign; one that waits after its canary goes on to all others.

    One that was paused before all of its canary were tried goes on with those.

    Returns:
        Whether this caller resumed it.
    """
    paused = Campaign.objects.filter(pk=campaign_id, status=CampaignStatus.PAUSED)
    with transaction.atomic():
        _after_canary(paused).update(canary_ended_at=timezone.now())
        resumed = transition(paused, CAMPAIGN_TRANSITIONS, CampaignStatus.SENDING, pause_reason="")
        _record(campaign_id, CampaignAuditAction.RESUMED, resumed)
    if resumed:
        end_rests()  # a person who resumes has mended what was wrong
        wake_workers(campaign_id)
    return bool(resumed)


def _after_canary(rows: QuerySet[Campaign]) -> QuerySet[Campaign]:
    """Select those that wait because all of their canary were tried."""
    return rows.filter(
        status=CampaignStatus.PAUSED, canary_sent_at__isnull=False, canary_ended_at=None
    )


def undo(campaign_id: int) -> bool:
    """Undo a launch while the campaign is still scheduled.

    It is approved again, and nobody was written to.

    Returns:
        Whether this caller undid it; False where sending has begun.
    """
    return _undo(campaign_id)


def undo_for_lost_right(campaign: Campaign) -> bool:
    """Undo the launch of a campaign that is due, where its publisher may not send any more.

    Somebody else who may can launch it, and all of those are told by mail.

    Returns:
        Whether it was undone.
    """
    by = shut_out(campaign)
    if by is None:
        return False
    name = by.get_full_name() or by.get_username()
    why = f"Sending did not start: {name}, who scheduled it, may not send campaigns any more."
    with transaction.atomic():
        undone = _undo(campaign.pk, reason=f"{why} Someone who may can send it from this page.")
        if undone:
            then = "It is still approved. Somebody who may can send it from its page."
            tell_not_sent(campaign, why=why, then=then)
    return undone


def _undo(campaign_id: int, *, reason: str = "") -> bool:
    scheduled = Campaign.objects.filter(pk=campaign_id, status=CampaignStatus.SCHEDULED)
    with transaction.atomic():
        undone = transition(
            scheduled,
            UNDO_TRANSITIONS,
            CampaignStatus.APPROVED,
            scheduled_at=None,
            pause_reason=reason[:300],
        )
        _remember(undone)
        _record(campaign_id, CampaignAuditAction.UNDONE, undone)
    return bool(undone)


def cancel(campaign_id: int, *, reason: str = "") -> bool:
    """End a campaign for good. Deliveries that are still planned are skipped, with the reason.

    What was sent stays. One that had finished before some of it was planned again is sent as it
    was, once nothing of it is claimed any more: that alone was stopped.

    Args:
        reason: as of `pause`; where there is none, the one for which it was paused stays.

    Returns:
        Whether this caller cancelled it.
    """
    now = timezone.now()
    campaigns = Campaign.objects.filter(pk=campaign_id)
    with ledger_of(campaign_id) as ledger:
        # The campaign's row first, as in a claim: afterwards nothing is claimed any more.
        had_finished = transition(
            campaigns.exclude(finished_at=None),
            STOP_REOPENED_TRANSITIONS,
            CampaignStatus.SENDING,
            stopped_again_at=now,
            pause_reason=reason[:300],
        )
        if not had_finished and not transition(
            campaigns,
            CAMPAIGN_TRANSITIONS,
            CampaignStatus.CANCELLED,
            finished_at=now,
            **({"pause_reason": reason[:300]} if reason else {}),
        ):
            return False
        _remember(1)
        _record(campaign_id, CampaignAuditAction.CANCELLED, 1)
        end_requests(Campaign.objects.get(pk=campaign_id), ReviewEnding.CANCELLED)
        rows = Delivery.objects.filter(campaign_id=campaign_id)
        settle_reported(ledger, rows, DeliveryStatus.PLANNED, now=now)
        never_begun = rows.filter(same_key_until=None)
        ledger.transition(
            never_begun,
            DeliveryStatus.PLANNED,
            DeliveryStatus.SKIPPED,
            reason=SkipReason.CANCELLED,
            settled_at=now,
        )
        # The others were to be repeated under their key: an earlier attempt may have arrived.
        ledger.transition(
            rows, DeliveryStatus.PLANNED, DeliveryStatus.UNCERTAIN, settled_at=now, retry_at=None
        )
        # What is claimed is finished first; then the clock finishes the campaign.
        if had_finished and not rows.filter(CLAIMED).exists():
            transition(campaigns, CAMPAIGN_TRANSITIONS, CampaignStatus.SENT, finished_at=now)
    return True


def _record(campaign_id: int, action: CampaignAuditAction, done: int) -> None:
    """Record an action in the audit log, if this caller did it."""
    if done:
        record_campaign(action, Campaign.objects.get(pk=campaign_id))


def _remember(stopped: int) -> None:
    """Advance the epoch, because an older copy of the database would send what was stopped."""
    if stopped:
        advance(now=timezone.now())
