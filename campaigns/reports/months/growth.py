"""Growth of each topic month by month, who subscribed and who left, by the records of consent.

These outlive an erasure and say when each was written. A tie to a topic knows its last change
alone.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import BooleanField, Case, Count, F, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce

from campaigns.reports.months.calendar import month_of, place_of, span
from subscribers.models import ConsentRecord, ConsentSeal, ImportBatch, Subscription
from subscribers.states import OPTED_OUT, ConsentAction, SubscriptionStatus

_SUBSCRIBES = Q(action__in=[ConsentAction.IMPORTED, ConsentAction.ACCEPTED]) | (
    Q(action=ConsentAction.CONFIRMED)
    # On a moderated topic a confirmation is an application, unless staff had invited the person.
    & (Q(topic__is_moderated=False) | ~Q(staff=""))
)

type _Key = tuple[int, date]
"""Topic, month."""


@dataclass(frozen=True, slots=True)
class Growth:
    """By topic and month: who subscribed, and who left."""

    joined: Counter[_Key]
    left: Counter[_Key]


def count_growth(months: Sequence[date]) -> Growth:
    """Count who subscribed and who left in some months, one after the other.

    Nobody counts who was in already, or out. It reads the records of these months by their seals,
    and for each the one before it.
    """
    found = Growth(Counter(), Counter())
    for records in _written_since(months[0]):
        for topic, place, joins, number in _changes(records, months):
            (found.joined if joins else found.left)[topic, months[place]] += number
    _count_undone_imports(found, months)
    return found


def count_subscribed() -> Counter[int]:
    """Count who is subscribed to each topic now, by an index alone."""
    rows = Subscription.objects.filter(status=SubscriptionStatus.CONFIRMED).order_by()
    return Counter(dict(rows.values_list("topic").annotate(Count("pk"))))


def newest_records() -> dict[str, int]:
    """Return which records are the newest: nobody has subscribed or left while these stay."""
    newest = ConsentRecord.objects.order_by("-pk").values_list("pk", flat=True).first()
    undone = ImportBatch.objects.filter(undone_at__isnull=False).order_by("-undone_at")
    return {"record": newest or 0, "undone": undone.values_list("pk", flat=True).first() or 0}


def _written_since(month: date) -> list[QuerySet[ConsentRecord]]:
    """Select the records of a month and after it; some of those before it may be among them.

    A record is sealed after it was written. So the last seal of the month before tells where to
    begin, and no index of times is needed, which each import would have to write.
    """
    start, _ = span([month])
    before = ConsentSeal.objects.filter(sealed_at__lt=start).order_by("-number")
    last = before.values_list("number", flat=True).first()
    sealed = ConsentRecord.objects.filter(seal__isnull=False)
    return [
        sealed.filter(seal__gt=last) if last is not None else sealed,
        ConsentRecord.objects.filter(seal=None),
    ]


def _changes(
    records: QuerySet[ConsentRecord], months: Sequence[date]
) -> QuerySet[ConsentRecord, tuple[int, int, bool, int]]:
    """Group the records by which somebody came or left.

    Returns:
        Topic, place of the month, whether they came, number.
    """
    start, end = span(months)
    says = Q(action__in=OPTED_OUT) | _SUBSCRIBES
    joins = Case(When(_SUBSCRIBES, then=True), default=False, output_field=BooleanField())
    before = (
        ConsentRecord.objects.filter(
            says, digest=OuterRef("digest"), topic=OuterRef("topic"), pk__lt=OuterRef("pk")
        )
        .order_by("-pk")
        .annotate(joins=joins)
        .values("joins")[:1]
    )
    return (
        records.filter(says, recorded_at__gte=start, recorded_at__lt=end)
        .order_by()
        .annotate(
            place=place_of("recorded_at", months),
            joins=joins,
            was_in=Coalesce(Subquery(before), False, output_field=BooleanField()),
        )
        .exclude(joins=F("was_in"))
        .values_list("topic", "place", "joins")
        .annotate(Count("pk"))
    )


def _count_undone_imports(found: Growth, months: Sequence[date]) -> None:
    """Let those whom an undone import had brought in an earlier month come then, and leave now.

    Their records are gone, so nothing else tells of them. Undone in its own month, an import never
    was.
    """
    start, _ = span(months)
    undone = ImportBatch.objects.filter(undone_at__gte=start, asks=False)
    for batch in undone.only("topic", "created_at", "undone_at", "undo_result"):
        month = month_of(batch.undone_at) if batch.undone_at else None
        came = month_of(batch.created_at)
        if month is None or came >= month:
            continue
        removed = (batch.undo_result or {}).get("removed", 0)
        if month in months:
            found.left[batch.topic_id, month] += removed
        if came in months:
            found.joined[batch.topic_id, came] += removed
