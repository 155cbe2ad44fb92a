"""The seats of an event with a limited number of places: taking, freeing and offering them.

Each function works on rows that the caller holds by the lock on the event (`locked_event`), so that
the last seat goes to one person alone.
"""

from datetime import datetime

from django.conf import settings
from django.db.models import QuerySet

from campaigns.event_states import EventStatus, RsvpAnswer, Seat
from campaigns.models import Event, Rsvp
from newsletter.core.db.kept_query import KeptQuery


class NoSeatLeft(Exception):
    """All places are taken, and the event has no waiting list."""


def locked_event(event_id: int) -> Event:
    """Return an event that is locked until the caller's transaction ends.

    New rows that refer to it don't wait for the lock.

    Raises:
        Event.DoesNotExist: there is no such event.
    """
    event = _LOCKED.first(event_id)
    if event is None:
        raise Event.DoesNotExist
    return event


_LOCKED = KeptQuery(
    lambda pk: Event.objects.select_for_update(no_key=True, of=("self",)).filter(pk=pk), values=1
)


def assign_seat(rsvp: Rsvp, event: Event, *, now: datetime) -> None:
    """Set the seat of an answer that is about to be saved.

    Whoever has a seat or waits for one keeps it. Whoever was offered one takes it. Nobody passes
    those who wait.

    Raises:
        NoSeatLeft: the answer can't be recorded as it is.
    """
    wants_seat = rsvp.answer == RsvpAnswer.YES and event.needs_place(rsvp.attends)
    if not wants_seat:
        _set(rsvp, Seat.NONE)
    elif rsvp.seat in (Seat.TAKEN, Seat.WAITING):
        return
    elif (rsvp.seat == Seat.OFFERED and not _has_lapsed(rsvp, now)) or has_free_seat(
        event, now=now
    ):
        _set(rsvp, Seat.TAKEN)
    elif event.has_waiting_list:
        _set(rsvp, Seat.WAITING, waiting_since=now)
    else:
        raise NoSeatLeft


def offer_seats(event: Event, *, now: datetime) -> list[Rsvp]:
    """Offer the free seats of an event to those who wait, the first in line first.

    An offer ends after SEAT_OFFER_LIFETIME, and before that when nobody can answer any more.

    Returns:
        The answers that were offered a seat, for the caller to tell their people.
    """
    if event.status == EventStatus.CANCELLED or now >= event.closes_at:
        return []
    if not _somebody_waits(event):
        return []
    free = free_seats(event, now=now)
    if free <= 0:
        return []
    offered = list(waiting(event)[:free])
    for rsvp in offered:
        offer_seat(rsvp, event, now=now)
    Rsvp.objects.bulk_update(offered, ["seat", "waiting_since", "offered_until"])
    return offered


def offer_seat(rsvp: Rsvp, event: Event, *, now: datetime) -> None:
    """Offer a free seat by an answer that is about to be saved."""
    until = min(now + settings.SEAT_OFFER_LIFETIME, event.closes_at)
    _set(rsvp, Seat.OFFERED, offered_until=until)


def lapse_offers(event: Event, *, now: datetime) -> list[Rsvp]:
    """End the offers that nobody took in time. Whoever missed one isn't offered another.

    Returns:
        The answers whose offer ended, for the caller to tell their people.
    """
    over = _OVER.rows(event.pk, now)
    for rsvp in over:
        rsvp.event = event
        _set(rsvp, Seat.LAPSED)
    if over:
        Rsvp.objects.bulk_update(over, ["seat", "waiting_since", "offered_until"])
    return over


_OVER = KeptQuery(
    lambda event, now: Rsvp.objects.filter(
        event=event, seat=Seat.OFFERED, offered_until__lte=now
    ).order_by("pk"),
    values=2,
)


def admit_all(event: Event) -> list[Rsvp]:
    """Let in all who wait for a seat, of an event that has room for everybody now.

    Returns:
        Their answers, for the caller to tell their people.
    """
    admitted = list(waiting(event))
    for rsvp in admitted:
        _set(rsvp, Seat.NONE)
    Rsvp.objects.bulk_update(admitted, ["seat", "waiting_since", "offered_until"])
    return admitted


def free_seats(event: Event, *, now: datetime) -> int:
    """Return how many seats are neither taken nor on offer. Below 0 where the number was lowered.

    Raises:
        TypeError: the event has room for everybody.
    """
    if event.capacity is None:
        raise TypeError(f"Event {event.pk} has no limited number of places")
    # One by one: the taken ones are counted by an index alone, and both together row by row.
    taken = event.rsvps.filter(seat=Seat.TAKEN).count()
    on_offer = event.rsvps.filter(seat=Seat.OFFERED, offered_until__gt=now).count()
    return event.capacity - taken - on_offer


def has_free_seat(event: Event, *, now: datetime) -> bool:
    """Return whether somebody who says yes now would get a place, if they need one."""
    if event.capacity is None:
        return True
    # Nobody passes those who wait, so what is free needn't be counted where somebody does.
    return not _somebody_waits(event) and free_seats(event, now=now) > 0


def waiting(event: Event) -> QuerySet[Rsvp]:
    """Select those who wait for a seat, the first in line first."""
    return event.rsvps.filter(seat=Seat.WAITING).order_by("waiting_since", "pk")


def _somebody_waits(event: Event) -> bool:
    return bool(_WAITING.rows(event.pk))


_WAITING = KeptQuery(
    lambda event: Rsvp.objects.filter(event=event, seat=Seat.WAITING).only("pk")[:1], values=1
)


def _has_lapsed(rsvp: Rsvp, now: datetime) -> bool:
    return rsvp.offered_until is None or rsvp.offered_until <= now


def _set(
    rsvp: Rsvp,
    seat: Seat,
    *,
    waiting_since: datetime | None = None,
    offered_until: datetime | None = None,
) -> None:
    rsvp.seat, rsvp.waiting_since, rsvp.offered_until = seat, waiting_since, offered_until
