"""Answering an invitation: record what a person says, and give, keep or free their seat."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.event_states import EventStatus, RsvpAnswer, RsvpSource, Seat
from campaigns.models import Event, Rsvp
from campaigns.rsvp.delegates import name_delegate, take_place_back, withdraw_delegates
from campaigns.rsvp.guest import Guest
from campaigns.rsvp.limits import COUNTED, count_change
from campaigns.rsvp.one_answer import the_one_rsvp_of
from campaigns.rsvp.reply import BadReply, Reply, checked_reply
from campaigns.rsvp.seats import NoSeatLeft, assign_seat, lapse_offers, locked_event, offer_seats
from subscribers.models import Subscriber

NO_DELEGATE_OF_A_DELEGATE = _(
    "You were named to come in somebody’s place, so you can’t name somebody else."
)


class Closed(StrEnum):
    """The reason why an event takes no answers."""

    NOT_ASKED = "not_asked"
    CANCELLED = "cancelled"
    OVER = "over"
    TOO_LATE = "too_late"
    """The day by which people were to answer is over."""
    FULL = "full"
    """All places are taken, and there is no waiting list."""


class CannotAnswer(ValueError):
    """An answer that comes too late, or to an event that asks for none."""

    def __init__(self, reason: Closed) -> None:
        super().__init__(f"This event takes no such answer: {reason}")
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """The outcome of an answer.

    Args:
        is_new: whether it differs from what had been recorded.
        offered: the answers that were offered a seat which this one has freed.
        lapsed: those whose offers ended meanwhile.
        delegate: who is to be asked now in the person's place.
    """

    rsvp: Rsvp
    is_new: bool
    offered: list[Rsvp]
    lapsed: list[Rsvp]
    delegate: Rsvp | None = None


def why_closed(event: Event, *, now: datetime) -> Closed | None:
    """Return why an event takes no answers; None where it does."""
    if not event.takes_answers:
        return Closed.NOT_ASKED
    if event.status == EventStatus.CANCELLED:
        return Closed.CANCELLED
    if now >= event.starts_at:
        return Closed.OVER
    return Closed.TOO_LATE if now >= event.closes_at else None


def recorded_answer(
    event_id: int,
    *,
    of: Subscriber | Guest,
    reply: Reply,
    source: RsvpSource,
    delegate: Guest | None = None,
    is_limited: bool = False,
    now: datetime | None = None,
) -> Answered:
    """Record the answer of one person, in place of an earlier one.

    It runs in the caller's transaction, which must be rolled back where it fails. The event is
    locked meanwhile, so of two answers for the last seat one gets it, and the other waits. A seat
    that the answer frees is offered at once. Staff may enter answers after the day by which people
    were to answer, and after the event.

    Args:
        of: whose answer it is.
        reply: what they said.
        source: the way in which it came.
        delegate: who is named to come in the person's place; None leaves whoever was named before.
        is_limited: whether it counts as one of the few changes of a day.
        now: the present.

    Raises:
        CannotAnswer: the event takes no such answer.
        BadReply: the reply can't be recorded.
        TooManyChanges: the answer was changed often enough for today.
    """
    now = now or timezone.now()
    event = locked_event(event_id)
    closed = why_closed(event, now=now)
    if closed and not (source is RsvpSource.STAFF and closed in (Closed.TOO_LATE, Closed.OVER)):
        raise CannotAnswer(closed)
    lapsed = lapse_offers(event, now=now)
    rsvp = the_one_rsvp_of(event, of)
    is_first = rsvp.pk is None
    before, had_place = _facts(rsvp), rsvp.seat == Seat.TAKEN
    _take_over(rsvp, checked_reply(reply, event))
    if reply.answer is RsvpAnswer.YES and not is_first:
        take_place_back(rsvp, event, now=now)
    try:
        assign_seat(rsvp, event, now=now)
    except NoSeatLeft as error:
        raise CannotAnswer(Closed.FULL) from error
    is_new = _facts(rsvp) != before
    # Naming somebody counts whether or not they are asked: nobody can tell by the limit.
    if is_limited and (is_new or delegate is not None):
        count_change(rsvp, names_delegate=delegate is not None, now=now)
        if not is_new:
            rsvp.save(update_fields=COUNTED)
    if is_new:
        by_link = rsvp.is_delegate and source is RsvpSource.LINK
        rsvp.source = RsvpSource.DELEGATE if by_link else source
        rsvp.answered_at = now
        rsvp.save(force_insert=is_first, force_update=not is_first)
    asked = None
    if reply.answer is RsvpAnswer.DELEGATE:
        if delegate is not None:
            asked = name_delegate(rsvp, event, delegate, has_place=had_place, now=now)
    elif not is_first:
        withdraw_delegates(rsvp)
    offered = offer_seats(event, now=now) if event.capacity is not None else []
    return Answered(rsvp=rsvp, is_new=is_new, offered=offered, lapsed=lapsed, delegate=asked)


record_answer = transaction.atomic(recorded_answer)
"""The same, for a caller without a transaction of its own."""


def _take_over(rsvp: Rsvp, reply: Reply) -> None:
    if reply.answer is RsvpAnswer.DELEGATE and rsvp.is_delegate:
        raise BadReply("answer", NO_DELEGATE_OF_A_DELEGATE)
    for name in ("answer", "attends", "interpretation", "access_needs", "dietary_needs", "note"):
        setattr(rsvp, name, getattr(reply, name))


def _facts(rsvp: Rsvp) -> tuple[object, ...]:
    """Return what an answer says, to be compared."""
    return (
        rsvp.answer,
        rsvp.attends,
        rsvp.interpretation,
        rsvp.access_needs,
        rsvp.dietary_needs,
        rsvp.note,
        rsvp.seat,
    )
