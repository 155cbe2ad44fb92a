"""Facts: what providers tell us of a delivery goes into the ledger, however late, often and disordered it comes."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import DateTimeField, Expression, QuerySet
from django.db.models.functions import Cast

from campaigns.models import Delivery
from campaigns.sending.arrived import arrived_before
from campaigns.sending.by_delivery import by_delivery
from campaigns.sending.guard import count_facts
from campaigns.sending.ledger import ledger_of
from campaigns.sending.reported import DECIDED
from campaigns.states import DELIVERY_MOVES, DeliveryStatus, Fact
from newsletter.core.db_clock import database_now
from newsletter.models import ProviderEvent
from newsletter.states import BounceClass, EventKind
from newsletter.webhooks.forwarding import class_for
from newsletter.webhooks.store import MAILBOX
from subscribers.consent.leave_many import leave_many
from subscribers.states import ConsentMethod
from subscribers.suppression.react import MailboxNews, react

_ENTERED: Mapping[str, DeliveryStatus] = {
    EventKind.DELIVERED: DeliveryStatus.DELIVERED,
    EventKind.BOUNCED: DeliveryStatus.BOUNCED,
    EventKind.REJECTED: DeliveryStatus.BOUNCED,
    # Whatever else a provider says of a message, it must have had it.
    EventKind.ACCEPTED: DeliveryStatus.ACCEPTED,
    EventKind.DEFERRED: DeliveryStatus.ACCEPTED,
    EventKind.COMPLAINED: DeliveryStatus.ACCEPTED,
    EventKind.UNSUBSCRIBED: DeliveryStatus.ACCEPTED,
    EventKind.AUTORESPONDED: DeliveryStatus.ACCEPTED,
}
_FACT: Mapping[str, str] = {
    EventKind.DELIVERED: "delivered_at",
    EventKind.BOUNCED: "bounced_at",
    EventKind.REJECTED: "bounced_at",
    EventKind.COMPLAINED: "complained_at",
    EventKind.UNSUBSCRIBED: "unsubscribed_at",
}
_WEIGHT = {"": 0, BounceClass.SOFT: 1, BounceClass.BLOCK: 2, BounceClass.HARD: 3}
"""A bounce that is hard once is hard, whatever softer ones come before and after."""
_COUNTED = {Fact.HARD_BOUNCE: BounceClass.HARD, Fact.BLOCKED: BounceClass.BLOCK}
_LEAVING = {
    EventKind.COMPLAINED: ConsentMethod.COMPLAINT,
    EventKind.UNSUBSCRIBED: ConsentMethod.PROVIDER,
}


@dataclass(frozen=True, slots=True)
class _Named:
    """The delivery that an event names."""

    pk: int
    campaign_id: int
    topic_id: int
    subscriber_id: int | None
    digest: str


@dataclass(slots=True)
class _Told:
    """What one delivery becomes by all that has been told of it: each row is updated once (decision 33)."""

    source: DeliveryStatus
    status: DeliveryStatus
    bounce_class: str
    times: dict[str, datetime]
    reason: str = ""
    changed: set[str] = field(default_factory=set)


@transaction.atomic
def settle_facts(events: Sequence[ProviderEvent]) -> set[str]:
    """Store what `events` say of deliveries, and make the moves that still apply.

    A few statements, however many they are.

    An event counts where its reference, which we signed, names a delivery, or else the provider's
    own id of the message does; and where it speaks of that delivery's recipient. So events that are
    forged, or about other people's deliveries, change nothing. Of a delivery whose subscriber was
    erased the recipient isn't known any more, nor is there anybody to harm.

    Returns:
        Fingerprints of the events that came too early: their delivery is being handed over, or
            somebody else is at it.
    """
    named = _deliveries_of(events)
    if not named:
        return set()
    early, news = set(), list[tuple[ProviderEvent, _Named]]()
    rows = _locked({delivery.pk for delivery in named.values()})
    told: dict[int, _Told] = {}
    for event in events:
        delivery = named.get(event.fingerprint)
        if delivery is None:
            continue
        row = rows.get(delivery.pk)
        if row is None:
            early.add(event.fingerprint)
            continue
        if row["status"] == DeliveryStatus.CLAIMED:
            early.add(event.fingerprint)
        _tell(told.setdefault(delivery.pk, _as_it_stands(row)), event, _class_of(event, delivery))
        news.append((event, delivery))
    early |= _leave(news)
    by_campaign = defaultdict[int, dict[int, _Told]](dict)
    for delivery in named.values():
        if delivery.pk in told:
            by_campaign[delivery.campaign_id][delivery.pk] = told[delivery.pk]
    for campaign_id, deliveries in sorted(by_campaign.items()):
        _write(campaign_id, deliveries, rows)
    react(_news_of_mailboxes(news))
    return early


def _news_of_mailboxes(news: Iterable[tuple[ProviderEvent, _Named]]) -> list[MailboxNews]:
    known = [(event, delivery) for event, delivery in news if delivery.digest]
    arrived = arrived_before(
        {
            delivery.pk: _when(event)
            for event, delivery in known
            if _is_soft_by_mail(event, delivery)
        }
    )
    return [
        MailboxNews(
            digest=delivery.digest,
            kind=event.kind,
            bounce_class=_class_of(event, delivery),
            at=_when(event),
            send=f"delivery {delivery.pk}",
            arrived_at=arrived.get(delivery.pk),
        )
        for event, delivery in known
    ]


def _is_soft_by_mail(event: ProviderEvent, delivery: _Named) -> bool:
    return (
        event.provider == MAILBOX
        and event.kind == EventKind.BOUNCED
        and _class_of(event, delivery) == BounceClass.SOFT
    )


def _class_of(event: ProviderEvent, delivery: _Named) -> str:
    return class_for(event, delivery.digest) or ""


def _deliveries_of(events: Iterable[ProviderEvent]) -> dict[str, _Named]:
    """By event's fingerprint."""
    events = [event for event in events if event.kind in _ENTERED]
    by_ref = [event for event in events if event.delivery_id is not None]
    by_id = [
        event
        for event in events
        if event.delivery_id is None
        and event.message_id is None
        and event.provider_message_id
        and event.digest
    ]
    found: dict[str, _Named] = {}
    deliveries = {
        row.pk: row
        for row in _named(
            Delivery.objects.filter(pk__any_of={event.delivery_id for event in by_ref})
        )
    }
    for event in by_ref:
        delivery = deliveries.get(event.delivery_id or 0)
        if delivery is not None and class_for(event, delivery.digest) is not None:
            found[event.fingerprint] = delivery
    if by_id:
        # By way of the subscriber, whose deliveries are few: provider's ids have no index, which
        # every settling would have to write.
        rows = Delivery.objects.filter(
            subscriber__digest__in={event.digest for event in by_id},
            provider_message_id__in={event.provider_message_id for event in by_id},
        )
        ids = dict(rows.values_list("pk", "provider_message_id"))
        pairs = (
            {
                (ids[row.pk], row.digest): row
                for row in _named(Delivery.objects.filter(pk__any_of=ids))
            }
            if ids
            else {}
        )
        found |= {
            event.fingerprint: pairs[key]
            for event in by_id
            if (key := (event.provider_message_id, event.digest)) in pairs
        }
    return found


