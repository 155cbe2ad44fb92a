"""Whoever asks which address we have is told at that address, once a day, and nobody else is."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from newsletter.models import Brand, TransactionalMessage
from subscribers.consent.submissions import (
    handle_submission,
    store_address_check,
    store_preferences_request,
)
from subscribers.consent.subscribe import subscribe
from subscribers.models import FormSubmission, Subscriber
from subscribers.states import SuppressionReason
from subscribers.suppression.registry import suppress
from tests.subscribers.consent.conftest import SignUpMaker
from tests.subscribers.consent.messages import hours_pass, kinds

EVE = "eve@example.org"


def ask(email: str) -> None:
    assert handle_submission(store_address_check(email).pk)


def answer() -> TransactionalMessage:
    return TransactionalMessage.objects.get(kind="address_check")


def test_one_who_follows_a_topic_hears_so_and_gets_their_link(
    brand: Brand, ada: Subscriber
) -> None:
    ask(ada.email)
    message = answer()
    assert message.to == ada.email
    assert "This address is subscribed" in message.text
    assert "/preferences/" in message.text
    assert not [word for word in ("Ada", "Quarterly", "/never/") if word in message.text]


def test_one_who_has_left_hears_that_and_can_still_see_what_is_kept(
    brand: Brand, dora: Subscriber
) -> None:
    ask(dora.email)
    assert "This address isn’t subscribed" in answer().text
    assert "/preferences/" in answer().text
    assert "/never/" in answer().text


def test_a_stranger_and_one_who_was_only_signed_up_hear_the_same(
    brand: Brand, ben: Subscriber
) -> None:
    texts = []
    for email in (EVE, ben.email):
        ask(email)
        text = answer().text
        assert "This address isn’t subscribed" in text
        assert "/preferences/" not in text
        texts.append(text.partition("/never/")[0])
        TransactionalMessage.objects.all().delete()
    assert texts[0] == texts[1]


@pytest.mark.parametrize("email", [EVE, "ada@example.nz"])
def test_it_is_said_once_a_day_however_often_anybody_asks(
    brand: Brand, ada: Subscriber, email: str
) -> None:
    for _ in range(5):
        ask(email)
    assert kinds(email) == ["address_check"]
    hours_pass(25)
    ask(email)
    assert kinds(email) == ["address_check"] * 2
    assert not FormSubmission.objects.exists()


def test_a_stranger_who_was_asked_to_confirm_today_gets_no_other_mail(
    signing_up: SignUpMaker,
) -> None:
    subscribe(signing_up(EVE))
    ask(EVE)
    assert kinds(EVE) == ["confirmation"]


def test_it_locks_nobody_out_of_a_confirmation_or_a_link(
    signing_up: SignUpMaker, ada: Subscriber
) -> None:
    ask(EVE)
    subscribe(signing_up(EVE))
    assert kinds(EVE) == ["address_check", "confirmation"]
    ask(ada.email)
    handle_submission(store_preferences_request(ada.email).pk)
    assert kinds(ada.email) == ["address_check", "preferences_link"]


def test_an_address_that_must_not_be_written_to_gets_nothing(
    brand: Brand, cleo: Subscriber
) -> None:
    suppress("f" * 64, reason=SuppressionReason.NEVER_AGAIN)
    ask(cleo.email)
    assert kinds(cleo.email) == []
    assert not FormSubmission.objects.exists()


def test_one_who_only_left_all_campaigns_is_told(brand: Brand, ada: Subscriber) -> None:
    suppress(ada.digest, reason=SuppressionReason.COMPLAINT)
    ask(ada.email)
    assert kinds(ada.email) == ["address_check"]


def test_a_stranger_is_answered_in_the_language_of_the_page_and_a_subscriber_in_their_own(
    brand: Brand, ada: Subscriber
) -> None:
    Subscriber.objects.filter(pk=ada.pk).update(language="fr")
    for email, language in ((EVE, "es"), (ada.email, "fr"), ("mallory@example.org", "en")):
        asked_in = language if email != ada.email else "es"
        asked_in = "../x" if email.startswith("mallory") else asked_in
        assert handle_submission(store_address_check(email, language=asked_in).pk)
        message = TransactionalMessage.objects.latest("pk")
        assert f'lang="{language}"' in message.html


def test_the_spellings_of_one_mailbox_are_one(brand: Brand) -> None:
    for number in range(3):
        ask(f"eve+{number}@example.org")
    assert TransactionalMessage.objects.count() == 1


@pytest.mark.postgres
@pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite runs one writing transaction at a time"
)
@pytest.mark.django_db(transaction=True)
def test_handled_by_many_at_once_it_is_said_once(brand: Brand) -> None:
    waiting = [store_address_check(EVE).pk for _ in range(8)]

    def handle(pk: int) -> bool:
        try:
            return handle_submission(pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(handle, waiting))
    for pk in waiting:
        handle_submission(pk)
    assert kinds(EVE) == ["address_check"]
    assert not FormSubmission.objects.exists()
