"""Entering an answer that came by telephone, a letter or in passing, for the person who gave it."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from campaigns.audit_actions import EventAction
from campaigns.edit_conflict import EditConflict, version_of
from campaigns.event_states import RsvpSource
from campaigns.models import Event, Rsvp
from campaigns.rsvp.answer import Answered, recorded_answer, why_closed
from campaigns.rsvp.guest import Guest
from campaigns.rsvp.mail import send_confirmation, send_delegate_notice, tell_of_places
from campaigns.rsvp.one_answer import rsvp_of
from campaigns.rsvp.reply import Reply
from campaigns.rsvp.respond import lock_subscriber_at, locked_person
from campaigns.rsvp.seats import locked_event
from newsletter.audit.record import record
from newsletter.core.addresses import address_digest
from subscribers.consent.mail import has_answered
from subscribers.models import Subscriber

ANSWER_COLUMNS = (
    "answer",
    "attends",
    "interpretation",
    "access_needs",
    "dietary_needs",
    "note",
)
"""Those that a form of an answer edits. The place follows from them, and from other people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EnteredAnswer:
    """The outcome of entering an answer.

    Args:
        is_told: whether an email to the person says it.
    """

    answered: Answered
    is_told: bool

    @property
    def rsvp(self) -> Rsvp:
        """The answer that was entered."""
        return self.answered.rsvp


def answer_version(rsvp: Rsvp) -> str:
    """Return the version of an answer that a form edits; "" where none is given yet."""
    return version_of(rsvp, ANSWER_COLUMNS) if rsvp.pk and rsvp.answer else ""


def known_person(event: Event, email: str) -> Subscriber | Rsvp | None:
    """Return the subscriber or the guest of this event with an address; None where it is a new one.

    Args:
        email: as `parse_address` returned it.
    """
    digest = address_digest(email)
    answers = event.rsvps.select_related("event", "subscriber")
    found = answers.filter(Q(digest=digest) | Q(subscriber__digest=digest)).order_by("pk").first()
    if found is not None:
        return found.subscriber or found
    subscriber = Subscriber.objects.filter(digest=digest).select_related("merged_into").first()
    if subscriber is not None and subscriber.merged_into is not None:
        return subscriber.merged_into
    # A sign-up that nobody confirmed is deleted after some days, and its answers with it.
    return subscriber if subscriber is not None and has_answered(subscriber) else None


@transaction.atomic
def enter_answer(
    event_id: int,
    *,
    of: Subscriber | Rsvp | Guest,
    reply: Reply,
    seen: str | None,
    delegate: Guest | None = None,
    now: datetime | None = None,
) -> EnteredAnswer:
    """Record an answer that somebody gave to staff, and confirm it to them by mail.

    The email shows them a wrong entry. It isn't sent where nothing changed, to an address that gets
    no mail, and once the event is over. Nobody can answer after the day by which people were to, so
    a delegate isn't asked any more then.

    Args:
        of: a subscriber, the answer of a guest, or a new guest.
        seen: the version of the answer that this one may replace, as `answer_version` says; ""
            where none was seen; None replaces any.

    Raises:
        NobodyToAnswer: the person was erased, or a delegate isn't asked any more.
        EditConflict: another answer was given meanwhile; with its version.
        CannotAnswer: the event takes no answers, or has no place left and no waiting list.
        BadReply: the reply can't be recorded.
    """
    now = now or timezone.now()
    if isinstance(of, Guest):
        lock_subscriber_at(address_digest(of.email))
    person = of if isinstance(of, Guest) else locked_person(of, event_id)
    if isinstance(person, Rsvp):
        person = Guest(email=person.email, full_name=person.full_name, language=person.language)
    event = locked_event(event_id)
    version = answer_version(rsvp_of(event, person))
    if seen is not None and seen != version:
        raise EditConflict(version)
    done = recorded_answer(
        event_id,
        of=person,
        reply=reply,
        source=RsvpSource.STAFF,
        delegate=delegate if why_closed(event, now=now) is None else None,
        now=now,
    )
    told = None
    if done.is_new and now < event.ends_at:
        told = send_confirmation(done.rsvp)
    if done.delegate is not None:
        send_delegate_notice(done.delegate)
    is_open = now < event.closes_at
    lapsed = [each for each in done.lapsed if each.pk != done.rsvp.pk] if is_open else []
    tell_of_places(offered=done.offered, lapsed=lapsed)
    if done.is_new:
        record(
            EventAction.ANSWER_ENTERED,
            event,
            label=f"event “{event.title}”",
            topic_id=event.topic_id,
            answer_number=done.rsvp.pk,
            answer=done.rsvp.answer,
            is_confirmed_by_mail=told is not None,
        )
    return EnteredAnswer(answered=done, is_told=told is not None)
