"""Settling: results go into the ledger, guarded by the claim's token."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from django.db.models import F, QuerySet

from campaigns.models import Campaign, Delivery
from campaigns.models.retraction import is_retracted
from campaigns.sending.claims.claim import Claim
from campaigns.sending.claims.consequence import Columns, Waits, consequence
from campaigns.sending.claims.outdated import has_newer_entry, is_outdated
from campaigns.sending.deliveries.ledger import Ledger, ledger_of
from campaigns.states import (
    REOPEN_TRANSITIONS,
    CampaignStatus,
    Counted,
    DeliveryStatus,
    SkipReason,
)
from newsletter.core.db.by_row import by_row
from newsletter.core.db.clock import database_now
from newsletter.core.db.retry import db_retry
from newsletter.core.db.transition import transition
from newsletter.transport.pacing.retry import concluded
from newsletter.transport.results.reply_codes import code_of
from newsletter.transport.results.result import Outcome, Result

_COUNTED: Mapping[Outcome, Counted] = {
    Outcome.ACCEPTED: Counted.ACCEPTED,
    Outcome.REFUSED: Counted.FAILED,
    Outcome.MISCONFIGURED: Counted.MISCONFIGURED,
    Outcome.LATER: Counted.LATER,
    Outcome.UNKNOWN: Counted.UNCERTAIN,
}

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
        one.pk: concluded(results[one.pk], attempt=one.attempt, before=one.attempts_before)
        for one in claim.deliveries
        if one.pk in results
    }
    groups = _grouped(claim, results, now=now)
    with ledger_of(claim.campaign_id) as ledger:
        # The campaign's row first, as in a claim and in a cancellation: one that commits meanwhile
        # must find what goes back.
        back = _planned_in(groups)
        ended = _ended(claim.campaign_id, back) if back else set()
        groups = _without_ended(groups, ended, now=now)
        settled = _write(ledger, claim, groups, results, source=DeliveryStatus.CLAIMED, now=now)
        if settled < len(claim.deliveries):
            late = _write(ledger, claim, groups, results, source=DeliveryStatus.UNCERTAIN, now=now)
            settled += late
            if late and back and _is_planned(back):
                reopen(claim.campaign_id)
    return settled


def lock_status(campaign_id: int) -> str:
    """Return the campaign's state, and lock its row until the transaction ends.

    So nobody cancels it meanwhile.
    """
    return Campaign.objects.select_for_update().get(pk=campaign_id).status


def _ended(campaign_id: int, ids: set[int]) -> set[int]:
    """Return those of some deliveries that may not be planned again, and lock the campaign's row.

    A campaign that was sent would begin anew, with what its event isn't any more.
    """
    status = lock_status(campaign_id)
    if (
        status == CampaignStatus.CANCELLED
        or is_stopped_again(campaign_id)
        or (
            status == CampaignStatus.SENT
            and (is_outdated(campaign_id) or is_retracted(campaign_id))
        )
    ):
        return ids
    newer = Delivery.objects.filter(has_newer_entry(), pk__any_of=ids)
    return set(newer.values_list("pk", flat=True))


def reopen(campaign_id: int) -> None:
    """Reopen a campaign that has ended, because something is planned again.

    When it had finished stays, so that whoever stops it doesn't make it one that never was sent.
    """
    rows = Campaign.objects.filter(pk=campaign_id)
    transition(rows, REOPEN_TRANSITIONS, CampaignStatus.SENDING)
    rows.exclude(stopped_again_at=None).update(stopped_again_at=None)


def is_stopped_again(campaign_id: int) -> bool:
    """Return whether a person stopped what was sent again: then nothing goes on by itself."""
    return Campaign.objects.filter(pk=campaign_id, stopped_again_at__isnull=False).exists()


def _write(
    ledger: Ledger,
    claim: Claim,
    groups: _Groups,
    results: Mapping[int, Result],
    *,
    source: DeliveryStatus,
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
        moved = ledger.transition(rows, source, status, **changes)
        # Which of them moved isn't known, where some didn't: somebody else decided about those.
        _count(ledger, [results[pk] for pk in ids if pk in results][:moved], now=now)
        settled += moved
    return settled


def _count(ledger: Ledger, results: Iterable[Result], *, now: datetime) -> None:
    """Count results by the minute. What we held back ourselves tells nothing of the mailer."""
    told = Counter(
        (result.mailer, _COUNTED[result.outcome], code_of(result.reason) if result.reason else "")
        for result in results
        if not result.postponed
    )
    for (mailer, what, code), number in told.items():
        ledger.count(what, number, at=now, mailer=mailer, code=code)


def _planned_in(groups: _Groups) -> set[int]:
    """Return the deliveries that go back to planned."""
    return {
        pk for (status, _), ids in groups.items() if status is DeliveryStatus.PLANNED for pk in ids
    }


def _is_planned(ids: set[int]) -> bool:
    return Delivery.objects.filter(pk__any_of=ids, status=DeliveryStatus.PLANNED).exists()


def _without_ended(groups: _Groups, ended: set[int], *, now: datetime) -> _Groups:
    """Return the groups with another end for deliveries that may not be planned again."""
    parted: dict[tuple[DeliveryStatus, Columns], list[int]] = defaultdict(list)
    for (status, columns), ids in groups.items():
        for pk in ids:
            is_ended = status is DeliveryStatus.PLANNED and pk in ended
            parted[_end(columns, now=now) if is_ended else (status, columns)].append(pk)
    return parted


def _end(columns: Columns, *, now: datetime) -> tuple[DeliveryStatus, Columns]:
    """Return the state and columns of a delivery that would go back to planned.

    Its campaign is cancelled, so nobody would ever claim it, or what it says isn't so any more.
    """
    if dict(columns)["same_key_until"] is not None:
        return DeliveryStatus.UNCERTAIN, (("settled_at", now),)  # an earlier attempt may have come
    return DeliveryStatus.SKIPPED, (("reason", SkipReason.CANCELLED), ("settled_at", now))


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
