"""The demo's answers to the invitation to the forum, with a waiting list, and its documents."""

from datetime import datetime, timedelta

from campaigns.demo.pdf import one_page
from campaigns.event_states import Attendance, DocumentAccess, RsvpAnswer, RsvpSource
from campaigns.events.documents.add import add_document
from campaigns.models import Campaign, Delivery, Event, Rsvp
from campaigns.rsvp.answer import record_answer
from campaigns.rsvp.reply import Reply
from campaigns.states import DeliveryStatus

ANSWERING = 90
"""How many of those who got the email have answered."""
SAID = (
    (RsvpAnswer.YES, Attendance.IN_PERSON),
    (RsvpAnswer.YES, Attendance.IN_PERSON),
    (RsvpAnswer.YES, Attendance.ONLINE),
    (RsvpAnswer.NO, ""),
    (RsvpAnswer.YES, Attendance.IN_PERSON),
    (RsvpAnswer.MAYBE, Attendance.IN_PERSON),
)
"""In turn, as the demo knows no chance."""
INTERPRETATION = ("", "", "fr", "", "uk", "", "", "ar")
NEEDS = {4: "I use a wheelchair.", 31: "Please reserve a seat near the front."}


def add_answers(campaign: Campaign, *, now: datetime) -> None:
    """Record answers of people to whom the email about the forum was delivered."""
    event = campaign.event
    assert event is not None  # noqa: S101 - for the type checker
    delivered = Delivery.objects.filter(campaign=campaign, status=DeliveryStatus.DELIVERED)
    people = delivered.exclude(subscriber=None).select_related("subscriber").order_by("pk")
    for number, delivery in enumerate(people[:ANSWERING]):
        if delivery.subscriber is None or delivery.subscriber.discreet_since:
            continue
        answer, attends = SAID[number % len(SAID)]
        said_at = now - timedelta(days=20) + timedelta(hours=5 * number)
        answered = record_answer(
            event.pk,
            of=delivery.subscriber,
            reply=Reply(
                answer=answer,
                attends=attends,
                interpretation=INTERPRETATION[number % 8] if answer == RsvpAnswer.YES else "",
                access_needs=NEEDS.get(number, ""),
            ),
            source=RsvpSource.LINK,
            now=now,
        )
        dates = {"created_at": said_at, "answered_at": said_at}
        if answered.rsvp.waiting_since:
            dates["waiting_since"] = said_at
        Rsvp.objects.filter(pk=answered.rsvp.pk).update(**dates)


def add_documents(event: Event) -> None:
    """Add the forum's programme for everybody, and a paper for those who come."""
    for title, language, access, texts in (
        ("Programme of the forum", "en", DocumentAccess.PUBLIC, {
            "fr": {"title": "Programme du forum (en anglais)"},
            "ro": {"title": "Programul forumului (în engleză)"},
            "uk": {"title": "Програма форуму (англійською)"},
            "ar": {"title": "برنامج المنتدى (بالإنجليزية)"},
        }),
        ("Programme du forum", "fr", DocumentAccess.PUBLIC, {}),
        ("How to get in, and where to stay", "en", DocumentAccess.ACCEPTED, {
            "fr": {"title": "Accès et hébergement (en anglais)"},
            "ro": {"title": "Acces și cazare (în engleză)"},
            "uk": {"title": "Як дістатися та де зупинитися (англійською)"},
            "ar": {"title": "الوصول والإقامة (بالإنجليزية)"},
        }),
    ):  # fmt: skip
        add_document(
            event,
            content=one_page(title, event.title),
            title=title,
            language=language,
            access=access,
            texts=texts,
        )
