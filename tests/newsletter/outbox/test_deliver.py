"""The outbox: a row first, then the mail; nobody gets a second copy, and nothing is forgotten."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import OperationalError
from django.utils import timezone
from pytest_django.fixtures import Settings

from newsletter.core.addresses import address_digest
from newsletter.models import Brand, InboxMessage, TransactionalMessage
from newsletter.outbox import deliver
from newsletter.outbox.claim_messages import claim_message
from newsletter.outbox.outgoing import dispatch_message
from newsletter.outbox.queue import queue_message
from newsletter.outbox.settle import Settled, settle_message, settle_messages
from newsletter.rendering.rendered import Rendered
from newsletter.retention.forget import forget
from newsletter.states import MessageStatus
from newsletter.transport.providers.mailer_urls import parse_mailer_url
from newsletter.transport.results.result import Result
from tests.fakes.smtp_sink import HANG, SmtpSink
from tests.newsletter.outbox.messages import queue


def test_a_queued_message_arrives_and_is_accepted(brand: Brand) -> None:
    message = queue()

    assert deliver.deliver(message.pk) == MessageStatus.ACCEPTED

    message.refresh_from_db()
    assert (message.status, message.attempt, message.reason, message.claim_token) == (
        "accepted",
        1,
        "",
        None,
    )
    assert message.settled_at is not None
    assert message.digest == address_digest("ada@example.nz")
    mail = InboxMessage.objects.get()
    assert (mail.recipient, mail.subject, mail.stream, mail.sender) == (
        "ada@example.nz",
        "Please confirm",
        "transactional",
        "news@lists.example.org",
    )
    assert b"List-Unsubscribe" not in bytes(mail.raw)
    assert b"Auto-Submitted: auto-generated" in bytes(mail.raw)


def test_a_second_worker_finds_nothing_to_do(brand: Brand) -> None:
    message = queue()

    assert deliver.deliver(message.pk) == MessageStatus.ACCEPTED
    assert deliver.deliver(message.pk) is None

    assert InboxMessage.objects.count() == 1


def test_a_message_that_is_gone_is_nothing_to_do(brand: Brand) -> None:
    assert deliver.deliver(4711) is None


def test_a_claimed_message_is_left_to_its_claimant(brand: Brand) -> None:
    message = queue()
    later = timezone.now() + timedelta(minutes=1)
    TransactionalMessage.objects.update(status="claimed", claim_token=uuid4(), lease_until=later)

    assert deliver.deliver(message.pk) is None
    assert deliver.sweep() == 0
    assert InboxMessage.objects.count() == 0


def test_a_claim_whose_worker_died_becomes_uncertain_and_is_never_sent_again(brand: Brand) -> None:
    message = queue()
    TransactionalMessage.objects.update(
        status="claimed", claim_token=uuid4(), lease_until=timezone.now() - timedelta(seconds=1)
    )

    assert deliver.sweep() == 1

    message.refresh_from_db()
    assert (message.status, message.lease_until) == ("uncertain", None)
    assert deliver.deliver(message.pk) is None
    assert deliver.deliver_due() == 0
    assert InboxMessage.objects.count() == 0


def test_a_refused_recipient_fails_for_good(brand: Brand, sink: SmtpSink) -> None:
    message = queue()
    sink.rcpt_answers = ["550 5.1.1 no such user"]

    assert deliver.deliver(message.pk) == MessageStatus.FAILED

    message.refresh_from_db()
    assert message.reason == "550 5.1.1 no such user"
    assert deliver.deliver(message.pk) is None


def test_no_answer_leaves_it_uncertain(brand: Brand, sink: SmtpSink) -> None:
    message = queue()
    sink.data_answers = [HANG]

    assert deliver.deliver(message.pk) == MessageStatus.UNCERTAIN
    assert deliver.deliver(message.pk) is None


def test_what_was_surely_not_sent_is_tried_again_after_a_wait(brand: Brand, sink: SmtpSink) -> None:
    message = queue()
    sink.rcpt_answers = ["450 4.2.1 greylisted"]
    before = timezone.now()

    assert deliver.deliver(message.pk) == MessageStatus.QUEUED

    message.refresh_from_db()
    assert message.retry_at is not None
    assert message.retry_at >= before + settings.RETRY_FIRST_WAIT
    assert message.reason == "450 4.2.1 greylisted"
    assert deliver.deliver(message.pk) is None
    assert deliver.sweep(now=message.retry_at - timedelta(seconds=1)) == 0
    assert deliver.sweep(now=message.retry_at) == 1

    TransactionalMessage.objects.update(retry_at=timezone.now())
    assert deliver.deliver_due() == 1
    message.refresh_from_db()
    assert (message.status, message.attempt) == ("accepted", 2)


def test_the_wait_doubles_up_to_a_limit(brand: Brand, sink: SmtpSink) -> None:
    message = queue()
    waits = []
    for _ in range(settings.MAXIMUM_ATTEMPTS - 1):
        sink.rcpt_answers = ["450 4.2.1 greylisted"]
        TransactionalMessage.objects.update(retry_at=None)
        before = timezone.now()
        deliver.deliver(message.pk)
        message.refresh_from_db()
        assert message.retry_at is not None
        waits.append((message.retry_at - before).total_seconds())

    expected = [30, 60, 120, 240, 480, 960, 1920]
    # Up to a quarter more, so that those who were turned away together don't come back together.
    assert all(
        least <= wait <= least * 1.25 + 5 for least, wait in zip(expected, waits, strict=True)
    ), waits


def test_attempts_end(brand: Brand, sink: SmtpSink) -> None:
    message = queue()
    TransactionalMessage.objects.update(attempt=settings.MAXIMUM_ATTEMPTS - 1)
    sink.rcpt_answers = ["450 4.2.1 greylisted"]

    assert deliver.deliver(message.pk) == MessageStatus.FAILED

    message.refresh_from_db()
    assert message.reason == "Failed after 8 attempts. 450 4.2.1 greylisted"


def test_our_own_configuration_counts_no_attempt(brand: Brand, sink: SmtpSink) -> None:
    message = queue()
    sink.mail_answers = ["550 5.7.1 sender rejected"]

    assert deliver.deliver(message.pk) == MessageStatus.QUEUED

    message.refresh_from_db()
    assert (message.attempt, message.reason) == (0, "550 5.7.1 sender rejected")


def test_nothing_leaves_while_the_postal_address_is_missing(brand: Brand) -> None:
    Brand.objects.update(postal_address=" ")
    message = queue()

    assert deliver.deliver(message.pk) == MessageStatus.QUEUED

    message.refresh_from_db()
    assert (
        message.reason == "The brand has no sender address or postal address. Add it under Brand."
    )
    assert InboxMessage.objects.count() == 0


def test_a_control_character_in_the_subject_fails_for_good(brand: Brand) -> None:
    message = queue(subject="Hello\r\nBcc: x@example.com")

    assert deliver.deliver(message.pk) == MessageStatus.FAILED

    message.refresh_from_db()
    assert message.reason == "The subject has a control character in it."


def claimed_and_swept() -> TransactionalMessage:
    """A message whose worker stood still until its lease had run out."""
    message = claim_message(queue().pk)
    assert message is not None
    assert message.lease_until is not None
    assert deliver.sweep(now=message.lease_until + timedelta(seconds=1)) == 1
    return message


@pytest.mark.parametrize(
    ("answer", "status"),
    [("", "accepted"), ("550 5.1.1 no such user", "failed"), ("450 4.2.1 greylisted", "queued")],
    ids=str,
)
def test_a_worker_that_only_stood_still_clears_the_doubt(
    answer: str, status: str, brand: Brand, sink: SmtpSink
) -> None:
    message = claimed_and_swept()
    sink.rcpt_answers = [answer] if answer else []

    assert settle_message(message, dispatch_message(message, brand)) == status

    message.refresh_from_db()
    assert (message.status, message.claim_token) == (status, None)


def test_a_late_answer_writes_nothing_into_a_message_that_was_forgotten(
    brand: Brand, sink: SmtpSink
) -> None:
    message = claimed_and_swept()
    forget(TransactionalMessage.objects.all(), why="erased", now=timezone.now())

    assert settle_message(message, dispatch_message(message, brand)) is None

    message.refresh_from_db()
    assert (message.status, message.provider_message_id, message.mailer) == ("uncertain", "", "")


def test_what_is_known_of_a_message_that_left_outlives_a_failure_of_the_database(
    transactional_db: None, brand: Brand, sink: SmtpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    failures = [OperationalError("the server closed the connection")]
    settle = settle_messages

    def fails_once(
        messages: Sequence[TransactionalMessage], results: Mapping[int, Result]
    ) -> Settled:
        if failures:
            raise failures.pop()
        return settle(messages, results)

    monkeypatch.setattr(deliver, "settle_messages", fails_once)

    assert deliver.deliver(queue().pk) == "accepted"
    assert not failures


def test_a_worker_whose_claim_is_somebody_else_s_by_now_changes_nothing(
    brand: Brand, sink: SmtpSink
) -> None:
    message = claim_message(queue().pk)
    assert message is not None
    TransactionalMessage.objects.update(claim_token=uuid4())

    assert settle_message(message, dispatch_message(message, brand)) is None

    message.refresh_from_db()
    assert message.status == "claimed"


def test_due_messages_are_delivered_oldest_first_and_no_more_than_asked(brand: Brand) -> None:
    for number in range(4):
        queue(to=f"reader{number}@example.org")

    assert deliver.deliver_due(limit=3) == 3

    assert list(InboxMessage.objects.order_by("id").values_list("recipient", flat=True)) == [
        f"reader{n}@example.org" for n in range(3)
    ]
    assert deliver.deliver_due() == 1


def test_an_outage_uses_up_no_attempts_and_is_asked_about_once(
    brand: Brand, settings: Settings
) -> None:
    settings.MAXIMUM_ATTEMPTS = 1
    mailer = parse_mailer_url("smtp+plain://127.0.0.1:9?timeout=0.5")
    settings.MAILERS = {"transactional": {"BACKEND": mailer.backend, "OPTIONS": mailer.options}}
    for number in range(3):
        queue(f"reader{number}@example.com")

    assert deliver.deliver_due() == 1

    assert set(TransactionalMessage.objects.values_list("status", "attempt")) == {("queued", 0)}
    assert TransactionalMessage.objects.exclude(retry_at=None).count() == 1


def test_a_run_ends_in_time_and_the_rest_waits(brand: Brand) -> None:
    for number in range(3):
        queue(f"reader{number}@example.com")

    assert deliver.deliver_due(seconds=0) == 1
    assert deliver.deliver_due() == 2


def test_a_name_of_many_lines_keeps_nobody_from_their_mail(brand: Brand, sink: SmtpSink) -> None:
    rendered = Rendered(subject="Welcome", html="", text="Welcome.\n")
    message = queue_message(
        "welcome",
        to="ada@example.nz",
        to_name="Ada\r\nBcc: evil@example.com\x85",
        rendered=rendered,
    )

    assert deliver.deliver(message.pk) == MessageStatus.ACCEPTED
    assert sink.received[0].recipients == ["ada@example.nz"]
    assert sink.received[0].message["Bcc"] is None
