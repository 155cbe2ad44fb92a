"""Many messages of one claim: each settled by itself, whatever becomes of the others."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch
from uuid import uuid4

import pytest
from django.db import DataError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.fixtures import Settings

from newsletter.core import shutdown
from newsletter.models import Brand, InboxMessage, TransactionalMessage
from newsletter.outbox import deliver
from newsletter.outbox.claim_messages import claim_due
from newsletter.outbox.outgoing import dispatch_message
from newsletter.outbox.recover import recover_journals
from newsletter.outbox.settle import settle_messages
from newsletter.states import MessageStatus
from newsletter.transport.results.result import Outcome, Result
from subscribers.models import Subscriber, Topic
from subscribers.people.erase import erase
from subscribers.states import SuppressionReason
from subscribers.suppression.registry import suppress
from tests.conftest import MakeSubscriber
from tests.fakes.smtp_sink import SmtpSink
from tests.newsletter.outbox.killed_worker import ALL_SENT, CLAIMED, THIRD_BEGUN, killed
from tests.newsletter.outbox.messages import queue

ACCEPTED = Result(Outcome.ACCEPTED, provider_message_id="4711", mailer="smtp")


@pytest.fixture(autouse=True)
def var_dir(settings: Settings, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path


def five() -> list[TransactionalMessage]:
    return [queue(f"m{number}@example.org") for number in range(5)]


def statuses() -> list[str]:
    rows = TransactionalMessage.objects.order_by("pk")
    return list(rows.values_list("status", flat=True))


def received(sink: SmtpSink) -> Counter[str]:
    return Counter(to for one in sink.received for to in one.recipients)


def during_the_first(act: Callable[[], object]) -> Callable[..., Result]:
    """A dispatch of messages during the first of which something else happens."""
    dispatch, acts = dispatch_message, [act]

    def dispatched(*args: object, **kwargs: object) -> Result:
        result = dispatch(*args, **kwargs)  # type: ignore[arg-type]  # handed on as it came
        for one in acts:
            one()
        acts.clear()
        return result

    return dispatched


@pytest.mark.thorough(sample=1)
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("moment", "after", "sent"),
    [
        (CLAIMED, ["queued"] * 5, 0),
        (THIRD_BEGUN, ["accepted", "accepted", "uncertain", "queued", "queued"], 2),
        (ALL_SENT, ["accepted"] * 5, 5),
    ],
)
def test_of_a_worker_that_is_killed_only_the_message_in_hand_is_in_doubt(
    brand: Brand, sink: SmtpSink, tmp_path: Path, moment: str, after: list[str], sent: int
) -> None:
    five()
    database = connection.settings_dict
    connection.close()
    killed(moment, database=database, var_dir=tmp_path, sink=sink)

    assert statuses() == ["claimed"] * 5
    assert sum(received(sink).values()) == sent

    recover_journals()

    assert statuses() == after
    assert deliver.deliver_due(seconds=600) == after.count("queued")
    assert set(statuses()) <= {"accepted", "uncertain"}
    assert set(received(sink).values()) == {1}, "nobody gets it twice"
    assert len(received(sink)) == 5 - after.count("uncertain")
    assert not list(deliver.outbox_journals().iterdir())


def test_twenty_messages_take_no_more_statements_than_one(
    brand: Brand, sink: SmtpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliver, "CLAIM_OPEN", 60.0)  # however busy the machine is
    counts = []
    for number in (1, deliver.CLAIM_SIZE):
        for place in range(number):
            queue(f"m{place}@example.org")
        with CaptureQueriesContext(connection) as captured:
            assert deliver.deliver_due(seconds=600) == number
        counts.append(len(captured))

    assert counts[1] <= counts[0]


def test_one_that_is_refused_delays_or_fails_no_other(brand: Brand, sink: SmtpSink) -> None:
    five()
    first, second = TransactionalMessage.objects.order_by("pk")[:2]
    TransactionalMessage.objects.filter(pk=second.pk).update(subject="Hello\r\nBcc: x@example.com")
    TransactionalMessage.objects.filter(pk=first.pk).update(headers=["no", "mapping"])
    sink.rcpt_answers = ["", "550 5.1.1 no such user", "450 4.2.1 greylisted"]
    sink.rcpt_answers[0] = "250 ok"

    assert deliver.deliver_due(seconds=600) == 5

    assert statuses() == ["queued", "failed", "accepted", "failed", "queued"]
    rows = TransactionalMessage.objects.order_by("pk")
    assert [row.attempt for row in rows] == [1] * 5
    assert [row.reason for row in rows] == [
        "This email could not be sent, by a fault of ours (TypeError).",
        "The subject has a control character in it.",
        "",
        "550 5.1.1 no such user",
        "450 4.2.1 greylisted",
    ]
    assert [bool(row.provider_message_id) for row in rows] == [False, False, True, False, False]
    assert [bool(row.retry_at) for row in rows] == [True, False, False, False, True]


def test_each_keeps_the_id_of_its_own_message(brand: Brand, sink: SmtpSink) -> None:
    five()
    deliver.deliver_due(seconds=600)
    ids = {one.recipients[0]: one.message["Message-ID"] for one in sink.received}
    rows = TransactionalMessage.objects.values_list("to", "provider_message_id")
    assert dict(rows) == ids
    assert len(set(ids.values())) == 5


def test_whoever_leaves_after_the_claim_gets_nothing_once_a_moment_has_passed(
    brand: Brand,
    sink: SmtpSink,
    make_subscriber: MakeSubscriber,
    topic: Topic,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    people = [make_subscriber(f"m{number}@example.org", topic=topic) for number in range(5)]
    five()

    def leave() -> None:
        erase(people[3].pk)
        suppress(people[4].digest, reason=SuppressionReason.NEVER_AGAIN)

    monkeypatch.setattr(deliver, "CLAIM_OPEN", 0.0)
    monkeypatch.setattr(deliver, "dispatch_message", during_the_first(leave))

    deliver.deliver_due(seconds=600)

    assert not Subscriber.objects.filter(pk=people[3].pk).exists()
    confirmations = TransactionalMessage.objects.filter(kind="confirmation").order_by("pk")
    assert [one.status for one in confirmations] == [*["accepted"] * 3, *["skipped"] * 2]
    texts = [to for one in sink.received for to in one.recipients if b"Please confirm" in one.raw]
    assert texts == ["m0@example.org", "m1@example.org", "m2@example.org"]


def test_what_is_given_back_waits_as_if_it_had_never_been_claimed(brand: Brand) -> None:
    five()
    earlier = timezone.now() - timedelta(minutes=1)
    TransactionalMessage.objects.update(
        attempt=3, retry_at=earlier, reason="450 4.2.1 greylisted", mailer="smtp"
    )
    columns = ("status", "attempt", "retry_at", "reason", "mailer", "claim_token", "lease_until")
    before = TransactionalMessage.objects.values_list(*columns)[0]

    assert deliver.take_turn(seconds=0) == deliver.OutboxTurn(1, more=True)

    rows = TransactionalMessage.objects.filter(status="queued")
    assert set(rows.values_list(*columns)) == {before}
    assert rows.count() == 4


def test_a_turn_says_whether_more_is_due(brand: Brand) -> None:
    five()
    assert deliver.take_turn(limit=2) == deliver.OutboxTurn(2, more=True)
    assert deliver.take_turn(limit=3) == deliver.OutboxTurn(3, more=False)
    assert deliver.take_turn() == deliver.OutboxTurn(0, more=False)


def test_a_worker_that_is_to_end_gives_the_rest_back(
    brand: Brand, sink: SmtpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    five()
    monkeypatch.setattr(deliver, "dispatch_message", during_the_first(shutdown.ask_to_stop))
    try:
        turn = deliver.take_turn()
    finally:
        shutdown._flag[0] = 0

    assert turn == deliver.OutboxTurn(1, more=True)
    assert statuses() == ["accepted", *["queued"] * 4]


def test_where_the_mailer_takes_nothing_the_rest_is_given_back_untried(
    brand: Brand, sink: SmtpSink
) -> None:
    five()
    sink.mail_answers = ["421 4.3.2 shutting down"] * 2

    assert deliver.take_turn().more is False

    rows = TransactionalMessage.objects.order_by("pk")
    assert {row.status for row in rows} == {"queued"}
    assert {row.attempt for row in rows} == {0}
    assert [bool(row.retry_at) for row in rows] == [True, False, False, False, False]


def test_of_a_batch_about_which_somebody_else_has_decided_only_the_rest_is_settled(
    brand: Brand,
) -> None:
    five()
    claimed = claim_due(size=5, token=uuid4(), brand=brand).messages
    swept, resolved, stolen, *_ = claimed
    rows = TransactionalMessage.objects
    rows.filter(pk=swept.pk).update(status="uncertain", reason="It may have been sent.")
    rows.filter(pk=resolved.pk).update(status="failed", claim_token=None, lease_until=None)
    rows.filter(pk=stolen.pk).update(claim_token=uuid4())

    settled = settle_messages(claimed, {one.pk: ACCEPTED for one in claimed[1:4]})

    assert settled == {
        swept.pk: MessageStatus.QUEUED,
        claimed[3].pk: MessageStatus.ACCEPTED,
        claimed[4].pk: MessageStatus.QUEUED,
    }
    assert statuses() == ["queued", "failed", "claimed", "accepted", "queued"]
    swept.refresh_from_db()
    assert (swept.reason, swept.attempt) == ("", 0)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_what_can_not_be_written_of_one_puts_no_other_in_doubt(brand: Brand) -> None:
    five()
    claimed = claim_due(size=5, token=uuid4(), brand=brand).messages
    results = {one.pk: ACCEPTED for one in claimed}
    results[claimed[1].pk] = Result(Outcome.REFUSED, reason="x" * 301)

    with pytest.raises(DataError):
        settle_messages(claimed, results)

    assert statuses() == ["accepted", "claimed", *["accepted"] * 3]


@pytest.mark.django_db(transaction=True)
def test_many_workers_at_once_send_each_message_once(brand: Brand) -> None:
    for number in range(90):
        queue(f"m{number}@example.org")

    def work(_: int) -> int:
        try:
            return sum(iter(lambda: deliver.deliver_due(limit=20), 0))
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(work, range(4))) == 90

    assert InboxMessage.objects.count() == 90
    assert InboxMessage.objects.values("recipient").distinct().count() == 90
    assert set(statuses()) == {"accepted"}


def test_a_fault_of_ours_ends_after_as_many_attempts_as_any_other(brand: Brand) -> None:
    message = queue()
    with patch.object(deliver, "dispatch_message", side_effect=RuntimeError):
        for _ in range(10):
            TransactionalMessage.objects.update(retry_at=None)
            deliver.deliver_due(seconds=600)

    message.refresh_from_db()
    assert message.status == "failed"
    assert message.reason.startswith("Failed after 8 attempts.")
