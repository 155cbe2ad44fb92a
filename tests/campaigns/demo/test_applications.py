"""The demo has applications that wait, at whose page there is something to read."""

import pytest
from django.test import Client

from campaigns.demo.load import Loaded
from newsletter.models import TransactionalMessage
from subscribers.models import Application, ApplicationNote, ApplicationQuestion

pytestmark = pytest.mark.django_db


def test_applications_wait_with_a_question_that_was_answered_and_a_note(
    loaded: Loaded, sams: Client
) -> None:
    waiting = Application.objects.order_by("confirmed_at")
    assert [each.awaits_review for each in waiting] == [True] * 4
    assert ApplicationQuestion.objects.get().answer
    assert ApplicationNote.objects.get()
    kinds = TransactionalMessage.objects.values_list("kind", flat=True)
    assert set(kinds) <= {"staff_topic_granted"}, "nothing to anybody but staff"
    page = sams.get("/staff/subscribers/application/").content.decode()
    for applicant in waiting:
        assert applicant.full_name in page
    assert "4 applications" in sams.get("/staff/").content.decode()


def test_the_form_asks_to_read_the_mission_statement(loaded: Loaded, client: Client) -> None:
    assert "I have read the mission statement" in client.get("/join/").content.decode()
    assert "above party and country" in client.get("/mission/").content.decode()
