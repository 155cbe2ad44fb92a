"""The hand's deeds in place of subscribers, while an installation sends.

The hand (tests.drills.hand) has set Django up.
"""

from time import monotonic, sleep
from typing import Any
from urllib.parse import urlsplit

from django.db import connection, transaction
from django.test import Client

from campaigns.models import Delivery
from campaigns.states import DeliveryStatus
from newsletter.core.addresses import address_digest
from newsletter.models import TransactionalMessage
from subscribers.consent.subscribe import SignUp, subscribe
from subscribers.consent.urls_in_mail import unsubscribe_url
from subscribers.models import Subscriber, Subscription, Topic
from subscribers.people.erase import erase
from subscribers.states import ConsentMethod, SuppressionReason
from subscribers.suppression.registry import suppress
from tests.drills.hand_reports import insist

type Answer = dict[str, Any]


def unsubscribe(place: float) -> Answer:
    """Unsubscribe somebody who waits for an email by the link in another one (RFC 8058).

    Args:
        place: of the person among all who wait, from 0 to 1.
    """
    person = _somebody(place)
    if person is None:
        return {"kept": []}
    deliveries = _deliveries_of(person)
    subscription = Subscription.objects.get(subscriber_id=person)
    answer = Client(SERVER_NAME="lists.example.org").post(
        unsubscribe_url(subscription.pk), {"List-Unsubscribe": "One-Click"}, secure=True
    )
    assert answer.status_code == 200, answer.status_code
    return who_left(deliveries)


def erase_somebody(place: float) -> Answer:
    """Erase somebody who waits for an email; `place` as for `unsubscribe`."""
    person = _somebody(place)
    if person is None:
        return {"kept": []}
    deliveries = _deliveries_of(person)
    erase(person)
    return who_left(deliveries)


def suppress_somebody(place: float) -> Answer:
    """Suppress somebody who waits for an email; `place` as for `unsubscribe`."""
    person = _somebody(place)
    if person is None:
        return {"kept": []}
    deliveries = _deliveries_of(person)
    suppress(Subscriber.objects.get(pk=person).digest, reason=SuppressionReason.HARD_BOUNCE)
    return who_left(deliveries)


def leave_by_web(place: float, url: str) -> Answer:
    """Unsubscribe somebody at web processes that may be killed.

    A mailbox provider asks again until it gets an answer.
    """
    person = _somebody(place)
    if person is None:
        return {"kept": []}
    deliveries = _deliveries_of(person)
    path = urlsplit(unsubscribe_url(Subscription.objects.get(subscriber_id=person).pk)).path
    insist(
        url + path,
        b"List-Unsubscribe=One-Click",
        {"Content-Type": "application/x-www-form-urlencoded"},
        expected=200,
    )
    return who_left(deliveries)


def sign_up(people: int) -> Answer:
    """Sign people up, one after the other.

    Returns:
        The states of each one's confirmations before, by address.
    """
    topic = Topic.objects.get()
    before = {}
    for number in range(people):
        address = f"newcomer{number}@mail.example"
        confirmations = TransactionalMessage.objects.filter(
            kind="confirmation", digest=address_digest(address)
        ).order_by("pk")
        # Held until the sign-up is committed: a message that ends in between may be repeated,
        # though it was seen as queued.
        with transaction.atomic():
            held = confirmations.select_for_update()
            before[address] = list(held.values_list("status", flat=True))
            subscribe(
                SignUp(email=address, topics=(topic,), words="I agree.", method=ConsentMethod.FORM)
            )
    return {"before": before}


def _somebody(place: float) -> int | None:
    waiting = Delivery.objects.filter(
        status=DeliveryStatus.PLANNED, subscriber__isnull=False
    ).order_by("id")
    found = list(waiting.values_list("subscriber_id", flat=True))
    return found[int(place * len(found))] if found else None


def _deliveries_of(person: int) -> list[int]:
    return list(Delivery.objects.filter(subscriber_id=person).values_list("pk", flat=True))


def who_left(deliveries: list[int]) -> Answer:
    """Return those of their deliveries that are still planned now that leaving has been committed.

    Nothing may be sent for these from here on.
    """
    if not _claims_under_way_have_ended():
        return {"kept": []}
    planned = Delivery.objects.filter(pk__in=deliveries, status=DeliveryStatus.PLANNED).values_list(
        "pk", flat=True
    )
    return {"kept": list(planned)}


def _claims_under_way_have_ended() -> bool:
    """Wait for the transactions that are under way.

    One of them may be a claim that had read who is subscribed before this was committed.

    Returns:
        False where one of them doesn't end, such as that of a stopped process: what it will have
        claimed is unknown.
    """
    if connection.vendor != "postgresql":
        return True  # one transaction writes at a time
    with connection.cursor() as cursor:
        # A transaction of its own: its number is above those of all that have begun to write.
        cursor.execute("SELECT pg_current_xact_id()::text::bigint")
        (present,) = cursor.fetchone()
        deadline = monotonic() + 5
        while monotonic() < deadline:
            cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
            (oldest,) = cursor.fetchone()
            if oldest > present:
                return True
            sleep(0.005)
    return False
