"""The hand of a history: one quick process that does what people and providers do meanwhile.

`python -m tests.drills.hand` reads a line of JSON for each deed (`do`, and its arguments) and
writes one with its answer.
"""

import json
import sys
from collections.abc import Callable, Iterable
from typing import Any

import django

django.setup()

from django.db import close_old_connections, connection, transaction
from django.utils import timezone

from campaigns.content.create_campaign import create_campaign
from campaigns.models import Delivery, Rsvp
from campaigns.review.approval import approve
from campaigns.sending import pause_cancel_undo
from campaigns.sending.resolve import NotResolvable, resolve_uncertain
from campaigns.states import DeliveryStatus
from newsletter.core.addresses import address_digest, domain_of
from newsletter.core.tokens import Purpose, make_token
from newsletter.models import THE_BRAND, Brand, TransactionalMessage
from newsletter.outbox.queue import queue_message
from newsletter.rendering.rendered import Rendered
from subscribers.models import Subscriber, Subscription, Topic
from subscribers.states import SubscriptionStatus
from tests.drills.hand_changes import outcome, send_changes, tell_the_rest
from tests.drills.hand_launch import ZONES, launch
from tests.drills.hand_reports import bring, webhooks
from tests.drills.hand_restoring import say_why_held, speak_after_restore, step_back
from tests.drills.hand_series import answer, call_off, draft_anew, move, seed_series
from tests.drills.hand_subscribers import (
    erase_somebody,
    leave_by_web,
    sign_up,
    suppress_somebody,
    unsubscribe,
)
from tests.drills.hand_versions import write_anew
from tests.fakes.providers.fake import INVALID
from tests.samples import BRAND

type Answer = dict[str, Any]


# --- Before ---------------------------------------------------------------------


def seed(recipients: int, refused: int, campaigns: int, is_series: bool = False) -> Answer:
    """Create a brand, subscribers and approved campaigns.

    Args:
        recipients: how many subscribers.
        refused: how many of the recipients have an address that the provider refuses.
        campaigns: how many, all of them for all subscribers.
        is_series: whether they are the steps of an event's series instead.
    """
    Brand.objects.create(pk=THE_BRAND, **BRAND)
    topic = Topic.objects.create(slug="quarterly-meetings", name="Quarterly meetings")
    addresses = [
        f"{INVALID if place < refused else 'subscriber'}{place}@mail{place % 7}.example"
        for place in range(recipients)
    ]
    people = Subscriber.objects.bulk_create(
        Subscriber(
            email=address,
            digest=address_digest(address),
            domain=domain_of(address),
            given_name=f"Subscriber {place}",
            time_zone=ZONES[place % len(ZONES)],
        )
        for place, address in enumerate(addresses)
    )
    Subscription.objects.bulk_create(
        Subscription(
            subscriber=person,
            topic=topic,
            status=SubscriptionStatus.CONFIRMED,
            changed_at=timezone.now(),
        )
        for person in people
    )
    if is_series:
        return {"campaigns": seed_series(topic)}
    return {"campaigns": [_campaign(topic, place) for place in range(campaigns)]}


def _campaign(topic: Topic, place: int) -> int:
    blocks = [
        {"type": "rich_text", "html": "<p>Dear {given_name|colleague}, we meet in March.</p>"}
    ]
    contents = {"en": {"subject": f"You are invited ({place})", "blocks": blocks}}
    campaign = create_campaign(
        {"name": f"Drill {place}", "topic": topic.slug, "contents": contents}
    )
    approve(campaign, by="the drill")
    return campaign.pk


# --- While it sends ---------------------------------------------------------------


def pause(campaign: int) -> Answer:
    return {"paused": pause_cancel_undo.pause(campaign, reason="by the drill")}


def resume(campaign: int) -> Answer:
    return {"resumed": pause_cancel_undo.resume(campaign)}


def cancel(campaign: int) -> Answer:
    return {"cancelled": pause_cancel_undo.cancel(campaign)}


def resolve_doubts(campaign: int) -> Answer:
    """Have all that is in doubt sent again, as a person may."""
    try:
        return {"resolved": resolve_uncertain(campaign, to=DeliveryStatus.PLANNED, by="the drill")}
    except NotResolvable:
        return {"resolved": 0}  # somebody has cancelled it meanwhile


def notice(number: int) -> Answer:
    """Queue single messages."""
    with transaction.atomic():
        for place in range(number):
            queue_message(
                "welcome",
                to=f"guest{place}@mail.example",
                rendered=Rendered("Welcome", "<p>Welcome</p>", "Welcome"),
            )
    return {}


# --- Afterwards -------------------------------------------------------------------


def report() -> Answer:
    """Return all rows, with the reference under which the provider knows each."""
    answers = Rsvp.objects.exclude(answer="").exclude(subscriber=None)
    return {
        "deliveries": list(_deliveries()),
        "messages": list(_messages()),
        "answers": list(answers.values("subscriber_id", "answer", "answered_at")),
        **outcome(),
    }


def _deliveries() -> Iterable[Answer]:
    columns = (
        "id",
        "campaign_id",
        "campaign__step",
        "campaign__step_of",
        "campaign__kind",
        "campaign__launched_at",
        "campaign__earlier_version_id",
        "campaign__canary_last_id",
        "campaign__canary_sent_at",
        "campaign__calendar_method",
        "campaign__calendar_sequence",
        "subscriber_id",
        "status",
        "reason",
        "attempt",
        "mailer",
        "subscriber__email",
        "claim_token",
        "same_key_until",
        "retry_at",
        "settled_at",
        "due_at",
    )
    for row in Delivery.objects.order_by("id").values(*columns):
        yield {**row, "ref": make_token(Purpose.DELIVERY, row["id"])}


def _messages() -> Iterable[Answer]:
    for row in TransactionalMessage.objects.order_by("id").values(
        "id", "kind", "to", "status", "reason", "attempt", "retry_at"
    ):
        yield {**row, "ref": make_token(Purpose.MESSAGE, row["id"])}


DEEDS: dict[str, Callable[..., Answer]] = {
    deed.__name__: deed
    for deed in (
        seed,
        launch,
        pause,
        resume,
        cancel,
        resolve_doubts,
        unsubscribe,
        leave_by_web,
        erase_somebody,
        suppress_somebody,
        sign_up,
        answer,
        move,
        call_off,
        draft_anew,
        send_changes,
        tell_the_rest,
        notice,
        webhooks,
        bring,
        step_back,
        say_why_held,
        speak_after_restore,
        write_anew,
        report,
    )
}


def main() -> None:
    """Do what the lines of the input ask for, until it ends."""
    for line in sys.stdin:
        wanted = json.loads(line)
        close_old_connections()
        try:
            done = DEEDS[wanted.pop("do")](**wanted)
        except Exception as error:  # noqa: BLE001 - the history knows whether a fault explains it
            done = {"error": f"{type(error).__name__}: {error}"}
            connection.close()
        sys.stdout.write(json.dumps(done, default=str) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
