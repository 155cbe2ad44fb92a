"""Provider events go into the ledger: late, twice, in any order, and into no other row."""

import uuid
from collections.abc import Iterable
from datetime import timedelta
from itertools import permutations, product
from threading import Event, Thread
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.fixtures import Settings

from campaigns.models import Campaign, Delivery, DeliveryTally, FactTally
from campaigns.reports.totals import recount, totals
from campaigns.states import DELIVERY_TRANSITIONS, DeliveryStatus
from newsletter.core.tokens import Purpose, make_token
from newsletter.models import ProviderEvent
from newsletter.webhooks.process_reports import process_reports
from newsletter.webhooks.store import MAILBOX, store
from subscribers.models import ConsentRecord, SoftBounces, Subscription, Suppression
from subscribers.people.erase import erase
from tests.fakes import webhooks
from tests.fakes.bounce_mails import bounce_mail

CASES = {"delivered": "delivered", "hard": "bounced", "soft": "bounced", "block": "bounced"}


def stand(campaign: Campaign, status: str, **columns: Any) -> list[Delivery]:
    """All deliveries of the campaign in one state, and the tallies with them."""
    if status == "claimed":
        columns = {
            "claim_token": uuid.uuid4(),
            "lease_until": timezone.now() + timedelta(minutes=1),
            **columns,
        }
    rows = Delivery.objects.filter(campaign=campaign)
    number = rows.update(status=status, attempt=0 if status == "planned" else 1, **columns)
    DeliveryTally.objects.filter(campaign=campaign).update(number=0)
    DeliveryTally.objects.filter(campaign=campaign, status=status).update(number=number)
    return list(rows.select_related("subscriber").order_by("pk"))


def bring(
    case: str, *deliveries: Delivery, provider: str = "mailgun", recipient: str = "", **more: Any
) -> None:
    """A provider tells the same of each of `deliveries`."""
    for delivery in deliveries:
        assert delivery.subscriber is not None
        ref = make_token(Purpose.DELIVERY, delivery.pk)
        report = webhooks.report(
            provider, case, ref=ref, recipient=recipient or delivery.subscriber.email, **more
        )
        store(provider, report.body, headers=report.headers)


def told(*cases: str, delivery: Delivery) -> Delivery:
    for case in cases:
        bring(case, delivery)
        process_reports()
    delivery.refresh_from_db()
    return delivery


def adds_up(campaign: Campaign) -> bool:
    campaign.refresh_from_db()
    return totals(campaign) == recount(campaign) and totals(campaign).adds_up


@pytest.mark.thorough(sample=3)
@pytest.mark.parametrize(("status", "case"), [*product(DeliveryStatus.values, CASES)])
def test_every_event_makes_the_moves_of_the_table_and_no_other_and_is_a_fact_in_any_case(
    status: str, case: str, sending: Campaign
) -> None:
    delivery = told(case, delivery=stand(sending, status)[0])

    entered = CASES[case]
    moves = status in DELIVERY_TRANSITIONS[entered]
    assert delivery.status == (entered if moves else status)
    assert (delivery.delivered_at is not None, delivery.bounced_at is not None) == (
        entered == "delivered",
        entered == "bounced",
    )
    assert delivery.bounce_class == ("" if case == "delivered" else case)
    assert adds_up(sending)


@pytest.mark.thorough(sample=2)
@pytest.mark.parametrize(
    "order",
    [*permutations(["delivered", "soft", "hard", "complained"])],
    ids=lambda order: "-".join(order),
)
def test_in_whatever_order_facts_come_the_end_is_the_same(
    order: tuple[str, ...], sending: Campaign
) -> None:
    delivery = told(*order, *order, delivery=stand(sending, "accepted")[0])

    assert (delivery.status, delivery.bounce_class) == ("bounced", "hard")
    assert delivery.delivered_at
    assert delivery.bounced_at
    assert delivery.complained_at
    assert adds_up(sending)
    assert dict(FactTally.objects.values_list("fact", "number")) == {
        "complained": 1,
        "hard_bounce": 1,
    }


@pytest.mark.parametrize("case", ["deferred", "complained", "unsubscribed"])
def test_whatever_a_provider_says_of_a_message_in_doubt_shows_that_it_had_it(
    case: str, sending: Campaign
) -> None:
    rows = stand(
        sending,
        "uncertain",
        claim_token=uuid.uuid4(),
        retry_at=timezone.now(),
        same_key_until=timezone.now(),
    )
    delivery = told(case, delivery=rows[0])
    assert (delivery.status, delivery.claim_token, delivery.retry_at, delivery.same_key_until) == (
        "accepted",
        None,
        None,
        None,
    )
    assert adds_up(sending)


