"""Settling: what became of a hand-over goes into the ledger, guarded by the claim's token."""

import logging
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import InterfaceError, OperationalError, connection
from django.db.models import Case, F, QuerySet, Value, When
from django.utils import timezone

from campaigns.models import Campaign, Delivery
from campaigns.sending.claim import Claim
from campaigns.sending.ledger import Ledger, ledger_of
from campaigns.states import REOPEN_MOVES, CampaignStatus, DeliveryStatus, SkipReason
from newsletter.lifecycle import move
from newsletter.transport.outcomes import Outcome, Verdict
from newsletter.transport.retry import concluded, counts, wait_after

SETTLE_AGAIN_AFTER = (0.2, 1.0, 3.0, 5.0)
"""Seconds. Together well within the end of a lease (LEASE_MARGIN of campaigns.sending.send)."""

logger = logging.getLogger(__name__)

_STATUS_OF_VERDICT: Mapping[Verdict, DeliveryStatus] = {
    Verdict.ACCEPTED: DeliveryStatus.ACCEPTED,
    Verdict.REFUSED: DeliveryStatus.FAILED,
    Verdict.MISCONFIGURED: DeliveryStatus.PLANNED,
    Verdict.LATER: DeliveryStatus.PLANNED,
    Verdict.UNKNOWN: DeliveryStatus.UNCERTAIN,
}


RESOLUTIONS = (DeliveryStatus.ACCEPTED, DeliveryStatus.PLANNED, DeliveryStatus.FAILED)
"""What a person may say of an uncertain delivery: it was sent, it was not, or nobody will ever know."""


class NotResolvable(ValueError):
    """Uncertain deliveries can't be resolved that way; the message says why."""


def settle_surely(claim: Claim, outcomes: Mapping[int, Outcome]) -> int:
    """`settle`, again where the database fails: what the worker knows of mail that has left must not be lost with a connection.

    It may be done twice: the claim's token is gone after the first time.

    Raises:
        DatabaseError: the database did not come back. The rows become uncertain when their lease runs out.
    """
    for wait in SETTLE_AGAIN_AFTER:
        try:
            return settle(claim, outcomes)
        except (OperationalError, InterfaceError) as error:
            logger.warning("Campaign %s: a claim could not be settled (%s); once more", claim.campaign_id, type(error).__name__)
            connection.close_if_unusable_or_obsolete()
            time.sleep(wait)
    return settle(claim, outcomes)


def settle(claim: Claim, outcomes: Mapping[int, Outcome], *, now: datetime | None = None) -> int:
    """Write the outcomes of a claim's hand-overs.

    A row whose claim has been taken away meanwhile (its lease ran out) is left as it is: its fate is being told by
    others. Rows of the claim without an outcome were not begun, and are given back.

    Args:
        claim: what was claimed.
        outcomes: by delivery id, for each hand-over that began.
        now: the present, for tests.

    Returns:
        How many rows were settled or given back by this call.
    """
    now = now or timezone.now()
    settled = 0
    groups = _grouped(claim, outcomes, now=now)
    ids_of_providers = {pk: outcome.provider_message_id[:200] for pk, outcome in outcomes.items() if outcome.provider_message_id}
    unbegun = len(outcomes) < len(claim.deliveries)
    with ledger_of(claim.campaign_id) as ledger:
        # The campaign's row first, as in a claim and in a cancellation: one that commits meanwhile must find what goes back.
        goes_back = unbegun or any(status is DeliveryStatus.PLANNED for status, _ in groups)
        cancelled = goes_back and _is_cancelled(claim.campaign_id)
        # Each row is updated once. Of one that is updated twice in a transaction PostgreSQL looks at the foreign key again,
        # which locks the subscriber, and waits for an erasure that waits for the row.
        for (status, pairs), ids in groups.items():
            changes = dict(pairs)
            if cancelled and status is DeliveryStatus.PLANNED:
                status, changes = DeliveryStatus.SKIPPED, {"reason": SkipReason.CANCELLED, "settled_at": now}
            if known := {pk: ids_of_providers[pk] for pk in ids if pk in ids_of_providers}:
                changes["provider_message_id"] = _by_delivery(known)
            settled += ledger.shift(_held(claim).filter(pk__in=ids), DeliveryStatus.CLAIMED, status, **changes)
        settled += _give_back(ledger, claim, begun=outcomes.keys(), cancelled=cancelled, now=now)
        if ids_of_providers and settled < len(claim.deliveries):
            # The claim was taken away: the provider's id is all that is left to find out what became of the message.
            lost = Delivery.objects.filter(pk__in=ids_of_providers, status=DeliveryStatus.UNCERTAIN, provider_message_id="")
            lost.update(provider_message_id=_by_delivery(ids_of_providers))
    return settled


def _held(claim: Claim) -> QuerySet[Delivery]:
    return Delivery.objects.filter(claim_token=claim.token)


def _by_delivery(values: Mapping[int, str]) -> Case:
    """An expression that differs row by row, so that one UPDATE does for all."""
    return Case(*[When(pk=pk, then=Value(value)) for pk, value in values.items()], default=Value(""))


