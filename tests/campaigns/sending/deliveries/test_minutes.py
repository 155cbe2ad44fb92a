"""The fate of deliveries is counted in the minute in which it is settled."""

from collections import Counter
from datetime import UTC, datetime, timedelta

from django.db import transaction

from campaigns.models import Campaign, Delivery, DeliveryMinute
from campaigns.sending.claims.claim import claim
from campaigns.sending.claims.recover import recover_expired
from campaigns.sending.claims.settle import settle
from campaigns.sending.deliveries.ledger import ledger_of
from campaigns.sending.deliveries.minutes import CODES_AT_MOST, HOST, Minute, add_to_minutes
from campaigns.sending.pause_cancel_undo import cancel
from campaigns.states import Counted
from newsletter.core.db.clock import database_now
from newsletter.core.tokens import Purpose, make_token
from newsletter.transport.results.result import Outcome, Result
from newsletter.webhooks.process_reports import process_reports
from newsletter.webhooks.store import MAILBOX, store
from tests.campaigns.sending.test_reported_by_provider import bring
from tests.fakes.bounce_mails import bounce_mail

AT = datetime(2026, 12, 10, 20, 0, tzinfo=UTC)


def counted(campaign: Campaign) -> Counter[tuple[str, str, str]]:
    rows = DeliveryMinute.objects.filter(campaign=campaign)
    found: Counter[tuple[str, str, str]] = Counter()
    for what, mailer, code, number in rows.values_list("what", "mailer", "code", "number"):
        found[what, mailer, code] += number
    return found


def test_a_settled_claim_is_counted_by_result_mailer_and_code(sending: Campaign) -> None:
    claimed = claim(sending.pk, size=5, mailer="mg")
    first, second, third, fourth, fifth = (one.pk for one in claimed.deliveries)
    results = {
        first: Result(Outcome.ACCEPTED, mailer="mg"),
        second: Result(Outcome.REFUSED, mailer="mg", reason="550 5.1.1 <recipient> unknown"),
        third: Result(Outcome.LATER, mailer="mg", reason="451 4.7.1 later"),
        fourth: Result(Outcome.UNKNOWN, mailer="mg", reason="The connection broke."),
        fifth: Result(Outcome.LATER, mailer="mg", postponed=True, retry_after=9),
    }
    settle(claimed, results)
    settle(claimed, results)  # twice changes nothing

    assert counted(sending) == {
        ("accepted", "mg", ""): 1,
        ("failed", "mg", "550 5.1.1"): 1,
        ("later", "mg", "451 4.7.1"): 1,
        ("uncertain", "mg", ""): 1,
    }, "what we held back ourselves says nothing of the mailer"
    [minute] = set(DeliveryMinute.objects.values_list("minute", flat=True))
    accepted = Delivery.objects.get(pk=first)
    assert accepted.settled_at is not None
    assert minute == accepted.settled_at.replace(second=0, microsecond=0)
    assert set(DeliveryMinute.objects.values_list("host", flat=True)) == {HOST}


def test_what_was_given_back_unbegun_is_not_counted(sending: Campaign) -> None:
    settle(claim(sending.pk, size=5, mailer="mg"), {})
    assert not counted(sending)


def test_a_lost_worker_and_skipped_deliveries_are_counted(sending: Campaign) -> None:
    claim(sending.pk, size=2, mailer="mg")
    recover_expired(now=database_now() + timedelta(hours=1))
    cancel(sending.pk)
    assert counted(sending) == {("uncertain", "mg", ""): 2, ("skipped", "", ""): 3}


def test_what_a_provider_reports_is_counted_by_code_and_facts_in_the_minute_of_sending(
    sending: Campaign,
) -> None:
    long_ago = AT - timedelta(hours=5)
    claimed = claim(sending.pk, size=5, mailer="mg", now=long_ago)
    settle(
        claimed,
        {one.pk: Result(Outcome.ACCEPTED, mailer="mg") for one in claimed.deliveries},
        now=long_ago,
    )
    hard, block, complained, delivered, _ = Delivery.objects.select_related("subscriber").order_by(
        "pk"
    )
    bring("hard", hard)
    bring("block", block)
    bring("complained", complained)
    bring("delivered", delivered)
    process_reports()

    found = counted(sending)
    assert sum(number for (what, *_), number in found.items() if what == "bounced") == 2
    assert any(code for what, _, code in found if what == "bounced")
    assert found["delivered", "mg", ""] == 1
    facts = DeliveryMinute.objects.filter(minute=long_ago).exclude(what="accepted")
    assert set(facts.values_list("what", "mailer", "number")) == {
        ("hard_bounce", "mg", 1),
        ("blocked", "mg", 1),
        ("complained", "mg", 1),
    }
    assert not DeliveryMinute.objects.filter(minute=long_ago, what__in=["bounced", "delivered"])

    bring("hard", block)
    process_reports()
    found = counted(sending)
    assert (found["hard_bounce", "mg", ""], found["blocked", "mg", ""]) == (2, 0)


def test_a_note_of_a_mail_server_about_one_email_is_no_report_of_the_mailer(
    sending: Campaign,
) -> None:
    claimed = claim(sending.pk, size=5, mailer="smtp")
    settle(claimed, {one.pk: Result(Outcome.ACCEPTED, mailer="smtp") for one in claimed.deliveries})
    noted = Delivery.objects.select_related("subscriber").order_by("pk")[0]
    assert noted.subscriber
    ref = make_token(Purpose.DELIVERY, noted.pk)
    mail = bounce_mail(
        "dsn_postfix",
        ref=ref,
        recipient=noted.subscriber.email,
        action="delivered",
        status="2.0.0",
        answer="250 OK",
    )
    store(MAILBOX, mail, headers={})
    process_reports()
    noted.refresh_from_db()
    assert noted.status == "delivered"
    assert counted(sending) == {("accepted", "smtp", ""): 5}


def test_counts_are_undone_with_their_transaction(sending: Campaign) -> None:
    with transaction.atomic():
        with ledger_of(sending.pk) as ledger:
            ledger.count(Counted.ACCEPTED, 3, at=AT)
        assert counted(sending) == {("accepted", "", ""): 3}
        transaction.set_rollback(True)
    assert not counted(sending)


def test_two_hosts_have_rows_of_their_own(sending: Campaign) -> None:
    minute = Minute(AT, "mg", Counted.ACCEPTED)
    for host, number in (("one", 3), ("two", 4), ("one", 5)):
        with transaction.atomic():
            add_to_minutes(sending.pk, {minute: number}, host=host)
    rows = DeliveryMinute.objects.order_by("host").values_list("host", "minute", "number")
    assert list(rows) == [("one", AT, 8), ("two", AT, 4)]


def test_a_server_that_makes_up_codes_fills_no_table(sending: Campaign) -> None:
    codes = {
        Minute(AT, "mg", Counted.FAILED, f"550 5.{number}.1"): 1 + (number < 5)
        for number in range(500)
    }
    add_to_minutes(sending.pk, codes)
    found = counted(sending)
    assert found.total() == sum(codes.values())
    assert len(found) <= CODES_AT_MOST + 1
    assert all(found["failed", "mg", f"550 5.{number}.1"] == 2 for number in range(5))
