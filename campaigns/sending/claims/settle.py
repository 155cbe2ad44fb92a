"""Settling: results go into the ledger, guarded by the claim's token."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from django.db.models import F, QuerySet

from campaigns.models import Campaign, Delivery
from campaigns.sending.claims.claim import Claim
from campaigns.sending.claims.consequence import Columns, Waits, consequence
from campaigns.sending.claims.outdated import is_outdated
from campaigns.sending.deliveries.ledger import Ledger, ledger_of
from campaigns.states import REOPEN_TRANSITIONS, CampaignStatus, DeliveryStatus, SkipReason
from newsletter.core.db.by_row import by_row
from newsletter.core.db.clock import database_now
from newsletter.core.db.retry import db_retry
from newsletter.core.db.transition import transition
from newsletter.transport.pacing.retry import concluded
from newsletter.transport.results.result import Result

_NOT_IN_DOUBT: Mapping[str, Any] = {
    "reason": "",
    "retry_at": None,
    "same_key_until": None,
    "settled_at": None,
}
"""Columns that the end of a lease has set, with the values of a row that isn't in doubt."""

type _Groups = Mapping[tuple[DeliveryStatus, Columns], list[int]]


def settle_with_retry(claim: Claim, results: Mapping[int, Result]) -> int:
    """Call `settle`, again where the database fails.

    Raises:
        DatabaseError: the database did not come back. The claim's journal says what is to be
            settled.
    """
    return db_retry(
        partial(settle, claim, results), what=f"A claim of campaign {claim.campaign_id}"
    )


def settle(claim: Claim, results: Mapping[int, Result], *, now: datetime | None = None) -> int:
    """Write the results of a claim, in a handful of statements however many they are.

    Rows whose lease ran out meanwhile are in doubt for everybody else. This worker knows better,
    and clears the doubt, unless somebody else has decided about them: then the token is gone. Rows
    of the claim without a result were not begun, and are given back.

    Args:
        claim: what was claimed.
        results: by delivery id, for each delivery that was begun.
        now: the present; the database's where none is given.

    Returns:
        How many rows were settled or given back by this call.
    """
    now = now or database_now()
    results = {
        one.pk: concluded(results[one.pk], attempt=one.attempt)
        for one in claim.deliveries
        if one.pk in results
    }
    groups = _grouped(claim, results, now=now)
    with ledger_of(claim.campaign_id) as ledger:
        # The campaign's row first, as in a claim and in a cancellation: one that commits meanwhile
        # must find what goes back.
        goes_back = any(status is DeliveryStatus.PLANNED for status, _ in groups)
        cancelled = goes_back and _has_ended(claim.campaign_id)
        settled = _write(
            ledger,
            claim,
            groups,
            results,
            source=DeliveryStatus.CLAIMED,
            cancelled=cancelled,
            now=now,
        )
        if settled < len(claim.deliveries):
            late = _write(
                ledger,
                claim,
                groups,
                results,
                source=DeliveryStatus.UNCERTAIN,
                cancelled=cancelled,
                now=now,
            )
            settled += late
            if late and goes_back and not cancelled and _is_planned(groups):
                reopen(claim.campaign_id)
    return settled


def lock_status(campaign_id: int) -> str:
    """Return the campaign's state, and lock its row until the transaction ends.

    So nobody cancels it meanwhile.
    """
    return Campaign.objects.select_for_update().get(pk=campaign_id).status


def _has_ended(campaign_id: int) -> bool:
    """Return whether nothing of a campaign may be planned again, and lock its row.

    One that was sent would begin anew, with what its event isn't any more.
    """
    status = lock_status(campaign_id)
    return status == CampaignStatus.CANCELLED or (
        status == CampaignStatus.SENT and is_outdated(campaign_id)
    )


def reopen(campaign_id: int) -> None:
    """Reopen a campaign that has ended, because something is planned again."""
    transition(
        Campaign.objects.filter(pk=campaign_id),
        REOPEN_TRANSITIONS,
        CampaignStatus.SENDING,
        finished_at=None,
    )


def _write(
    ledger: Ledger,
    claim: Claim,
    groups: _Groups,
    results: Mapping[int, Result],
    *,
    source: DeliveryStatus,
    cancelled: bool,
    now: datetime,
) -> int:
    """Write the groups of deliveries that are in state `source`.

    Each row is updated once. Where a row is updated twice in a transaction, PostgreSQL looks at the
    foreign key again, which locks the subscriber, and waits for an erasure that waits for the row
    (decision 33).
    """
    settled = 0
    for (status, columns), ids in groups.items():
        changes: dict[str, Any] = {"claim_token": None, **dict(columns)}
        if cancelled and status is DeliveryStatus.PLANNED:
            status, changes = _of_cancelled(changes, now=now)
        # Still in doubt: nothing to write, unless its key is not to be used any more.
        if status is source and changes.get("same_key_until", now) is not None:
            continue
        if status is DeliveryStatus.UNCERTAIN:
            changes["claim_token"] = F("claim_token")
        changes = _columns_by_row({pk: results[pk] for pk in ids if pk in results}) | changes
        rows = _rows_of(claim).filter(pk__any_of=ids)
        if status is source:
            settled += rows.filter(status=source).update(**changes)
            continue
        if source is DeliveryStatus.UNCERTAIN:
            changes = {**_NOT_IN_DOUBT, **changes}
        settled += ledger.transition(rows, source, status, **changes)
    return settled


def _is_planned(groups: _Groups) -> bool:
    """Return whether any of those that were to go back to planned did."""
    ids = [
        pk for (status, _), ids in groups.items() if status is DeliveryStatus.PLANNED for pk in ids
    ]
    return Delivery.objects.filter(pk__any_of=ids, status=DeliveryStatus.PLANNED).exists()


def _of_cancelled(
    changes: Mapping[str, Any], *, now: datetime
) -> tuple[DeliveryStatus, dict[str, Any]]:
    """Return the state and columns of a delivery that would go back to planned.

    Its campaign is cancelled, so nobody would ever claim it.
    """
    if changes["same_key_until"] is not None:
        return DeliveryStatus.UNCERTAIN, {"settled_at": now}  # an earlier attempt may have arrived
    return DeliveryStatus.SKIPPED, {
        "claim_token": None,
        "reason": SkipReason.CANCELLED,
        "settled_at": now,
    }


def _columns_by_row(results: Mapping[int, Result]) -> dict[str, Any]:
    """Return the columns whose values differ by row; none for rows that were not begun."""
    if not results:
        return {}
    reasons = {pk: result.reason for pk, result in results.items() if result.reason}
    ids = {
        pk: result.provider_message_id[:200]
        for pk, result in results.items()
        if result.provider_message_id
    }
    changes: dict[str, Any] = {"reason": by_row(reasons) if reasons else ""}
    return changes | {"provider_message_id": by_row(ids)} if ids else changes


def _rows_of(claim: Claim) -> QuerySet[Delivery]:
    return Delivery.objects.filter(claim_token=claim.token)


def _grouped(claim: Claim, results: Mapping[int, Result], *, now: datetime) -> _Groups:
    """Group the deliveries that get the same columns, so that each group is one UPDATE.

    Reasons and provider's ids differ by row.
    """
    groups: dict[tuple[DeliveryStatus, Columns], list[int]] = defaultdict(list)
    waits = Waits()
    for delivery in claim.deliveries:
        result = results.get(delivery.pk)
        key = consequence(delivery, result, waits, claimed_at=claim.claimed_from, now=now)
        groups[key].append(delivery.pk)
    return groups
