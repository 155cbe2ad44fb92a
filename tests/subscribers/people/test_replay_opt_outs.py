"""Opt-outs since a backup hold once the journal is replayed, and those who came back stay."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone

from newsletter.core.addresses import address_digest
from newsletter.models import Brand, TransactionalMessage
from subscribers.consent.leave_many import leave_many
from subscribers.consent.records import Circumstances, record_consent
from subscribers.models import ConsentRecord, Subscriber, Subscription, Suppression, Topic
from subscribers.opt_outs.entry import Entry, EntryKind, format_entry
from subscribers.opt_outs.journal import journals
from subscribers.people.erase import erase
from subscribers.people.replay_opt_outs import replay
from subscribers.states import (
    ConsentAction,
    ConsentMethod,
    SubscriptionStatus,
    SuppressionReason,
    SuppressionScope,
)
from subscribers.suppression.registry import suppress
from tests.subscribers.own_address import change_own_address

NOW = timezone.now()
ADDRESS = "ada@example.nz"
AN_HOUR_AGO = NOW - timedelta(hours=1)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "journal.log"


def write(file: Path, *entries: Entry) -> None:
    file.write_text("".join(f"\n{format_entry(entry)}\n" for entry in entries))


def left(digest: str, *, slug: str = "quarterly-meetings") -> Entry:
    return Entry(EntryKind.TOPIC, AN_HOUR_AGO, digest, slug, ConsentMethod.ONE_CLICK)


def suppressed(digest: str, reason: SuppressionReason) -> Entry:
    return Entry(EntryKind.MAIL, AN_HOUR_AGO, digest, reason)


def status_of(subscriber: Subscriber) -> str:
    return Subscription.objects.get(subscriber=subscriber).status


def confirmed_at(subscriber: Subscriber, topic: Topic, *, at: datetime) -> None:
    ConsentRecord.objects.create(
        digest=subscriber.digest,
        topic=topic,
        action=ConsentAction.CONFIRMED,
        method=ConsentMethod.MAIL_LINK,
        given_at=at,
    )


def test_who_left_since_the_backup_has_left_with_a_record_of_it(
    ada: Subscriber, file: Path
) -> None:
    write(file, left(ada.digest))

    assert replay([file]).applied == 1

    assert status_of(ada) == SubscriptionStatus.UNSUBSCRIBED
    record = ConsentRecord.objects.get(digest=ada.digest)
    assert (record.action, record.method, record.given_at) == (
        "unsubscribed",
        "one_click",
        AN_HOUR_AGO,
    )


def test_a_second_time_changes_nothing(ada: Subscriber, file: Path) -> None:
    write(
        file,
        left(ada.digest),
        suppressed(ada.digest, SuppressionReason.COMPLAINT),
        suppressed("f" * 64, SuppressionReason.STAFF),
    )
    replay([file])
    before = [
        list(model.objects.order_by("pk").values())
        for model in (Subscription, Suppression, ConsentRecord)
    ]

    assert replay([file]).applied == 0

    assert before == [
        list(model.objects.order_by("pk").values())
        for model in (Subscription, Suppression, ConsentRecord)
    ]


def test_opt_outs_of_people_whom_the_backup_does_not_know_hold(topic: Topic, file: Path) -> None:
    digest = address_digest("eve@example.org")
    write(file, left(digest), suppressed(digest, SuppressionReason.NEVER_AGAIN))

    assert replay([file]).applied == 2

    assert ConsentRecord.objects.get(digest=digest).action == ConsentAction.UNSUBSCRIBED
    assert Suppression.objects.get(digest=digest).scope == SuppressionScope.ALL


def test_people_who_confirmed_since_stay(ada: Subscriber, topic: Topic, file: Path) -> None:
    confirmed_at(ada, topic, at=NOW)
    write(file, left(ada.digest), suppressed(ada.digest, SuppressionReason.UNSUBSCRIBED_ALL))

    done = replay([file])

    assert (done.applied, done.came_back) == (0, 2)
    assert status_of(ada) == SubscriptionStatus.CONFIRMED
    assert not Suppression.objects.exists()


def test_people_who_confirmed_before_have_left(ada: Subscriber, topic: Topic, file: Path) -> None:
    confirmed_at(ada, topic, at=AN_HOUR_AGO - timedelta(minutes=1))
    write(file, left(ada.digest))

    assert replay([file]).applied == 1
    assert status_of(ada) == SubscriptionStatus.UNSUBSCRIBED


def test_an_import_is_nobodys_own_word(ada: Subscriber, topic: Topic, file: Path) -> None:
    confirmed_at(ada, topic, at=NOW)
    ConsentRecord.objects.update(action=ConsentAction.IMPORTED)
    write(file, left(ada.digest))

    assert replay([file]).applied == 1


def test_staff_have_the_last_word_about_whom_they_have_blocked(
    ada: Subscriber, topic: Topic, file: Path
) -> None:
    confirmed_at(ada, topic, at=NOW)
    write(file, suppressed(ada.digest, SuppressionReason.STAFF))

    assert replay([file]).applied == 1


def test_a_suppression_that_was_lifted_since_stays_lifted(ada: Subscriber, file: Path) -> None:
    Suppression.objects.create(
        digest=ada.digest,
        reason=SuppressionReason.HARD_BOUNCE,
        scope=SuppressionScope.ALL,
        lifted_at=NOW,
        lifted_by="Sam",
    )
    write(file, suppressed(ada.digest, SuppressionReason.HARD_BOUNCE))

    assert replay([file]).applied == 0


def test_people_who_were_erased_since_are_erased_again(ada: Subscriber, file: Path) -> None:
    Subscriber.objects.update(created_at=AN_HOUR_AGO - timedelta(days=1))
    write(file, left(ada.digest), suppressed(ada.digest, SuppressionReason.ERASED))

    assert replay([file]).erased == 1

    assert not Subscriber.objects.filter(pk=ada.pk).exists()
    assert Suppression.objects.get(digest=ada.digest).reason == SuppressionReason.ERASED


def test_people_who_asked_anew_decide_by_their_confirmation(ben: Subscriber, file: Path) -> None:
    write(file, left(ben.digest))

    replay([file])

    assert status_of(ben) == SubscriptionStatus.PENDING


@pytest.mark.parametrize("how", ["leaves", "erased"])
def test_people_who_changed_their_address_and_left_have_left_by_the_one_that_the_backup_knows(
    ada: Subscriber, how: str
) -> None:
    Subscriber.objects.update(created_at=AN_HOUR_AGO)
    backup = [*Subscriber.objects.all(), *Subscription.objects.all()]
    change_own_address(ada.pk, to="ada.new@example.nz")
    change_own_address(ada.pk, to="ada.newest@example.nz")
    if how == "leaves":
        leave_many([ada.pk], topic_id=Topic.objects.get().pk, method=ConsentMethod.COMPLAINT)
    else:
        erase(ada.pk)
    for model in (ConsentRecord, Suppression, Subscription, Subscriber):
        model.objects.all().delete()
    for row in backup:
        row.save_base(raw=True, force_insert=True)

    done = replay(journals())

    assert done.erased == (how == "erased")
    assert [row.status for row in Subscription.objects.all()] == (
        [SubscriptionStatus.UNSUBSCRIBED] if how == "leaves" else []
    )


def test_a_dead_mailbox_says_nothing_of_the_one_before(ada: Subscriber) -> None:
    before = ada.digest
    change_own_address(ada.pk, to="ada.new@example.nz")
    suppress(Subscriber.objects.get().digest, reason=SuppressionReason.HARD_BOUNCE)
    Suppression.objects.all().delete()

    replay(journals())

    assert not Suppression.objects.filter(digest=before).exists()


def test_the_command_says_what_it_did_not_understand(ada: Subscriber, file: Path) -> None:
    write(
        file,
        left(ada.digest),
        left(ada.digest, slug="forgotten"),
        Entry(EntryKind.GAP, NOW, "-", "7"),
    )
    file.write_bytes(file.read_bytes() + b"\0\0\xff torn")
    out = StringIO()

    with pytest.raises(SystemExit) as ended:
        call_command("replay_optouts", file, "--json", stdout=out)

    assert ended.value.code == 3
    said = json.loads(out.getvalue())
    assert (said["applied"], said["unreadable"], said["missing"], said["unknown_topics"]) == (
        1,
        1,
        7,
        {"forgotten": 1},
    )


@contextmanager
def restored_afterwards() -> Iterator[None]:
    """Lose what happens within the block, but for its journal."""
    backup = [*Subscriber.objects.all(), *Subscription.objects.all()]
    yield
    for model in (TransactionalMessage, ConsentRecord, Suppression, Subscription, Subscriber):
        model.objects.all().delete()
    for row in backup:
        row.save_base(raw=True, force_insert=True)
    Subscriber.objects.update(created_at=AN_HOUR_AGO)


@pytest.mark.django_db(transaction=True)
def test_people_who_are_erased_again_are_not_told_again(brand: Brand, ada: Subscriber) -> None:
    with restored_afterwards():
        for address in ("ada.king@example.org", "newton@example.org"):
            change_own_address(ada.pk, to=address)
        erase(ada.pk)

    assert replay(journals()).erased == 1

    assert not Subscriber.objects.exists()
    assert Suppression.objects.filter(digest=ada.digest, reason=SuppressionReason.ERASED).exists()
    assert not TransactionalMessage.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_nothing_is_sent_any_more_to_an_address_that_a_person_gave_up_since(
    brand: Brand, ada: Subscriber
) -> None:
    with restored_afterwards():
        change_own_address(ada.pk, to="newton@example.org")

    replay(journals())

    assert status_of(ada) == SubscriptionStatus.UNSUBSCRIBED
    assert replay(journals()).applied == 0


@pytest.mark.django_db(transaction=True)
def test_where_nothing_was_restored_a_change_of_address_played_back_changes_nothing(
    brand: Brand, ada: Subscriber
) -> None:
    change_own_address(ada.pk, to="newton@example.org")

    assert replay(journals()).applied == 0
    assert status_of(ada) == SubscriptionStatus.CONFIRMED


@pytest.mark.django_db(transaction=True)
def test_people_who_went_back_to_an_address_or_confirmed_there_since_stay(
    brand: Brand, ada: Subscriber
) -> None:
    for address in ("newton@example.org", "ada@example.nz"):
        change_own_address(ada.pk, to=address)

    replay(journals())

    assert status_of(ada) == SubscriptionStatus.CONFIRMED


@pytest.mark.django_db(transaction=True)
def test_the_next_owner_of_an_address_is_not_erased_with_the_one_who_had_it(
    brand: Brand, ada: Subscriber, topic: Topic
) -> None:
    change_own_address(ada.pk, to="newton@example.org")
    next_owner = Subscriber.objects.create(
        email=ADDRESS, digest=address_digest(ADDRESS), domain="example.nz"
    )
    Subscription.objects.create(
        subscriber=next_owner, topic=topic, status=SubscriptionStatus.CONFIRMED, changed_at=NOW
    )
    record_consent(
        next_owner.digest,
        topic=topic,
        action=ConsentAction.CONFIRMED,
        circumstances=Circumstances(method=ConsentMethod.MAIL_LINK),
    )
    erase(ada.pk)

    replay(journals())

    assert status_of(next_owner) == SubscriptionStatus.CONFIRMED
    assert not Suppression.objects.filter(digest=next_owner.digest).exists()
