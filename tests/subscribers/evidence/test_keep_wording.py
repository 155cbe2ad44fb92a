"""Each wording is kept once, with its hash and its version."""

import hashlib
import threading
from collections.abc import Callable

import pytest
from django.db import connection

from newsletter.models import Brand
from subscribers.consent.confirm import confirm
from subscribers.consent.consent_wording import preferences_words, sign_up_words
from subscribers.consent.preferences import choose_topics
from subscribers.evidence.keep_wording import keep_wording
from subscribers.models import ConsentRecord, ConsentWording, Subscriber, Topic
from subscribers.states import ConsentMethod, WordingForm
from tests.subscribers.evidence.conftest import WORDS


def keep(text: str, form: WordingForm = WordingForm.SIGN_UP) -> ConsentWording | None:
    return keep_wording(text, form=form, language_of=lambda _: "en")


@pytest.mark.django_db
def test_a_wording_is_kept_once_with_a_hash_that_anybody_can_compute() -> None:
    first = keep(WORDS)
    assert first is not None
    assert keep(WORDS) == first
    assert first.text_hash == hashlib.sha256(WORDS.encode()).hexdigest()
    assert (first.version, first.language) == (1, "en")
    assert keep("") is None


@pytest.mark.django_db
def test_other_words_are_another_version_of_their_form() -> None:
    found = [keep(WORDS), keep("I agree."), keep(WORDS, WordingForm.PREFERENCES), keep("Yes.")]
    assert [(each.form, each.version) for each in found if each] == [
        ("sign_up", 1),
        ("sign_up", 2),
        ("preferences", 1),
        ("sign_up", 3),
    ]


def test_the_confirmation_points_to_the_words_that_stood_beside_the_button(
    sign_up: Callable[..., None],
) -> None:
    sign_up("eve@example.org", words="Old words.")
    confirm(Subscriber.objects.get().pk, method=ConsentMethod.MAIL_LINK)

    asked, confirmed = ConsentRecord.objects.order_by("pk")
    assert asked.wording == confirmed.wording == ConsentWording.objects.get()
    assert confirmed.words == "Old words."


def test_the_language_is_that_of_the_words_and_not_that_of_the_person(
    brand: Brand, ada: Subscriber, topic: Topic, other_topic: Topic, sign_up: Callable[..., None]
) -> None:
    sign_up("zoe@example.org", words=sign_up_words(), language="fr")
    sign_up("kim@example.org", words="Des mots d’ailleurs.", language="fr")
    choose_topics(ada.pk, topics=[topic, other_topic], words=preferences_words())

    assert dict(ConsentWording.objects.values_list("text", "language")) == {
        sign_up_words(): "en",
        "Des mots d’ailleurs.": "",
        preferences_words(): "en",
    }


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time")
def test_two_who_meet_new_words_at_the_same_moment_get_versions_of_their_own() -> None:
    start = threading.Barrier(6)

    def meet(number: int) -> None:
        start.wait()
        keep(f"Words {number % 3}.")
        connection.close()

    threads = [threading.Thread(target=meet, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(ConsentWording.objects.values_list("version", flat=True)) == [1, 2, 3]
