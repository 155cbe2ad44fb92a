"""Staff find people by their institution, in the search field and by a filter of its own."""

import pytest
from django.test import Client
from django.utils import timezone

from subscribers.models import Subscriber, Topic
from tests.conftest import MakeSubscriber
from tests.subscribers.admin.pages import PEOPLE

SUGGEST = f"{PEOPLE}institutions/"


def listed(client: Client, **query: str) -> list[str]:
    return [str(subscriber) for subscriber in client.get(PEOPLE, query).context["cl"].result_list]


@pytest.fixture(autouse=True)
def people(make_subscriber: MakeSubscriber, topic: Topic) -> None:
    make_subscriber(
        "amina@example.org", topic=topic, full_name="Amina Okoro", institution="Senate of Kenya"
    )
    make_subscriber(
        "senate@example.org", topic=topic, full_name="Kenya Jones", institution="Migration Fund"
    )


@pytest.mark.parametrize("typed", ["senate of kenya", "SENATE amina", "okoro sen"])
def test_a_person_is_found_by_words_of_their_institution(sams: Client, typed: str) -> None:
    assert listed(sams, q=typed) == ["amina@example.org"]


def test_the_filter_looks_at_institutions_alone(sams: Client) -> None:
    assert listed(sams, q="senate") == ["senate@example.org", "amina@example.org"]
    assert listed(sams, institution="senate") == ["amina@example.org"]
    assert listed(sams, institution="  Senate  of Kenya ") == ["amina@example.org"]
    assert listed(sams, institution="senate", q="jones") == []
    assert listed(sams, institution="Kenya Senate") == []


@pytest.mark.parametrize("typed", ["%", "_", "'", "x" * 5000, "\\"])
def test_odd_filters_find_nobody(sams: Client, typed: str) -> None:
    assert listed(sams, institution=typed) == []


def test_names_complete_what_is_typed(sams: Client) -> None:
    assert 'value="Senate of Kenya"' in sams.get(SUGGEST, {"institution": "Sen"}).content.decode()
    for typed in ("", "Mig\x00", "Kenya", "zz"):
        assert "Senate" not in sams.get(SUGGEST, {"institution": typed}).content.decode()


def test_whoever_may_not_see_who_is_discreet_does_not_find_them_by_institution(
    readers_only: Client,
) -> None:
    assert listed(readers_only, institution="senate") == ["amina@example.org"]
    Subscriber.objects.filter(email="amina@example.org").update(discreet_since=timezone.now())
    assert listed(readers_only, institution="senate") == []
    assert listed(readers_only, q="okoro") == []
    assert "Senate" not in readers_only.get(SUGGEST, {"institution": "Sen"}).content.decode()
