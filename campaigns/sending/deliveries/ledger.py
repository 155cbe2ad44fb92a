"""The ledger of a campaign: deliveries change state and the tallies with them, atomically."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet

from campaigns.models import Campaign, Delivery, DeliveryTally
from campaigns.sending.deliveries.minutes import Minute, add_to_minutes, start_of
from campaigns.states import (
    DELIVERY_TRANSITIONS,
    FOUND_TRANSITIONS,
    RETRY_TRANSITIONS,
    Counted,
    DeliveryStatus,
)
from newsletter.core.db.transition import Transitions, UnknownState, transition


class Ledger:
    """The transitions of one transaction on one campaign's deliveries."""

    def __init__(self, campaign_id: int) -> None:
        self.campaign_id = campaign_id
        self._changes: Counter[str] = Counter()
        self._minutes: Counter[Minute] = Counter()

    def transition(
        self, rows: QuerySet[Delivery], source: DeliveryStatus, to: DeliveryStatus, **changes: Any
    ) -> int:
        """Move those of `rows` that are in state `source` to state `to`, and set `changes` with it.

        Args:
            rows: deliveries, of this campaign alone.
            source: the one state that may be left. One, so that the tallies stay exact.
            to: the state to enter.
            changes: further columns to set. Leaving `claimed` clears claim and lease, where
                `changes` doesn't say otherwise. What is skipped is counted in the minute of
                `settled_at`; what comes of an attempt is counted by whoever knows the answer.

        Returns:
            How many rows this caller moved.

        Raises:
            UnknownState: the table of transitions does not lead from `source` to `to`.
        """
        return self._move(DELIVERY_TRANSITIONS, rows, source, to, changes)

    def retry(self, rows: QuerySet[Delivery], **changes: Any) -> int:
        """Plan those of `rows` again that have failed, and set `changes` with it.

        Returns:
            How many rows this caller moved.
        """
        source, to = DeliveryStatus.FAILED, DeliveryStatus.PLANNED
        return self._move(RETRY_TRANSITIONS, rows, source, to, changes)

    def find_accepted(self, rows: QuerySet[Delivery], **changes: Any) -> int:
        """Accept those of `rows` that have failed, and set `changes` with it.

        Returns:
            How many rows this caller moved.
        """
        source, to = DeliveryStatus.FAILED, DeliveryStatus.ACCEPTED
        return self._move(FOUND_TRANSITIONS, rows, source, to, changes)

    def _move(
        self,
        table: Transitions,
        rows: QuerySet[Delivery],
        source: DeliveryStatus,
        to: DeliveryStatus,
        changes: dict[str, Any],
    ) -> int:
        if source not in table[to]:
            raise UnknownState(f"No delivery moves from {source} to {to}")
        if source is DeliveryStatus.CLAIMED:
            changes = {"claim_token": None, "lease_until": None, **changes}
        moved = transition(
            rows.filter(campaign_id=self.campaign_id), {to: frozenset({source})}, to, **changes
        )
        self._changes[source] -= moved
        self._changes[to] += moved
        if to is DeliveryStatus.SKIPPED and "settled_at" in changes:
            self.count(Counted.SKIPPED, moved, at=changes["settled_at"])
        return moved

    def count(
        self, what: Counted, number: int = 1, *, at: datetime, mailer: str = "", code: str = ""
    ) -> None:
        """Count what became of some deliveries, in a minute.

        Args:
            at: a moment of that minute, by the database's clock.
            mailer: the name of their mailer, where there is one.
            code: of the answer, as `code_of` returns it.
        """
        self._minutes[Minute(start_of(at), mailer, what, code)] += number

    def write_tallies(self) -> None:
        """Add this transaction's changes to the tallies, then to the minutes.

        In the order of names, so that two workers can't deadlock.
        """
        for status, change in sorted(self._changes.items()):
            if change:
                DeliveryTally.objects.filter(campaign_id=self.campaign_id, status=status).update(
                    number=F("number") + change
                )
        add_to_minutes(self.campaign_id, self._minutes)


@contextmanager
def ledger_of(campaign_id: int) -> Iterator[Ledger]:
    """Open a transaction in which deliveries of one campaign change state.

    The tallies are written last, so that they are locked shortly.
    """
    with transaction.atomic():
        ledger = Ledger(campaign_id)
        yield ledger
        ledger.write_tallies()


def leave_ledger(campaign_id: int, *, planned: int) -> None:
    """Note that planned deliveries have left a campaign for another, which holds them now."""
    Campaign.objects.filter(pk=campaign_id).update(candidates=F("candidates") - planned)
    DeliveryTally.objects.filter(campaign_id=campaign_id, status=DeliveryStatus.PLANNED).update(
        number=F("number") - planned
    )


def open_tallies(campaign_id: int, *, planned: int, skipped: int = 0) -> None:
    """Create the tallies of a campaign that has just been frozen.

    Args:
        planned: how many deliveries there are to send.
        skipped: how many were skipped at once.
    """
    numbers = {DeliveryStatus.PLANNED: planned, DeliveryStatus.SKIPPED: skipped}
    DeliveryTally.objects.bulk_create(
        DeliveryTally(campaign_id=campaign_id, status=status, number=numbers.get(status, 0))
        for status in DeliveryStatus
    )
