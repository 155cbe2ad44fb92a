"""Re-permission: each imported person is asked once, and gets nothing without an answer."""

from datetime import timedelta

import pytest
from django.utils import timezone

from newsletter.core.addresses import address_digest
from newsletter.models import Brand, TransactionalMessage
from newsletter.states import MessageStatus
from subscribers.consent.confirm import Confirmed, confirm
from subscribers.consent.subscribe import SignUp, subscribe
from subscribers.imports.ask import MOST_WAITING, ask_imported
from subscribers.imports.reading.encoding import ImportProblem
from subscribers.imports.undo import undo_import
from subscribers.models import (
    ConsentRecord,
    ImportQuestion,
    Subscriber,
    Subscription,
    Topic,
)
from subscribers.people.erase import erase
from subscribers.retention.expire import forget_expired
from subscribers.states import ConsentAction, ConsentMethod, SubscriptionStatus, SuppressionReason
from subscribers.suppression.registry import suppress
from tests.subscribers.imports.sheets import followers, take

SHEET = "Email,Name\nada@example.org,Ada Lovelace\nben@example.org,Ben Okri\n"


@pytest.fixture(autouse=True)
def _brand(brand: Brand) -> None:
    """Questions are sent in its name."""


def status_of(email: str) -> str | None:
    rows = Subscription.objects.filter(subscriber__digest=address_digest(email))
    return rows.values_list("status", flat=True).first()


def questions_to(email: str) -> int:
    return TransactionalMessage.objects.filter(kind="import_question", to=email).count()


def test_nobody_is_subscribed_and_everybody_is_asked_once(topic: Topic) -> None:
    report = take(SHEET, topic, re_permission=True)
    assert (report.added, report.re_permission, followers(topic)) == (2, True, set())
    assert ask_imported() == 2
    assert ask_imported() == 0
    assert (questions_to("ada@example.org"), questions_to("ben@example.org")) == (1, 1)
    assert status_of("ada@example.org") == SubscriptionStatus.PENDING


def test_the_question_names_the_topic_and_nothing_from_the_file(topic: Topic) -> None:
    take("Email,Name\nada@example.org,Buy Cheap Pills\n", topic, re_permission=True)
    ask_imported()
    message = TransactionalMessage.objects.get(kind="import_question")
    assert topic.name in message.text
    assert message.topic_id == topic.pk
    assert "Pills" not in f"{message.text}{message.html}{message.subject}{message.to_name}"


def test_whoever_confirms_is_subscribed_with_the_evidence_of_the_list(topic: Topic) -> None:
    take(SHEET, topic, consent="The old form", re_permission=True)
    ask_imported()
    ada = Subscriber.objects.get(email="ada@example.org")
    assert isinstance(confirm(ada.pk, method=ConsentMethod.MAIL_LINK), Confirmed)
    assert followers(topic) == {"ada@example.org"}
    records = ConsentRecord.objects.filter(digest=ada.digest).order_by("pk")
    assert [(each.action, each.method) for each in records] == [
        (ConsentAction.REQUESTED, ConsentMethod.IMPORT),
        (ConsentAction.CONFIRMED, ConsentMethod.MAIL_LINK),
    ]
    assert records[1].words == "The old form"
    assert ada.full_name == "Ada Lovelace"


def test_whoever_does_not_answer_is_forgotten_and_never_asked_again(topic: Topic) -> None:
    take(SHEET, topic, re_permission=True)
    ask_imported()
    forget_expired(now=timezone.now() + timedelta(days=31))
    assert not Subscriber.objects.exists()
    assert not ConsentRecord.objects.exists()
    again = take(SHEET, topic, re_permission=True)
    assert (again.added, again.unchanged, again.batch_id) == (0, 2, None)
    assert ask_imported() == 0
    assert questions_to("ada@example.org") == 1


def test_a_later_import_without_questions_subscribes_nobody_who_has_not_answered(
    topic: Topic,
) -> None:
    take(SHEET, topic, re_permission=True)
    ask_imported()
    forget_expired(now=timezone.now() + timedelta(days=31))
    assert take(f"{SHEET}cleo@example.org,Cleo\n", topic).added == 1
    assert followers(topic) == {"cleo@example.org"}


def test_a_growing_sheet_asks_only_whoever_is_new(topic: Topic) -> None:
    take(SHEET, topic, re_permission=True)
    ask_imported()
    report = take(f"{SHEET}cleo@example.org,Cleo\n", topic, re_permission=True)
    assert (report.added, report.unchanged) == (1, 2)
    assert ask_imported() == 1
    assert questions_to("cleo@example.org") == 1


