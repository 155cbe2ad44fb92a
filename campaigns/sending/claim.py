"""Claiming: a worker takes a few planned deliveries for itself, and commits that before any network call."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from campaigns.models import Campaign, Delivery
from campaigns.sending.ledger import Ledger, ledger_of
from campaigns.states import CampaignStatus, DeliveryStatus, SkipReason
from subscribers.queries import follows, suppressed


@dataclass(frozen=True, slots=True)
class Claim:
    """Deliveries that are this worker's alone until the lease runs out."""

    campaign_id: int
    token: uuid.UUID
    lease_until: datetime
    deliveries: Sequence[Delivery]
    skipped: int

    @property
    def found_nothing(self) -> bool:
        """Whether no delivery was due: not even one that had to be skipped."""
        return not self.deliveries and not self.skipped


def claim(campaign_id: int, *, size: int, now: datetime | None = None) -> Claim:
    """Take up to `size` planned deliveries that are due.

    Whoever has left, been suppressed or been erased since launch is skipped in the same step. The campaign's row is
    taken first, so that after a pause or a cancellation has committed nothing more is claimed.

    Args:
        campaign_id: a campaign; one that isn't sending gives an empty claim.
        size: at most so many rows.
        now: the present, for tests.
    """
    now = now or timezone.now()
    token, lease_until = uuid.uuid4(), now + settings.CLAIM_LEASE
    with ledger_of(campaign_id) as ledger:
        if not Campaign.objects.filter(pk=campaign_id, status=CampaignStatus.SENDING).update(last_claim_at=now):
            return Claim(campaign_id, token, lease_until, [], 0)
        due = (
            Delivery.objects.select_for_update(skip_locked=True)
            .filter(campaign_id=campaign_id, status=DeliveryStatus.PLANNED)
            .filter(Q(retry_at=None) | Q(retry_at__lte=now))
            .order_by("id")[:size]
        )
        rows = Delivery.objects.filter(pk__in=list(due.values_list("pk", flat=True)))
        skipped = _skip_those_who_left(ledger, rows, now=now)
        ledger.shift(
            rows,
            DeliveryStatus.PLANNED,
            DeliveryStatus.CLAIMED,
            claim_token=token,
            lease_until=lease_until,
            retry_at=None,
            attempt=F("attempt") + 1,
        )
        claimed = list(rows.filter(claim_token=token).select_related("subscriber").order_by("id"))
    return Claim(campaign_id, token, lease_until, claimed, skipped)


def _skip_those_who_left(ledger: Ledger, rows: QuerySet[Delivery], *, now: datetime) -> int:
    reasons = (
        (SkipReason.ERASED, Q(subscriber=None)),
        (SkipReason.SUPPRESSED, Q(suppressed("subscriber__digest"))),
        (SkipReason.UNSUBSCRIBED, ~Q(follows("subscriber_id", "campaign__topic_id"))),
    )
    return sum(
        ledger.shift(rows.filter(condition), DeliveryStatus.PLANNED, DeliveryStatus.SKIPPED, reason=reason, settled_at=now)
        for reason, condition in reasons
    )
