"""What stands at one address of a person stands at the next, and what was only asked does not."""

import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from newsletter.core.addresses import address_digest
from newsletter.models import Brand, TransactionalMessage
from subscribers.consent.confirm import Confirmed, Gone, confirm, look
from subscribers.consent.preferences import choose_topics
from subscribers.consent.records import Circumstances, record_consent
from subscribers.consent.subscribe import SignUp, subscribe
from subscribers.consent.unsubscribe import unsubscribe
from subscribers.imports.import_subscribers import import_subscribers
from subscribers.models import ConsentRecord, Subscriber, Topic
from subscribers.opt_outs.journal import journals
from subscribers.people.erase import erase
from subscribers.people.replay_opt_outs import replay
from subscribers.retention.expire import forget_expired
from subscribers.states import ConsentAction, ConsentMethod
from tests.locks import until_somebody_waits
from tests.subscribers.own_address import change_own_address

NEW = "ada.king@example.co.nz"


def sign_up(email: str, topic: Topic) -> None:
    subscribe(SignUp(email=email, topics=(topic,), words="Yes.", method=ConsentMethod.FORM))


def imported(email: str, topic: Topic) -> int:
    """Import the address, and return how many people that has subscribed."""
    file = io.BytesIO(f"Email\n{email}\n".encode())
    return import_subscribers(file, topic=topic, consent="The old form").added


def later(period: timedelta) -> datetime:
    return timezone.now() + period + timedelta(seconds=1)


@pytest.mark.parametrize("status", ["unsubscribed", "declined"])
def test_what_was_left_stays_left_whatever_is_done_with_the_new_address(
    brand: Brand, dora: Subscriber, topic: Topic, status: str
) -> None:
    dora.subscriptions.update(status=status)
    left_at = dora.subscriptions.get().changed_at

    change_own_address(dora.pk, to=NEW)

    record = ConsentRecord.objects.get(digest=address_digest(NEW))
    assert (record.action, record.given_at) == (status, left_at)
    sign_up(NEW, topic)
    assert dora.subscriptions.get().status == "pending"
    forget_expired(now=later(settings.KEEP_UNCONFIRMED))
    assert dora.subscriptions.get().status == "unsubscribed"
    dora.subscriptions.all().delete()
    assert imported(NEW, topic) == 0


def test_an_opt_out_keeps_the_way_by_which_it_came(
    brand: Brand, ada: Subscriber, topic: Topic
) -> None:
    choose_topics(ada.pk, topics=[], words="Yes.")
    change_own_address(ada.pk, to=NEW)
    before, after = ConsentRecord.objects.order_by("pk")
    assert (after.digest, after.method, after.given_at) == (
        address_digest(NEW),
        "preferences",
        before.given_at,
    )


def test_an_opt_out_of_a_topic_that_was_never_followed_goes_along(
    brand: Brand, ada: Subscriber, other_topic: Topic
) -> None:
    """An import of another list records it, and nothing else."""
    record_consent(
        ada.digest,
        topic=other_topic,
        action=ConsentAction.UNSUBSCRIBED,
        circumstances=Circumstances(method=ConsentMethod.IMPORT),
    )
    change_own_address(ada.pk, to=NEW)
    assert imported(NEW, other_topic) == 0
    assert ada.subscriptions.get().status == "confirmed"


def test_who_left_and_came_back_follows_at_the_new_address(
    brand: Brand, ada: Subscriber, topic: Topic
) -> None:
    for topics in ([], [topic]):
        choose_topics(ada.pk, topics=topics, words="Yes.")
    change_own_address(ada.pk, to=NEW)
    assert [each.action for each in ConsentRecord.objects.filter(digest=address_digest(NEW))] == [
        "confirmed"
    ]


def test_a_backup_from_before_is_told_what_was_left_by_the_new_address_too(
    brand: Brand, ada: Subscriber, topic: Topic
) -> None:
    choose_topics(ada.pk, topics=[], words="Yes.")
    change_own_address(ada.pk, to=NEW)
    assert replay(journals()).applied == 0, "nothing was lost"
    ConsentRecord.objects.all().delete()
    Subscriber.objects.all().delete()

    replay(journals())

    assert imported(NEW, topic) == 0


