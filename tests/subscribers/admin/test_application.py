"""The queue of applications, and what staff do with each."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from newsletter.models import TransactionalMessage
from staff.roles import ADMINISTRATOR, AUTHOR, LIST_MANAGER
from subscribers.applications.apply import apply
from subscribers.applications.decide import accept
from subscribers.applications.questions import answer
from subscribers.models import Application, ApplicationQuestion, Topic
from subscribers.states import ApplicationStatus
from tests.staff_members import browser_of, staff_member
from tests.subscribers.applications.applying import LEA, new_application, waiting_application
from tests.subscribers.applications.conftest import leas, legislators

__all__ = ["leas", "legislators"]  # fixtures of the applications, here too

QUEUE = "/staff/subscribers/application/"


def page_of(application: Application, name: str = "change") -> str:
    return f"{QUEUE}{application.pk}/{name}/"


def text(client: Client, path: str) -> str:
    return client.get(path).content.decode()


def test_the_oldest_that_waits_comes_first_and_the_unconfirmed_are_not_there(
    sams: Client, sam: User, leas: Application
) -> None:
    topic = leas.subscription.topic
    second = waiting_application(topic, "max@example.org", full_name="Max Second")
    done = waiting_application(topic, "dee@example.org", full_name="Dee Done")
    accept(done.pk, by=sam)
    apply(new_application(topic, "una@example.org", full_name="Una Unconfirmed"))
    page = text(sams, QUEUE)
    assert "Una Unconfirmed" not in page
    assert page.index("Lea Novak") < page.index("Max Second") < page.index("Dee Done")
    only = text(sams, f"{QUEUE}?status=accepted")
    assert "Dee Done" in only
    assert "Lea Novak" not in only
    assert "Max Second" in text(sams, f"{QUEUE}?q=second max")
    assert second.awaits_review
    unconfirmed = Application.objects.get(full_name="Una Unconfirmed")
    assert sams.get(page_of(unconfirmed)).status_code == 302
    assert sams.post(page_of(unconfirmed, "accept")).status_code == 404


def test_the_page_of_one_shows_what_was_written(sams: Client, leas: Application) -> None:
    page = text(sams, page_of(leas))
    for shown in ("Lea Novak", LEA, "National Assembly", "Slovenia", "drafting a law"):
        assert shown in page
    assert "Accept application" in page


def test_accepting_is_one_press(sams: Client, leas: Application) -> None:
    sams.get(page_of(leas, "accept"))
    leas.refresh_from_db()
    assert leas.awaits_review, "reading changes nothing"
    page = sams.post(page_of(leas, "accept"), follow=True).content.decode()
    assert "Accepted. Lea Novak is subscribed" in page
    assert "Accept application" not in page
    again = sams.post(page_of(leas, "accept"), follow=True).content.decode()
    assert "Nothing was changed." in again


def test_declining_begins_with_a_courteous_text_that_can_be_changed(
    sams: Client, leas: Application
) -> None:
    assert "Dear Lea Novak," in text(sams, page_of(leas, "decline"))
    empty = sams.post(page_of(leas, "decline"), {"message": " "})
    assert empty.status_code == 422
    assert "Enter the email" in empty.content.decode()
    leas.refresh_from_db()
    assert leas.awaits_review
    page = sams.post(page_of(leas, "decline"), {"message": "Not this time."}, follow=True)
    assert "Declined. The email is on its way." in page.content.decode()
    assert "Not this time." in TransactionalMessage.objects.latest("pk").text


def test_it_can_be_declined_in_silence(sams: Client, leas: Application) -> None:
    page = sams.post(page_of(leas, "decline"), {"message": "x", "silently": "on"}, follow=True)
    assert "No email was sent." in page.content.decode()
    leas.refresh_from_db()
    assert leas.status == ApplicationStatus.DECLINED


def test_a_question_and_its_answer_are_shown(sams: Client, leas: Application) -> None:
    assert sams.post(page_of(leas, "ask"), {"question": ""}).status_code == 422
    page = sams.post(page_of(leas, "ask"), {"question": "Which committee?"}, follow=True)
    assert "No answer yet." in page.content.decode()
    answer(ApplicationQuestion.objects.get().pk, text="<i>Justice</i>")
    shown = text(sams, page_of(leas))
    assert "&lt;i&gt;Justice" in shown
    ApplicationQuestion.objects.update(
        answered_at=None, asked_at=timezone.now() - timedelta(days=40)
    )
    assert "The link no longer works." in text(sams, page_of(leas))


def test_it_is_assigned_to_who_may_decide_and_to_nobody_else(
    sams: Client, sam: User, leas: Application
) -> None:
    arno = staff_member("arno", AUTHOR)
    refused = sams.post(page_of(leas, "assign"), {"account": arno.pk}, follow=True)
    assert "Choose a colleague from the list." in refused.content.decode()
    sams.post(page_of(leas, "assign"), {"account": sam.pk})
    leas.refresh_from_db()
    assert leas.assigned_to == sam
    assert "Lea Novak" in text(sams, f"{QUEUE}?assigned=me")
    assert "Lea Novak" not in text(sams, f"{QUEUE}?assigned=nobody")
    sams.post(page_of(leas, "assign"), {"account": ""})
    leas.refresh_from_db()
    assert leas.assigned_to is None


def test_notes_stay_on_the_page(sams: Client, leas: Application) -> None:
    empty = sams.post(page_of(leas, "note"), {"note": " "}, follow=True).content.decode()
    assert "Enter a note." in empty
    page = sams.post(page_of(leas, "note"), {"note": "Called her office."}, follow=True)
    assert "Called her office." in page.content.decode()


def test_its_history_says_who_did_what(sams: Client, leas: Application) -> None:
    sams.post(page_of(leas, "note"), {"note": "Called."})
    sams.post(page_of(leas, "accept"))
    history = text(sams, page_of(leas, "history"))
    assert "Added a note to an application" in history
    assert "Accepted an application" in history


@pytest.mark.parametrize("act", ["accept", "decline", "ask", "assign", "note"])
def test_whoever_may_only_look_changes_nothing(
    readers_only: Client, leas: Application, act: str
) -> None:
    assert "Lea Novak" in text(readers_only, page_of(leas))
    assert "Accept application" not in text(readers_only, page_of(leas))
    fields = {"message": "x", "question": "x", "note": "x", "account": ""}
    assert readers_only.post(page_of(leas, act), fields).status_code == 403
    leas.refresh_from_db()
    assert leas.awaits_review
    assert not leas.notes.exists()


def test_administrators_decide_and_authors_see_nothing(leas: Application) -> None:
    author = browser_of(staff_member("arno", AUTHOR))
    assert author.get(QUEUE).status_code == 403
    administrator = browser_of(staff_member("ada", ADMINISTRATOR))
    page = text(administrator, page_of(leas))
    assert "Accept application" in page
    assert "/staff/subscribers/subscriber/" not in page, "which they may not see"


def test_applications_of_a_need_to_know_topic_are_hidden(leas: Application) -> None:
    liam = browser_of(staff_member("liam", LIST_MANAGER))
    assert "1 application" in text(liam, "/staff/")
    Topic.objects.update(is_restricted=True, is_public=False)
    liam = browser_of(User.objects.get(username="liam"))
    assert "Lea Novak" not in text(liam, QUEUE)
    assert "application</a>" not in text(liam, "/staff/")
    assert liam.get(page_of(leas)).status_code == 302
    for act in ("accept", "decline", "ask", "assign", "note"):
        assert liam.post(page_of(leas, act), {"message": "x"}).status_code == 404
    leas.refresh_from_db()
    assert leas.awaits_review