def test_the_time_to_answer_begins_with_the_question(topic: Topic) -> None:
    take(SHEET, topic, re_permission=True)
    long_ago = timezone.now() - timedelta(days=29)
    Subscription.objects.update(changed_at=long_ago)
    ask_imported()
    forget_expired(now=timezone.now() + timedelta(days=5))
    assert Subscription.objects.filter(topic=topic).count() == 2


def test_followers_are_not_asked_and_stay(topic: Topic, ada: Subscriber) -> None:
    report = take(f"Email\n{ada.email}\n", topic, re_permission=True)
    assert report.added == 0
    assert ask_imported() == 0
    assert status_of(ada.email) == SubscriptionStatus.CONFIRMED


def test_whoever_left_is_not_asked(topic: Topic, dora: Subscriber, cleo: Subscriber) -> None:
    report = take(f"Email\n{dora.email}\n{cleo.email}\n", topic, re_permission=True)
    assert (report.added, report.opted_out) == (0, 2)
    assert ask_imported() == 0


def test_whoever_was_blocked_meanwhile_gets_no_question(topic: Topic) -> None:
    take(SHEET, topic, re_permission=True)
    suppress(address_digest("ada@example.org"), reason=SuppressionReason.STAFF, note="by letter")
    assert ask_imported() == 1
    assert questions_to("ada@example.org") == 0


def test_whoever_was_erased_gets_no_question_and_leaves_none(topic: Topic) -> None:
    take(SHEET, topic, re_permission=True)
    erase("ada@example.org")
    assert ask_imported() == 1
    assert not ImportQuestion.objects.filter(digest=address_digest("ada@example.org")).exists()


def test_an_address_that_had_a_confirmation_today_is_asked_tomorrow(
    topic: Topic, other_topic: Topic
) -> None:
    subscribe(
        SignUp(
            email="ada@example.org",
            topics=(other_topic,),
            words="I agree.",
            method=ConsentMethod.FORM,
        )
    )
    take(SHEET, topic, re_permission=True)
    assert ask_imported() == 1
    assert questions_to("ada@example.org") == 0
    TransactionalMessage.objects.update(created_at=timezone.now() - timedelta(days=2))
    ImportQuestion.objects.update(not_before=timezone.now())
    assert ask_imported() == 1
    assert questions_to("ada@example.org") == 1


def test_questions_wait_while_others_wait_in_the_outbox(topic: Topic) -> None:
    take(SHEET, topic, re_permission=True)
    for number in range(MOST_WAITING + 1):
        TransactionalMessage.objects.create(
            kind="import_question", digest=f"{number:064}", status=MessageStatus.QUEUED
        )
    assert ask_imported() == 0


def test_a_round_asks_no_more_than_it_may(topic: Topic) -> None:
    take(SHEET, topic, re_permission=True)
    assert ask_imported(at_once=1) == 1


def test_people_of_a_moderated_topic_are_not_asked(topic: Topic) -> None:
    topic.is_moderated = True
    topic.save()
    with pytest.raises(ImportProblem, match="moderated"):
        take(SHEET, topic, re_permission=True)


def test_undo_removes_whoever_has_not_answered_and_asks_nobody_else(topic: Topic) -> None:
    batch = take(SHEET, topic, re_permission=True).batch_id
    assert ask_imported(at_once=1) == 1
    report = undo_import(batch or 0)
    assert (report.removed, report.subscribers_removed) == (2, 2)
    assert ask_imported() == 0
    assert not ConsentRecord.objects.exists()


def test_undo_leaves_whoever_signed_up_themselves(topic: Topic) -> None:
    batch = take(SHEET, topic, re_permission=True).batch_id
    subscribe(
        SignUp(
            email="ada@example.org", topics=(topic,), words="I agree.", method=ConsentMethod.FORM
        )
    )
    report = undo_import(batch or 0)
    assert (report.removed, status_of("ada@example.org")) == (1, SubscriptionStatus.PENDING)


def test_undo_leaves_whoever_has_confirmed(topic: Topic) -> None:
    batch = take(SHEET, topic, re_permission=True).batch_id
    ask_imported()
    ada = Subscriber.objects.get(email="ada@example.org")
    confirm(ada.pk, method=ConsentMethod.MAIL_LINK)
    report = undo_import(batch or 0)
    assert (report.removed, report.kept_own_consent) == (1, 1)
    assert followers(topic) == {"ada@example.org"}
