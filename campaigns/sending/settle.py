"""Settling: what became of a hand-over goes into the ledger, guarded by the claim's token."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.db.models import F, QuerySet

from campaigns.models import Campaign, Delivery
from campaigns.sending.by_delivery import by_delivery
from campaigns.sending.claim import Claim, ClaimedDelivery
from campaigns.sending.ledger import Ledger, ledger_of
from campaigns.states import REOPEN_MOVES, CampaignStatus, DeliveryStatus, SkipReason
from newsletter.core.db_clock import database_now
from newsletter.core.db_retry import db_retry
from newsletter.core.transition import transition
from newsletter.transport.pacing.retry import concluded, counts, wait_after
from newsletter.transport.providers.idempotency import window_of
from newsletter.transport.results.of_error import Outcome, Result

_STATUS_OF_VERDICT: Mapping[Outcome, DeliveryStatus] = {
    Outcome.ACCEPTED: DeliveryStatus.ACCEPTED,
    Outcome.REFUSED: DeliveryStatus.FAILED,
    Outcome.MISCONFIGURED: DeliveryStatus.PLANNED,
    Outcome.LATER: DeliveryStatus.PLANNED,
    Outcome.UNKNOWN: DeliveryStatus.UNCERTAIN,
}

_NOT_IN_DOUBT: Mapping[str, Any] = {
    "reason": "",
    "retry_at": None,
    "same_key_until": None,
    "settled_at": None,
}
"""What the end of its lease has put into a row that wasn't in doubt after all."""

type _Columns = tuple[tuple[str, object], ...]
type _Groups = Mapping[tuple[DeliveryStatus, _Columns], list[int]]


def settle_with_retry(claim: Claim, results: Mapping[int, Result]) -> int:
    """`settle`, again where the database fails.

    Raises:
        DatabaseError: the database did not come back. The claim's journal tells whoever comes next.
    """
    return db_retry(
        partial(settle, claim, results), what=f"A claim of campaign {claim.campaign_id}"
    )


