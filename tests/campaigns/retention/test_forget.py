from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from campaigns.models import Campaign, Delivery, Event, Rsvp
from campaigns.retention.forget import (
    forget_delivery_subscribers,
    forget_expired,
    forget_rsvp_needs,
    forget_rsvps,
)
from campaigns.states import DeliveryStatus
from subscribers.models import Subscriber
from subscribers.people.erase import erase
from tests.campaigns.conftest import MakeFollowers


@pytest.fixture
def sent(draft: Campaign, followers: MakeFollowers) -> datetime:
    """A campaign that was sent to five just now; returns the time of its launch."""
    now = timezone.now()
    Campaign.objects.update(status="sent", launched_at=now)
    for number, reader in enumerate(followers(5)):
        status = DeliveryStatus.SKIPPED if number == 0 else DeliveryStatus.BOUNCED
        reason = "unsubscribed" if number == 0 else f"550 <{reader.email}> no such user"
        Delivery.objects.create(
            campaign=draft,
            subscriber=reader,
            language="en",
            status=status,
            reason=reason,
            provider_message_id="x",
        )
    return now


def test_deliveries_lose_their_subscriber_in_time_and_the_sums_stay(sent: datetime) -> None:
    assert (
        forget_delivery_subscribers(
            now=sent + settings.KEEP_DELIVERY_SUBSCRIBERS - timedelta(seconds=1)
        )
        == 0
    )
    assert forget_delivery_subscribers(now=sent + settings.KEEP_DELIVERY_SUBSCRIBERS, batch=2) == 5

    assert Delivery.objects.filter(subscriber=None).count() == 5
    assert set(Delivery.objects.values_list("status", "reason", "provider_message_id")) == {
        ("skipped", "unsubscribed", ""),
        ("bounced", "", ""),
    }
    assert Subscriber.objects.count() == 5
    assert forget_delivery_subscribers(now=sent + settings.KEEP_DELIVERY_SUBSCRIBERS) == 0


def test_open_deliveries_are_left_alone(sent: datetime) -> None:
    Delivery.objects.filter(status="bounced").update(status="planned")

    assert forget_delivery_subscribers(now=sent + 2 * settings.KEEP_DELIVERY_SUBSCRIBERS) == 1


def test_an_erasure_leaves_nothing_in_the_ledger_that_leads_to_the_person(sent: datetime) -> None:
    skipped, bounced, planned, *others = Delivery.objects.order_by("pk")
    Delivery.objects.filter(pk=planned.pk).update(status="planned")
    for delivery in (skipped, bounced, planned):
        assert delivery.subscriber_id
        erase(delivery.subscriber_id)

    columns = ("status", "subscriber", "reason", "provider_message_id")
    assert Delivery.objects.values_list(*columns).get(pk=skipped.pk) == (
        "skipped", None, "unsubscribed", "",
    )  # fmt: skip
    assert Delivery.objects.values_list(*columns).get(pk=bounced.pk) == ("bounced", None, "", "")
    assert Delivery.objects.get(pk=planned.pk).subscriber is None
    assert {row.provider_message_id for row in Delivery.objects.filter(pk__in=[
        other.pk for other in others
    ])} == {"x"}  # fmt: skip


def test_what_was_settled_after_an_erasure_is_forgotten_soon(sent: datetime) -> None:
    Delivery.objects.filter(status="bounced").update(subscriber=None)

    assert forget_delivery_subscribers(now=sent, batch=2) == 4

    assert set(Delivery.objects.values_list("status", "reason", "provider_message_id")) == {
        ("skipped", "unsubscribed", "x"),
        ("bounced", "", ""),
    }
    assert forget_delivery_subscribers(now=sent) == 0


def test_a_campaign_is_read_until_nobody_is_left_in_it(sent: datetime) -> None:
    later = sent + settings.KEEP_DELIVERY_SUBSCRIBERS
    Delivery.objects.filter(status="skipped").update(status="planned", reason="")

    assert (forget_delivery_subscribers(now=later), statements(now=later)) == (4, 3)
    assert Campaign.objects.get().recipients_forgotten_at is None
    Delivery.objects.filter(status="planned").update(status="skipped")
    assert forget_delivery_subscribers(now=later) == 1
    assert Campaign.objects.get().recipients_forgotten_at == later
    assert statements(now=later) == 1


