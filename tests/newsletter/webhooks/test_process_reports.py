"""Processing reports: what can be read becomes an event once, the rest is kept and shown."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings as project_settings
from django.core.management import call_command
from django.db import OperationalError
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from newsletter.core.addresses import address_digest
from newsletter.core.tokens import Purpose, make_token
from newsletter.models import ProviderEvent, ProviderReport, TransactionalMessage
from newsletter.retention.forget import forget_provider_reports
from newsletter.signals import provider_events_recorded
from newsletter.webhooks.bounces.mail import MOST_RECIPIENTS
from newsletter.webhooks.process_reports import RETRY_AFTER, Processed, process_reports
from newsletter.webhooks.record import LONGEST_RAW, PATIENCE
from newsletter.webhooks.store import MAILBOX, store
from subscribers.models import SoftBounces, Suppression
from tests.fakes import webhooks
from tests.fakes.bounce_mails import bounce_mail
from tests.newsletter.webhooks.reports import ADA, keep, some

pytestmark = pytest.mark.django_db
DEEP = b"[" * 5_000 + b"]" * 5_000
BAD_BODIES = {
    "nothing": b"",
    "not JSON": b"event=delivered",
    "half": b'{"event": ',
    "null": b"null",
    "a number": b"17",
    "a text": b'"delivered"',
    "an empty list": b"[]",
    "an empty object": b"{}",
    "5,000 deep": DEEP,
    "5,000 deep in an object": b'{"event": ' + DEEP + b"}",
    "bytes": bytes(range(256)),
    "not UTF-8": b'{"event": "\xff\xfe"}',
    "a very long number": b'{"event": ' + b"9" * 6_000 + b"}",
}
BAD_EVENTS: dict[str, object] = {
    "a list of nulls": [None, None],
    "a list of lists": [[[]]],
    "wrong types": {
        "event": 7, "event-data": 7, "RecordType": [], "type": {}, "email": [], "time": "x",
        "data": "x", "Type": 1,
    },
    "wrong types inside": {
        "event": "bounce", "email": {"a": 1}, "time": [], "MessageID": {}, "Payload": 3,
        "event-data": {"event": "failed", "severity": [], "delivery-status": [], "recipient": 5,
                       "timestamp": "x", "user-variables": []},
        "RecordType": "Bounce", "Type": [], "Email": 9, "BouncedAt": 9, "Metadata": "x",
        "type": "email.bounced",
        "data": {"to": [{}], "headers": [1], "bounce": {"message": None, "type": []}},
    },
    "infinite": {"event": "sent", "email": ADA, "time": 1e308, "ts_epoch": 1e308,
                 "event-data": {"event": "delivered", "timestamp": 1e308}},
    "NUL and lone surrogates": {
        "event": "bounce", "email": "a\x00da@example.nz", "comment": "\ud800\x00",
        "Payload": '{"ref": "\\u0000\\ud800"}',
        "event-data": {"event": "failed", "recipient": "\ud800@x",
                       "delivery-status": {"message": "\x00\ud800"},
                       "user-variables": {"ref": "\x00"}},
        "RecordType": "Bounce", "Type": "HardBounce", "Email": "\x00", "Details": "\ud800",
        "MessageID": "\x00", "ID": "\x00",
        "type": "email.bounced",
        "data": {"email_id": "\x00\ud800", "to": ["\x00"], "bounce": {"message": "\x00"}},
    },
    "very long": {"event": "bounce", "email": "a" * 100_000, "comment": "b" * 100_000,
                  "MessageID": "c" * 100_000, "event-data": {"event": "x" * 9_999}},
}  # fmt: skip


@pytest.mark.thorough(sample=21)
@pytest.mark.parametrize("provider", webhooks.PROVIDERS)
@pytest.mark.parametrize(
    "body",
    [*BAD_BODIES.values(), *(json.dumps(event).encode() for event in BAD_EVENTS.values())],
    ids=[*BAD_BODIES, *BAD_EVENTS],
)
def test_whatever_a_body_holds_it_is_answered_kept_and_no_trouble_to_others(
    provider: str, body: bytes, client: Client, settings: Settings
) -> None:
    settings.WEBHOOK_SECRET = webhooks.SECRET
    assert webhooks.Report(provider, body, {}).post(client) == 204
    keep(some())

    processed = process_reports()

    assert processed.events >= 1
    assert (
        ProviderEvent.objects.filter(
            provider="mailgun", kind="delivered", digest=address_digest(ADA)
        ).count()
        == 1
    )
    left = ProviderReport.objects.first()
    kept = (
        [left.problem]
        if left
        else list(ProviderEvent.objects.filter(provider=provider).values_list("kind", flat=True))
    )
    assert all(kept)
    assert process_reports() == type(processed)()


def test_one_event_that_can_t_be_read_doesn_t_take_its_neighbours_along() -> None:
    good = [
        json.loads(some("mailjet", "hard", recipient=f"recipient{number}@example.nz").body)
        for number in range(3)
    ]
    store(
        "mailjet", json.dumps([good[0], None, good[1], {"event": {}}, good[2]]).encode(), headers={}
    )
    assert process_reports().events == 5
    assert ProviderEvent.objects.filter(kind="bounced", problem="").count() == 3
    assert ProviderEvent.objects.exclude(problem="").count() == 2


def test_a_thousand_events_in_one_body_become_a_thousand_rows() -> None:
    events = [
        json.loads(some("mailjet", recipient=f"recipient{number}@example.nz").body)
        for number in range(1_000)
    ]
    store("mailjet", json.dumps(events).encode(), headers={})
    assert process_reports().events == 1_000
    assert not ProviderReport.objects.exists()


@pytest.mark.parametrize("provider", webhooks.PROVIDERS)
def test_a_report_that_comes_again_is_known(provider: str) -> None:
    report = some(provider, "hard")
    keep(report)
    assert process_reports().events == 1
    keep(report)
    processed = process_reports()
    assert (processed.events, processed.repeated) == (0, 1)
    assert ProviderEvent.objects.count() == 1


def test_events_are_announced_once_a_thousand_at_a_time() -> None:
    heard: list[int] = []

    def hear(events: list[ProviderEvent], **kwargs: Any) -> None:
        heard.append(len(events))

    provider_events_recorded.connect(hear)
    try:
        events = [
            json.loads(some("mailjet", recipient=f"recipient{number}@example.nz").body)
            for number in range(1_100)
        ]
        store("mailjet", json.dumps(events).encode(), headers={})
        process_reports()
        process_reports()
    finally:
        provider_events_recorded.disconnect(hear)
    assert heard == [1_000, 100]


@pytest.mark.parametrize("offset", ["-2359", "-1600", "+1559", "+1600", "+2359"])
def test_a_mail_from_any_time_zone_is_processed(offset: str) -> None:
    when = timezone.now().astimezone(datetime.strptime(offset, "%z").tzinfo).replace(microsecond=0)
    keep_mail(f"Date: {when:%a, %d %b %Y %H:%M:%S} {offset}\r\n".encode() + bounce(recipients=1))

    assert process_reports().problems == 0

    assert ProviderEvent.objects.get().happened_at == when


def test_a_mail_about_thousands_of_recipients_is_kept_within_bounds() -> None:
    """Anybody may write to the mailbox."""
    keep_mail(bounce(recipients=5_000) + b"\r\n" + b"x" * 500_000)
    keep(some())

    assert process_reports().problems == 0

    kept = list(ProviderEvent.objects.filter(provider=MAILBOX))
    assert len(kept) == MOST_RECIPIENTS
    assert {len(bytes(event.raw)) for event in kept} == {LONGEST_RAW}
    assert ProviderEvent.objects.filter(provider="mailgun").count() == 1


def keep_mail(raw: bytes) -> None:
    store(MAILBOX, raw, headers={})


def bounce(*, recipients: int) -> bytes:
    failed = "Action: failed\r\nStatus: 5.1.1\r\n\r\n"
    blocks = [
        f"Final-Recipient: rfc822; r{number}@example.nz\r\n{failed}".encode()
        for number in range(recipients)
    ]
    head = (
        b"MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; "
        b"boundary=b\r\n\r\n--b\r\n"
    )
    about = (
        b"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.nz\r\n\r\n"
    )
    return head + about + b"".join(blocks) + b"--b--\r\n"


def listening(failure: Exception, *, digest: str = "") -> Callable[..., None]:
    def hear(events: list[ProviderEvent], **kwargs: Any) -> None:
        if not digest or any(event.digest == digest for event in events):
            raise failure

    return hear


def test_a_report_whose_consequences_fail_is_set_aside_and_the_others_count() -> None:
    hear = listening(ZeroDivisionError(), digest=address_digest("eve@example.org"))
    provider_events_recorded.connect(hear)
    try:
        for recipient in (ADA, "eve@example.org", "ben@example.com"):
            keep(some(recipient=recipient))
        processed = process_reports()
        assert not ProviderReport.objects.get().problem
        later = process_reports(now=timezone.now() + PATIENCE + timedelta(minutes=1))
    finally:
        provider_events_recorded.disconnect(hear)
    assert (processed.events, later.events, later.problems) == (2, 0, 1)
    assert ProviderReport.objects.get().problem


def test_a_report_whose_consequences_fail_for_a_while_counts_afterwards() -> None:
    """Also one that was old when it was tried first, because nothing had run for a long time."""
    hear = listening(ZeroDivisionError())
    start = timezone.now() + 2 * PATIENCE
    provider_events_recorded.connect(hear)
    try:
        keep(some())
        assert process_reports(now=start) == Processed()
    finally:
        provider_events_recorded.disconnect(hear)

    assert process_reports(now=start + timedelta(seconds=5)) == Processed(), "it waits a moment"
    assert process_reports(now=start + RETRY_AFTER).events == 1


def test_an_event_whose_consequences_fail_for_a_while_counts_afterwards() -> None:
    ProviderEvent.objects.create(
        provider="mailgun", fingerprint="ada", raw=b"{}", kind="delivered", digest="ada"
    )
    hear = listening(ZeroDivisionError())
    provider_events_recorded.connect(hear)
    try:
        process_reports()
    finally:
        provider_events_recorded.disconnect(hear)

    process_reports()

    event = ProviderEvent.objects.get()
    assert (event.problem, event.interpreted_at is None) == ("", False)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("waits", ["report", "event"])
def test_the_time_limit_of_tasks_is_no_fault_of_what_is_read(waits: str) -> None:
    if waits == "report":
        keep(some())
    else:
        ProviderEvent.objects.create(provider="mailgun", fingerprint="a", raw=b"", kind="delivered")
    hear = listening(SoftTimeLimitExceeded())
    provider_events_recorded.connect(hear)
    try:
        with pytest.raises(SoftTimeLimitExceeded):
            process_reports()
    finally:
        provider_events_recorded.disconnect(hear)
    assert not ProviderReport.objects.exclude(retry_at=None, problem="").exists()
    assert not ProviderEvent.objects.exclude(interpreted_at=None).exists()


def test_an_event_that_waits_and_whose_consequences_fail_holds_up_nothing() -> None:
    eve = address_digest("eve@example.org")
    for name, digest in (("eve", eve), ("ada", address_digest(ADA))):
        ProviderEvent.objects.create(
            provider="mailgun", fingerprint=name, raw=b"{}", kind="delivered", digest=digest
        )
    hear = listening(ZeroDivisionError(), digest=eve)
    provider_events_recorded.connect(hear)
    try:
        keep(some())
        processed = process_reports()
        assert ProviderEvent.objects.get(interpreted_at=None).fingerprint == "eve"
        process_reports(now=timezone.now() + PATIENCE + timedelta(minutes=1))
    finally:
        provider_events_recorded.disconnect(hear)
    assert processed.events == 1
    assert not ProviderEvent.objects.filter(interpreted_at=None).exists()
    assert [event.fingerprint for event in ProviderEvent.objects.exclude(problem="")] == ["eve"]


@pytest.mark.django_db(transaction=True)
def test_while_the_database_fails_everything_goes_on_waiting() -> None:
    hear = listening(OperationalError("deadlock detected"))
    provider_events_recorded.connect(hear)
    try:
        keep(some())
        with pytest.raises(OperationalError):
            process_reports()
    finally:
        provider_events_recorded.disconnect(hear)
    assert not ProviderEvent.objects.exists()
    assert process_reports().events == 1


@pytest.mark.parametrize("days", [-40, 2])
def test_a_time_that_can_t_be_is_not_believed(days: int) -> None:
    keep(some("brevo", at=timezone.now() + timedelta(days=days)))
    process_reports()
    [event] = ProviderEvent.objects.all()
    assert event.happened_at
    assert abs(event.happened_at - timezone.now()) < timedelta(minutes=1)


def test_a_confirmation_that_bounces_hard_suppresses_its_own_recipient_alone() -> None:
    message = TransactionalMessage.objects.create(
        kind="confirmation", digest=address_digest(ADA), to=ADA
    )
    ref = make_token(Purpose.MESSAGE, message.pk)
    for recipient in ("eve@example.org", ADA):
        keep(some("brevo", "hard", ref=ref, recipient=recipient))
    assert process_reports().events == 2
    assert [(row.digest, row.reason) for row in Suppression.objects.all()] == [
        (address_digest(ADA), "hard_bounce")
    ]


def test_a_dead_target_of_a_forwarding_is_a_soft_bounce_of_a_single_message_too() -> None:
    message = TransactionalMessage.objects.create(
        kind="confirmation", digest=address_digest(ADA), to=ADA
    )
    for recipient in ("ada@elsewhere.example.com", "ada@third.example.com"):
        ref = make_token(Purpose.MESSAGE, message.pk)
        raw = bounce_mail(
            "dsn_postfix",
            ref=ref,
            recipient=recipient,
            status="5.1.1",
            action="failed",
            answer="User unknown",
        )
        store(MAILBOX, raw, headers={})
    assert process_reports().events == 2
    assert not Suppression.objects.exists()
    assert [(row.digest, row.number) for row in SoftBounces.objects.all()] == [
        (address_digest(ADA), 1)
    ]


@pytest.mark.parametrize("look_alike", ["\u017fam@example.org", "\uff53am@example.org"])
def test_a_look_alike_that_bounces_silences_nobody_else(look_alike: str) -> None:
    message = TransactionalMessage.objects.create(
        kind="confirmation", to=look_alike, digest=address_digest(look_alike)
    )
    ref = make_token(Purpose.MESSAGE, message.pk)
    keep(some(case="hard", ref=ref, recipient="sam@example.org"))
    keep(some(case="hard", ref=ref, recipient=look_alike))
    process_reports()
    suppressed = list(Suppression.objects.values_list("digest", flat=True))
    assert suppressed == [address_digest(look_alike)]
    assert address_digest("sam@example.org") not in suppressed


def test_the_command_processes_reports_and_says_what_it_did(
    capsys: pytest.CaptureFixture[str],
) -> None:
    keep(some())
    store("brevo", b"null", headers={})
    call_command("fold_provider_events", "--json")
    assert json.loads(capsys.readouterr().out) == {
        "reports": 1,
        "events": 1,
        "repeated": 0,
        "problems": 1,
    }
    call_command("fold_provider_events")
    assert "Reports processed: 0." in capsys.readouterr().out


def test_what_nobody_could_read_dies_in_time() -> None:
    now = timezone.now()
    store("brevo", b"null", headers={})
    process_reports()
    assert (
        forget_provider_reports(
            now=now + project_settings.KEEP_PROVIDER_EVENTS - timedelta(hours=1)
        )
        == 0
    )
    assert (
        forget_provider_reports(
            now=now + project_settings.KEEP_PROVIDER_EVENTS + timedelta(hours=1)
        )
        == 1
    )
