"""The page of a person has notes of staff, and a form to record a death."""

import pytest
from django.test import Client
from django.utils import timezone

from staff.roles import ADMINISTRATOR, LIST_MANAGER
from subscribers.models import Subscriber, SubscriberNote
from subscribers.people.death import is_deceased
from tests.staff_members import browser_of, staff_member
from tests.subscribers.admin.pages import PEOPLE


@pytest.fixture
def lia(db: None) -> Client:
    return browser_of(staff_member("lia", LIST_MANAGER))


def page_of(person: Subscriber) -> str:
    return f"{PEOPLE}{person.pk}/change/"


def post(client: Client, person: Subscriber, name: str, **fields: object) -> str:
    answer = client.post(f"{PEOPLE}{person.pk}/{name}/", fields, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_note_is_added_shown_and_deleted(lia: Client, ada: Subscriber) -> None:
    assert "There are no notes" in lia.get(page_of(ada)).content.decode()
    page = post(lia, ada, "note", note="<b>Met</b> in Geneva.")
    assert "Note added." in page
    assert "&lt;b&gt;Met&lt;/b&gt; in Geneva." in page
    page = post(lia, ada, "delete-note", note=SubscriberNote.objects.get().pk)
    assert "Note deleted." in page
    assert "Geneva" not in page


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "Enter a note."),
        ("  ", "Enter a note."),
        ("Met in Geneva. " + "x" * 2_000, "at most 2,000 characters. You have written 2015."),
    ],
)
def test_a_note_that_says_nothing_or_too_much_is_refused_and_stays_in_its_form(
    lia: Client, ada: Subscriber, text: str, problem: str
) -> None:
    answer = lia.post(f"{PEOPLE}{ada.pk}/note/", {"note": text})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert problem in page
    assert f"{text.strip()}</textarea>" in page
    assert not SubscriberNote.objects.exists()
    assert "Note added." in post(lia, ada, "note", note=text.strip()[:50] or "Met.")


def test_a_line_break_counts_as_one_character_as_it_does_in_the_browser(
    lia: Client, ada: Subscriber
) -> None:
    text = "x" * 1_000 + "\r\n" + "y" * 999
    assert "Note added." in post(lia, ada, "note", note=text)
    assert len(SubscriberNote.objects.get().text) == 2_000


def test_only_the_author_or_an_administrator_deletes_a_note(lia: Client, ada: Subscriber) -> None:
    post(lia, ada, "note", note="Met in Geneva.")
    leo = browser_of(staff_member("leo", LIST_MANAGER))
    number = SubscriberNote.objects.get().pk
    assert "delete-note" not in leo.get(page_of(ada)).content.decode()
    assert "only its author, or an administrator" in post(leo, ada, "delete-note", note=number)
    assert SubscriberNote.objects.exists()
    ria = browser_of(staff_member("ria", LIST_MANAGER, ADMINISTRATOR))
    assert "Note deleted." in post(ria, ada, "delete-note", note=number)
    for odd in (number, "", "x", "9" * 30):
        assert "deleted already" in post(ria, ada, "delete-note", note=odd)


def test_a_death_is_recorded_shown_and_taken_back(lia: Client, ada: Subscriber) -> None:
    assert "Enter a date." in post(lia, ada, "death", record="yes", day="soon")
    assert "in the future" in post(lia, ada, "death", record="yes", day="2999-01-01")
    post(lia, ada, "death")
    assert not is_deceased(ada.digest)
    page = post(lia, ada, "death", record="yes", day="2026-03-14")
    assert "Recorded as deceased on 14 March 2026" in page
    assert "No email." in page
    assert "recorded already" in post(lia, ada, "death", record="yes", day="2026-03-14")
    assert "Taken back" in post(lia, ada, "death", take_back="yes")
    assert "no death was recorded" in post(lia, ada, "death", take_back="yes")
    assert not is_deceased(ada.digest)


def test_whoever_may_only_look_reads_notes_and_changes_none(
    lia: Client, readers_only: Client, ada: Subscriber
) -> None:
    post(lia, ada, "note", note="Met in Geneva.")
    page = readers_only.get(page_of(ada)).content.decode()
    assert "Met in Geneva." in page
    for name in ("note", "delete-note", "death"):
        assert readers_only.post(f"{PEOPLE}{ada.pk}/{name}/").status_code == 403
    Subscriber.objects.filter(pk=ada.pk).update(discreet_since=timezone.now())
    assert "Geneva" not in readers_only.get(page_of(ada)).content.decode()
