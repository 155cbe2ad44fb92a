"""The ledger of a campaign: deliveries change state and the tallies with them, atomically."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet

from campaigns.models import Delivery, DeliveryTally
from campaigns.states import DELIVERY_TRANSITIONS, DeliveryStatus
from newsletter.core.db.transition import UnknownState, transition


class Ledger:
    """The transitions of one transaction on one campaign's deliveries."""

    def __init__(self, campaign_id: int) -> None:
        self.campaign_id = campaign_id
        self._changes: Counter[str] = Counter()

    def transition(
        self, rows: QuerySet[Delivery], source: DeliveryStatus, to: DeliveryStatus, **changes: Any
    ) -> int:
        """Move those of `rows` that are in state `source` to state `to`, and set `changes` with it.

        Args:
            rows: deliveries, of this campaign alone.
            source: the one state that may be left. One, so that the tallies stay exact.
            to: the state to enter.
            changes: further columns to set. Leaving `claimed` clears claim and lease, where
                `changes` doesn't say otherwise.

        Returns:
            How many rows this caller moved.

        Raises:
            UnknownState: the table of transitions does not lead from `source` to `to`.
        """
        if source not in DELIVERY_TRANSITIONS[to]:
            raise UnknownState(f"No delivery moves from {source} to {to}")
        if source is DeliveryStatus.CLAIMED:
            changes = {"claim_token": None, "lease_until": None, **changes}
        moved = transition(
            rows.filter(campaign_id=self.campaign_id), {to: frozenset({source})}, to, **changes
        )
        self._changes[source] -= moved
        self._changes[to] += moved
        return moved

    def write_tallies(self) -> None:
        """Add this transaction's changes to the tallies.

        In the order of names, so that two workers can't deadlock.
        """
        for status, change in sorted(self._changes.items()):
            if change:
                DeliveryTally.objects.filter(campaign_id=self.campaign_id, status=status).update(
                    number=F("number") + change
                )


@contextmanager
def ledger_of(campaign_id: int) -> Iterator[Ledger]:
    """Open a transaction in which deliveries of one campaign change state.

    The tallies are written last, so that they are locked shortly.
    """
    with transaction.atomic():
        ledger = Ledger(campaign_id)
        yield ledger
        ledger.write_tallies()


def open_tallies(campaign_id: int, *, planned: int) -> None:
    """Create the tallies of a campaign that has just been frozen: all deliveries are planned."""
    DeliveryTally.objects.bulk_create(
        DeliveryTally(
            campaign_id=campaign_id,
            status=status,
            number=planned if status == DeliveryStatus.PLANNED else 0,
        )
        for status in DeliveryStatus
    )