def test_a_message_in_doubt_that_arrived_is_in_doubt_no_more(sending: Campaign) -> None:
    delivery = told("delivered", delivery=stand(sending, "uncertain", claim_token=uuid.uuid4())[0])
    assert (delivery.status, delivery.claim_token) == ("delivered", None)


def test_the_earliest_time_counts(sending: Campaign) -> None:
    [delivery, *_] = stand(sending, "accepted")
    now = timezone.now().replace(microsecond=0)
    for days in (1, 3, 2):
        bring("delivered", delivery, at=now - timedelta(days=days))
        process_reports()
    delivery.refresh_from_db()
    assert delivery.delivered_at == now - timedelta(days=3)


def test_an_event_that_overtakes_its_own_dispatch_is_told_again_until_that_is_settled(
    sending: Campaign,
) -> None:
    [delivery, *_] = stand(sending, "claimed")
    assert told("delivered", delivery=delivery).status == "claimed"
    assert ProviderEvent.objects.get().interpreted_at is None

    stand(sending, "accepted", claim_token=None, lease_until=None)
    process_reports()

    delivery.refresh_from_db()
    assert delivery.status == "delivered"
    assert ProviderEvent.objects.get().interpreted_at
    assert adds_up(sending)


@pytest.mark.postgres
@pytest.mark.parametrize("hours", [2, -2])
def test_a_host_whose_clock_is_wrong_gives_no_event_up(
    sending: Campaign, monkeypatch: pytest.MonkeyPatch, hours: int
) -> None:
    told("delivered", delivery=stand(sending, "claimed")[0])
    wrong = timezone.now() + timedelta(hours=hours)
    monkeypatch.setattr(timezone, "now", lambda: wrong)
    process_reports()
    assert ProviderEvent.objects.get().interpreted_at is None


def test_an_event_of_a_dispatch_that_never_settles_is_given_up(sending: Campaign) -> None:
    told("delivered", delivery=stand(sending, "claimed")[0])
    process_reports(now=timezone.now() + timedelta(hours=2))
    assert ProviderEvent.objects.get().interpreted_at


@pytest.mark.thorough(sample=3)
@pytest.mark.parametrize("case", [case for case in webhooks.CASES if case != "deferred"])
def test_an_event_about_somebody_else_s_delivery_changes_nothing(
    case: str, sending: Campaign
) -> None:
    [delivery, other, *_] = stand(sending, "accepted")
    assert other.subscriber
    bring(case, delivery, recipient=other.subscriber.email)
    process_reports()
    assert not Delivery.objects.exclude(status="accepted").exists()
    assert not Delivery.objects.exclude(
        delivered_at=None, bounced_at=None, complained_at=None, unsubscribed_at=None
    ).exists()
    assert not Suppression.objects.exists()
    assert not Subscription.objects.exclude(status="confirmed").exists()
    assert ProviderEvent.objects.count() == 1


@pytest.mark.thorough(sample=4)
@pytest.mark.parametrize(
    "ref",
    [
        "",
        "x" * 28,
        make_token(Purpose.UNSUBSCRIBE, 1),
        make_token(Purpose.DELIVERY, 2**40),
        "ü" * 28,
        "1" * 400,
    ],
)
def test_a_forged_or_unknown_reference_changes_nothing(ref: str, sending: Campaign) -> None:
    [delivery, *_] = stand(sending, "accepted")
    assert delivery.subscriber
    report = webhooks.report("mailgun", "hard", ref=ref, recipient=delivery.subscriber.email)
    store("mailgun", report.body, headers={})
    assert process_reports().events == 1
    assert not Delivery.objects.exclude(status="accepted").exists()
    assert not Suppression.objects.exists()


@pytest.mark.parametrize("provider", webhooks.PROVIDERS)
def test_without_a_reference_the_provider_s_own_id_and_the_address_name_the_delivery(
    provider: str, sending: Campaign
) -> None:
    [delivery, other, *_] = stand(sending, "accepted")
    message_id = "<4711>" if provider == "mailgun" else "4711"
    Delivery.objects.filter(pk__in=[delivery.pk, other.pk]).update(provider_message_id=message_id)
    assert delivery.subscriber
    for message, recipient in (
        ("4711", delivery.subscriber.email),
        ("4711", "stranger@example.org"),
        ("815", delivery.subscriber.email),
    ):
        report = webhooks.report(
            provider, "delivered", ref="", recipient=recipient, message_id=message
        )
        store(provider, report.body, headers=report.headers)
    assert process_reports().events == 3
    assert [row.pk for row in Delivery.objects.filter(status="delivered")] == [delivery.pk]