def _named(rows: QuerySet[Delivery]) -> list[_Named]:
    columns = rows.values_list(
        "pk", "campaign_id", "campaign__topic_id", "subscriber_id", "subscriber__digest"
    )
    return [
        _Named(pk, campaign, topic, subscriber, digest or "")
        for pk, campaign, topic, subscriber, digest in columns
    ]


def _locked(ids: set[int]) -> dict[int, dict[str, Any]]:
    """The rows, held until the end of the transaction. Those that somebody else holds are left out:
    to wait for them, with others in hand, is how deadlocks begin."""
    rows = (
        Delivery.objects.select_for_update(skip_locked=True).filter(pk__any_of=ids).order_by("pk")
    )
    columns = ("pk", "status", "bounce_class", "reason", *sorted(set(_FACT.values())))
    return {row["pk"]: row for row in rows.values(*columns)}


def _as_it_stands(row: Mapping[str, Any]) -> _Told:
    status = DeliveryStatus(row["status"])
    times = {name: row[name] for name in set(_FACT.values()) if row[name] is not None}
    return _Told(
        source=status,
        status=status,
        bounce_class=row["bounce_class"],
        times=times,
        reason=row["reason"],
    )


def _tell(told: _Told, event: ProviderEvent, bounce_class: str) -> None:
    fact, when = _FACT.get(event.kind), _when(event)
    if fact and (fact not in told.times or when < told.times[fact]):
        told.times[fact] = when
        told.changed.add(fact)
    if fact == "bounced_at" and _WEIGHT[bounce_class] > _WEIGHT[told.bounce_class]:
        told.bounce_class = bounce_class
        told.changed.add("bounce_class")
    entered = _ENTERED[event.kind]
    if told.status is not DeliveryStatus.CLAIMED and told.status in DELIVERY_MOVES[entered]:
        told.status = entered
        if entered is DeliveryStatus.BOUNCED:
            told.reason = event.detail
            told.changed.add("reason")


