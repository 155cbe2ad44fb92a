"""Keeping the places of those who had said yes before places were limited."""

from campaigns.event_states import Attendance, RsvpAnswer, Seat
from campaigns.models import Event

LIMITS = frozenset({"capacity", "attendance"})
"""The columns that say who needs a place."""


def keep_places(event: Event) -> int:
    """Give a place to all who come and needed none until now, and return how many they are.

    They were told that they may come. Where they are more than the places, nobody else gets one.

    Args:
        event: locked, and saved with its new limits.
    """
    if event.capacity is None:
        return 0
    come = event.rsvps.filter(answer=RsvpAnswer.YES, seat=Seat.NONE)
    if event.attendance == Attendance.HYBRID:
        come = come.exclude(attends=Attendance.ONLINE)
    return come.update(seat=Seat.TAKEN)