def test_whoever_complains_gets_no_campaign_any_more_and_leaves_the_topic(
    sending: Campaign,
) -> None:
    delivery = told("complained", delivery=stand(sending, "delivered")[0])
    assert delivery.subscriber
    assert Subscription.objects.get(subscriber=delivery.subscriber).status == "unsubscribed"
    assert ConsentRecord.objects.get(digest=delivery.subscriber.digest).method == "complaint"
    assert [(row.reason, row.scope) for row in Suppression.objects.all()] == [("complaint", "bulk")]


def test_whoever_unsubscribes_at_the_provider_leaves_the_topic(sending: Campaign) -> None:
    delivery = told("unsubscribed", "unsubscribed", delivery=stand(sending, "delivered")[0])
    assert delivery.unsubscribed_at
    assert Subscription.objects.exclude(status="confirmed").get().subscriber == delivery.subscriber
    assert ConsentRecord.objects.get().method == "provider"
    assert not Suppression.objects.exists()


def test_a_hard_bounce_suppresses_and_a_block_never_does(sending: Campaign) -> None:
    [hard, blocked, soft, *_] = stand(sending, "accepted")
    bring("hard", hard)
    bring("block", blocked)
    bring("soft", soft)
    process_reports()
    assert hard.subscriber
    assert [(row.digest, row.reason) for row in Suppression.objects.all()] == [
        (hard.subscriber.digest, "hard_bounce")
    ]


def test_what_comes_after_an_erasure_settles_the_ledger_and_harms_nobody(sending: Campaign) -> None:
    [delivery, *_] = stand(sending, "uncertain")
    assert delivery.subscriber_id
    bring("hard", delivery)
    erase(delivery.subscriber_id)
    process_reports()
    delivery.refresh_from_db()
    assert (delivery.status, delivery.subscriber, delivery.reason) == ("bounced", None, "")
    assert [row.reason for row in Suppression.objects.all()] == ["erased"]
    assert adds_up(sending)


def test_the_words_of_a_bounce_are_kept_without_the_address(sending: Campaign) -> None:
    [delivery, *_] = stand(sending, "accepted")
    assert delivery.subscriber
    email = delivery.subscriber.email
    bounce_by_mail(delivery, recipient=email, answer=f"<{email}>: no such user")
    assert delivery.reason == "5.1.1 smtp; 550 5.1.1 <address>: no such user"
    assert ProviderEvent.objects.get().detail == delivery.reason


def test_the_words_of_a_bounce_that_comes_after_an_erasure_are_not_kept(sending: Campaign) -> None:
    [delivery, *_] = stand(sending, "accepted")
    assert delivery.subscriber
    email = delivery.subscriber.email
    erase(delivery.subscriber.pk)
    bounce_by_mail(delivery, recipient=email, answer=f"no user {email.partition('@')[0]}")
    assert (delivery.status, delivery.reason) == ("bounced", "")


@pytest.mark.parametrize("number", [5, 100])
def test_the_statements_are_as_many_for_a_few_as_for_many(
    number: int, sending: Campaign, followers: Any, settings: Settings
) -> None:
    rows = stand(sending, "accepted")
    extra = [
        Delivery(campaign=sending, subscriber=reader, language="en", status="accepted", attempt=1)
        for reader in make_more(followers, number - len(rows))
    ]
    Delivery.objects.bulk_create(extra)
    deliveries = list(Delivery.objects.select_related("subscriber"))
    for index, delivery in enumerate(deliveries):
        bring(("delivered", "hard", "soft", "block", "complained")[index % 5], delivery)
    with CaptureQueriesContext(connection) as queries:
        process_reports()
    assert Delivery.objects.filter(status="accepted").count() == number // 5
    # SQLite takes fewer values in one statement, so it needs more of them.
    assert len(queries) <= (70 if connection.vendor == "postgresql" else 90)


