"""Staff mark who came: one person, a page, and undo; from the event's start on."""

import pytest
from django.test import Client
from django.utils import timezone

from campaigns.event_states import EventStatus
from campaigns.models import Event, Rsvp
from newsletter.models import AuditEntry
from tests.campaigns.studio.answers.conftest import Answers, page

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(answer: Answers) -> list[Rsvp]:
    """Gus and Mia said yes, Nia no."""
    return [answer("Gus Berg"), answer("Mia Ruiz"), answer("Nia Diaz", "no")]


def begin(event: Event) -> None:
    Event.objects.filter(pk=event.pk).update(starts_at=timezone.now())


def marks() -> dict[str, bool | None]:
    return dict(Rsvp.objects.values_list("full_name", "came"))


def test_nobody_is_marked_before_the_start(
    lias: Client, meeting: Event, people: list[Rsvp]
) -> None:
    assert "Mark all" not in lias.get(page("answers", meeting)).content.decode()
    done = lias.post(page("came", meeting), {"mark": f"came-{people[0].pk}"}, follow=True)
    assert "once the event has begun" in done.content.decode()
    assert set(marks().values()) == {None}


def test_nobody_came_to_an_event_that_was_cancelled(
    lias: Client, meeting: Event, people: list[Rsvp]
) -> None:
    begin(meeting)
    Event.objects.update(status=EventStatus.CANCELLED)
    lias.post(page("came", meeting), {"mark": f"came-{people[0].pk}"})
    assert set(marks().values()) == {None}


def test_one_press_marks_one_person_and_another_takes_it_back(
    lias: Client, meeting: Event, people: list[Rsvp]
) -> None:
    begin(meeting)
    for mark, came in (("came", True), ("absent", False), ("undo", None)):
        lias.post(page("came", meeting), {"mark": f"{mark}-{people[0].pk}"})
        assert marks() == {"Gus Berg": came, "Mia Ruiz": None, "Nia Diaz": None}
    # Whoever said no may have come.
    lias.post(page("came", meeting), {"mark": f"came-{people[2].pk}"})
    assert marks()["Nia Diaz"] is True


def test_one_press_marks_the_whole_page_and_another_takes_back_just_that(
    lias: Client, meeting: Event, people: list[Rsvp]
) -> None:
    begin(meeting)
    lias.post(page("came", meeting), {"mark": f"absent-{people[0].pk}"})
    expected = lias.get(page("answers", meeting)).content.decode()
    assert f'name="answer" value="{people[1].pk}"' in expected
    assert f'name="answer" value="{people[0].pk}"' not in expected
    assert f'name="answer" value="{people[2].pk}"' not in expected
    done = lias.post(
        page("came", meeting),
        {"mark": "came-page", "answer": [people[1].pk], "list": "answer=yes&marked=7"},
    )
    assert done["Location"].endswith(f"?answer=yes&marked={people[1].pk}")
    assert marks() == {"Gus Berg": False, "Mia Ruiz": True, "Nia Diaz": None}
    assert "1 marked on this page." in lias.get(done["Location"]).content.decode()
    lias.post(page("came", meeting), {"mark": "undo-page", "answer": [people[1].pk]})
    assert marks() == {"Gus Berg": False, "Mia Ruiz": None, "Nia Diaz": None}


@pytest.mark.parametrize("mark", ["", "came", "came-", "came-x", "came-0", "gone-1", "came-page"])
def test_a_press_that_names_nobody_changes_nothing(
    lias: Client, meeting: Event, people: list[Rsvp], mark: str
) -> None:
    begin(meeting)
    assert lias.post(page("came", meeting), {"mark": mark}).status_code == 302
    assert set(marks().values()) == {None}


def test_a_press_for_the_person_of_another_event_changes_nothing(
    lias: Client, meeting: Event, people: list[Rsvp]
) -> None:
    begin(meeting)
    other = Event.objects.get(pk=meeting.pk)
    other.pk, other.slug, other.uid = None, "other", "00000000-0000-4000-8000-000000000001"
    other.save()
    lias.post(page("came", other), {"mark": f"came-{people[0].pk}"})
    assert set(marks().values()) == {None}


def test_the_audit_log_says_how_many_were_marked_and_not_who(
    lias: Client, meeting: Event, people: list[Rsvp]
) -> None:
    begin(meeting)
    ids = [each.pk for each in people]
    lias.post(page("came", meeting), {"mark": "came-page", "answer": ids})
    lias.post(page("came", meeting), {"mark": "came-page", "answer": ids})
    entry = AuditEntry.objects.get(action="event.came_marked")
    assert entry.details == {"people": 3, "came": "yes"}


def test_an_auditor_may_not_mark(auds: Client, meeting: Event, people: list[Rsvp]) -> None:
    begin(meeting)
    assert "Mark all" not in auds.get(page("answers", meeting)).content.decode()
    assert auds.post(page("came", meeting), {"mark": "came-page"}).status_code == 403
