"""An answer by a link takes few statements, and what is kept for pages and emails is nobody's."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from campaigns.models import Event
from newsletter.public_pages.page_for_one import PAGES_FOR_ONE
from newsletter.rendering import rendered_once
from subscribers.models import Subscriber
from tests.campaigns.conftest import MakeFollowers
from tests.campaigns.rsvp.conftest import PathFor, last_mail

pytestmark = pytest.mark.django_db

MOST = 17
"""Statements of an answer, those that begin and end its transaction included."""


@pytest.fixture
def people(ada: Subscriber, followers: MakeFollowers) -> list[Subscriber]:
    return followers(3)


def test_an_answer_takes_few_statements(
    client: Client, people: list[Subscriber], path_for: PathFor
) -> None:
    first, second, _ = [path_for(person) for person in people]
    client.post(first, {"answer": "yes"})

    with CaptureQueriesContext(connection) as captured:
        client.post(second, {"answer": "yes"})

    assert len(captured) <= MOST, [each["sql"][:99] for each in captured.captured_queries]


def test_each_is_told_their_own_answer_and_mailed_their_own_links(
    client: Client, people: list[Subscriber], path_for: PathFor
) -> None:
    seen = set()
    for person, said, words in zip(
        people, ("yes", "no", "yes"), ("Yes, I’ll come", "No", "Yes, I’ll come"), strict=True
    ):
        page = client.post(path_for(person), {"answer": said}).content.decode()
        assert f"<strong>{words}" in page
        mail = last_mail("rsvp_confirmation")
        assert mail.to == person.email
        seen.add(next(word for word in mail.text.split() if "/rsvp/answers/" in word))
    assert len(seen) == len(people)


def test_the_page_after_an_answer_shows_the_event_as_it_is_now(
    client: Client, people: list[Subscriber], path_for: PathFor
) -> None:
    first, second, _ = [path_for(person) for person in people]
    client.post(first, {"answer": "yes"})
    Event.objects.update(venue="The new hall")

    assert "The new hall" in client.post(second, {"answer": "yes"}).content.decode()
    assert "The new hall" in last_mail("rsvp_confirmation").text


def test_nothing_of_a_person_is_kept(
    client: Client, people: list[Subscriber], path_for: PathFor
) -> None:
    path = path_for(people[0])
    client.post(path, {"answer": "yes", "note": "By train", "access_needs": "A ramp"})

    kept = f"{rendered_once._kept} {PAGES_FOR_ONE.__dict__}"
    mail = last_mail("rsvp_confirmation")
    links = [word for word in mail.text.split() if "/rsvp/" in word and word.count("/") > 4]
    assert links
    assert "If this answer is new" in kept, "the page that is kept is looked at"
    for text in (people[0].email, path, "By train", "A ramp", *links):
        assert text not in kept
