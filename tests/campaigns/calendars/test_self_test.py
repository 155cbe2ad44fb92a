"""Invitations go out only by mailers that carried one to ourselves, whole."""

from collections.abc import Iterator
from email import message_from_bytes

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from campaigns.calendars.availability import settings_digest, why_no_invitations
from campaigns.calendars.read_replies import read_replies
from campaigns.calendars.self_test import CannotTest, send_test
from campaigns.calendars.take_reply import Taken
from campaigns.models import CalendarMail, CalendarTest
from newsletter.models import Brand
from newsletter.transport.config.mailbox_url import parse_reply_mailbox_url
from newsletter.transport.providers.mailer_urls import parse_mailer_url
from tests.campaigns.calendars.conftest import REPLIES
from tests.fakes import smtp_sink
from tests.fakes.mailbox import FakeMailbox, serving
from tests.fakes.smtp_sink import SmtpSink

pytestmark = pytest.mark.django_db


def use_mailer(settings: Settings, url: str) -> None:
    mailer = parse_mailer_url(url)
    settings.MAILERS = settings.MAILERS | {
        "bulk": {"BACKEND": mailer.backend, "OPTIONS": dict(mailer.options)}
    }
    settings.MAILER_SETTINGS = settings.MAILER_SETTINGS | {"bulk": mailer}


@pytest.fixture
def sink(settings: Settings) -> Iterator[SmtpSink]:
    with smtp_sink.running(SmtpSink()) as running:
        use_mailer(settings, f"smtp+plain://127.0.0.1:{running.port}?name=office")
        yield running


@pytest.fixture
def box(settings: Settings) -> Iterator[FakeMailbox]:
    with serving(FakeMailbox()) as box:
        settings.REPLY_MAILBOX = parse_reply_mailbox_url(f"{box.url}?address={REPLIES}")
        yield box


def returned(sink: SmtpSink) -> bytes:
    (message,) = sink.received
    return message.raw


def test_a_test_that_comes_back_whole_lets_invitations_out(
    brand: Brand, sink: SmtpSink, box: FakeMailbox
) -> None:
    assert "haven’t been tested with the mailer office" in why_no_invitations()
    send_test("bulk")
    assert "hasn’t come back yet" in why_no_invitations()
    raw = returned(sink)
    parts = [part.get_content_type() for part in message_from_bytes(raw).walk()]
    assert parts == ["multipart/alternative", "text/plain", "text/html", "text/calendar"]

    box.put(raw)
    assert read_replies() == {Taken.TEST: 1}

    assert why_no_invitations() == ""
    assert CalendarTest.objects.get().passed_at is not None
    assert not CalendarMail.objects.exists()


CHANGED = {
    "missing": (b"Content-Type: text/calendar", b"Content-Type: text/plain"),
    "as an attachment": (
        b"Content-Type: text/calendar",
        b"Content-Disposition: attachment\r\nContent-Type: text/calendar",
    ),
    "doesn’t say any more": (b'method="REQUEST"', b'method="PUBLISH"'),
    "changed on the way": (b"STATUS:CONFIRMED", b"STATUS:TENTATIVE"),
}


@pytest.mark.thorough(sample=2)
@pytest.mark.parametrize("problem", CHANGED)
def test_a_test_that_was_changed_on_the_way_lets_none_out(
    brand: Brand, sink: SmtpSink, box: FakeMailbox, problem: str
) -> None:
    send_test("bulk")
    old, new = CHANGED[problem]
    raw = returned(sink)
    assert old in raw
    box.put(raw.replace(old, new))

    read_replies()

    assert problem in why_no_invitations()


