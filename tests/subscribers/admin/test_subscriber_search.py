"""Staff find people by name, address, status, topic and country."""

import pytest
from django.test import Client

from subscribers.models import Subscriber, Subscription, Topic
from subscribers.states import SubscriptionStatus
from tests.conftest import MakeSubscriber
from tests.subscribers.admin.pages import PEOPLE, SUPPRESSIONS

pytestmark = pytest.mark.services


def listed(client: Client, **query: str) -> list[str]:
    return [str(subscriber) for subscriber in client.get(PEOPLE, query).context["cl"].result_list]


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Ben Okri", "ben okri"),
        ("Ben Okri", "Okri"),
        ("Ben Okri", " OKRI,  ben "),
        ("Ben Okri", "okr"),
        ("Élodie Grosžús", "élodie"),
        ("Élodie Grosžús", "GROSŽÚS"),
        ("Jean-Luc d'Arc", "d'arc"),
        ("Олена Пчілка", "пчілка"),
        ("أمينة الخطيب", "الخطيب"),
        ("李小龍", "李"),
    ],
)
def test_a_person_is_found_by_any_part_of_their_name(
    sams: Client,
    ada: Subscriber,
    make_subscriber: MakeSubscriber,
    other_topic: Topic,
    name: str,
    typed: str,
) -> None:
    make_subscriber("found@example.org", topic=other_topic, full_name=name)
    assert listed(sams, q=typed) == ["found@example.org"]


@pytest.mark.parametrize("typed", ["Ben Lovelace", "%", "_", "B%n", "100%", "\\"])
def test_a_name_is_found_by_all_words_taken_literally(
    sams: Client, ada: Subscriber, ben: Subscriber, typed: str
) -> None:
    assert listed(sams, q=typed) == []


def test_the_given_name_that_staff_put_right_is_found_too(sams: Client, ada: Subscriber) -> None:
    Subscriber.objects.filter(pk=ada.pk).update(given_name="Augusta")
    assert listed(sams, q="augusta") == ["ada@example.nz"]


def test_a_person_is_found_by_address_whatever_its_case(
    sams: Client, ada: Subscriber, ben: Subscriber
) -> None:
    assert listed(sams, q=" ADA@example.NZ ") == ["ada@example.nz"]


def test_a_person_is_found_by_how_parts_of_the_address_begin(
    sams: Client, ada: Subscriber, ben: Subscriber
) -> None:
    assert listed(sams, q="be") == ["ben@example.com"]
    assert listed(sams, q="ben@exam") == ["ben@example.com"]
    assert listed(sams, q="example.co") == ["ben@example.com"]
    assert listed(sams, q="%") == []
    assert listed(sams, q="ben@example.nz") == []


def test_people_are_filtered_by_status_topic_and_country(
    sams: Client, ada: Subscriber, ben: Subscriber, dora: Subscriber, other_topic: Topic
) -> None:
    assert listed(sams, status="pending") == ["ben@example.com"]
    assert listed(sams, topic="forums") == []
    assert listed(sams, country__exact="NZ") == ["ada@example.nz"]
    assert listed(sams, status="' OR 1=1") == []


def test_one_who_follows_two_topics_is_listed_once(
    sams: Client, ada: Subscriber, other_topic: Topic
) -> None:
    Subscription.objects.create(
        subscriber=ada,
        topic=other_topic,
        status=SubscriptionStatus.CONFIRMED,
        changed_at=ada.created_at,
    )
    assert listed(sams, status="confirmed") == ["ada@example.nz"]


@pytest.mark.parametrize(
    "query", ["\x00", "x" * 5000, "<script>alert(1)</script>", "a@b@c", "ａｄａ＠example.nz"]
)
def test_odd_searches_are_answered(sams: Client, ada: Subscriber, query: str) -> None:
    for page in (PEOPLE, SUPPRESSIONS):
        answer = sams.get(page, {"q": query})
        assert answer.status_code == 200
        assert "<script>alert" not in answer.content.decode()


def test_lists_are_paged_without_counting(
    sams: Client, make_subscriber: MakeSubscriber, topic: Topic
) -> None:
    for number in range(51):
        make_subscriber(f"reader{number}@example.org", topic=topic)
    first = sams.get(PEOPLE)
    assert len(first.context["cl"].result_list) == 50
    assert 'rel="next"' in first.content.decode()
    assert "9999999999" not in first.content.decode()
    second = sams.get(PEOPLE, {"after": first.context["cl"].page.after})
    assert len(second.context["cl"].result_list) == 1
    assert 'rel="next"' not in second.content.decode()
