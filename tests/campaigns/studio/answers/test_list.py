"""The list of answers: found by name, address and country, filtered, page by page."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from campaigns.event_states import Attendance, RsvpAnswer, Seat
from campaigns.models import Event, Rsvp
from newsletter.core.addresses import address_digest
from subscribers.models import Subscriber, Topic
from tests.campaigns.studio.answers.conftest import Answers, page
from tests.conftest import MakeSubscriber

pytestmark = pytest.mark.django_db


def shown(browser: Client, event: Event, query: str = "") -> list[str]:
    """Return the names on the page of the list, in its order, without those of delegates."""
    text = browser.get(f"{page('answers', event)}?{query}").content.decode()
    return re.findall(r'(?<!<br>)<a href="[^"]+/answers/\d+/"><span dir="auto">([^<]+)<', text)


@pytest.fixture
def many(meeting: Event, ada: Subscriber, answer: Answers) -> None:
    """Ada comes, in the one place; Gus waits for it, Mia doesn't come, Nia perhaps."""
    Event.objects.update(capacity=1)
    answer(ada)
    answer("Gus Berg")
    answer("Mia Ruiz", "no")
    answer("Nia Diaz", "maybe")


def test_the_newest_answer_comes_first(lias: Client, meeting: Event, many: None) -> None:
    assert shown(lias, meeting) == ["Nia Diaz", "Mia Ruiz", "Gus Berg", "Ada Lovelace"]


@pytest.mark.thorough(sample=6)
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=lovelace", ["Ada Lovelace"]),
        ("q=Ber", ["Gus Berg"]),
        ("q=ada@example.nz", ["Ada Lovelace"]),
        ("q=GUS@guests.example", ["Gus Berg"]),
        ("q=new+zea", ["Ada Lovelace"]),
        ("q=nobody", []),
        ("q=ne", []),
        ("country=NZ", ["Ada Lovelace"]),
        ("country=RO", []),
        ("answer=no", ["Mia Ruiz"]),
        ("answer=none", []),
        ("answer=perhaps", ["Nia Diaz", "Mia Ruiz", "Gus Berg", "Ada Lovelace"]),
        ("place=waiting", ["Gus Berg"]),
        ("place=taken&answer=yes", ["Ada Lovelace"]),
        ("place=offered", []),
        ("came=yes", []),
        ("came=none&answer=maybe", ["Nia Diaz"]),
        ("attends=in_person", []),
        ("q=%00lovelace", ["Ada Lovelace"]),
        (f"q={'x' * 5000}", []),
        ("after=999999999999999999999999", None),
        ("after=x", ["Nia Diaz", "Mia Ruiz", "Gus Berg", "Ada Lovelace"]),
    ],
)
def test_answers_are_found(
    lias: Client, meeting: Event, many: None, query: str, found: list[str] | None
) -> None:
    names = shown(lias, meeting, query)
    assert found is None or names == found


def test_pages_begin_behind_a_row_and_have_everybody_once(
    lias: Client, meeting: Event, answer: Answers
) -> None:
    for number in range(120):
        answer(f"Guest{number:03} Berg")
    seen, query = list[str](), "q=berg"
    while query:
        text = lias.get(f"{page('answers', meeting)}?{query}").content.decode()
        seen += re.findall(r'<span dir="auto">(Guest[^<]+)<', text)
        following = re.search(r'rel="next" href="\?([^"]+)"', text)
        query = following[1].replace("&amp;", "&") if following else ""
    assert seen == [f"Guest{number:03} Berg" for number in reversed(range(120))]


def test_the_waiting_list_is_in_the_order_in_which_places_are_offered(
    lias: Client, meeting: Event, answer: Answers
) -> None:
    Event.objects.update(capacity=1)
    for name in ("Ana A", "Bea B", "Cia C", "Dea D"):
        answer(name)
    # Bea left the line, and came back to its end.
    answer("Bea B", "no")
    answer("Bea B")
    assert shown(lias, meeting, "place=waiting") == ["Cia C", "Dea D", "Bea B"]
    cia = Rsvp.objects.get(full_name="Cia C")
    query = f"place=waiting&after={cia.pk}"
    assert shown(lias, meeting, query) == ["Dea D", "Bea B"]
    text = lias.get(f"{page('answers', meeting)}?{query}").content.decode()
    assert re.findall(r'Place in line">(\d+)<', text) == ["2", "3"]


def test_an_auditor_sees_who_answered_but_nobody_in_discreet_mode_and_no_needs(
    auds: Client, meeting: Event, ada: Subscriber, answer: Answers
) -> None:
    needs = {"access_needs": "A ramp", "note": "By train"}
    open_one = answer("Gus Berg", **needs)
    hidden = answer(ada, **needs)
    Subscriber.objects.update(discreet_since=timezone.now())
    text = auds.get(page("answers", meeting)).content.decode()
    assert "Gus Berg" in text
    assert "Lovelace" not in text
    assert "ada@example.nz" not in text
    assert shown(auds, meeting, "q=lovelace") == []
    assert shown(auds, meeting, "q=ada@example.nz") == []
    for rsvp in (open_one, hidden):
        one = auds.get(page("answer", meeting, rsvp.pk)).content.decode()
        assert not [each for each in ("A ramp", "By train", "Lovelace") if each in one]


def test_a_guest_who_has_asked_for_discretion_since_is_masked_too(
    auds: Client, meeting: Event, answer: Answers, topic: Topic, make_subscriber: MakeSubscriber
) -> None:
    rsvp = answer("Gus Berg")
    make_subscriber(rsvp.email, topic=topic)
    Subscriber.objects.update(discreet_since=timezone.now())
    text = auds.get(page("answers", meeting)).content.decode()
    assert "Berg" not in text
    assert rsvp.email not in text


def test_an_author_sees_numbers_and_no_list(
    wrens: Client, meeting: Event, ada: Subscriber, answer: Answers
) -> None:
    answer(ada)
    assert wrens.get(page("answers", meeting)).status_code == 403
    assert wrens.get(page("answer_counts", meeting)).status_code == 200


def test_an_empty_list_says_what_will_be_here(lias: Client, meeting: Event) -> None:
    assert "No answers yet" in lias.get(page("answers", meeting)).content.decode()


def test_a_delegate_who_has_not_answered_is_listed_as_such(
    lias: Client, meeting: Event, ada: Subscriber, answer: Answers
) -> None:
    Event.objects.update(attendance=Attendance.ONLINE)
    inviter = answer(ada, "delegate")
    Rsvp.objects.create(
        event=meeting,
        email="lea@example.org",
        digest=address_digest("lea@example.org"),
        full_name="Lea Novak",
        delegate_of=inviter,
        seat=Seat.NONE,
    )
    assert shown(lias, meeting, "answer=none") == ["Lea Novak"]
    assert shown(lias, meeting, f"answer={RsvpAnswer.DELEGATE}") == ["Ada Lovelace"]
    lea = Rsvp.objects.get(full_name="Lea Novak")
    assert "Ada Lovelace" in lias.get(page("answer", meeting, lea.pk)).content.decode()
