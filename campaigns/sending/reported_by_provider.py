"""Facts about deliveries: what provider events say of them goes into the ledger.

Events may come late, more than once and in any order.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import DateTimeField, Expression
from django.db.models.functions import Cast

from campaigns.models import Delivery
from campaigns.sending.deliveries.arrived import arrived_before
from campaigns.sending.deliveries.ledger import ledger_of
from campaigns.sending.deliveries.named_delivery import NamedDelivery, named_deliveries
from campaigns.sending.deliveries.reported import DECIDED, HAD_IT
from campaigns.sending.guard import count_facts
from campaigns.states import DELIVERY_TRANSITIONS, Counted, DeliveryStatus, Fact
from newsletter.core.db.by_row import by_row
from newsletter.core.db.clock import database_now
from newsletter.models import ProviderEvent
from newsletter.states import BounceClass, ProviderEventKind
from newsletter.transport.results.reply_codes import code_of
from newsletter.webhooks.forwarding import class_for
from newsletter.webhooks.store import MAILBOX
from subscribers.consent.leave_many import leave_many
from subscribers.states import ConsentMethod
from subscribers.suppression.bounces_and_complaints import MailboxNews, suppress_mailboxes

_ENTERED: Mapping[str, DeliveryStatus] = {
    ProviderEventKind.DELIVERED: DeliveryStatus.DELIVERED,
    ProviderEventKind.BOUNCED: DeliveryStatus.BOUNCED,
    ProviderEventKind.REJECTED: DeliveryStatus.BOUNCED,
    # Whatever else a provider says of a message, it must have had it.
    ProviderEventKind.ACCEPTED: DeliveryStatus.ACCEPTED,
    ProviderEventKind.DEFERRED: DeliveryStatus.ACCEPTED,
    ProviderEventKind.COMPLAINED: DeliveryStatus.ACCEPTED,
    ProviderEventKind.UNSUBSCRIBED: DeliveryStatus.ACCEPTED,
    ProviderEventKind.AUTORESPONDED: DeliveryStatus.ACCEPTED,
}
_FACT: Mapping[str, str] = {
    ProviderEventKind.DELIVERED: "delivered_at",
    ProviderEventKind.BOUNCED: "bounced_at",
    ProviderEventKind.REJECTED: "bounced_at",
    ProviderEventKind.COMPLAINED: "complained_at",
    ProviderEventKind.UNSUBSCRIBED: "unsubscribed_at",
}
_SEVERITY = {"": 0, BounceClass.SOFT: 1, BounceClass.BLOCK: 2, BounceClass.HARD: 3}
"""A bounce that is hard once is hard, whatever softer ones come before and after."""
_COUNTED = {Fact.HARD_BOUNCE: BounceClass.HARD, Fact.BLOCKED: BounceClass.BLOCK}
_REPORTED: Mapping[DeliveryStatus, Counted] = {
    DeliveryStatus.DELIVERED: Counted.DELIVERED,
    DeliveryStatus.BOUNCED: Counted.BOUNCED,
}
_LEAVING = {
    ProviderEventKind.COMPLAINED: ConsentMethod.COMPLAINT,
    ProviderEventKind.UNSUBSCRIBED: ConsentMethod.PROVIDER,
}


@dataclass(slots=True)
class _DeliveryChange:
    """The change of one delivery by all events about it: its row is updated once (decision 33)."""

    source: DeliveryStatus
    status: DeliveryStatus
    bounce_class: str
    times: dict[str, datetime]
    is_erased: bool
    reason: str = ""
    counted: Counted | None = None
    changed: set[str] = field(default_factory=set)


@transaction.atomic
def settle_facts(events: Sequence[ProviderEvent]) -> set[str]:
    """Store what `events` say of deliveries, and make the transitions that still apply.

    A few statements, however many they are.

    An event counts where it names a delivery (see `named_deliveries`) and speaks of that delivery's
    recipient. So events that are forged, or about other people's deliveries, change nothing. Of a
    delivery whose subscriber was erased the recipient isn't known any more, nor is there anybody to
    harm; the provider's words are not kept, for they may name them.

    Returns:
        Fingerprints of the events that came too early: their delivery is being sent, or its row is
            locked.
    """
    named = named_deliveries(events, kinds=_ENTERED)
    if not named:
        return set()
    early, news = set(), list[tuple[ProviderEvent, NamedDelivery]]()
    rows = _locked({delivery.pk for delivery in named.values()})
    changes: dict[int, _DeliveryChange] = {}
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
        change = changes.setdefault(delivery.pk, _unchanged(row))
        _apply(event, change, bounce_class=_bounce_class(event, delivery))
        news.append((event, delivery))
    early |= _leave(news)
    by_campaign = defaultdict[int, dict[int, _DeliveryChange]](dict)
    for delivery in named.values():
        if delivery.pk in changes:
            by_campaign[delivery.campaign_id][delivery.pk] = changes[delivery.pk]
    for campaign_id, deliveries in sorted(by_campaign.items()):
        _write(campaign_id, deliveries, rows)
    suppress_mailboxes(_news_of_mailboxes(news))
    return early


def _news_of_mailboxes(news: Iterable[tuple[ProviderEvent, NamedDelivery]]) -> list[MailboxNews]:
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
            bounce_class=_bounce_class(event, delivery),
            at=_when(event),
            send=f"delivery {delivery.pk}",
            arrived_at=arrived.get(delivery.pk),
        )
        for event, delivery in known
    ]


def _is_soft_by_mail(event: ProviderEvent, delivery: NamedDelivery) -> bool:
    is_soft = _bounce_class(event, delivery) == BounceClass.SOFT
    return event.provider == MAILBOX and event.kind == ProviderEventKind.BOUNCED and is_soft


def _bounce_class(event: ProviderEvent, delivery: NamedDelivery) -> str:
    return class_for(event, delivery.digest) or ""


def _locked(ids: set[int]) -> dict[int, dict[str, Any]]:
    """Lock the rows until the end of the transaction.

    Those that somebody else holds are left out. To wait for them, with others in hand, is how
    deadlocks begin.
    """
    rows = (
        Delivery.objects.select_for_update(skip_locked=True).filter(pk__any_of=ids).order_by("pk")
    )
    facts = sorted(set(_FACT.values()))
    told = ("reason", "mailer", "settled_at")
    columns = ("pk", "status", "bounce_class", "subscriber_id", *told, *facts)
    return {row["pk"]: row for row in rows.values(*columns)}


def _unchanged(row: Mapping[str, Any]) -> _DeliveryChange:
    status = DeliveryStatus(row["status"])
    times = {name: row[name] for name in set(_FACT.values()) if row[name] is not None}
    return _DeliveryChange(
        source=status,
        status=status,
        bounce_class=row["bounce_class"],
        times=times,
        is_erased=row["subscriber_id"] is None,
        reason=row["reason"],
    )


def _apply(event: ProviderEvent, change: _DeliveryChange, *, bounce_class: str) -> None:
    fact, when = _FACT.get(event.kind), _when(event)
    if fact and (fact not in change.times or when < change.times[fact]):
        change.times[fact] = when
        change.changed.add(fact)
    if fact == "bounced_at" and _SEVERITY[bounce_class] > _SEVERITY[change.bounce_class]:
        change.bounce_class = bounce_class
        change.changed.add("bounce_class")
    entered = _ENTERED[event.kind]
    if (
        change.status is not DeliveryStatus.CLAIMED
        and change.status in DELIVERY_TRANSITIONS[entered]
    ):
        change.status = entered
        is_by_mail = event.provider == MAILBOX and entered is DeliveryStatus.DELIVERED
        change.counted = None if is_by_mail else _REPORTED.get(entered)
        if entered is DeliveryStatus.BOUNCED:
            change.reason = "" if change.is_erased else event.detail
            change.changed.add("reason")
    elif (
        change.status is DeliveryStatus.FAILED
        and entered is DeliveryStatus.ACCEPTED
        and not change.reason.startswith(HAD_IT)
    ):
        change.reason = f"{HAD_IT}{change.reason}"[:300]
        change.changed.add("reason")


def _write(
    campaign_id: int,
    deliveries: Mapping[int, _DeliveryChange],
    rows: Mapping[int, Mapping[str, Any]],
) -> None:
    groups = defaultdict[tuple[DeliveryStatus, DeliveryStatus, frozenset[str]], list[int]](list)
    for pk, change in deliveries.items():
        if change.status is not change.source or change.changed:
            groups[change.source, change.status, frozenset(change.changed)].append(pk)
    now = database_now()
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
                changes["settled_at"] = now
            ledger.transition(Delivery.objects.filter(pk__any_of=ids), source, status, **changes)
            for pk in ids:
                if what := deliveries[pk].counted:
                    code = code_of(deliveries[pk].reason) if what is Counted.BOUNCED else ""
                    ledger.count(what, at=now, mailer=rows[pk]["mailer"], code=code)
        facts: Counter[Fact] = Counter()
        for pk, fact, number in _new_facts(deliveries, rows):
            facts[fact] += number
            sent_at = rows[pk]["settled_at"] or now
            ledger.count(Counted(fact), number, at=sent_at, mailer=rows[pk]["mailer"])
        count_facts(campaign_id, facts)


def _columns(group: Mapping[int, _DeliveryChange], changed: frozenset[str]) -> dict[str, Any]:
    """Return the columns that `changed` names, with a value for each row."""
    columns: dict[str, Expression | Cast] = {}
    for name in changed:
        if name in ("bounce_class", "reason"):
            columns[name] = by_row({pk: getattr(one, name) for pk, one in group.items()})
        else:
            columns[name] = Cast(
                by_row({pk: one.times[name].isoformat() for pk, one in group.items()}),
                DateTimeField(),
            )
    return columns


def _new_facts(
    deliveries: Mapping[int, _DeliveryChange], rows: Mapping[int, Mapping[str, Any]]
) -> Iterator[tuple[int, Fact, int]]:
    """Yield the facts that the guard counts, each delivery once.

    Yields:
        Delivery, fact, and 1, or -1 where it counted as this fact before and doesn't any more.
    """
    for pk, change in deliveries.items():
        if "complained_at" in change.times and rows[pk]["complained_at"] is None:
            yield pk, Fact.COMPLAINED, 1
        for fact, bounce_class in _COUNTED.items():
            number = (change.bounce_class == bounce_class) - (
                rows[pk]["bounce_class"] == bounce_class
            )
            if number:
                yield pk, fact, number


def _leave(news: Iterable[tuple[ProviderEvent, NamedDelivery]]) -> set[str]:
    """Unsubscribe those who complained, or unsubscribed by their provider, from the topic.

    Returns:
        Fingerprints of the events whose subscription somebody else holds.
    """
    leaving = defaultdict[tuple[int, ConsentMethod], dict[int, str]](dict)
    for event, delivery in news:
        method = _LEAVING.get(ProviderEventKind(event.kind))
        if method is not None and delivery.subscriber_id is not None:
            leaving[delivery.topic_id, method][delivery.subscriber_id] = event.fingerprint
    waiting = set()
    for (topic_id, method), fingerprints in sorted(leaving.items()):
        waiting |= {
            fingerprints[pk] for pk in leave_many(fingerprints, topic_id=topic_id, method=method)
        }
    return waiting


def _when(event: ProviderEvent) -> datetime:
    return event.happened_at or event.received_at
