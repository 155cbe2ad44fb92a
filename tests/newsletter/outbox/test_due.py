"""The order of the outbox: by trust, and then by arrival."""

from datetime import datetime, timedelta

import pytest
from celery.signals import before_task_publish
from django.db.models import QuerySet
from django.utils import timezone
from pytest_django.fixtures import DjangoCaptureOnCommitCallbacks

from newsletter.core.mailboxes import mailbox_digest
from newsletter.models import InboxMessage, TransactionalMessage
from newsletter.outbox import deliver
from newsletter.outbox.due import next_due
from newsletter.outbox.outgoing import dispatch_message
from newsletter.outbox.queue import DELIVERING_EXPIRES, messages_within, raise_trust
from newsletter.states import MessageStatus, Trust
from newsletter.tasks import deliver_due, deliver_message
from tests.newsletter.outbox.messages import queue

pytestmark = pytest.mark.usefixtures("brand")


def arrived() -> list[str]:
    return list(InboxMessage.objects.order_by("id").values_list("recipient", flat=True))


def ids(messages: QuerySet[TransactionalMessage]) -> list[int]:
    return list(messages.values_list("pk", flat=True))


def a_message(to: str, trust: Trust) -> TransactionalMessage:
    message = queue(to)
    TransactionalMessage.objects.filter(pk=message.pk).update(trust=trust)
    return message


def test_the_most_trusted_leaves_first_and_of_those_the_oldest() -> None:
    for number, trust in enumerate((0, 2, 4, 1, 3, 2)):
        a_message(f"m{number}.{trust}@example.org", Trust(trust))

    deliver.deliver_due(seconds=600)

    assert [to.partition("@")[0] for to in arrived()] == ["m2.4", "m4.3", "m1.2", "m5.2", "m3.1",
                                                          "m0.0"]  # fmt: skip


def test_a_waking_sends_what_is_most_trusted_whichever_message_it_was_for() -> None:
    flood = [a_message(f"bot{number}@example.org", Trust.UNPROVEN) for number in range(5)]
    a_message("eve@example.org", Trust.PROVEN)

    deliver_message(flood[0].pk)

    assert arrived() == ["eve@example.org"]


def test_as_many_wakings_as_messages_send_all_of_them_once() -> None:
    ids = [a_message(f"m{n}@example.org", Trust(n % 5)).pk for n in range(9)]

    for pk in [*ids, *ids]:
        deliver_message(pk)

    assert sorted(arrived()) == [f"m{n}@example.org" for n in range(9)]


def test_what_comes_during_a_run_and_is_trusted_more_overtakes_the_rest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for number in range(2 * deliver.CLAIM_SIZE):
        a_message(f"bot{number}@example.org", Trust.UNPROVEN)
    dispatch = dispatch_message

    def eve_comes_meanwhile(*args: object, **kwargs: object) -> object:
        if not TransactionalMessage.objects.filter(to="eve@example.org").exists():
            a_message("eve@example.org", Trust.PROVEN)
        return dispatch(*args, **kwargs)  # type: ignore[arg-type]  # handed on as it came

    monkeypatch.setattr(deliver, "dispatch_message", eve_comes_meanwhile)
    monkeypatch.setattr(deliver, "CLAIM_OPEN", 60.0)  # however busy the machine is

    deliver.deliver_due(seconds=60)

    assert arrived().index("eve@example.org") == deliver.CLAIM_SIZE
    assert len(arrived()) == 2 * deliver.CLAIM_SIZE + 1


def test_a_turn_that_leaves_some_gives_one_hint_in_its_place_which_expires_soon(
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    """With two for each turn, hints to handle forms stood behind ever more of them."""
    for number in range(3):
        a_message(f"m{number}@example.org", Trust.UNPROVEN)
    monkeypatch.setattr(deliver, "SLICE", 0.0)
    expiries = list[str]()

    def note(headers: dict[str, str], **_: object) -> None:
        expiries.append(headers["expires"])

    before_task_publish.connect(note)
    with django_capture_on_commit_callbacks(execute=True):
        deliver_due()
    before_task_publish.disconnect(note)

    soon = timezone.now() + timedelta(seconds=DELIVERING_EXPIRES)
    assert [datetime.fromisoformat(each) <= soon for each in expiries] == [True]
    assert len(arrived()) == 1


def test_one_that_waits_for_its_next_attempt_is_overtaken() -> None:
    later = a_message("ada@example.org", Trust.AWAITED)
    TransactionalMessage.objects.update(retry_at=timezone.now() + timedelta(minutes=5))
    other = a_message("ben@example.org", Trust.UNPROVEN)

    assert ids(next_due(timezone.now())) == [other.pk]
    assert ids(next_due(timezone.now() + timedelta(minutes=6))) == [later.pk, other.pk]
    assert ids(next_due(timezone.now(), besides=[other.pk])) == []


def test_whoever_proves_that_they_want_it_waits_no_longer_than_their_proof_is_worth() -> None:
    message = a_message("ada+x@example.org", Trust.UNPROVEN)
    day = timedelta(days=1)
    same = messages_within(["confirmation"], mailbox=mailbox_digest("ada@example.org"), period=day)

    assert raise_trust(same, trust=Trust.PROVEN) == 1
    assert raise_trust(same, trust=Trust.USUAL) == 0, "nothing is trusted less for it"
    message.refresh_from_db()
    assert message.trust == Trust.PROVEN

    TransactionalMessage.objects.update(status=MessageStatus.ACCEPTED)
    assert raise_trust(same, trust=Trust.AWAITED) == 0


def test_what_nobody_says_anything_of_is_awaited() -> None:
    assert queue().trust == Trust.AWAITED


def test_all_spellings_of_a_mailbox_are_counted_as_one() -> None:
    queue("a.d.a+x@googlemail.com")
    found = messages_within(
        ["confirmation"], mailbox=mailbox_digest("ada@gmail.com"), period=timedelta(days=1)
    )
    assert found.count() == 1
