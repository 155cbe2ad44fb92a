"""Sign-ups of many strangers at once: the same rows as one by one, and nobody is asked twice."""

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from newsletter.core.addresses import address_digest
from newsletter.core.db.lock import lock_until_commit
from newsletter.core.mailboxes import mailbox_digest
from newsletter.models import TransactionalMessage
from newsletter.seals.seal import seal_entries
from newsletter.seals.verify import verify
from newsletter.states import Trust
from subscribers.consent import submissions
from subscribers.consent.submissions import handle_waiting, store_sign_up
from subscribers.consent.subscribe import SignUp, subscribe
from subscribers.consent.subscribe_strangers import subscribe_strangers
from subscribers.evidence.chain import CONSENT
from subscribers.models import ConsentRecord, FormSubmission, Subscriber, Subscription, Topic
from subscribers.states import ConsentMethod
from tests.subscribers.consent.conftest import SignUpMaker
from tests.subscribers.consent.messages import kinds

_LINK = re.compile(r"/(confirm|never)/[\w-]+/")


@contextmanager
def holding(act: Callable[[], object]) -> Iterator[None]:
    """Keep a transaction open that has acted, on a connection of its own."""
    held, seen = Event(), Event()

    def hold() -> None:
        try:
            with transaction.atomic():
                act()
                held.set()
                seen.wait(30)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(hold)
        assert held.wait(30)
        try:
            yield
        finally:
            seen.set()
        done.result()


@pytest.fixture
def other(db: None) -> Topic:
    return Topic.objects.create(
        slug="other", name="Other", is_public=True, texts={"uk": {"name": "Інше"}}
    )


def together(sign_ups: list[SignUp]) -> list[int]:
    with transaction.atomic():
        return subscribe_strangers(sign_ups)


def stored_rows() -> list[list[dict[str, Any]]]:
    """All that sign-ups leave, without ids, times, signatures, and tokens in links."""
    unlike = {
        *("id", "subscriber_id", "changed_at", "created_at", "updated_at", "given_at"),
        *("recorded_at", "salt", "signature", "address_since"),
    }
    rows = []
    for model in (Subscriber, Subscription, ConsentRecord, TransactionalMessage):
        found = [
            {name: value for name, value in row.items() if name not in unlike}
            for row in model._default_manager.order_by("pk").values()
        ]
        for row in found:
            for name in {"html", "text"} & row.keys():
                row[name] = _LINK.sub("/link/", str(row[name]))
        rows.append(sorted(found, key=lambda row: str(row.get("digest", row))))
    return rows


def test_strangers_are_signed_up_together_as_one_by_one(
    signing_up: SignUpMaker, topic: Topic, other: Topic
) -> None:
    sign_ups = [
        signing_up("eve@example.org", full_name="Eve Adams", country="NZ", network="192.0.2.0/24"),
        signing_up("Fay@Example.net", language="uk", topics=(topic, other), trust=Trust.PROVEN),
        signing_up("gil@example.com"),
        signing_up("hal@example.org", words="", method=ConsentMethod.EMBED, language="xx"),
        signing_up("ida@example.org", words="Others.", trust=Trust.UNPROVEN, time_zone="Asia/Aden"),
    ]
    for sign_up in sign_ups:
        subscribe(sign_up)
    expected = stored_rows()
    for model in (TransactionalMessage, ConsentRecord, Subscription, Subscriber):
        model._default_manager.all().delete()

    assert sorted(together(sign_ups)) == [0, 1, 2, 3, 4]

    assert stored_rows() == expected
    assert [len(rows) for rows in expected] == [5, 6, 6, 5]
    assert seal_entries(CONSENT) == 6
    assert not list(verify(CONSENT))


def test_whoever_is_known_is_left_to_themselves(
    signing_up: SignUpMaker,
    ada: Subscriber,
    ben: Subscriber,
    cleo: Subscriber,
    dora: Subscriber,
) -> None:
    subscribe(signing_up("fay@example.org"))
    Subscriber.objects.filter(email="fay@example.org").delete()
    known = [one.email for one in (ada, ben, cleo, dora)]
    before = stored_rows()

    assert together([signing_up(email) for email in [*known, "fay@example.org"]]) == []

    assert stored_rows() == before


def test_of_two_that_lead_to_one_mailbox_the_first_is_taken(signing_up: SignUpMaker) -> None:
    addresses = ["ada+1@gmail.com", "a.da@gmail.com", "eve@example.org", "eve@example.org"]

    assert sorted(together([signing_up(email) for email in addresses])) == [0, 2]

    sent = TransactionalMessage.objects.order_by("to").values_list("to", flat=True)
    assert list(sent) == ["ada+1@gmail.com", "eve@example.org"]


