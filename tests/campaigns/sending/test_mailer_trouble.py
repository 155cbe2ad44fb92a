"""A campaign and a mailer that is slow, absent, silent or not set up.

Nobody is lost, and nobody is written to twice.
"""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.db import connection
from pytest_django.fixtures import Settings

from campaigns.models import Campaign, CampaignContent, Delivery
from campaigns.reports.totals import recount, totals
from campaigns.sending.pause_cancel_undo import pause
from campaigns.sending.send import send_batch
from campaigns.states import CampaignStatus, DeliveryStatus
from newsletter.core.db.clock import database_now
from newsletter.models import Brand, InboxMessage, MailerDay, MailerHealth
from newsletter.rendering.merge import sentinel
from newsletter.transport.connections.transmit import close_all
from newsletter.transport.pacing.throttle import SlotFarOff, reserve
from newsletter.transport.providers.mailer_urls import parse_mailer_url
from subscribers.models import Subscriber
from tests.fakes import smtp_sink
from tests.fakes.smtp_sink import DROP, HANG, SmtpSink


def use(settings: Settings, url: str) -> None:
    mailer = parse_mailer_url(url)
    settings.MAILERS = {
        **settings.MAILERS,
        "bulk": {"BACKEND": mailer.backend, "OPTIONS": dict(mailer.options)},
    }
    settings.MAILER_SETTINGS = {**settings.MAILER_SETTINGS, "bulk": mailer}


@pytest.fixture
def sink(settings: Settings) -> Iterator[SmtpSink]:
    with smtp_sink.running(SmtpSink()) as running:
        use(settings, f"smtp+plain://127.0.0.1:{running.port}?timeout=0.5")
        yield running
        close_all()


@contextmanager
def _limited(seconds: float) -> Iterator[None]:
    """Let the time limit of a task strike after `seconds`."""

    def strike(number: int, frame: FrameType | None) -> None:
        raise SoftTimeLimitExceeded

    former = signal.signal(signal.SIGALRM, strike)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, former)


def test_a_slow_rate_fails_nobody(sending: Campaign, settings: Settings) -> None:
    settings.MAXIMUM_ATTEMPTS = 2
    settings.MAILER_SETTINGS = {
        **settings.MAILER_SETTINGS,
        "bulk": replace(settings.MAILER_SETTINGS["bulk"], rate=1 / 3600),
    }
    for _ in range(6):
        Delivery.objects.filter(status=DeliveryStatus.PLANNED).update(retry_at=None)
        assert not send_batch(sending.pk).more, "the worker goes on although the rate is used up"

    assert totals(sending).failed == 0
    assert totals(sending).planned >= 4
    assert InboxMessage.objects.count() == totals(sending).accepted
    assert totals(sending) == recount(sending)


def test_a_server_that_is_not_there_is_asked_once_and_costs_nobody_an_attempt(
    sending: Campaign, settings: Settings
) -> None:
    use(settings, "smtp+plain://127.0.0.1:9?timeout=0.5")

    assert not send_batch(sending.pk).more

    assert set(Delivery.objects.values_list("status", "attempt")) == {("planned", 0)}
    assert Delivery.objects.exclude(retry_at=None).count() == 1


def test_greylisting_holds_up_nobody_else(sending: Campaign, sink: SmtpSink) -> None:
    sink.rcpt_answers = ["450 4.2.1 greylisted, come back"]

    send_batch(sending.pk)

    assert (totals(sending).accepted, totals(sending).planned) == (4, 1)
    assert Delivery.objects.get(status="planned").attempt == 1


def test_an_answer_that_no_database_takes_keeps_nobody_from_being_settled(
    sending: Campaign, sink: SmtpSink
) -> None:
    sink.rcpt_answers = ["250 OK", "550 5.1.1 no \0 such mailbox"]

    send_batch(sending.pk)

    assert (totals(sending).accepted, totals(sending).failed) == (4, 1)
    assert "no \ufffd such mailbox" in Delivery.objects.get(status="failed").reason


def test_a_server_that_does_not_answer_puts_few_in_doubt(sending: Campaign, sink: SmtpSink) -> None:
    sink.data_answers = [DROP, HANG]

    assert not send_batch(sending.pk).more

    assert (totals(sending).uncertain, totals(sending).planned) == (2, 3)
    assert set(Delivery.objects.filter(status="planned").values_list("attempt", flat=True)) == {0}


def test_a_time_limit_in_the_middle_of_a_dispatch_makes_no_second_copy(
    sending: Campaign, sink: SmtpSink, settings: Settings
) -> None:
    """The content is out, and the answer is still to come when the limit strikes."""
    warming = replace(settings.MAILER_SETTINGS["bulk"], warm_up=database_now().date())
    settings.MAILER_SETTINGS = {**settings.MAILER_SETTINGS, "bulk": warming}
    sink.keep_before_data_answer = True
    sink.data_answers = [HANG]

    with pytest.raises(SoftTimeLimitExceeded), _limited(0.25):
        send_batch(sending.pk)
    while totals(sending).planned:
        send_batch(sending.pk)

    recipients = [received.recipients[0] for received in sink.received]
    assert len(recipients) == len(set(recipients)) == 5
    assert (totals(sending).uncertain, totals(sending).accepted) == (1, 4)
    assert MailerDay.objects.get().handed_over == 5, (
        "what is in doubt counts against the day's limit, too"
    )