def _write(
    campaign_id: int, deliveries: Mapping[int, _Told], rows: Mapping[int, Mapping[str, Any]]
) -> None:
    groups = defaultdict[tuple[DeliveryStatus, DeliveryStatus, frozenset[str]], list[int]](list)
    for pk, told in deliveries.items():
        if told.status is not told.source or told.changed:
            groups[told.source, told.status, frozenset(told.changed)].append(pk)
    with ledger_of(campaign_id) as ledger:
        for (source, status, changed), ids in groups.items():
            group = {pk: deliveries[pk] for pk in ids}
            changes = _columns(group, changed)
            if status is source:
                Delivery.objects.filter(pk__any_of=ids).update(**changes)
                continue
            if source in (DeliveryStatus.UNCERTAIN, DeliveryStatus.PLANNED):
                changes |= DECIDED
            if source is DeliveryStatus.PLANNED:
                changes["settled_at"] = database_now()
            ledger.transition(Delivery.objects.filter(pk__any_of=ids), source, status, **changes)
        count_facts(campaign_id, _new_facts(deliveries, rows))


def _columns(told: Mapping[int, _Told], changed: frozenset[str]) -> dict[str, Any]:
    """The columns that `changed` names, row by row."""
    columns: dict[str, Expression | Cast] = {}
    for name in changed:
        if name in ("bounce_class", "reason"):
            columns[name] = by_delivery({pk: getattr(one, name) for pk, one in told.items()})
        else:
            columns[name] = Cast(
                by_delivery({pk: one.times[name].isoformat() for pk, one in told.items()}),
                DateTimeField(),
            )
    return columns


def _new_facts(
    deliveries: Mapping[int, _Told], rows: Mapping[int, Mapping[str, Any]]
) -> Counter[Fact]:
    """What the guard counts, each delivery once."""
    facts: Counter[Fact] = Counter()
    for pk, told in deliveries.items():
        facts[Fact.COMPLAINED] += (
            "complained_at" in told.times and rows[pk]["complained_at"] is None
        )
        for fact, bounce_class in _COUNTED.items():
            facts[fact] += (told.bounce_class == bounce_class) - (
                rows[pk]["bounce_class"] == bounce_class
            )
    return facts


def _leave(news: Iterable[tuple[ProviderEvent, _Named]]) -> set[str]:
    """Whoever complained, or used the provider's own way to unsubscribe, leaves the campaign's topic.

    Returns:
        Fingerprints of the events whose subscription somebody else holds.
    """
    leaving = defaultdict[tuple[int, ConsentMethod], dict[int, str]](dict)
    for event, delivery in news:
        method = _LEAVING.get(EventKind(event.kind))
        if method is not None and delivery.subscriber_id is not None:
            leaving[delivery.topic_id, method][delivery.subscriber_id] = event.fingerprint
    waiting = set()
    for (topic_id, method), told_by in sorted(leaving.items()):
        waiting |= {told_by[pk] for pk in leave_many(told_by, topic_id=topic_id, method=method)}
    return waiting


def _when(event: ProviderEvent) -> datetime:
    return event.happened_at or event.received_at
