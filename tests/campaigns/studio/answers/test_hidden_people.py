"""People of a need-to-know topic alone are in no list, number or file of whoever may not know."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from campaigns.event_states import RsvpAnswer, RsvpSource, Seat
from campaigns.models import Event, Rsvp
from newsletter.models import AuditEntry
from staff.roles import LIST_MANAGER
from subscribers.audit_actions import NeedToKnowAction
from subscribers.models import Subscriber, Topic
from subscribers.need_to_know.grants import grant
from tests.campaigns.studio.answers.conftest import Answers, page
from tests.conftest import MakeSubscriber
from tests.staff_members import browser_of, staff_member

pytestmark = pytest.mark.django_db

PAGES = ("answers", "answer_counts", "badges", "attendance_list")


@pytest.fixture
def circle(db: None) -> Topic:
    return Topic.objects.create(slug="circle", name="Circle", is_restricted=True, is_public=False)


@pytest.fixture
def greta(circle: Topic, make_subscriber: MakeSubscriber, answer: Answers) -> Subscriber:
    """Somebody who follows that topic alone, and comes."""
    person = make_subscriber(
        "greta@secret.example", topic=circle, full_name="Greta Secret", country="AQ"
    )
    answer(person)
    return person


@pytest.fixture
def grace(circle: Topic) -> User:
    """A list manager who is granted the topic."""
    account = staff_member("grace", LIST_MANAGER)
    grant(circle, account, until=timezone.now() + timedelta(days=9), by="Ria")
    return account


def test_nobody_else_sees_them_or_counts_them(
    lias: Client, meeting: Event, greta: Subscriber
) -> None:
    for name in PAGES:
        text = lias.get(page(name, meeting)).content.decode()
        assert not [each for each in ("Greta", "secret", "Antarctica</a>") if each in text]
    assert lias.get(page("answers", meeting)).context["counts"].total == 0
    assert lias.get(f"{page('answers', meeting)}?q=greta").context["rows"] == []
    rsvp = Rsvp.objects.get()
    assert lias.get(page("answer", meeting, rsvp.pk)).status_code == 404
    file = lias.post(page("export_answers", meeting))
    assert "Greta" not in file.getvalue().decode()
    Event.objects.update(starts_at=timezone.now())
    lias.post(page("came", meeting), {"mark": f"came-{rsvp.pk}"})
    assert Rsvp.objects.get().came is None


def test_whoever_is_granted_the_topic_sees_them(
    meeting: Event, greta: Subscriber, grace: User
) -> None:
    browser = browser_of(grace)
    for name in ("answers", "badges", "attendance_list"):
        assert "Greta Secret" in browser.get(page(name, meeting)).content.decode()
    assert browser.get(page("answers", meeting)).context["counts"].total == 1


def test_entering_their_answer_tells_nothing_of_them(
    lias: Client, meeting: Event, greta: Subscriber
) -> None:
    typed = {"email": greta.email, "language": "en", "answer": "no"}
    assert "Enter the name." in lias.post(page("enter_answer", meeting), typed).content.decode()
    done = lias.post(page("enter_answer", meeting), {**typed, "full_name": "Greta"}, follow=True)
    assert "Answer saved." in done.content.decode()
    assert "answered already" not in done.content.decode()
    rsvp = Rsvp.objects.get()
    assert (rsvp.subscriber, rsvp.answer) == (greta, RsvpAnswer.NO)


@pytest.mark.thorough(sample=4)
@pytest.mark.parametrize("said", [RsvpAnswer.YES, RsvpAnswer.NO, RsvpAnswer.DELEGATE])
@pytest.mark.parametrize("is_delegate", [True, False])
@pytest.mark.parametrize(("capacity", "has_waiting_list"), [(None, True), (1, True), (1, False)])
def test_entering_their_answer_says_what_it_says_of_a_stranger(
    lias: Client,
    meeting: Event,
    greta: Subscriber,
    said: str,
    is_delegate: bool,
    capacity: int | None,
    has_waiting_list: bool,
) -> None:
    """Whether it was their answer already, and whether they come in somebody's place."""
    Event.objects.update(capacity=capacity, has_waiting_list=has_waiting_list)
    if capacity:
        Rsvp.objects.update(seat=Seat.TAKEN)
    if is_delegate:
        Rsvp.objects.update(source=RsvpSource.DELEGATE)
    typed = {
        "language": "en", "answer": said, "full_name": "Greta", "delegate_name": "Del",
        "delegate_email": "del@x.example",
    }  # fmt: skip

    def answered(email: str) -> tuple[int, str]:
        page_of = lias.post(page("enter_answer", meeting), {**typed, "email": email}, follow=True)
        problems = page_of.context["form"].errors if "form" in page_of.context else ""
        return page_of.status_code, f"{problems} {[*map(str, page_of.context['messages'])]}"

    assert answered(greta.email) == answered("stranger@secret.example")


def test_an_event_of_a_hidden_topic_has_no_pages_and_a_look_at_it_is_recorded(
    lias: Client, meeting: Event, circle: Topic, grace: User
) -> None:
    Event.objects.update(topic=circle, is_public=False)
    for name in (*PAGES, "enter_answer"):
        assert lias.get(page(name, meeting)).status_code == 404
    assert not AuditEntry.objects.filter(action=NeedToKnowAction.VIEWED).exists()
    assert browser_of(grace).get(page("answers", meeting)).status_code == 200
    assert AuditEntry.objects.filter(action=NeedToKnowAction.VIEWED).count() == 1


def test_a_look_at_their_answer_among_others_is_recorded(
    meeting: Event, greta: Subscriber, grace: User
) -> None:
    browser = browser_of(grace)
    looks = AuditEntry.objects.filter(action=NeedToKnowAction.VIEWED)
    for name in ("answers", "badges", "attendance_list"):
        looks.delete()
        browser.get(page(name, meeting))
        assert looks.count() == 1
    looks.delete()
    assert browser.post(page("export_answers", meeting)).getvalue()
    assert looks.count() == 1
