"""Single messages whose worker is killed: only what had begun and not ended is in doubt."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch
from uuid import uuid4

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from newsletter.models import Brand, InboxMessage, TransactionalMessage
from newsletter.outbox import deliver
from newsletter.outbox.claim_messages import claim_message
from newsletter.outbox.outgoing import dispatch_message
from newsletter.outbox.recover import recover_journals
from newsletter.signals import asked_before_attempt
from newsletter.transport.bulk.journal import Journal, JournalBroken
from newsletter.transport.results.result import Outcome, Result
from tests.fakes.smtp_sink import SmtpSink
from tests.newsletter.outbox.messages import queue

pytestmark = pytest.mark.services

ACCEPTED = Result(Outcome.ACCEPTED, provider_message_id="4711", mailer="smtp")
REFUSED = Result(Outcome.REFUSED, reason="550 5.1.1 no such mailbox", mailer="smtp")


@pytest.fixture(autouse=True)
def var_dir(settings: Settings, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path


def killed(*, begun: bool, ended: Sequence[Result] = ()) -> TransactionalMessage:
    """A message as a worker leaves it that is killed, and its journal."""
    token = uuid4()
    message = claim_message(queue().pk, token=token)
    assert message
    journal = Journal(deliver.outbox_journals(), str(token), {"message": message.pk})
    if begun:
        journal.note(begun=[message.pk])
    journal.note(ended=[(message.pk, result) for result in ended])
    journal.close()
    return message


@pytest.mark.parametrize(
    "after",
    [lambda: None, lambda: deliver.sweep(now=timezone.now() + timedelta(minutes=5))],
    ids=["before", "after"],
)
@pytest.mark.parametrize(
    ("begun", "ended", "status", "attempt"),
    [
        (False, [], "queued", 0),
        (True, [], "uncertain", 1),
        (True, [ACCEPTED], "accepted", 1),
        (True, [REFUSED], "failed", 1),
    ],
    ids=["unbegun", "begun", "accepted", "refused"],
)
def test_a_journal_tells_before_the_lease_has_run_out_and_after_it(
    begun: bool,
    ended: Sequence[Result],
    status: str,
    attempt: int,
    after: Callable[[], object],
    brand: Brand,
) -> None:
    message = killed(begun=begun, ended=ended)
    after()

    recover_journals()

    message.refresh_from_db()
    assert (message.status, message.attempt) == (status, attempt)
    assert not list(deliver.outbox_journals().iterdir())


def test_what_had_not_begun_is_sent_once(brand: Brand) -> None:
    message = killed(begun=False)
    recover_journals()

    assert deliver.deliver_due() == 1

    assert InboxMessage.objects.count() == 1
    message.refresh_from_db()
    assert message.status == "accepted"


def test_a_person_s_word_is_not_contradicted_by_a_journal(brand: Brand) -> None:
    message = killed(begun=False)
    TransactionalMessage.objects.update(status="failed", claim_token=None)

    assert recover_journals() == 0
    message.refresh_from_db()
    assert message.status == "failed"


def test_the_journal_of_a_living_worker_is_left_alone(brand: Brand) -> None:
    message = claim_message(queue().pk)
    assert message
    with Journal(
        deliver.outbox_journals(), str(message.claim_token), {"message": message.pk}
    ) as journal:
        assert recover_journals() == 0
        message.refresh_from_db()
        assert message.status == "claimed"
        journal.delete()


def test_a_message_that_is_settled_leaves_no_journal(brand: Brand) -> None:
    assert deliver.deliver(queue().pk) == "accepted"
    assert deliver.deliver(4711) is None
    assert not list(deliver.outbox_journals().iterdir())


def test_where_nothing_can_be_noted_nothing_leaves(
    brand: Brand, settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    settings.VAR_DIR = tmp_path / "file"
    message = queue()

    assert deliver.deliver(message.pk) is None
    assert deliver.deliver_due() == 0

    message.refresh_from_db()
    assert (message.status, message.attempt, InboxMessage.objects.count()) == ("queued", 0, 0)


def test_on_a_full_disk_one_message_is_tried_and_leaves_no_file(
    brand: Brand, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(3):
        queue()
    with patch.object(Journal, "_write", side_effect=JournalBroken("the disk is full")):
        assert deliver.deliver_due() == 0

    assert len(caplog.records) == 1
    assert not list(deliver.outbox_journals().iterdir())
    assert deliver.deliver_due() == 3


@pytest.mark.parametrize("attempt", [0, 1])
def test_nobody_is_written_to_to_whom_somebody_above_objects(brand: Brand, attempt: int) -> None:
    message = killed(begun=False)
    recover_journals()
    TransactionalMessage.objects.update(attempt=attempt, mailer="")

    def objects(**kwargs: object) -> dict[int, str]:
        return {message.pk: "They have opted out."}

    asked_before_attempt.connect(objects)
    try:
        assert deliver.deliver_due() == 0
    finally:
        asked_before_attempt.disconnect(objects)
    message.refresh_from_db()
    assert (message.status, message.reason) == ("skipped", "They have opted out.")


def test_what_begins_is_noted_before_its_first_byte(brand: Brand, sink: SmtpSink) -> None:
    message = claim_message(queue().pk)
    assert message
    received_before: list[int] = []

    assert (
        dispatch_message(
            message, brand, begin=lambda: received_before.append(len(sink.received))
        ).outcome
        is Outcome.ACCEPTED
    )

    assert (received_before, len(sink.received)) == ([0], 1)


def test_a_worker_that_stood_still_begins_nothing_when_its_lease_is_nearly_over(
    brand: Brand, sink: SmtpSink, settings: Settings
) -> None:
    """Staff, or its owner by a new sign-up, may have had it sent by then."""
    settings.CLAIM_LEASE = timedelta(0)
    message = queue()

    assert deliver.deliver(message.pk) == "queued"

    message.refresh_from_db()
    assert (message.attempt, sink.received) == (0, [])


def test_what_can_not_be_noted_does_not_begin(brand: Brand, sink: SmtpSink) -> None:
    message = claim_message(queue().pk)
    assert message

    def full() -> None:
        raise JournalBroken("The journal of a claim can't be written: the disk is full")

    result = dispatch_message(message, brand, begin=full)

    assert (result.outcome, result.mailer_wide, sink.received) == (Outcome.LATER, True, [])
