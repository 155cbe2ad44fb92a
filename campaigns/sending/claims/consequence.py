"""The consequence of a result: which state a delivery enters, and which columns change with it."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F

from campaigns.sending.claims.claim import ClaimedDelivery
from campaigns.states import DeliveryStatus
from newsletter.transport.pacing.retry import counts, wait_after
from newsletter.transport.providers.idempotency import window_of
from newsletter.transport.results.result import Outcome, Result

_STATUS_OF_OUTCOME: Mapping[Outcome, DeliveryStatus] = {
    Outcome.ACCEPTED: DeliveryStatus.ACCEPTED,
    Outcome.REFUSED: DeliveryStatus.FAILED,
    Outcome.MISCONFIGURED: DeliveryStatus.PLANNED,
    Outcome.LATER: DeliveryStatus.PLANNED,
    Outcome.UNKNOWN: DeliveryStatus.UNCERTAIN,
}

type Columns = tuple[tuple[str, object], ...]


class Waits:
    """The waits of the deliveries that were turned away in one claim.

    They do not all wait the same time. Nor does each wait a time of its own, because each would
    need an UPDATE of its own.
    """

    SHARES = 8

    def __init__(self) -> None:
        self._chosen: dict[tuple[int, int, float | None], timedelta] = {}

    def of(self, delivery: ClaimedDelivery, result: Result) -> timedelta:
        """Return how long a delivery waits that was turned away."""
        key = (delivery.pk % self.SHARES, delivery.counted_attempt, result.retry_after)
        if key not in self._chosen:
            self._chosen[key] = wait_after(result, attempt=delivery.counted_attempt)
        return self._chosen[key]


def consequence(
    delivery: ClaimedDelivery,
    result: Result | None,
    waits: "Waits",
    *,
    claimed_at: datetime,
    now: datetime,
) -> tuple[DeliveryStatus, Columns]:
    """Return the state of a delivery after an attempt, and the columns that change with it.

    Args:
        result: None where the delivery was not begun.
        waits: of the deliveries of the same claim.
        claimed_at: by the database's clock.
    """
    if result is None:
        return DeliveryStatus.PLANNED, (
            ("attempt", F("attempt") - 1),
            ("same_key_until", delivery.same_key_until),
        )
    if result.outcome is Outcome.ACCEPTED:
        return DeliveryStatus.ACCEPTED, (("mailer", result.mailer), ("settled_at", now))
    status = _STATUS_OF_OUTCOME[result.outcome]
    changes: dict[str, object] = {"mailer": result.mailer}
    if result.key_is_known or (
        status is DeliveryStatus.FAILED and delivery.same_key_until is not None
    ):
        # An earlier attempt may have arrived, and this one was refused, as the next would be. The
        # mailer is asked no more.
        ended = {**changes, "same_key_until": None, "retry_at": None, "settled_at": now}
        return DeliveryStatus.UNCERTAIN, tuple(ended.items())
    if status is DeliveryStatus.UNCERTAIN:
        until, asked = delivery.same_key_until, result.retry_after
        changes |= in_doubt(
            result.mailer,
            claimed_at=claimed_at,
            attempt=delivery.counted_attempt,
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


def in_doubt(
    mailer: str,
    *,
    claimed_at: datetime,
    attempt: int,
    now: datetime,
    until: datetime | None = None,
    retry_after: float | None = None,
) -> dict[str, object]:
    """Return the columns of a delivery in doubt whose mailer may know its idempotency key.

    They say until when, and when next, the mailer may be asked again under the same key.

    Args:
        mailer: the name of the mailer that has it or not.
        claimed_at: when the attempt that ended so was claimed. It began later, and may be
            discovered much later.
        attempt: the number of that attempt, without those that don't count any more.
        now: the present.
        until: as an earlier attempt has set it; the first one counts.
        retry_after: seconds after which the mailer wants to be asked again, where it said so.
    """
    window = window_of(mailer)
    if window is None:
        return {}
    # A worker that claims it again before then begins within a lease.
    until = until or claimed_at + window - settings.CLAIM_LEASE
    retry_at = now + wait_after(Result(Outcome.LATER, retry_after=retry_after), attempt=attempt)
    return (
        {"same_key_until": until, "retry_at": retry_at}
        if retry_at < until
        else {"same_key_until": until}
    )