def _is_cancelled(campaign_id: int) -> bool:
    """Whether nobody would ever claim what goes back to planned. The campaign's row is held until this transaction ends."""
    locked = Campaign.objects.select_for_update().filter(pk=campaign_id)
    return locked.values_list("status", flat=True).first() == CampaignStatus.CANCELLED


def _grouped(
    claim: Claim, outcomes: Mapping[int, Outcome], *, now: datetime
) -> Mapping[tuple[DeliveryStatus, tuple[tuple[str, object], ...]], list[int]]:
    """Deliveries that get the same columns, together: one UPDATE each."""
    groups: dict[tuple[DeliveryStatus, tuple[tuple[str, object], ...]], list[int]] = defaultdict(list)
    for delivery in claim.deliveries:
        outcome = outcomes.get(delivery.pk)
        if outcome is not None:
            status, changes = _consequence(delivery, outcome, now=now)
            groups[status, tuple(changes.items())].append(delivery.pk)
    return groups


def _consequence(delivery: Delivery, outcome: Outcome, *, now: datetime) -> tuple[DeliveryStatus, dict[str, object]]:
    outcome = concluded(outcome, attempt=delivery.attempt)
    status = _STATUS_OF_VERDICT[outcome.verdict]
    changes: dict[str, object] = {"mailer": outcome.mailer[:60], "reason": outcome.reason[:300]}
    if status is not DeliveryStatus.PLANNED:
        return status, {**changes, "settled_at": now}
    if not counts(outcome):
        changes["attempt"] = F("attempt") - 1
    if outcome.verdict is not Verdict.MISCONFIGURED:  # its campaign waits for a person already
        changes["retry_at"] = now + wait_after(outcome, attempt=delivery.attempt)
    return status, changes


def _give_back(ledger: Ledger, claim: Claim, *, begun: Iterable[int], cancelled: bool, now: datetime) -> int:
    unbegun = _held(claim).exclude(pk__in=list(begun))
    if cancelled:
        return ledger.shift(unbegun, DeliveryStatus.CLAIMED, DeliveryStatus.SKIPPED, reason=SkipReason.CANCELLED, settled_at=now)
    return ledger.shift(unbegun, DeliveryStatus.CLAIMED, DeliveryStatus.PLANNED, attempt=F("attempt") - 1)


def recover_expired(*, now: datetime | None = None) -> int:
    """Claims whose lease ran out become uncertain: the worker is gone, and nobody knows how far it came.

    Never `planned`: a blind resend could be a second copy.

    Returns:
        How many deliveries are newly uncertain.
    """
    now = now or timezone.now()
    expired = Delivery.objects.filter(status=DeliveryStatus.CLAIMED, lease_until__lt=now)
    recovered = 0
    for campaign_id in list(expired.order_by().values_list("campaign_id", flat=True).distinct()):
        with ledger_of(campaign_id) as ledger:
            recovered += ledger.shift(
                expired,
                DeliveryStatus.CLAIMED,
                DeliveryStatus.UNCERTAIN,
                reason="the worker that held it did not come back; it may have been sent",
                settled_at=now,
            )
    return recovered


def resolve_uncertain(campaign_id: int, *, to: DeliveryStatus, by: str, delivery_ids: Iterable[int] | None = None) -> int:
    """A person decides about uncertain deliveries: they were sent and count as accepted, they were not sent and are planned
    again, or they are given up and count as failed.

    Planning again reopens a campaign that has ended.

    Args:
        campaign_id: the campaign.
        to: DeliveryStatus.ACCEPTED, DeliveryStatus.PLANNED or DeliveryStatus.FAILED.
        by: who decided; kept as the reason.
        delivery_ids: these alone; None means all that are uncertain.

    Returns:
        How many deliveries were resolved.

    Raises:
        NotResolvable: another state was asked for, or the campaign was cancelled.
    """
    if to not in RESOLUTIONS:
        raise NotResolvable("An uncertain delivery becomes accepted, planned or failed.")
    rows = Delivery.objects.filter(status=DeliveryStatus.UNCERTAIN)
    if delivery_ids is not None:
        rows = rows.filter(pk__in=list(delivery_ids))
    with ledger_of(campaign_id) as ledger:
        campaign = Campaign.objects.select_for_update().get(pk=campaign_id)
        if to is DeliveryStatus.PLANNED and campaign.status == CampaignStatus.CANCELLED:
            raise NotResolvable("The campaign was cancelled; its uncertain deliveries can't be planned again.")
        now = timezone.now()
        when = {"settled_at": None, "retry_at": now} if to is DeliveryStatus.PLANNED else {"settled_at": now}
        resolved = ledger.shift(rows, DeliveryStatus.UNCERTAIN, to, reason=f"resolved by {by}"[:300], **when)
        if resolved and to is DeliveryStatus.PLANNED:
            move(Campaign.objects.filter(pk=campaign_id), REOPEN_MOVES, CampaignStatus.SENDING, finished_at=None)
    return resolved
