"""Delegates: people whom somebody who is invited names to come in their place.

A delegate is asked once by email, and answers for themselves. Nobody is kept whom no email may
reach: whoever named them can't tell.
"""

from datetime import datetime

from django.db.models import Q

from campaigns.event_states import RsvpSource, Seat
from campaigns.models import Event, Rsvp
from campaigns.rsvp.guest import Guest
from campaigns.rsvp.seats import offer_seat
from newsletter.core.addresses import address_digest
from newsletter.states import Trust
from subscribers.consent.mail import has_answered
from subscribers.consent.mail_limits import may_mail_today
from subscribers.models import Subscriber
from subscribers.suppression.policy import may_receive_campaigns

NOTICE = "rsvp_delegate"
"""The kind of the one email to a delegate."""


def name_delegate(
    inviter: Rsvp, event: Event, delegate: Guest, *, has_place: bool, now: datetime
) -> Rsvp | None:
    """Keep a delegate who is to be asked, in place of an earlier one who hasn't answered.

    It runs while the event is locked.

    Args:
        inviter: whose answer names them.
        has_place: whether the inviter had a place, which is offered to the delegate first.

    Returns:
        None where there is nobody to ask: they are invited themselves or were asked before, or they
            may not be written to.
    """
    digest = address_digest(delegate.email)
    withdraw_delegates(inviter, but_not=digest)
    if digest == _digest_of(inviter) or _has_answer(event, digest):
        return None
    if not may_receive_campaigns(digest) or not may_mail_today(
        NOTICE, to=delegate.email, trust=Trust.USUAL
    ):
        return None
    rsvp = _new(event, delegate, digest)
    rsvp.delegate_of = inviter
    if has_place and now < event.closes_at:
        offer_seat(rsvp, event, now=now)
    rsvp.save()
    return rsvp


def take_place_back(inviter: Rsvp, event: Event, *, now: datetime) -> None:
    """Offer an inviter who comes after all the place that a silent delegate of theirs was offered.

    It runs while the event is locked. The delegate is forgotten.
    """
    offered = Q(answer="", seat=Seat.OFFERED, offered_until__gt=now)
    if inviter.delegates.filter(offered).exists():
        offer_seat(inviter, event, now=now)
    withdraw_delegates(inviter)


def withdraw_delegates(inviter: Rsvp, *, but_not: str = "") -> int:
    """Forget the delegates of an answer who haven't answered themselves, and return how many.

    Args:
        but_not: the digest of the address of one who stays.
    """
    silent = inviter.delegates.filter(answer="")
    if but_not:
        silent = silent.exclude(Q(digest=but_not) | Q(subscriber__digest=but_not))
    number, _ = silent.delete()
    return number


def _new(event: Event, delegate: Guest, digest: str) -> Rsvp:
    """Return a delegate's answer that isn't given yet: a subscriber's, or a guest's."""
    rsvp = Rsvp(
        event=event,
        answer="",
        source=RsvpSource.DELEGATE,
        is_named=True,
        full_name=delegate.full_name,
        language=delegate.language,
    )
    subscriber = Subscriber.objects.filter(digest=digest).first()
    # A sign-up that nobody confirmed is deleted after some days.
    if subscriber is not None and has_answered(subscriber):
        rsvp.subscriber = subscriber
    else:
        rsvp.email, rsvp.digest = delegate.email, digest
    return rsvp


def _digest_of(rsvp: Rsvp) -> str:
    return rsvp.subscriber.digest if rsvp.subscriber else rsvp.digest


def _has_answer(event: Event, digest: str) -> bool:
    return event.rsvps.filter(Q(digest=digest) | Q(subscriber__digest=digest)).exists()
