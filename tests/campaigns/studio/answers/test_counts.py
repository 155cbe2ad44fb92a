"""Answers in numbers: small ones are hidden from who may not see the answers."""

import re

import pytest
from django.test import Client

from campaigns.models import Event, Rsvp
from subscribers.models import Subscriber
from tests.campaigns.conftest import MakeFollowers
from tests.campaigns.studio.answers.conftest import Answers, page

pytestmark = pytest.mark.django_db


def numbers(browser: Client, event: Event) -> dict[str, str]:
    """Return what the page says beside each label."""
    text = browser.get(page("answer_counts", event)).content.decode()
    cells = re.findall(
        r'<th scope="row">(?:<a [^>]*>)?([^<]+)(?:</a>)?</th>\s*<td[^>]*>([^<]+)</td>', text
    )
    return dict(cells)


@pytest.fixture
def world(answer: Answers, followers: MakeFollowers) -> None:
    """14 say yes, 2 no: 8 of Romania, 6 of France, 1 of Chad, and a guest."""
    people = followers(15)
    for place, person in enumerate(people):
        country = "RO" if place < 8 else "FR" if place < 14 else "TD"
        Subscriber.objects.filter(pk=person.pk).update(country=country)
        answer(person, "no" if place == 14 else "yes")
    answer("Gus Berg", "no")


def test_whoever_sees_answers_sees_all_numbers(lias: Client, meeting: Event, world: None) -> None:
    assert numbers(lias, meeting) == {
        "Yes": "14",
        "Maybe": "0",
        "No": "2",
        "Sends a delegate": "0",
        "Chad": "1",
        "France": "6",
        "Romania": "8",
        "Guests, and people whose country isn’t known": "1",
    }


def test_for_others_small_numbers_are_hidden_and_so_are_the_names_of_their_countries(
    wrens: Client, meeting: Event, world: None
) -> None:
    assert numbers(wrens, meeting) == {
        "Yes": "not shown",
        "Maybe": "not shown",
        "No": "not shown",
        "Sends a delegate": "not shown",
        "Romania": "8",
        "Others, few each": "8",
    }


def test_places_are_counted(lias: Client, meeting: Event, answer: Answers) -> None:
    Event.objects.update(capacity=1)
    for name in ("Ana A", "Bea B", "Cia C"):
        answer(name)
    assert numbers(lias, meeting)["Has a place"] == "1"
    assert numbers(lias, meeting)["Waiting list"] == "2"


def test_who_came_is_counted_once_somebody_did(
    lias: Client, meeting: Event, answer: Answers
) -> None:
    answer("Ana A")
    assert "Came" not in numbers(lias, meeting)
    Rsvp.objects.update(came=True)
    assert numbers(lias, meeting)["Came"] == "1"


def test_an_event_without_answers_says_so(wrens: Client, meeting: Event) -> None:
    assert "There are no answers yet" in wrens.get(page("answer_counts", meeting)).content.decode()
