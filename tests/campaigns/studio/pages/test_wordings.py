"""The staff page of consent wordings: versions by topic, and how many people are under each."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaigns.models import Campaign
from campaigns.studio.pages import wordings
from newsletter.models import AuditEntry, Brand
from staff.roles import AUTHOR, LIST_MANAGER
from subscribers.consent.consent_wording import invitation_words
from subscribers.consent.records import Circumstances, record_consent
from subscribers.models import Subscriber, Topic
from subscribers.need_to_know.grants import grant
from subscribers.states import ConsentAction, ConsentMethod, SuppressionReason
from subscribers.suppression.registry import suppress
from tests.conftest import MakeSubscriber
from tests.staff_members import browser_of, staff_member

pytestmark = pytest.mark.django_db

PAGE = "/staff/wordings/"


def agree(person: Subscriber, topic: Topic, words: str) -> None:
    record_consent(
        person.digest,
        topic=topic,
        action=ConsentAction.CONFIRMED,
        circumstances=Circumstances(method=ConsentMethod.MAIL_LINK, words=words),
    )


@pytest.fixture
def five(brand: Brand, topic: Topic, make_subscriber: MakeSubscriber) -> list[Subscriber]:
    people = [make_subscriber(f"reader{n}@example.org", topic=topic) for n in range(5)]
    for person in people:
        agree(person, topic, "I agreed long ago.")
    return people


def test_it_shows_each_version_with_its_people(
    five: list[Subscriber], topic: Topic, ada: Subscriber, sams: Client
) -> None:
    agree(ada, topic, invitation_words(topic))
    page = sams.get(PAGE).content.decode()
    assert "I agreed long ago." in page
    assert invitation_words(topic) in page
    assert "Sign-up form, version 1" in page
    assert "<td>5</td>" in page
    assert "<td>1</td>" in page


def test_small_groups_are_hidden_from_who_may_not_see_people(
    five: list[Subscriber], topic: Topic, ada: Subscriber
) -> None:
    agree(ada, topic, invitation_words(topic))
    page = browser_of(staff_member("ann", AUTHOR)).get(PAGE).content.decode()
    assert "<td>not shown</td>" in page
    assert "Small numbers, and those that would tell them" in page
    assert "<td>1</td>" not in page
    assert "<td>0</td>" not in page
    assert "<td>5</td>" not in page, "six follow the topic, so the other is one"


def test_a_small_group_hides_one_other_and_no_more(
    five: list[Subscriber],
    topic: Topic,
    ada: Subscriber,
    make_subscriber: MakeSubscriber,
) -> None:
    agree(ada, topic, invitation_words(topic))
    for number in range(6):
        agree(make_subscriber(f"late{number}@example.org", topic=topic), topic, "I agreed lately.")
    page = browser_of(staff_member("ann", AUTHOR)).get(PAGE).content.decode()
    assert [f"<td>{number}</td>" in page for number in (0, 1, 5, 6)] == [False, False, False, True]


@pytest.mark.parametrize("why", ["suppressed", "paused", ""])
def test_no_campaign_is_created_where_nobody_would_get_it(
    ada: Subscriber, topic: Topic, sams: Client, why: str
) -> None:
    agree(ada, topic, "I agreed long ago.")
    if why == "suppressed":
        suppress(ada.digest, reason=SuppressionReason.HARD_BOUNCE)
    if why == "paused":
        Subscriber.objects.update(paused_until=timezone.now() + timedelta(days=9))
    page = sams.post(reverse("ask_again"), {"topic": topic.slug}, follow=True).content.decode()
    assert ("Nobody is left to ask" in page) == bool(why)
    assert Campaign.objects.exists() == (not why)


def test_a_need_to_know_topic_is_there_for_whom_it_was_granted_and_recorded(
    five: list[Subscriber], topic: Topic
) -> None:
    Topic.objects.filter(pk=topic.pk).update(is_public=False, is_restricted=True)
    lea = staff_member("lea", LIST_MANAGER)
    assert "Quarterly meetings" not in browser_of(lea).get(PAGE).content.decode()
    grant(topic, lea, until=timezone.now() + timedelta(days=9), by="sam")
    assert "Quarterly meetings" in browser_of(lea).get(PAGE).content.decode()
    seen = AuditEntry.objects.get(topic_id=topic.pk, actor_id=lea.pk, action="need_to_know.viewed")
    assert seen.object_label == "list of consent wordings"


def test_people_of_a_large_topic_are_counted_when_asked(
    five: list[Subscriber], topic: Topic, sams: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wordings, "COUNTED_AT_ONCE", 4)
    page = sams.get(PAGE).content.decode()
    assert "I agreed long ago." not in page
    assert f"?count={topic.slug}" in page
    asked = sams.get(PAGE, {"count": topic.slug}).content.decode()
    assert "I agreed long ago." in asked
    assert "<td>5</td>" in asked


def test_words_carry_their_own_language_and_direction(
    brand: Brand, topic: Topic, sams: Client
) -> None:
    page = sams.get(PAGE).content.decode()
    assert '<span lang="ar" dir="rtl">' in page
    assert '<span lang="en" dir="ltr">' in page
