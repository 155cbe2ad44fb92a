"""Settling: what became of a hand-over goes into the ledger, guarded by the claim's token."""

import random
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F
from django.utils import timezone

from campaigns.models import Campaign, Delivery
from campaigns.sending.claim import Claim
from campaigns.sending.ledger import Ledger, ledger_of
from campaigns.states import REOPEN_MOVES, CampaignStatus, DeliveryStatus
from newsletter.lifecycle import move
from newsletter.transport.outcomes import Outcome, Verdict

FIRST_RETRY = timedelta(seconds=30)
LONGEST_RETRY = timedelta(hours=2)

_STATUS_OF_VERDICT: Mapping[Verdict, DeliveryStatus] = {
    Verdict.ACCEPTED: DeliveryStatus.ACCEPTED,
    Verdict.REFUSED: DeliveryStatus.FAILED,
    Verdict.MISCONFIGURED: DeliveryStatus.PLANNED,
    Verdict.LATER: DeliveryStatus.PLANNED,
    Verdict.UNKNOWN: DeliveryStatus.UNCERTAIN,
}


class NotResolvable(ValueError):
    """Uncertain deliveries can't be resolved that way; the message says why."""


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
    with ledger_of(claim.campaign_id) as ledger:
        held = Delivery.objects.filter(claim_token=claim.token)
        for (status, changes), ids in _grouped(claim, outcomes, now=now).items():
            settled += ledger.shift(held.filter(pk__in=ids), DeliveryStatus.CLAIMED, status, **dict(changes))
        settled += _give_back(ledger, claim, begun=outcomes.keys())
        _note_provider_ids(claim, outcomes)
    return settled


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
    status = _STATUS_OF_VERDICT[outcome.verdict]
    spent = delivery.attempt >= settings.MAXIMUM_ATTEMPTS
    if outcome.verdict is Verdict.LATER and spent:
        status = DeliveryStatus.FAILED
    changes: dict[str, object] = {"mailer": outcome.mailer[:60], "reason": outcome.reason[:300]}
    if status is DeliveryStatus.PLANNED:
        return status, {**changes, "retry_at": now + _delay(delivery.attempt, outcome.retry_after)}
    return status, {**changes, "settled_at": now}


def _delay(attempt: int, retry_after: float | None) -> timedelta:
    """How long to wait before the next attempt: what the provider says, else doubling from FIRST_RETRY, with jitter."""
    if retry_after is not None:
        return timedelta(seconds=retry_after)
    doubled = min(FIRST_RETRY * (1 << min(max(attempt - 1, 0), 16)), LONGEST_RETRY)
    return doubled * random.uniform(0.8, 1.2)  # noqa: S311 - spreads load; nobody gains by guessing it


def _give_back(ledger: Ledger, claim: Claim, *, begun: Iterable[int]) -> int:
    unbegun = Delivery.objects.filter(claim_token=claim.token).exclude(pk__in=list(begun))
    return ledger.shift(unbegun, DeliveryStatus.CLAIMED, DeliveryStatus.PLANNED, attempt=F("attempt") - 1)


def _note_provider_ids(claim: Claim, outcomes: Mapping[int, Outcome]) -> None:
    """The provider's ids differ row by row, so they go in one bulk UPDATE beside the moves."""
    rows = [
        Delivery(pk=pk, provider_message_id=outcome.provider_message_id[:200])
        for pk, outcome in outcomes.items()
        if outcome.provider_message_id
    ]
    Delivery.objects.bulk_update(rows, ["provider_message_id"])


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
    """A person decides about uncertain deliveries: they were not sent and are planned again, or they count as failed.

    Planning again reopens a campaign that has ended.

    Args:
        campaign_id: the campaign.
        to: DeliveryStatus.PLANNED or DeliveryStatus.FAILED.
        by: who decided; kept as the reason.
        delivery_ids: these alone; None means all that are uncertain.

    Returns:
        How many deliveries were resolved.

    Raises:
        NotResolvable: another state was asked for, or the campaign was cancelled.
    """
    if to not in (DeliveryStatus.PLANNED, DeliveryStatus.FAILED):
        raise NotResolvable("An uncertain delivery becomes planned or failed.")
    rows = Delivery.objects.filter(status=DeliveryStatus.UNCERTAIN)
    if delivery_ids is not None:
        rows = rows.filter(pk__in=list(delivery_ids))
    with ledger_of(campaign_id) as ledger:
        campaign = Campaign.objects.select_for_update().get(pk=campaign_id)
        if to is DeliveryStatus.PLANNED and campaign.status == CampaignStatus.CANCELLED:
            raise NotResolvable("The campaign was cancelled; its uncertain deliveries can only be counted as failed.")
        now = timezone.now()
        when = {"settled_at": None, "retry_at": now} if to is DeliveryStatus.PLANNED else {"settled_at": now}
        resolved = ledger.shift(rows, DeliveryStatus.UNCERTAIN, to, reason=f"resolved by {by}"[:300], **when)
        if resolved and to is DeliveryStatus.PLANNED:
            move(Campaign.objects.filter(pk=campaign_id), REOPEN_MOVES, CampaignStatus.SENDING, finished_at=None)
    return resolved
