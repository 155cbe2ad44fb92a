"""Staff enter the answer of somebody who telephoned, and change it."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from campaigns.event_states import Attendance, EventStatus, RsvpAnswer, RsvpSource, Seat
from campaigns.models import Event, Rsvp
from newsletter.models import AuditEntry, TransactionalMessage
from subscribers.models import Subscriber
from subscribers.states import SuppressionReason
from subscribers.suppression.registry import suppress
from tests.architecture.rows import all_rows, changed
from tests.campaigns.studio.answers.conftest import Answers, page
from tests.campaigns.studio.page_helpers import replaced_by

pytestmark = pytest.mark.django_db


def enter(browser: Client, event: Event, **typed: str) -> Any:
    fields = {"language": "en", "answer": "yes", **typed}
    return browser.post(page("enter_answer", event), fields, follow=True)


def mails(kind: str = "rsvp_confirmation") -> list[str]:
    messages = TransactionalMessage.objects.filter(kind=kind).order_by("pk")
    return list(messages.values_list("to", flat=True))


def test_the_answer_of_a_subscriber_is_found_by_address_and_confirmed_to_them(
    lias: Client, meeting: Event, ada: Subscriber
) -> None:
    done = enter(lias, meeting, email="ADA@example.nz", note="Rang at noon")
    assert "Answer saved. An email confirms it to them." in done.content.decode()
    rsvp = Rsvp.objects.get()
    assert (rsvp.subscriber, rsvp.answer, rsvp.source) == (ada, RsvpAnswer.YES, RsvpSource.STAFF)
    assert rsvp.note == "Rang at noon"
    assert mails() == ["ada@example.nz"]


def test_somebody_who_is_no_subscriber_becomes_a_guest_with_a_name(
    lias: Client, meeting: Event
) -> None:
    before = all_rows()
    refused = enter(lias, meeting, email="gus@example.org", note="By phone")
    assert refused.status_code == 422
    assert "Enter the name." in refused.content.decode()
    assert "By phone" in refused.content.decode()
    assert changed(before, all_rows()) == []
    enter(lias, meeting, email="gus@example.org", full_name="Gus Berg")
    rsvp = Rsvp.objects.get()
    assert (rsvp.subscriber, rsvp.email, rsvp.full_name) == (None, "gus@example.org", "Gus Berg")
    assert mails() == ["gus@example.org"]


def test_a_sign_up_that_nobody_confirmed_is_no_subscriber(
    lias: Client, meeting: Event, ben: Subscriber
) -> None:
    assert enter(lias, meeting, email=ben.email).status_code == 422
    enter(lias, meeting, email=ben.email, full_name="Ben Okri")
    assert Rsvp.objects.get().subscriber is None


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ({"email": ""}, "Enter the email address."),
        ({"email": "no address"}, "@"),
        ({"email": "ada@example.nz", "answer": "perhaps"}, "Choose one of the answers."),
        ({"email": "ada@example.nz", "note": "x" * 1001}, "Use at most 1000 characters."),
        ({"email": "ada@example.nz", "answer": "delegate"}, "who comes in your place"),
        ({"email": "g@example.org", "full_name": "See https://x.example"}, "can’t contain a web"),
    ],
)
def test_a_mistake_is_said_and_nothing_is_kept(
    lias: Client, meeting: Event, ada: Subscriber, typed: dict[str, str], problem: str
) -> None:
    before = all_rows()
    answer = enter(lias, meeting, **typed)
    assert answer.status_code == 422
    assert problem in answer.content.decode()
    assert changed(before, all_rows()) == []


def test_an_answer_that_was_given_is_replaced_only_by_who_is_told_of_it(
    lias: Client, meeting: Event, ada: Subscriber, answer: Answers
) -> None:
    answer(ada, "no")
    told = enter(lias, meeting, email=ada.email, note="She rang")
    assert told.status_code == 409
    assert Rsvp.objects.get().answer == RsvpAnswer.NO
    text = told.content.decode()
    assert "has answered already" in text
    assert "She rang" in text
    enter(lias, meeting, email=ada.email, **replaced_by(text))
    assert Rsvp.objects.get().answer == RsvpAnswer.YES


def test_whoever_is_entered_past_the_last_place_is_said_to_wait(
    lias: Client, meeting: Event, answer: Answers
) -> None:
    Event.objects.update(capacity=1)
    answer("Gus Berg")
    assert "Whoever says yes now waits" in lias.get(page("enter_answer", meeting)).content.decode()
    done = enter(lias, meeting, email="mia@example.org", full_name="Mia Ruiz")
    assert "this person is on the waiting list" in done.content.decode()
    assert Rsvp.objects.get(full_name="Mia Ruiz").seat == Seat.WAITING


def test_without_a_waiting_list_nobody_is_entered_past_the_last_place(
    lias: Client, meeting: Event, answer: Answers
) -> None:
    Event.objects.update(capacity=1, has_waiting_list=False)
    answer("Gus Berg")
    done = enter(lias, meeting, email="mia@example.org", full_name="Mia Ruiz", note="Rang")
    assert done.status_code == 422
    assert "All places are taken, and this event has no waiting list." in done.content.decode()
    assert "Rang" in done.content.decode()
    assert Rsvp.objects.count() == 1


@pytest.mark.parametrize("is_over", [False, True])
def test_staff_enter_answers_past_the_deadline_and_mail_ends_with_the_event(
    lias: Client, meeting: Event, ada: Subscriber, is_over: bool
) -> None:
    now = timezone.now()
    times = {"answers_until": now - timedelta(days=1)}
    if is_over:
        times |= {"starts_at": now - timedelta(hours=2), "ends_at": now - timedelta(hours=1)}
    Event.objects.update(**times)
    done = enter(lias, meeting, email=ada.email).content.decode()
    assert Rsvp.objects.get().answer == RsvpAnswer.YES
    assert len(mails()) == (not is_over)
    assert ("No email confirms it" in done) is is_over


def test_past_the_deadline_no_delegate_is_asked(
    lias: Client, meeting: Event, ada: Subscriber
) -> None:
    Event.objects.update(answers_until=timezone.now() - timedelta(days=1))
    form = lias.get(page("enter_answer", meeting)).content.decode()
    assert "delegate_email" not in form
    enter(lias, meeting, email=ada.email, answer="delegate", delegate_name="Lea",
          delegate_email="lea@example.org")  # fmt: skip
    assert Rsvp.objects.get().answer == RsvpAnswer.DELEGATE
    assert mails("rsvp_delegate") == []


def test_a_delegate_is_asked_once(lias: Client, meeting: Event, ada: Subscriber) -> None:
    enter(lias, meeting, email=ada.email, answer="delegate", delegate_name="Lea Novak",
          delegate_email="lea@example.org")  # fmt: skip
    assert mails("rsvp_delegate") == ["lea@example.org"]
    assert Rsvp.objects.get(full_name="Lea Novak").delegate_of == Rsvp.objects.get(subscriber=ada)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"takes_answers": False}, "doesn’t ask for answers"),
        ({"status": EventStatus.CANCELLED}, "is cancelled"),
    ],
)
def test_an_event_that_takes_no_answers_takes_none_of_staff(
    lias: Client, meeting: Event, ada: Subscriber, change: dict[str, object], words: str
) -> None:
    Event.objects.update(**change)
    assert words in lias.get(page("enter_answer", meeting)).content.decode()
    assert words in enter(lias, meeting, email=ada.email).content.decode()
    assert not Rsvp.objects.exists()


def test_an_answer_is_entered_for_somebody_who_gets_no_mail_and_that_is_said(
    lias: Client, meeting: Event, ada: Subscriber
) -> None:
    suppress(ada.digest, reason=SuppressionReason.NEVER_AGAIN)
    done = enter(lias, meeting, email=ada.email)
    assert "No email confirms it to them" in done.content.decode()
    assert Rsvp.objects.get().subscriber == ada
    assert mails() == []


def test_a_changed_answer_is_confirmed_and_the_same_one_isn_t(
    lias: Client, meeting: Event, ada: Subscriber, answer: Answers
) -> None:
    rsvp = answer(ada, access_needs="A ramp")
    form = lias.get(page("answer", meeting, rsvp.pk))
    seen = form.context["seen"]
    assert "A ramp" in form.content.decode()
    path = page("answer", meeting, rsvp.pk)
    said = {"seen": seen, "answer": "yes", "access_needs": "A ramp"}
    assert "Nothing was changed" in lias.post(path, said, follow=True).content.decode()
    assert mails() == []
    lias.post(path, {**said, "access_needs": "A ramp and captions"})
    rsvp.refresh_from_db()
    assert rsvp.access_needs == "A ramp and captions"
    assert mails() == ["ada@example.nz"]


def test_an_old_form_does_not_undo_what_the_person_said_meanwhile(
    lias: Client, meeting: Event, ada: Subscriber, answer: Answers
) -> None:
    rsvp = answer(ada)
    path = page("answer", meeting, rsvp.pk)
    seen = lias.get(path).context["seen"]
    answer(ada, "no")
    refused = lias.post(path, {"seen": seen, "answer": "maybe"})
    assert refused.status_code == 409
    assert Rsvp.objects.get().answer == RsvpAnswer.NO
    overwrites = replaced_by(refused.content.decode())
    lias.post(path, {"seen": seen, "answer": "maybe", **overwrites})
    assert Rsvp.objects.get().answer == RsvpAnswer.MAYBE


def test_a_place_that_an_entered_no_frees_is_offered(
    lias: Client, meeting: Event, answer: Answers
) -> None:
    Event.objects.update(capacity=1)
    first = answer("Gus Berg")
    answer("Mia Ruiz")
    path = page("answer", meeting, first.pk)
    lias.post(path, {"seen": lias.get(path).context["seen"], "answer": "no"})
    assert Rsvp.objects.get(full_name="Mia Ruiz").seat == Seat.OFFERED
    assert mails("rsvp_place_offered") == ["mia@guests.example"]


def test_what_the_event_asks_for_is_checked_as_on_the_public_form(
    lias: Client, meeting: Event, ada: Subscriber
) -> None:
    Event.objects.update(attendance=Attendance.HYBRID, interpretation=["fr"])
    assert enter(lias, meeting, email=ada.email).status_code == 422
    refused = enter(lias, meeting, email=ada.email, attends="online", interpretation="xx")
    assert refused.status_code == 422
    enter(lias, meeting, email=ada.email, attends="online", interpretation="fr",
          dietary_needs="Nuts")  # fmt: skip
    rsvp = Rsvp.objects.get()
    assert (rsvp.attends, rsvp.interpretation, rsvp.dietary_needs) == ("online", "fr", "")


def test_the_audit_log_says_who_entered_what_and_names_nobody(
    lias: Client, meeting: Event, ada: Subscriber
) -> None:
    enter(lias, meeting, email=ada.email, note="Rang at noon")
    entry = AuditEntry.objects.get(action="event.answer_entered")
    assert entry.actor_name == "lia"
    assert entry.details["answer"] == "yes"
    assert "ada" not in f"{entry.object_label} {entry.details}".lower()


def test_an_answer_to_another_event_is_not_found(
    lias: Client, meeting: Event, ada: Subscriber, answer: Answers
) -> None:
    rsvp = answer(ada)
    other = Event.objects.get(pk=meeting.pk)
    other.pk, other.slug, other.uid = None, "other", "00000000-0000-4000-8000-000000000001"
    other.save()
    assert lias.get(page("answer", other, rsvp.pk)).status_code == 404
    assert lias.post(page("answer", other, rsvp.pk), {"answer": "no"}).status_code == 404
