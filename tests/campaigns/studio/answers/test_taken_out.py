"""What leaves the staff pages: the CSV file, name badges, and the attendance list."""

import csv
import io

import pytest
from django.http.response import HttpResponseBase
from django.test import Client
from django.utils import timezone

from campaigns.event_states import Attendance
from campaigns.models import Event, Rsvp
from newsletter.models import AuditEntry
from subscribers.models import Subscriber
from tests.campaigns.studio.answers.conftest import Answers, page
from tests.staff_members import sign_in_long_ago

pytestmark = pytest.mark.django_db


def read(answer: HttpResponseBase) -> list[dict[str, str]]:
    text = answer.getvalue().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


@pytest.fixture
def people(ada: Subscriber, answer: Answers) -> list[Rsvp]:
    Subscriber.objects.update(institution="House of Representatives")
    return [
        answer(ada, access_needs="A ramp", note="By train"),
        answer("=HYPERLINK(1) Berg"),
        answer("Nia Diaz", "no"),
    ]


def test_the_file_has_what_the_list_shows(lias: Client, meeting: Event, people: list[Rsvp]) -> None:
    rows = read(lias.post(page("export_answers", meeting)))
    assert [row["Name"] for row in rows] == ["Ada Lovelace", "'=HYPERLINK(1) Berg", "Nia Diaz"]
    assert rows[0]["Email address"] == "ada@example.nz"
    assert rows[0]["Country or body"] == "New Zealand"
    assert rows[0]["Institution"] == "House of Representatives"
    assert "Note" not in rows[0]
    filtered = read(lias.post(page("export_answers", meeting), {"answer": "no"}))
    assert [row["Name"] for row in filtered] == ["Nia Diaz"]
    found = read(lias.post(page("export_answers", meeting), {"q": "new zealand"}))
    assert [row["Name"] for row in found] == ["Ada Lovelace"]


def test_needs_and_notes_are_in_it_only_when_asked_for_by_who_may_enter_answers(
    lias: Client, auds: Client, meeting: Event, people: list[Rsvp]
) -> None:
    row = read(lias.post(page("export_answers", meeting), {"needs": "on"}))[0]
    assert (row["Needs to take part"], row["Note"]) == ("A ramp", "By train")
    assert "Note" not in read(auds.post(page("export_answers", meeting), {"needs": "on"}))[0]


def test_people_in_discreet_mode_are_masked_in_it_for_who_may_not_see_them(
    lias: Client, auds: Client, meeting: Event, people: list[Rsvp]
) -> None:
    Subscriber.objects.update(discreet_since=timezone.now())
    row = read(auds.post(page("export_answers", meeting)))[0]
    assert not [each for each in row.values() if "ada@" in each or "Lovelace" in each]
    assert row["Institution"] == ""
    assert read(lias.post(page("export_answers", meeting)))[0]["Name"] == "Ada Lovelace"


def test_each_export_is_in_the_audit_log_without_what_was_searched(
    lias: Client, meeting: Event, people: list[Rsvp]
) -> None:
    lias.post(page("export_answers", meeting), {"q": "lovelace", "answer": "yes", "needs": "on"})
    entry = AuditEntry.objects.get(action="event.answers_exported")
    assert entry.details == {"filters": ["answer=yes"], "searched": True, "with_needs": True}


def test_an_export_asks_who_it_is_after_an_hour(
    lias: Client, meeting: Event, people: list[Rsvp]
) -> None:
    sign_in_long_ago(lias)
    answer = lias.post(page("export_answers", meeting))
    assert answer.status_code == 302
    assert not AuditEntry.objects.filter(action="event.answers_exported").exists()


def test_badges_have_names_and_no_address_and_are_of_those_who_come(
    lias: Client, meeting: Event, people: list[Rsvp], answer: Answers
) -> None:
    text = lias.get(page("badges", meeting)).content.decode()
    assert "Ada Lovelace" in text
    assert "New Zealand" in text
    assert "House of Representatives" in text
    assert "Nia Diaz" not in text
    assert "@" not in text.replace("@page", "")


def test_the_attendance_list_is_by_name_and_has_room_to_sign(
    lias: Client, meeting: Event, people: list[Rsvp], answer: Answers
) -> None:
    answer("aaron Aalto")
    text = lias.get(page("attendance_list", meeting)).content.decode()
    assert "Signature" in text
    places = [text.index(name) for name in ("aaron Aalto", "Ada Lovelace")]
    assert places == sorted(places)
    assert "Nia Diaz" not in text
    assert "@" not in text


def test_whoever_takes_part_online_or_waits_is_not_printed(
    lias: Client, meeting: Event, answer: Answers
) -> None:
    Event.objects.update(attendance=Attendance.HYBRID, capacity=1)
    answer("Ona Online", attends="online")
    answer("Pia Person", attends="in_person")
    answer("Wes Waits", attends="in_person")
    for name in ("badges", "attendance_list"):
        text = lias.get(page(name, meeting)).content.decode()
        assert "Pia Person" in text
        assert "Ona Online" not in text
        assert "Wes Waits" not in text


def test_people_in_discreet_mode_are_printed_only_when_asked_for(
    lias: Client, meeting: Event, people: list[Rsvp]
) -> None:
    Subscriber.objects.update(discreet_since=timezone.now())
    for name in ("badges", "attendance_list"):
        text = lias.get(page(name, meeting)).content.decode()
        assert "Lovelace" not in text
        assert "1 person in discreet mode is left out" in text
        asked = lias.get(f"{page(name, meeting)}?discreet=on").content.decode()
        assert "Ada Lovelace" in asked


@pytest.mark.parametrize("part", ["0", "-1", "x", "2", "99999999999999999999"])
def test_a_part_that_there_is_not_is_empty_or_the_first(
    lias: Client, meeting: Event, people: list[Rsvp], part: str
) -> None:
    assert lias.get(f"{page('badges', meeting)}?part={part}").status_code == 200
