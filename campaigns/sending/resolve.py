"""Resolving: a person decides about deliveries that are in doubt."""

from collections.abc import Iterable

from django.db.models import QuerySet

from campaigns.audit_actions import CampaignAuditAction
from campaigns.audited import record_campaign
from campaigns.models import Campaign, Delivery
from campaigns.models.retraction import is_retracted
from campaigns.sending.claims.outdated import has_newer_entry, is_outdated
from campaigns.sending.claims.settle import lock_status, reopen
from campaigns.sending.deliveries.ledger import ledger_of
from campaigns.sending.deliveries.reported import IS_REPORTED, settle_reported
from campaigns.states import CampaignStatus, DeliveryStatus
from newsletter.core.db.clock import database_now
from newsletter.webhooks.process_reports import process_reports

RESOLUTIONS = (DeliveryStatus.ACCEPTED, DeliveryStatus.PLANNED, DeliveryStatus.FAILED)
"""The states that a person may give an uncertain delivery: it was sent, it was not, or nobody will
ever know."""

PROCESSING = 5.0
"""Seconds in which provider events are processed, before anything is planned again."""


class NotResolvable(ValueError):
    """Uncertain deliveries can't be resolved that way. The message says why."""


def resolve_uncertain(
    campaign_id: int, *, to: DeliveryStatus, by: str, delivery_ids: Iterable[int] | None = None
) -> int:
    """Resolve uncertain deliveries as a person decides.

    They were sent and count as accepted, they were not sent and are planned again, or they are
    given up and count as failed. Planning again reopens a campaign that has ended, and leaves those
    in doubt whose calendars know the event newer. Where facts say what became of a delivery, these
    count, and not the person.

    Args:
        campaign_id: the campaign.
        to: DeliveryStatus.ACCEPTED, DeliveryStatus.PLANNED or DeliveryStatus.FAILED.
        by: who decided; kept as the reason.
        delivery_ids: these alone; None means all that are uncertain.

    Returns:
        How many deliveries were resolved as the person said.

    Raises:
        NotResolvable: another state was asked for, or the campaign was cancelled, or its event is
            another by now, also in the calendars of all these people.
    """
    if to not in RESOLUTIONS:
        raise NotResolvable("An uncertain delivery becomes accepted, planned or failed.")
    if to is DeliveryStatus.PLANNED:
        # The clock does so every few seconds; a worker may claim sooner.
        process_reports(seconds=PROCESSING)
    rows = Delivery.objects.filter(status=DeliveryStatus.UNCERTAIN)
    if delivery_ids is not None:
        rows = rows.filter(pk__in=list(delivery_ids))
    with ledger_of(campaign_id) as ledger:
        if to is DeliveryStatus.PLANNED:
            _refuse_what_has_ended(campaign_id)
        now = database_now()
        settle_reported(ledger, rows, DeliveryStatus.UNCERTAIN, now=now)
        when = (
            {"settled_at": None, "retry_at": now}
            if to is DeliveryStatus.PLANNED
            else {"settled_at": now}
        )
        # Without the token, so that a worker or a journal that turns up later can't contradict a
        # person's word.
        decided = {
            "reason": f"Resolved by {by}."[:300],
            "claim_token": None,
            "same_key_until": None,
        }
        if to is DeliveryStatus.PLANNED:
            rows = _without_newer_entries(rows, campaign_id)
        resolved = ledger.transition(
            rows.filter(~IS_REPORTED), DeliveryStatus.UNCERTAIN, to, **decided, **when
        )
        if resolved and to is DeliveryStatus.PLANNED:
            reopen(campaign_id)
        if resolved:
            record_campaign(
                CampaignAuditAction.RESOLVED,
                Campaign.objects.get(pk=campaign_id),
                to=to.value,
                number=resolved,
            )
    return resolved


def _without_newer_entries(rows: QuerySet[Delivery], campaign_id: int) -> QuerySet[Delivery]:
    in_doubt = set(rows.filter(campaign=campaign_id).values_list("pk", flat=True))
    held = rows.filter(has_newer_entry(), campaign=campaign_id).values_list("pk", flat=True)
    newer = set(held)
    if newer and newer == in_doubt:
        raise NotResolvable(
            "These people have a newer email with the event for their calendars, so "
            "uncertain emails from before can’t be sent again."
        )
    return rows.exclude(pk__any_of=newer) if newer else rows


def _refuse_what_has_ended(campaign_id: int) -> None:
    if lock_status(campaign_id) == CampaignStatus.CANCELLED:
        raise NotResolvable(
            "This campaign was cancelled, so its uncertain emails can’t be sent again."
        )
    if is_retracted(campaign_id):
        raise NotResolvable(
            "This campaign is marked as sent in error, so its uncertain emails can’t be sent again."
        )
    if is_outdated(campaign_id):
        raise NotResolvable(
            "The event was cancelled, or people were told of another time or place since, so "
            "uncertain emails from before can’t be sent again."
        )
