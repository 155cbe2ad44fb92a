"""The hand of a history: whatever people and providers do to an installation while it sends, in one process that is quick.

`python -m tests.drills.hand` reads a line of JSON for each deed (`do`, and its arguments) and writes one for what came of it.
"""

import json
import sys
from collections.abc import Callable, Iterable
from threading import Thread
from time import monotonic, sleep
from typing import Any

import django

django.setup()

from django.db import DatabaseError, close_old_connections, connection, transaction  # noqa: E402 - Django has to be set up first
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from campaigns.content.load import create_campaign  # noqa: E402
from campaigns.models import Campaign, Delivery  # noqa: E402
from campaigns.review.approval import approve  # noqa: E402
from campaigns.sending import control  # noqa: E402
from campaigns.sending.launch import CannotLaunch, launch_now  # noqa: E402
from campaigns.states import CampaignStatus, DeliveryStatus  # noqa: E402
from newsletter.addresses import address_digest, domain_of  # noqa: E402
from newsletter.links import Purpose, make_token  # noqa: E402
from newsletter.models import THE_BRAND, Brand, TransactionalMessage  # noqa: E402
from newsletter.rendering.letter import Rendered  # noqa: E402
from newsletter.transactional.outbox import queue_message  # noqa: E402
from subscribers.consent.urls_in_mail import unsubscribe_url  # noqa: E402
from subscribers.models import Subscriber, Subscription, Topic  # noqa: E402
from subscribers.people.erase import erase  # noqa: E402
from subscribers.states import SubscriptionStatus, SuppressionReason  # noqa: E402
from subscribers.suppression.registry import suppress  # noqa: E402
from tests.fakes import webhooks as fake_webhooks  # noqa: E402
from tests.fakes.providers.fake import INVALID  # noqa: E402
from tests.samples import BRAND  # noqa: E402

type Answer = dict[str, Any]


# --- Before ---------------------------------------------------------------------


def seed(recipients: int, refused: int, campaigns: int) -> Answer:
    """Somebody who writes, somebody to write to, and approved campaigns.

    Args:
        refused: how many of the recipients have an address that the provider refuses.
    """
    Brand.objects.create(pk=THE_BRAND, **BRAND)
    topic = Topic.objects.create(slug="quarterly-meetings", name="Quarterly meetings")
    addresses = [f"{INVALID if place < refused else 'reader'}{place}@mail{place % 7}.example" for place in range(recipients)]
    people = Subscriber.objects.bulk_create(
        Subscriber(email=address, digest=address_digest(address), domain=domain_of(address), given_name=f"Reader {place}")
        for place, address in enumerate(addresses)
    )
    Subscription.objects.bulk_create(
        Subscription(subscriber=person, topic=topic, status=SubscriptionStatus.CONFIRMED, changed_at=timezone.now()) for person in people
    )
    return {"campaigns": [_campaign(topic, place) for place in range(campaigns)]}


def _campaign(topic: Topic, place: int) -> int:
    blocks = [{"type": "rich_text", "html": "<p>Dear {given_name|colleague}, we meet in March.</p>"}]
    contents = {"en": {"subject": f"You are invited ({place})", "blocks": blocks}}
    campaign = create_campaign({"name": f"Drill {place}", "topic": topic.slug, "contents": contents})
    approve(campaign, by="the drill")
    return campaign.pk


# --- While it sends ---------------------------------------------------------------


