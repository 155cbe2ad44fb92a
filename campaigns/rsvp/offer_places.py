"""The clock's work on places: offers that nobody took end, and what is free is offered.

Places become free by an answer, by an erasure, by a larger number of them, or as the event moves.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from campaigns.event_states import TAKES_PLACE, Seat
from campaigns.models import Event
from campaigns.rsvp.mail import send_confirmation, tell_of_places
from campaigns.rsvp.seats import admit_all, lapse_offers, locked_event, offer_seats


def offer_places(*, now: datetime | None = None) -> int:
    """End offers that are over, and offer the free places of all events, once.

    Where there is room for everybody now, whoever waited comes, and is told.

    Each event has a transaction of its own. After the day by which people were to answer, and after
    the start, nothing is offered, and nobody is told that an offer has ended.

    Returns:
        The number of places that were offered.
    """
    now = now or timezone.now()
    return sum(_of_event(pk, now=now) for pk in _due(now))


def _due(now: datetime) -> list[int]:
    is_over = Q(rsvps__seat=Seat.OFFERED, rsvps__offered_until__lte=now)
    somebody_waits = Q(rsvps__seat=Seat.WAITING, starts_at__gt=now, status__in=TAKES_PLACE) & (
        Q(answers_until=None) | Q(answers_until__gt=now)
    )
    due = Event.objects.filter(is_over | somebody_waits)
    return list(due.order_by("pk").values_list("pk", flat=True).distinct())


@transaction.atomic
def _of_event(event_id: int, *, now: datetime) -> int:
    event = locked_event(event_id)
    lapsed = lapse_offers(event, now=now)
    is_open = now < event.closes_at and event.status in TAKES_PLACE
    if event.capacity is None and is_open:
        for rsvp in admit_all(event):
            send_confirmation(rsvp)
    offered = offer_seats(event, now=now) if event.capacity is not None else []
    tell_of_places(offered=offered, lapsed=lapsed if is_open else [])
    return len(offered)