def test_a_flood_at_one_mailbox_and_known_people_get_what_they_always_got(
    signing_up: SignUpMaker, ada: Subscriber, ben: Subscriber, cleo: Subscriber, dora: Subscriber
) -> None:
    people = [one.email for one in (ada, ben, cleo, dora)]
    for email in [*people, *(f"eve+{number}@example.org" for number in range(30)), *people]:
        store_sign_up(signing_up(email))
    handled = list[int]()

    assert handle_waiting(handled.append, seconds=600) is False

    assert sum(handled) == 38
    assert not FormSubmission.objects.exists()
    assert kinds(ada.email) == ["already_subscribed"]
    assert kinds(ben.email) == kinds(dora.email) == ["confirmation"]
    assert kinds(cleo.email) == []
    mailbox = mailbox_digest("eve@example.org")
    assert TransactionalMessage.objects.filter(mailbox=mailbox).count() == 1


def test_twenty_strangers_take_few_statements(signing_up: SignUpMaker) -> None:
    subscribe(signing_up())  # keeps the wording
    for number in range(submissions.TOGETHER):
        store_sign_up(signing_up(f"p{number}@example.org"))
    with CaptureQueriesContext(connection) as captured:
        handle_waiting(lambda _: None, seconds=600)

    assert TransactionalMessage.objects.count() == 1 + submissions.TOGETHER
    assert len(captured) <= 24


def test_one_that_can_not_be_read_is_marked_and_the_others_are_handled(
    signing_up: SignUpMaker,
) -> None:
    broken, *_ = [store_sign_up(signing_up(f"p{number}@example.org")) for number in range(4)]
    FormSubmission.objects.filter(pk=broken.pk).update(topics=["none"])

    assert handle_waiting(lambda _: None, seconds=600) is False

    assert list(FormSubmission.objects.values_list("pk", flat=True)) == [broken.pk]
    assert FormSubmission.objects.get().failed_at
    assert TransactionalMessage.objects.count() == 3


def test_whatever_fails_leaves_no_half(
    signing_up: SignUpMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        store_sign_up(signing_up(f"p{number}@example.org"))

    def fail(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("subscribers.consent.subscribe_strangers.queue_messages", fail)

    assert handle_waiting(lambda _: None, seconds=600) is False

    assert not FormSubmission.objects.exists()
    assert Subscriber.objects.count() == TransactionalMessage.objects.count() == 3


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_nobody_waits_for_an_address_that_another_has_in_hand(signing_up: SignUpMaker) -> None:
    subscribe(signing_up("hal@example.org"))  # or the other would have the wording in hand, too
    for email in ("eve@example.org", "fay@example.org", "gil@example.org"):
        store_sign_up(signing_up(email))
    with holding(lambda: subscribe(signing_up("fay@example.org"))):
        assert submissions._handle_strangers()[0] == 2
    handle_waiting(lambda _: None, seconds=600)

    for email in ("eve@example.org", "fay@example.org", "gil@example.org"):
        assert kinds(email) == ["confirmation"]
    assert not FormSubmission.objects.exists()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_an_import_that_holds_an_address_makes_the_others_go_one_by_one(
    signing_up: SignUpMaker,
) -> None:
    """It takes no mailbox's lock, so it is met at the address itself."""
    for email in ("eve@example.org", "fay@example.org"):
        store_sign_up(signing_up(email))
    digest = address_digest("fay@example.org")
    fay = Subscriber(email="fay@example.org", digest=digest, domain="example.org")
    with holding(fay.save):
        handled, others = submissions._handle_strangers()
        assert (handled, len(others)) == (0, 2), "it gave in"
    handle_waiting(lambda _: None, seconds=600)

    for email in ("eve@example.org", "fay@example.org"):
        assert kinds(email) == ["confirmation"]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_mailbox_in_somebody_s_hand_is_left_out(signing_up: SignUpMaker) -> None:
    held, seen = Event(), Event()

    def hold() -> None:
        try:
            with transaction.atomic():
                lock_until_commit(f"mail today {mailbox_digest('eve@example.org')}")
                held.set()
                seen.wait(30)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        holding = pool.submit(hold)
        assert held.wait(30)
        assert together([signing_up("eve@example.org"), signing_up("fay@example.org")]) == [1]
        seen.set()
        holding.result()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_many_workers_ask_each_stranger_once(signing_up: SignUpMaker) -> None:
    for number in range(120):
        store_sign_up(signing_up(f"p{number % 80}@example.org"))

    def work(_: int) -> None:
        try:
            while handle_waiting(lambda _: None, seconds=600):
                pass
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    while handle_waiting(lambda _: None, seconds=600):
        pass

    assert not FormSubmission.objects.exists()
    assert Subscriber.objects.count() == TransactionalMessage.objects.count() == 80
    assert ConsentRecord.objects.count() == 80
