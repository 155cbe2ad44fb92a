"""Deliveries about which something was reported: one that reached somebody is not sent again.

A report is a provider event, or the use of a link in the email.
"""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models import Case, CharField, Q, QuerySet, Value, When

from campaigns.models import Delivery
from campaigns.sending.deliveries.ledger import Ledger
from campaigns.states import DeliveryStatus
from newsletter.models import ProviderEvent

IS_REPORTED = (
    Q(bounced_at__isnull=False) | Q(delivered_at__isnull=False) | Q(complained_at__isnull=False)
)
"""A condition on deliveries: a fact says that the provider had it."""

DECIDED: dict[str, Any] = {"claim_token": None, "retry_at": None, "same_key_until": None}
"""Columns of a delivery whose fate is known: nobody decides about it any more."""


HAD_IT = "The provider had it after all. "
"""The words with which the reason of a failed delivery begins that a provider has told of without
deciding about it, such as that it still tries. Nobody has it tried again."""


def reported_status() -> Case:
    """Build the state that a delivery's facts call for; empty where there are none.

    The last thing that can happen to it comes first.
    """
    return Case(
        When(bounced_at__isnull=False, then=Value(DeliveryStatus.BOUNCED.value)),
        When(delivered_at__isnull=False, then=Value(DeliveryStatus.DELIVERED.value)),
        When(complained_at__isnull=False, then=Value(DeliveryStatus.ACCEPTED.value)),
        default=Value(""),
        output_field=CharField(),
    )


def settle_reported(
    ledger: Ledger, rows: QuerySet[Delivery], source: DeliveryStatus, *, now: datetime
) -> int:
    """Settle those of `rows` whose facts say what became of them.

    Mostly a fact settles its delivery when it comes. One that came while its delivery was being
    sent waits on the row.

    Args:
        rows: deliveries; of them those of the ledger's campaign in state `source`.
        now: the present, by the database's clock.

    Returns:
        How many were moved.
    """
    told = defaultdict[str, list[int]](list)
    found = rows.filter(IS_REPORTED, campaign_id=ledger.campaign_id, status=source)
    for pk, status in found.order_by("pk").values_list("pk", reported_status()):
        told[status].append(pk)
    moved = 0
    for status, ids in sorted(told.items()):
        moved += ledger.transition(
            Delivery.objects.filter(pk__any_of=ids),
            source,
            DeliveryStatus(status),
            settled_at=now,
            **DECIDED,
        )
    return moved


def awaiting_report(ids: Collection[int]) -> set[int]:
    """Select those of the deliveries `ids` with a provider event that isn't processed yet.

    Processing passes over a row that is locked, and comes to its event again within seconds.
    """
    waiting = ProviderEvent.objects.filter(interpreted_at=None, delivery_id__any_of=ids)
    return {pk for pk in waiting.values_list("delivery_id", flat=True) if pk is not None}