@pytest.mark.parametrize("changed", [False, True])
def test_the_result_of_an_earlier_test_holds_until_the_next_is_back(
    brand: Brand, sink: SmtpSink, box: FakeMailbox, changed: bool
) -> None:
    send_test("bulk")
    box.put(returned(sink))
    read_replies()
    earlier = CalendarTest.objects.get().passed_at
    assert not CalendarTest.objects.get().is_under_way
    sink.received.clear()

    send_test("bulk")
    assert why_no_invitations() == ""
    assert CalendarTest.objects.get().is_under_way

    old, new = CHANGED["missing"]
    raw = returned(sink)
    box.put(raw.replace(old, new) if changed else raw)
    read_replies()
    test = CalendarTest.objects.get()
    assert not test.is_under_way
    assert ("missing" in why_no_invitations()) is changed
    assert (test.passed_at is None) is changed
    assert test.passed_at != earlier


def test_an_earlier_result_ends_where_the_next_test_cant_be_sent(
    brand: Brand, sink: SmtpSink, box: FakeMailbox, settings: Settings
) -> None:
    use_mailer(settings, "smtp+plain://127.0.0.1:9?name=gone")
    CalendarTest.objects.create(
        mailer="gone",
        settings_digest=settings_digest(settings.MAILER_SETTINGS["bulk"]),
        sent_at=timezone.now(),
        passed_at=timezone.now(),
    )
    assert why_no_invitations() == ""

    assert send_test("bulk").passed_at is None
    assert "failed" in why_no_invitations()


def test_an_earlier_result_with_other_settings_is_void(
    brand: Brand, sink: SmtpSink, box: FakeMailbox
) -> None:
    passed = timezone.now()
    CalendarTest.objects.create(
        mailer="office", settings_digest="x", sent_at=passed, passed_at=passed
    )
    assert send_test("bulk").passed_at is None
    assert "hasn’t come back yet" in why_no_invitations()


def test_with_other_settings_a_mailer_needs_a_test_of_its_own(
    brand: Brand, sink: SmtpSink, box: FakeMailbox, settings: Settings
) -> None:
    send_test("bulk")
    box.put(returned(sink))
    read_replies()
    assert why_no_invitations() == ""

    use_mailer(settings, "smtp://user:x@other.example.org?name=office")
    assert "haven’t been tested" in why_no_invitations()


def test_each_mailer_for_campaigns_must_have_passed(
    brand: Brand, sink: SmtpSink, box: FakeMailbox, settings: Settings
) -> None:
    send_test("bulk")
    box.put(returned(sink))
    read_replies()
    settings.BULK_MAILERS = ["bulk", "bulk-2"]
    settings.MAILER_SETTINGS = settings.MAILER_SETTINGS | {
        "bulk-2": parse_mailer_url("mailgun://:k@lists.example.org?name=spare")
    }
    assert "with the mailer spare" in why_no_invitations()


def test_a_provider_whose_api_takes_no_calendar_part_fails_at_once(
    brand: Brand, box: FakeMailbox, settings: Settings
) -> None:
    use_mailer(settings, "postmark://:token@?name=post")
    test = send_test("bulk")
    assert test.problem
    assert "failed" in why_no_invitations()


def test_a_server_that_cant_be_reached_fails_the_test(
    brand: Brand, box: FakeMailbox, settings: Settings
) -> None:
    use_mailer(settings, "smtp+plain://127.0.0.1:9?name=gone")
    assert send_test("bulk").problem


def test_without_a_reply_mailbox_or_a_sender_no_test_is_sent(
    brand: Brand, settings: Settings, box: FakeMailbox
) -> None:
    Brand.objects.update(sender_email="")
    with pytest.raises(CannotTest):
        send_test("bulk")
    settings.REPLY_MAILBOX = None
    with pytest.raises(CannotTest):
        send_test("bulk")
    assert not CalendarTest.objects.exists()


def test_a_result_of_an_earlier_test_says_nothing_of_the_next(
    brand: Brand, sink: SmtpSink, box: FakeMailbox
) -> None:
    send_test("bulk", now=timezone.now())
    earlier = returned(sink)
    sink.received.clear()
    send_test("bulk", now=timezone.now().replace(year=2031))

    box.put(earlier)
    read_replies()

    assert "changed on the way" in why_no_invitations()
