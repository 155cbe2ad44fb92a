"""Versions of the consent wording: which words are those of now, and who is under which."""

import pytest
from pytest_django.fixtures import Settings

from newsletter.models import Brand
from subscribers.consent.consent_wording import invitation_words, preferences_words
from subscribers.consent.records import Circumstances, record_consent
from subscribers.consent.wording_versions import (
    WordingVersion,
    current_wordings,
    is_under_current_wording,
    versions_of,
)
from subscribers.models import ConsentWording, Subscriber, Topic
from subscribers.queries import followers
from subscribers.states import ConsentAction, ConsentMethod, SubscriptionStatus
from tests.conftest import MakeSubscriber

pytestmark = pytest.mark.django_db


def agree(
    person: Subscriber,
    topic: Topic,
    words: str,
    *,
    action: ConsentAction = ConsentAction.CONFIRMED,
    method: ConsentMethod = ConsentMethod.MAIL_LINK,
) -> None:
    record_consent(
        person.digest,
        topic=topic,
        action=action,
        circumstances=Circumstances(method=method, words=words),
    )


def lines(topic: Topic) -> list[tuple[str, bool, int | None]]:
    return [
        (each.text, each.is_current, each.followers)
        for each in versions_of(topic)
        if each.followers
    ]


def under_current(topic: Topic) -> set[str]:
    people = followers(topic).filter(is_under_current_wording(topic))
    return set(people.values_list("email", flat=True))


def test_the_words_of_now_are_those_of_each_form_in_each_language(
    brand: Brand, topic: Topic
) -> None:
    topic.consent = "I agree to hear of the meetings."
    topic.texts = {"uk": {"consent": "Я погоджуюся отримувати запрошення."}}
    by_language: dict[str, list[str]] = {}
    for each in current_wordings(topic):
        by_language.setdefault(each.language, []).append(each.text)
    assert by_language["en"] == [topic.consent, preferences_words()]
    assert by_language["uk"][0] == "Я погоджуюся отримувати запрошення."
    # Where there is no translation, the topic's own words stand beside the button: they count once.
    assert len(by_language["fr"]) == len(by_language["ar"]) == 1
    topic.is_moderated = True
    assert len(current_wordings(topic)) == sum(map(len, by_language.values())) + 6


def test_new_words_put_those_who_agreed_before_under_an_earlier_version(
    brand: Brand, topic: Topic, ada: Subscriber, make_subscriber: MakeSubscriber
) -> None:
    first = invitation_words(topic)
    agree(ada, topic, first)
    assert under_current(topic) == {ada.email}
    topic.consent = "I agree to hear of the meetings, twice a year."
    topic.save()
    eve = make_subscriber("eve@example.org", topic=topic)
    agree(eve, topic, topic.consent)
    assert under_current(topic) == {eve.email}
    assert lines(topic) == [(topic.consent, True, 1), (first, False, 1)]


def test_the_words_of_a_form_with_several_topics_are_those_of_now_too(
    brand: Brand, topic: Topic, ada: Subscriber
) -> None:
    topic.consent = "I agree to hear of the meetings."
    topic.save()
    agree(ada, topic, preferences_words())
    assert under_current(topic) == {ada.email}


def test_the_newest_consent_counts_and_no_request_or_opt_out(
    brand: Brand, topic: Topic, ada: Subscriber
) -> None:
    agree(ada, topic, "Old words.")
    agree(ada, topic, invitation_words(topic), action=ConsentAction.REQUESTED)
    assert under_current(topic) == set()
    agree(ada, topic, invitation_words(topic))
    agree(ada, topic, "", action=ConsentAction.DISCREET)
    assert under_current(topic) == {ada.email}
    agree(ada, topic, "A list’s words.", action=ConsentAction.IMPORTED)
    assert under_current(topic) == set()


def test_consent_to_another_topic_says_nothing_of_this_one(
    brand: Brand, topic: Topic, other_topic: Topic, ada: Subscriber
) -> None:
    agree(ada, other_topic, preferences_words())
    assert under_current(topic) == set()
    assert lines(topic) == [("", False, 1)]


def test_the_same_words_of_two_forms_are_one_version(
    brand: Brand, topic: Topic, ada: Subscriber, make_subscriber: MakeSubscriber
) -> None:
    eve = make_subscriber("eve@example.org", topic=topic)
    agree(ada, topic, preferences_words())
    agree(eve, topic, preferences_words(), method=ConsentMethod.PREFERENCES)
    assert ConsentWording.objects.count() == 2
    assert lines(topic) == [(preferences_words(), True, 2)]


def test_only_those_who_follow_the_topic_are_counted(
    brand: Brand, topic: Topic, dora: Subscriber, ben: Subscriber
) -> None:
    agree(dora, topic, "Old words.")
    agree(ben, topic, "Old words.")
    assert lines(topic) == []


def test_a_topic_s_own_words_know_their_language(
    brand: Brand, topic: Topic, ada: Subscriber, settings: Settings
) -> None:
    topic.texts = {"uk": {"consent": "Я погоджуюся отримувати запрошення."}}
    topic.save()
    agree(ada, topic, "Я погоджуюся отримувати запрошення.")
    assert ConsentWording.objects.get().language == "uk"


def test_without_counting_only_the_words_of_now_are_told(
    brand: Brand, topic: Topic, ada: Subscriber
) -> None:
    agree(ada, topic, "Old words.")
    told: list[WordingVersion] = versions_of(topic, counts=False)
    assert {(each.is_current, each.followers) for each in told} == {(True, None)}


def test_a_person_who_came_back_is_counted_by_their_newest_consent(
    brand: Brand, topic: Topic, make_subscriber: MakeSubscriber
) -> None:
    eve = make_subscriber("eve@example.org", topic=topic, status=SubscriptionStatus.CONFIRMED)
    agree(eve, topic, invitation_words(topic))
    agree(eve, topic, "", action=ConsentAction.UNSUBSCRIBED)
    agree(eve, topic, "Old words.")
    assert under_current(topic) == set()