@pytest.mark.django_db(transaction=True)
def test_an_opt_out_by_the_provider_waits_for_a_subscription_that_somebody_holds(
    sending: Campaign,
) -> None:
    """It was passed over, and called done: the person got the next campaign."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer")
    [delivery, *_] = stand(sending, "delivered")
    mine = Subscription.objects.filter(subscriber=delivery.subscriber)
    is_held, may_end = Event(), Event()

    def hold() -> None:
        with transaction.atomic():
            mine.select_for_update().get()
            is_held.set()
            may_end.wait(30)
        connection.close()

    other = Thread(target=hold)
    other.start()
    try:
        assert is_held.wait(30)
        bring("unsubscribed", delivery)
        process_reports()
    finally:
        may_end.set()
        other.join()

    process_reports()

    assert mine.get().status == "unsubscribed"
    assert not ProviderEvent.objects.filter(interpreted_at=None).exists()


def bounce_by_mail(
    delivery: Delivery, *, recipient: str, status: str = "5.1.1", answer: str = "550 User unknown"
) -> None:
    """A delivery report comes to the return path of `delivery`, and speaks of `recipient`."""
    ref = make_token(Purpose.DELIVERY, delivery.pk)
    raw = bounce_mail(
        "dsn_postfix", ref=ref, recipient=recipient, action="failed", status=status, answer=answer
    )
    store(MAILBOX, raw, headers={})
    process_reports()
    delivery.refresh_from_db()


@pytest.mark.parametrize(
    "target", ["ada@elsewhere.example.com", "ada@localhost", "ada", "|/usr/bin/deliver"]
)
def test_a_dead_target_of_a_forwarding_is_a_soft_bounce_of_the_mailbox_that_forwards(
    sending: Campaign, target: str
) -> None:
    """Also where it is a name that only its own host knows."""
    [delivery, *_] = stand(sending, "accepted")
    bounce_by_mail(delivery, recipient=target)
    assert (delivery.status, delivery.bounce_class) == ("bounced", "soft")
    assert not Suppression.objects.exists()
    assert delivery.subscriber
    assert SoftBounces.objects.get().digest == delivery.subscriber.digest
    assert adds_up(sending)


def test_a_bounce_by_mail_of_the_mailbox_itself_is_hard(sending: Campaign) -> None:
    [delivery, *_] = stand(sending, "accepted")
    assert delivery.subscriber
    bounce_by_mail(delivery, recipient=delivery.subscriber.email)
    assert (delivery.status, delivery.bounce_class) == ("bounced", "hard")
    assert [row.reason for row in Suppression.objects.all()] == ["hard_bounce"]


@pytest.mark.parametrize(
    ("earlier", "number"),
    [
        ({"status": "accepted"}, 1),
        ({"status": "bounced", "bounced": 80}, 2),
        ({"status": "failed"}, 2),
        ({"status": "accepted", "settled": 3}, 2),
        ({"status": "accepted", "settled": 190}, 2),
    ],
    ids=str,
)
def test_by_smtp_mail_that_did_not_come_back_ends_the_row_of_soft_bounces(
    earlier: dict[str, Any], number: int, sending: Campaign
) -> None:
    now = timezone.now()
    [delivery, *_] = stand(sending, "accepted", settled_at=now - timedelta(days=1))
    assert delivery.subscriber
    long_ago = now - timedelta(days=180)
    SoftBounces.objects.create(
        digest=delivery.subscriber.digest,
        number=1,
        sends=[["delivery 0", long_ago.isoformat()]],
        first_at=long_ago,
        last_at=long_ago,
    )
    Delivery.objects.create(
        campaign=Campaign.objects.create(name="Earlier", topic=sending.topic),
        subscriber=delivery.subscriber,
        language="en",
        attempt=1,
        status=earlier["status"],
        settled_at=now - timedelta(days=earlier.get("settled", 90)),
        bounced_at=now - timedelta(days=earlier["bounced"]) if "bounced" in earlier else None,
    )
    bounce_by_mail(
        delivery, recipient=delivery.subscriber.email, status="5.2.2", answer="552 Mailbox full"
    )
    assert SoftBounces.objects.get().number == number


def test_what_is_hard_after_a_block_counts_once_for_the_guard(sending: Campaign) -> None:
    told("block", "hard", delivery=stand(sending, "accepted")[0])
    assert dict(FactTally.objects.values_list("fact", "number")) == {"hard_bounce": 1, "blocked": 0}


def make_more(followers: Any, number: int) -> Iterable[Any]:
    from newsletter.core.addresses import address_digest
    from subscribers.models import Subscriber

    people = [
        Subscriber(
            email=f"more{index}@example.org",
            digest=address_digest(f"more{index}@example.org"),
            domain="example.org",
        )
        for index in range(number)
    ]
    return Subscriber.objects.bulk_create(people)
