"""Answering by a link in mail: the answer is recorded, and told to its owner and to whom it frees.

An answer that can't be confirmed by mail isn't recorded: a forwarded email must not answer for
somebody who hears nothing of it.
"""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from campaigns.event_states import RsvpSource
from campaigns.models import Rsvp
from campaigns.rsvp.answer import Answered, recorded_answer
from campaigns.rsvp.guest import Guest
from campaigns.rsvp.mail import send_confirmation, send_delegate_notice, tell_of_places
from campaigns.rsvp.reply import Reply
from campaigns.rsvp.seats import locked_event
from newsletter.core.db.kept_query import KeptQuery
from subscribers.models import Subscriber
from subscribers.suppression.policy import may_receive_notices


class CannotConfirm(Exception):
    """No mail may go to the person, so they would hear nothing of an answer in their name."""


class NobodyToAnswer(Exception):
    """The person was erased, or a delegate isn't asked any more."""


@transaction.atomic
def respond(
    event_id: int,
    *,
    person: Subscriber | Rsvp,
    reply: Reply,
    source: RsvpSource = RsvpSource.LINK,
    delegate: Guest | None = None,
    agreed_words: str = "",
    now: datetime | None = None,
) -> Answered:
    """Record an answer that came by a link, and confirm it to its owner by mail.

    The same answer again changes and mails nothing.

    Args:
        person: a subscriber, or the answer of a guest.
        delegate: whom the person names to come in their place.
        agreed_words: those that a delegate agreed to.

    Raises:
        NobodyToAnswer: there is nobody any more who could answer.
        CannotConfirm: their address gets no mail.
        CannotAnswer: the event takes no such answer.
        BadReply: the reply can't be recorded.
        TooManyChanges: the answer was changed often enough for today.
    """
    now = now or timezone.now()
    who = locked_person(person, event_id)
    if not may_receive_notices(who.digest):
        raise CannotConfirm
    of = who if isinstance(who, Subscriber) else _guest(who)
    done = recorded_answer(
        event_id, of=of, reply=reply, source=source, delegate=delegate, is_limited=True, now=now
    )
    if agreed_words and agreed_words != done.rsvp.agreed_words:
        done.rsvp.agreed_words = agreed_words
        done.rsvp.save(update_fields=["agreed_words"])
    if done.is_new or delegate is not None:
        send_confirmation(done.rsvp)
    if done.delegate is not None:
        send_delegate_notice(done.delegate)
    tell_of_places(
        offered=done.offered, lapsed=[each for each in done.lapsed if each.pk != done.rsvp.pk]
    )
    return done


def locked_person(person: Subscriber | Rsvp, event_id: int) -> Subscriber | Rsvp:
    """Lock whoever answers, so that an erasure waits, or was faster.

    A subscriber is locked before the event, as an erasure does it. So is one at a guest's address.
    """
    found: Subscriber | Rsvp | None
    if isinstance(person, Subscriber):
        found = _LOCKED.first(person.pk)
    else:
        lock_subscriber_at(person.digest)
        locked_event(event_id)
        # One of a guest who has answered as a subscriber meanwhile is that subscriber's.
        guests = Rsvp.objects.filter(pk=person.pk, subscriber=None)
        found = guests.select_for_update(of=("self",)).first()
    if found is None:
        raise NobodyToAnswer
    return found


_LOCKED = KeptQuery(
    lambda pk: Subscriber.objects.select_for_update(no_key=True).filter(pk=pk), values=1
)


def lock_subscriber_at(digest: str) -> None:
    """Lock the subscriber at a guest's address, if there is one, before the event is locked.

    The guest's answer may become one with theirs, which is then saved more than once, so PostgreSQL
    wants the subscriber at the commit. An erasure holds the subscriber and waits for the answer.
    """
    Subscriber.objects.select_for_update(no_key=True).filter(digest=digest).first()


def _guest(rsvp: Rsvp) -> Guest:
    return Guest(email=rsvp.email, full_name=rsvp.full_name, language=rsvp.language)