def launch(campaign: int, times: int = 1) -> Answer:
    """Launch a campaign, perhaps by several people in the same moment. How many of them did.

    Raises:
        DatabaseError: nobody knows whether somebody did. They ask again.
    """
    launched: list[int] = []
    errors: list[DatabaseError] = []

    def one() -> None:
        try:
            launched.append(launch_now(Campaign.objects.get(pk=campaign)).pk)
        except CannotLaunch:
            pass
        except DatabaseError as error:
            errors.append(error)
        finally:
            connection.close()

    people = [Thread(target=one) for _ in range(times)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    if not launched and errors:
        _may_be_launched.add(campaign)
        raise errors[0]
    if not launched and campaign in _may_be_launched and Campaign.objects.get(pk=campaign).status != CampaignStatus.APPROVED:
        launched = [campaign]  # the one whose answer got lost
    return {"launched": len(launched)}


_may_be_launched: set[int] = set()
"""Campaigns whose launch ended in an error: it may have committed all the same."""


def pause(campaign: int) -> Answer:
    return {"paused": control.pause(campaign, reason="by the drill")}


def resume(campaign: int) -> Answer:
    return {"resumed": control.resume(campaign)}


def cancel(campaign: int) -> Answer:
    return {"cancelled": control.cancel(campaign)}


def unsubscribe(place: float) -> Answer:
    """Somebody who waits for a letter leaves by the link in another one (RFC 8058). `place`: who, from 0 to 1."""
    person = _somebody(place)
    if person is None:
        return {"kept": []}
    deliveries = _deliveries_of(person)
    subscription = Subscription.objects.get(subscriber_id=person)
    answer = Client(SERVER_NAME="lists.example.org").post(unsubscribe_url(subscription.pk), {"List-Unsubscribe": "One-Click"}, secure=True)
    assert answer.status_code == 200, answer.status_code
    return _who_left(deliveries)


def erase_somebody(place: float) -> Answer:
    person = _somebody(place)
    if person is None:
        return {"kept": []}
    deliveries = _deliveries_of(person)
    erase(person)
    return _who_left(deliveries)


def suppress_somebody(place: float) -> Answer:
    person = _somebody(place)
    if person is None:
        return {"kept": []}
    deliveries = _deliveries_of(person)
    suppress(Subscriber.objects.get(pk=person).digest, reason=SuppressionReason.HARD_BOUNCE)
    return _who_left(deliveries)


def _somebody(place: float) -> int | None:
    waiting = Delivery.objects.filter(status=DeliveryStatus.PLANNED, subscriber__isnull=False).order_by("id")
    found = list(waiting.values_list("subscriber_id", flat=True))
    return found[int(place * len(found))] if found else None


def _deliveries_of(person: int) -> list[int]:
    return list(Delivery.objects.filter(subscriber_id=person).values_list("pk", flat=True))


def _who_left(deliveries: list[int]) -> Answer:
    """Those of their deliveries that nobody had claimed when it had committed: nothing may be sent for them from here on."""
    if not _claims_under_way_have_ended():
        return {"kept": []}
    planned = Delivery.objects.filter(pk__in=deliveries, status=DeliveryStatus.PLANNED).values_list("pk", flat=True)
    return {"kept": list(planned)}


def _claims_under_way_have_ended() -> bool:
    """Wait for the transactions that are under way: a claim that had read who follows before this was committed may still commit.

    Returns:
        False where one of them doesn't end, such as a stopped process's: nobody can say what it will have claimed.
    """
    if connection.vendor != "postgresql":
        return True  # one transaction writes at a time
    with connection.cursor() as cursor:
        # A transaction of its own, whose number is above those of all that have begun to write.
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


def notice(number: int) -> Answer:
    """Single messages, into the outbox."""
    with transaction.atomic():
        for place in range(number):
            queue_message("welcome", to=f"guest{place}@mail.example", rendered=Rendered("Welcome", "<p>Welcome</p>", "Welcome"))
    return {}


def webhooks(kind: str, reports: list[dict[str, Any]]) -> Answer:
    """The provider says what became of messages; some of it twice, and some of it is not the provider.

    Args:
        reports: each with case, ref, recipient, message_id, how many times it comes, and whether it has the secret.
    """
    client = Client(SERVER_NAME="lists.example.org", headers={"x-forwarded-proto": "https"})
    for one in reports:
        times, is_forged = one.pop("times"), one.pop("is_forged")
        report = fake_webhooks.report(kind, **one)
        for _ in range(times):
            status = (
                report.post(client) if not is_forged else client.post(f"/webhooks/{kind}/?secret=x", report.body, "text/json").status_code
            )
            assert status == (403 if is_forged else 204), status
    return {}


# --- Afterwards -------------------------------------------------------------------


def report() -> Answer:
    """All rows, with the reference under which the provider knows each."""
    return {"deliveries": list(_deliveries()), "messages": list(_messages())}


def _deliveries() -> Iterable[Answer]:
    columns = (
        "id",
        "campaign_id",
        "status",
        "reason",
        "attempt",
        "mailer",
        "subscriber__email",
        "claim_token",
        "same_key_until",
        "retry_at",
    )
    for row in Delivery.objects.order_by("id").values(*columns):
        yield {**row, "ref": make_token(Purpose.DELIVERY, row["id"])}


def _messages() -> Iterable[Answer]:
    for row in TransactionalMessage.objects.order_by("id").values("id", "status", "reason", "attempt", "retry_at"):
        yield {**row, "ref": make_token(Purpose.MESSAGE, row["id"])}


DEEDS: dict[str, Callable[..., Answer]] = {
    deed.__name__: deed
    for deed in (seed, launch, pause, resume, cancel, unsubscribe, erase_somebody, suppress_somebody, notice, webhooks, report)
}


def main() -> None:
    """Do what is asked for, line by line, until the end of the input."""
    for line in sys.stdin:
        wanted = json.loads(line)
        close_old_connections()
        try:
            answer = DEEDS[wanted.pop("do")](**wanted)
        except Exception as error:  # noqa: BLE001 - the history knows whether a fault explains it
            answer = {"error": f"{type(error).__name__}: {error}"}
            connection.close()
        sys.stdout.write(json.dumps(answer, default=str) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