def test_a_time_limit_in_a_wait_gives_back_what_was_not_begun(
    sending: Campaign, settings: Settings
) -> None:
    """The first message has left, and the next may leave four seconds later."""
    slow = replace(settings.MAILER_SETTINGS["bulk"], rate=0.25, warm_up=database_now().date())
    settings.MAILER_SETTINGS = {**settings.MAILER_SETTINGS, "bulk": slow}

    def noted(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        found = execute(sql, *rest)
        if sql.startswith('INSERT INTO "newsletter_inboxmessage"'):
            signal.setitimer(signal.ITIMER_REAL, 1)
        return found

    with pytest.raises(SoftTimeLimitExceeded), _limited(60), connection.execute_wrapper(noted):
        send_batch(sending.pk, seconds=60)

    assert totals(sending).accepted == 1
    assert MailerDay.objects.get().handed_over == 1


def test_a_brand_that_loses_its_address_pauses_the_campaign_and_fails_nobody(
    sending: Campaign, brand: Brand
) -> None:
    Brand.objects.update(sender_email="")

    assert not send_batch(sending.pk).more

    sending.refresh_from_db()
    assert sending.status == CampaignStatus.PAUSED
    assert "sender address" in sending.pause_reason
    assert totals(sending).planned == 5


def test_an_email_that_can_not_be_read_pauses_the_campaign_and_fails_nobody(
    sending: Campaign,
) -> None:
    CampaignContent.objects.update(
        rendered_text=f"Dear {sentinel('given_name').replace('given_name', 'nick_name')}"
    )

    assert not send_batch(sending.pk).more

    sending.refresh_from_db()
    assert sending.status == CampaignStatus.PAUSED
    assert "nick_name" in sending.pause_reason
    assert totals(sending).planned == 5


def test_a_mailer_that_was_given_nothing_is_not_well_for_that(sending: Campaign) -> None:
    now = database_now()
    MailerHealth.objects.create(
        mailer="inbox", rests_until=now, failures=3, changed_at=now, reason="no answer"
    )
    Delivery.objects.update(language="xx")

    send_batch(sending.pk)

    assert totals(sending).failed == 5
    assert MailerHealth.objects.get().failures == 3


@pytest.fixture
def rested(db: None) -> MailerHealth:
    """The rest of the mailer is over, and the next worker tries it."""
    now = database_now()
    return MailerHealth.objects.create(
        mailer="inbox", rests_until=now, failures=1, changed_at=now, reason="no answer"
    )


def test_who_tries_a_mailer_and_finds_nothing_behind_its_place_looks_again_at_once(
    sending: Campaign, rested: MailerHealth
) -> None:
    """Deliveries that were given back lie before the place where the last slice ended."""
    [last] = Delivery.objects.order_by("-pk").values_list("pk", flat=True)[:1]

    send_batch(sending.pk, after=last)

    assert totals(sending).accepted == 5
    assert not MailerHealth.objects.exists()


def test_who_tries_a_mailer_and_finds_nothing_keeps_nobody_waiting(
    sending: Campaign, rested: MailerHealth
) -> None:
    pause(sending.pk)

    assert not send_batch(sending.pk).more

    rested.refresh_from_db()
    assert not rested.is_tried


def test_who_tries_a_mailer_while_its_rate_is_used_up_keeps_nobody_waiting(
    sending: Campaign, rested: MailerHealth, settings: Settings
) -> None:
    slow = replace(settings.MAILER_SETTINGS["bulk"], rate=1 / 3600)
    settings.MAILER_SETTINGS = {**settings.MAILER_SETTINGS, "bulk": slow}
    # In a Redis that other tests share it may be used up already.
    with suppress(SlotFarOff):
        reserve(slow.name, rate=1 / 3600, most=1)

    assert not send_batch(sending.pk).more

    rested.refresh_from_db()
    assert not rested.is_tried


def test_who_can_note_nothing_leaves_a_mailer_that_is_tried_to_other_hosts(
    sending: Campaign, rested: MailerHealth, settings: Settings, tmp_path: Path
) -> None:
    settings.VAR_DIR = tmp_path
    (tmp_path / "claims").touch()  # no folder, so no journal

    assert send_batch(sending.pk).more, "this host swallows the hint for another"

    rested.refresh_from_db()
    assert not rested.is_tried
    assert totals(sending).planned == 5


@pytest.mark.thorough(sample=3)
@pytest.mark.parametrize(
    "name",
    [
        "Ada\x85Lovelace",
        "Ada\r\nBcc: evil@example.com",
        "Ada\u2028Lovelace",
        "\x7f",
        "{given_name}",
        "=?utf-8?q?=0d=0a?=",
    ],
)
def test_no_name_keeps_its_owner_from_being_written_to(
    sending: Campaign, sink: SmtpSink, name: str
) -> None:
    Subscriber.objects.update(full_name=name, given_name=name)

    send_batch(sending.pk)

    assert totals(sending).accepted == 5
    assert {tuple(received.recipients) for received in sink.received} == {
        (row.email,) for row in Subscriber.objects.all()
    }
    assert all(received.message["Bcc"] is None for received in sink.received)
    assert all(len(received.message.get_all("To", [])) == 1 for received in sink.received)


@pytest.mark.thorough(sample=3)
@pytest.mark.parametrize(
    "name",
    [
        "<script>alert(1)</script>",
        "\ue000unsubscribe_url\ue001",
        "{unsubscribe_url}",
        "slot0slot",
        "%recipient.x%",
        "{{7*7}}",
    ],
)
def test_no_name_is_anything_but_a_name(sending: Campaign, sink: SmtpSink, name: str) -> None:
    Subscriber.objects.update(full_name=name, given_name=name)

    send_batch(sending.pk)

    assert totals(sending).accepted == 5
    plain = sink.received[0].message.get_body(("plain",))
    html = sink.received[0].message.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert f"Dear {name}," in plain.get_content()
    assert "<script>" not in html.get_content()
