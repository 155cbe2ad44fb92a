"""The delivery that a provider event names."""

from collections.abc import Collection, Container, Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from campaigns.models import Delivery
from newsletter.models import ProviderEvent
from newsletter.webhooks.forwarding import class_for
from subscribers.models import Subscriber


@dataclass(frozen=True, slots=True)
class NamedDelivery:
    """The delivery that an event names.

    Args:
        digest: of the address that it was sent to; empty where it isn't known any more.
    """

    pk: int
    campaign_id: int
    topic_id: int
    subscriber_id: int | None
    digest: str


def named_deliveries(
    events: Iterable[ProviderEvent], *, kinds: Container[str]
) -> dict[str, NamedDelivery]:
    """Find the delivery that each event names, by the event's fingerprint.

    The event's reference, which we signed, names it, or else the provider's own id of the message.
    An event that speaks of another recipient names none.
    """
    events = [event for event in events if event.kind in kinds]
    by_ref = [event for event in events if event.delivery_id is not None]
    by_id = [
        event
        for event in events
        if event.delivery_id is None
        and event.message_id is None
        and event.provider_message_id
        and event.digest
    ]
    found: dict[str, NamedDelivery] = {}
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
            subscriber__in=_people({event.digest for event in by_id}),
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


def _people(digests: Collection[str]) -> set[int]:
    """Return the records of the people who have some addresses, those that were merged, too."""
    own = Subscriber.objects.filter(digest__in=digests).values_list("pk", "merged_into")
    found = {pk for pair in own for pk in pair if pk is not None}
    merged = Subscriber.objects.filter(merged_into__in=found)
    return found.union(merged.values_list("pk", flat=True))


def _named(rows: QuerySet[Delivery]) -> list[NamedDelivery]:
    columns = rows.values_list(
        *("pk", "campaign_id", "campaign__topic_id"),
        *("subscriber_id", "sent_to", "subscriber__digest"),
    )
    return [
        NamedDelivery(pk, campaign, topic, subscriber, sent_to or digest or "")
        for pk, campaign, topic, subscriber, sent_to, digest in columns
    ]