@pytest.mark.parametrize("follows", [False, True])
def test_what_is_kept_under_the_old_address_is_erased_with_the_new_one(
    brand: Brand, ada: Subscriber, topic: Topic, *, follows: bool
) -> None:
    choose_topics(ada.pk, topics=[topic] if follows else [], words="Yes.", network="192.0.2.0/24")
    change_own_address(ada.pk, to=NEW)
    assert TransactionalMessage.objects.get().to == "ada@example.nz"
    erase(ada.pk)
    assert list(TransactionalMessage.objects.exclude(to="").values_list("to", flat=True)) == [NEW]
    assert not ConsentRecord.objects.exclude(network="", details={}).exists()


def test_a_question_that_went_to_the_old_address_is_forgotten(
    brand: Brand, ada: Subscriber, topic: Topic, other_topic: Topic
) -> None:
    choose_topics(ada.pk, topics=[], words="Yes.")
    for asked in (topic, other_topic):
        sign_up(ada.email, asked)

    change_own_address(ada.pk, to=NEW)

    assert dict(ada.subscriptions.values_list("topic__slug", "status")) == {
        topic.slug: "unsubscribed"
    }
    assert set(ConsentRecord.objects.values_list("action", flat=True)) == {"unsubscribed"}


def test_a_link_in_the_old_mailbox_confirms_nothing_for_the_new_address(
    brand: Brand, ada: Subscriber, other_topic: Topic
) -> None:
    sign_up(ada.email, other_topic)
    asked_at = timezone.now()
    change_own_address(ada.pk, to=NEW)
    sign_up(NEW, other_topic)

    for made_at in (asked_at, datetime(1970, 1, 1, tzinfo=UTC)):
        assert isinstance(look(ada.pk, made_at=made_at), Gone)
        done = confirm(ada.pk, method=ConsentMethod.MAIL_LINK, made_at=made_at)
        assert isinstance(done, Gone)
    assert ada.subscriptions.get(topic=other_topic).status == "pending"

    now = timezone.now()
    assert isinstance(confirm(ada.pk, method=ConsentMethod.MAIL_LINK, made_at=now), Confirmed)


def test_the_words_that_were_agreed_to_are_kept_with_each_address(
    brand: Brand, topic: Topic, other_topic: Topic
) -> None:
    imported("eve@example.org", topic)
    eve = Subscriber.objects.get(email="eve@example.org")
    choose_topics(eve.pk, topics=[topic, other_topic], words="I agree.")

    for address in (NEW, "eve.king@example.org"):
        change_own_address(eve.pk, to=address)
        kept = ConsentRecord.objects.filter(digest=address_digest(address), action="confirmed")
        assert {record.topic.slug: record.words for record in kept} == {
            topic.slug: "The old form",
            other_topic.slug: "I agree.",
        }


def test_that_two_addresses_are_of_one_person_is_kept_beyond_the_circumstances(
    brand: Brand, ada: Subscriber
) -> None:
    change_own_address(ada.pk, to=NEW, network="192.0.2.0/24")
    for _ in range(2):
        forget_expired(now=later(settings.KEEP_CONSENT_NETWORK))
    assert not ConsentRecord.objects.exclude(network="").exists()
    record = ConsentRecord.objects.get(digest=address_digest(NEW))
    assert record.details == {"earlier_address_digest": ada.digest}


@pytest.mark.postgres
@pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite runs one writing transaction at a time"
)
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("first", ["change", "leave"])
def test_an_opt_out_at_the_same_moment_is_recorded_under_the_new_address(
    brand: Brand, ada: Subscriber, first: str
) -> None:
    subscription_id = ada.subscriptions.get().pk

    def change() -> None:
        change_own_address(ada.pk, to=NEW)

    def leave() -> None:
        unsubscribe(subscription_id, method=ConsentMethod.ONE_CLICK)

    def run(action: Callable[[], None]) -> None:
        try:
            action()
        finally:
            connection.close()

    before, after = (change, leave) if first == "change" else (leave, change)
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            before()
            other = pool.submit(run, after)
            until_somebody_waits(other)
        other.result(timeout=30)

    assert ada.subscriptions.get().status == "unsubscribed"
    last = ConsentRecord.objects.filter(digest=address_digest(NEW)).latest("pk")
    assert last.action == "unsubscribed"