def statements(*, now: datetime) -> int:
    """Forget, and return how many statements have read or written deliveries."""
    with CaptureQueriesContext(connection) as captured:
        forget_delivery_subscribers(now=now)
    return sum("campaigns_delivery" in query["sql"] for query in captured)


@pytest.mark.postgres
def test_what_is_forgotten_is_not_read_again(sent: datetime) -> None:
    """The one statement about deliveries finds what it looks for by its index."""
    campaign = Campaign.objects.get()
    forgotten = [
        Delivery(campaign=campaign, language="en", status=DeliveryStatus.DELIVERED)
        for _ in range(5_000)
    ]
    Delivery.objects.bulk_create(forgotten)
    Campaign.objects.update(recipients_forgotten_at=sent)
    plans: list[str] = []

    def explained(
        execute: Callable[..., Any],
        sql: str,
        parameters: Any,
        many: bool,
        context: Mapping[str, Any],
    ) -> Any:
        if "campaigns_delivery" in sql:
            found = context["connection"].connection.execute(f"EXPLAIN {sql}", parameters)
            plans.append("\n".join(line for (line,) in found))
        return execute(sql, parameters, many, context)

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE campaigns_delivery")
    with connection.execute_wrapper(explained):
        forget_delivery_subscribers(now=sent + settings.KEEP_DELIVERY_SUBSCRIBERS)

    [plan] = plans
    assert "using delivery_orphaned" in plan


@pytest.mark.parametrize("batch", [1, 2, 5, 6])
def test_any_batch_size_forgets_all(sent: datetime, batch: int) -> None:
    assert (
        forget_delivery_subscribers(now=sent + settings.KEEP_DELIVERY_SUBSCRIBERS, batch=batch) == 5
    )


def test_answers_go_after_the_event(event: Event, followers: MakeFollowers) -> None:
    for reader in followers(3):
        Rsvp.objects.create(
            event=event, subscriber=reader, answer="yes", answered_at=timezone.now()
        )

    assert forget_rsvps(now=event.ends_at + settings.KEEP_RSVPS - timedelta(seconds=1)) == 0
    assert forget_rsvps(now=event.ends_at + settings.KEEP_RSVPS, batch=2) == 3
    assert Event.objects.exists()


def test_what_people_need_goes_30_days_after_the_event(
    event: Event, followers: MakeFollowers
) -> None:
    """Whoever said nothing is not touched."""
    first, second, _ = (
        Rsvp.objects.create(event=event, subscriber=reader, answer="yes") for reader in followers(3)
    )
    Rsvp.objects.filter(pk=first.pk).update(access_needs="a ramp", dietary_needs="no nuts")
    Rsvp.objects.filter(pk=second.pk).update(note="I arrive late.")
    end = event.ends_at + settings.KEEP_RSVP_NEEDS

    assert forget_rsvp_needs(now=end - timedelta(seconds=1)) == 0
    assert forget_rsvp_needs(now=end, batch=1) == 2
    assert set(Rsvp.objects.values_list("answer", "access_needs", "dietary_needs", "note")) == {
        ("yes", "", "", "")
    }


def test_one_call_does_all(sent: datetime, event: Event) -> None:
    Rsvp.objects.create(
        event=event,
        subscriber=Subscriber.objects.all()[0],
        answer="yes",
        answered_at=timezone.now(),
    )

    assert forget_expired(now=sent + 2 * settings.KEEP_DELIVERY_SUBSCRIBERS) == {
        "deliveries": 5,
        "rsvps": 1,
        "rsvp_needs": 0,
        "minutes": 0,
        "breakdowns": 0,
        "calendar_mails": 0,
        "editors": 0,
        "link_trials": 0,
        "reviewing": 0,
        "document_files": 0,
    }
