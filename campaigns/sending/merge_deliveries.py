"""Deliveries of two records of one person: nobody gets a campaign twice, and none is lost."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import QuerySet

from campaigns.models import Campaign, Delivery
from campaigns.sending.deliveries.ledger import ledger_of
from campaigns.sending.deliveries.reported import DECIDED, HAD_IT, IS_REPORTED, awaiting_report
from campaigns.states import OPEN, READY, DeliveryStatus, SkipReason
from newsletter.core.db.clock import database_now
from subscribers.models import Subscriber
from subscribers.people.merging.merge import MergeMustWait

_IN_DOUBT = (DeliveryStatus.PLANNED, DeliveryStatus.UNCERTAIN)
_REACHING = (
    DeliveryStatus.SKIPPED,
    DeliveryStatus.FAILED,
    DeliveryStatus.BOUNCED,
    DeliveryStatus.PLANNED,
    DeliveryStatus.UNCERTAIN,
    DeliveryStatus.ACCEPTED,
    DeliveryStatus.DELIVERED,
)
"""States, from what reached nobody to what certainly arrived."""
_MAY_HAVE_REACHED = _REACHING[_REACHING.index(DeliveryStatus.UNCERTAIN) :]


@dataclass(slots=True)
class DeliveryMoves:
    """The moves of the deliveries of two records.

    Args:
        moved: of the record that is merged alone; they become the other's.
        left_out: that wait while the other record has the same campaign.
        swapped: pairs of the same campaign, of which the merged record's tells more of what reached
            the person.
        doubles: campaigns that both records have.
        must_wait: whether one is being sent, or may be asked for again under its key.
    """

    moved: list[Delivery] = field(default_factory=list)
    left_out: list[Delivery] = field(default_factory=list)
    swapped: list[tuple[Delivery, Delivery]] = field(default_factory=list)
    doubles: int = 0
    must_wait: bool = False


def moves_of(kept_id: int, merged_id: int, *, now: datetime, locks: bool = False) -> DeliveryMoves:
    """Return what a merge does with deliveries.

    Args:
        now: the present, by the database's clock.
        locks: whether the rows stay locked until the transaction ends.
    """
    rows = Delivery.objects.filter(subscriber__in=[kept_id, merged_id]).order_by("pk")
    if locks:
        rows = rows.select_for_update(of=("self",))
    pairs = defaultdict[int, dict[int, Delivery]](dict)
    for row in rows:
        pairs[row.campaign_id][row.subscriber_id or 0] = row
    reported = _reported(rows)
    moves = DeliveryMoves()
    for pair in pairs.values():
        merged = pair.get(merged_id)
        if merged is not None:
            _sort(moves, pair.get(kept_id), merged, reported, now=now)
    return moves


def merge_deliveries(kept_id: int, merged_id: int) -> None:
    """Make deliveries of a record that is being merged those of the record that stays.

    A planned one is then sent to the address that stays. Of a campaign that both records have, two
    rows stay: none of them is sent where the other may have arrived, and of two that wait one is
    left out. It runs in the caller's transaction.

    Raises:
        MergeMustWait: one of them is being sent.
    """
    _lock_campaigns(kept_id, merged_id)
    now = database_now()
    moves = moves_of(kept_id, merged_id, now=now, locks=True)
    if moves.must_wait:
        raise MergeMustWait
    digests = dict(
        Subscriber.objects.filter(pk__in=[kept_id, merged_id]).values_list("pk", "digest")
    )
    _leave_out(moves.left_out, now=now)
    for row in moves.moved:
        _give(row, kept_id, digests)
    for own, other in moves.swapped:
        # One person has a campaign once, so the place is made free first.
        Delivery.objects.filter(pk=own.pk).update(subscriber=None)
        _give(other, kept_id, digests)
        _give(own, merged_id, digests)


def _lock_campaigns(kept_id: int, merged_id: int) -> None:
    """Lock the campaigns that may start, and those that have something to send to one of the two.

    One that is starting is waited for, and afterwards its deliveries can be seen.
    """
    starting = Campaign.objects.filter(status__in=READY)
    _lock(starting)
    open_rows = Delivery.objects.filter(
        subscriber__in=[kept_id, merged_id], status__in=(*OPEN, DeliveryStatus.UNCERTAIN)
    )
    _lock(Campaign.objects.filter(pk__in=open_rows.values("campaign")))


def _lock(campaigns: QuerySet[Campaign]) -> None:
    rows = campaigns.order_by("pk").select_for_update(no_key=True, of=("self",))
    list(rows.values_list("pk", flat=True))


def _reported(rows: QuerySet[Delivery]) -> set[int]:
    """Return which deliveries a provider has told of, whatever their state says."""
    ids = [row.pk for row in rows if row.status in _IN_DOUBT]
    told = Delivery.objects.filter(IS_REPORTED, pk__in=ids)
    return {*told.values_list("pk", flat=True), *awaiting_report(ids)}


def _sort(
    moves: DeliveryMoves,
    kept: Delivery | None,
    merged: Delivery,
    reported: set[int],
    *,
    now: datetime,
) -> None:
    pair = [merged] if kept is None else [kept, merged]
    moves.must_wait |= any(_is_in_flight(row, now) for row in pair)
    if kept is None:
        moves.moved.append(merged)
        return
    moves.doubles += 1
    if merged.status == DeliveryStatus.PLANNED:
        moves.left_out.append(merged)
    elif kept.status == DeliveryStatus.PLANNED and _may_have_reached(merged, reported):
        moves.left_out.append(kept)
    if not moves.must_wait and _rank(merged, moves) > _rank(kept, moves):
        moves.swapped.append((kept, merged))


def _rank(row: Delivery, moves: DeliveryMoves) -> int:
    is_left_out = row in moves.left_out
    return _REACHING.index(DeliveryStatus.SKIPPED if is_left_out else DeliveryStatus(row.status))


def _is_in_flight(row: Delivery, now: datetime) -> bool:
    """Return whether a worker has it, or its mailer may be asked again under its key.

    One that waits with a key whose time is over is about to be in doubt.
    """
    until = row.same_key_until
    if row.status == DeliveryStatus.UNCERTAIN:
        return until is not None and until > now
    return row.status == DeliveryStatus.CLAIMED or (
        row.status == DeliveryStatus.PLANNED and until is not None
    )


def _may_have_reached(row: Delivery, reported: set[int]) -> bool:
    return (
        row.status in _MAY_HAVE_REACHED
        or row.pk in reported
        or (row.status == DeliveryStatus.FAILED and row.reason.startswith(HAD_IT))
    )


def _leave_out(rows: list[Delivery], *, now: datetime) -> None:
    by_campaign = defaultdict[int, list[int]](list)
    for row in rows:
        by_campaign[row.campaign_id].append(row.pk)
    for campaign_id, ids in sorted(by_campaign.items()):
        with ledger_of(campaign_id) as ledger:
            ledger.transition(
                Delivery.objects.filter(pk__in=ids),
                DeliveryStatus.PLANNED,
                DeliveryStatus.SKIPPED,
                reason=SkipReason.MERGED,
                settled_at=now,
                **DECIDED,
            )


def _give(row: Delivery, subscriber_id: int, digests: Mapping[int, str]) -> None:
    """Make a delivery that of a record, and keep to which address it was sent."""
    sent_to = row.sent_to or digests[row.subscriber_id or 0]
    if row.status == DeliveryStatus.PLANNED:
        sent_to = ""
    Delivery.objects.filter(pk=row.pk).update(subscriber=subscriber_id, sent_to=sent_to)