def settle(claim: Claim, results: Mapping[int, Result], *, now: datetime | None = None) -> int:
    """Write the outcomes of a claim's hand-overs, in a handful of statements however many they are.

    Rows whose lease ran out meanwhile are in doubt for everybody else; this worker knows, and
    clears the doubt, as long as nobody else has decided about them: then the token is gone. Rows of
    the claim without an outcome were not begun, and are given back.

    Args:
        claim: what was claimed.
        outcomes: by delivery id, for each hand-over that began.
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
        cancelled = goes_back and held_status(claim.campaign_id) == CampaignStatus.CANCELLED
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
            if late and goes_back and not cancelled:
                reopen(claim.campaign_id)
    return settled


def held_status(campaign_id: int) -> str:
    """The campaign's state.

    Its row is held until this transaction ends, so that nobody cancels it meanwhile.
    """
    return Campaign.objects.select_for_update().get(pk=campaign_id).status


def reopen(campaign_id: int) -> None:
    """A campaign that has ended goes on where something is planned again."""
    transition(
        Campaign.objects.filter(pk=campaign_id),
        REOPEN_MOVES,
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
    """Move the groups from `source`.

    Each row is updated once. Of one that is updated twice in a transaction PostgreSQL looks at the
    foreign key again, which locks the subscriber, and waits for an erasure that waits for the row
    (decision 33).
    """
    settled = 0
    for (status, columns), ids in groups.items():
        changes: dict[str, Any] = {"claim_token": None, **dict(columns)}
        if cancelled and status is DeliveryStatus.PLANNED:
            status, changes = _of_cancelled(changes, now=now)
        if status is source and changes.get("same_key_until", now) is not None:
            continue  # in doubt, as it was; of one that is asked about no more, just that is news
        if status is DeliveryStatus.UNCERTAIN:
            changes["claim_token"] = F("claim_token")
        changes = _told_by_row({pk: results[pk] for pk in ids if pk in results}) | changes
        rows = _held(claim).filter(pk__any_of=ids)
        if status is source:
            settled += rows.filter(status=source).update(**changes)
            continue
        if source is DeliveryStatus.UNCERTAIN:
            changes = {**_NOT_IN_DOUBT, **changes}
        settled += ledger.transition(rows, source, status, **changes)
    return settled


def _of_cancelled(
    changes: Mapping[str, Any], *, now: datetime
) -> tuple[DeliveryStatus, dict[str, Any]]:
    """What becomes of a delivery that would go back to planned, but nobody would ever claim it."""
    if changes["same_key_until"] is not None:
        return DeliveryStatus.UNCERTAIN, {"settled_at": now}  # an earlier attempt may have arrived
    return DeliveryStatus.SKIPPED, {
        "claim_token": None,
        "reason": SkipReason.CANCELLED,
        "settled_at": now,
    }


def _told_by_row(results: Mapping[int, Result]) -> dict[str, Any]:
    """Columns whose values differ row by row; none for rows that were not begun."""
    if not results:
        return {}
    reasons = {pk: result.reason for pk, result in results.items() if result.reason}
    ids = {
        pk: result.provider_message_id[:200]
        for pk, result in results.items()
        if result.provider_message_id
    }
    changes: dict[str, Any] = {"reason": by_delivery(reasons) if reasons else ""}
    return changes | {"provider_message_id": by_delivery(ids)} if ids else changes


def _held(claim: Claim) -> QuerySet[Delivery]:
    return Delivery.objects.filter(claim_token=claim.token)


def _grouped(claim: Claim, results: Mapping[int, Result], *, now: datetime) -> _Groups:
    """Deliveries that get the same columns, together: one UPDATE each.

    Reasons and provider's ids differ row by row.
    """
    groups: dict[tuple[DeliveryStatus, _Columns], list[int]] = defaultdict(list)
    waits = _Waits()
    for delivery in claim.deliveries:
        result = results.get(delivery.pk)
        consequence = _consequence(delivery, result, waits, claimed_at=claim.claimed_from, now=now)
        groups[consequence].append(delivery.pk)
    return groups


def _consequence(
    delivery: ClaimedDelivery,
    result: Result | None,
    waits: "_Waits",
    *,
    claimed_at: datetime,
    now: datetime,
) -> tuple[DeliveryStatus, _Columns]:
    if result is None:
        return DeliveryStatus.PLANNED, (
            ("attempt", F("attempt") - 1),
            ("same_key_until", delivery.same_key_until),
        )
    if result.outcome is Outcome.ACCEPTED:
        return DeliveryStatus.ACCEPTED, (("mailer", result.mailer), ("settled_at", now))
    status = _STATUS_OF_VERDICT[result.outcome]
    changes: dict[str, object] = {"mailer": result.mailer}
    if result.key_is_known or (
        status is DeliveryStatus.FAILED and delivery.same_key_until is not None
    ):
        # An earlier attempt may have arrived, and this one was refused, as the next would be: it is
        # asked no more.
        ended = {**changes, "same_key_until": None, "retry_at": None, "settled_at": now}
        return DeliveryStatus.UNCERTAIN, tuple(ended.items())
    if status is DeliveryStatus.UNCERTAIN:
        until, asked = delivery.same_key_until, result.retry_after
        changes |= in_doubt(
            result.mailer,
            claimed_at=claimed_at,
            attempt=delivery.attempt,
            until=until,
            retry_after=asked,
            now=now,
        )
    if status is not DeliveryStatus.PLANNED:
        return status, tuple({**changes, "settled_at": now}.items())
    changes["same_key_until"] = delivery.same_key_until
    if not counts(result):
        changes["attempt"] = F("attempt") - 1
    if result.outcome is not Outcome.MISCONFIGURED:  # its campaign waits for a person already
        changes["retry_at"] = now + waits.of(delivery, result)
    return status, tuple(changes.items())


class _Waits:
    """How long those wait who were turned away in one claim: not all the same time, but not each a
    time of their own, or each would need an UPDATE of its own."""

    SHARES = 8

    def __init__(self) -> None:
        self._chosen: dict[tuple[int, int, float | None], timedelta] = {}

    def of(self, delivery: ClaimedDelivery, result: Result) -> timedelta:
        key = (delivery.pk % self.SHARES, delivery.attempt, result.retry_after)
        if key not in self._chosen:
            self._chosen[key] = wait_after(result, attempt=delivery.attempt)
        return self._chosen[key]


def in_doubt(
    mailer: str,
    *,
    claimed_at: datetime,
    attempt: int,
    now: datetime,
    until: datetime | None = None,
    retry_after: float | None = None,
) -> dict[str, object]:
    """Columns of a delivery in doubt: until when, and when next, its mailer may be asked again under the same idempotency key.

    Args:
        mailer: the name of the mailer that has it or not.
        claimed_at: when the attempt that ended so was claimed. It began later, and may be found out
            much later.
        attempt: the number of that attempt.
        now: the present.
        until: as an earlier attempt has set it; the first one counts.
        retry_after: seconds after which the mailer wants to be asked again, where it said so.
    """
    window = window_of(mailer)
    if window is None:
        return {}
    # Whoever claims it again before then begins within a lease.
    until = until or claimed_at + window - settings.CLAIM_LEASE
    retry_at = now + wait_after(Result(Outcome.LATER, retry_after=retry_after), attempt=attempt)
    return (
        {"same_key_until": until, "retry_at": retry_at}
        if retry_at < until
        else {"same_key_until": until}
    )
