"""The two properties of an invitation that differ by recipient, as lines of iCalendar.

They are written for each recipient of a campaign, so they are joined, not built.
"""

from collections.abc import Collection, Mapping

from campaigns.calendars.reply_address import reply_address
from campaigns.event_states import RsvpAnswer, Seat
from campaigns.models import Event, Rsvp
from newsletter.rendering.merge import one_line

_LONGEST = 75
"""Octets of a line without its end (RFC 5545 section 3.1)."""

NEEDS_ACTION = "NEEDS-ACTION"
PARTSTAT: Mapping[str, str] = {
    RsvpAnswer.YES: "ACCEPTED",
    RsvpAnswer.NO: "DECLINED",
    RsvpAnswer.MAYBE: "TENTATIVE",
    RsvpAnswer.DELEGATE: "DELEGATED",
}
_COMING = (Seat.NONE, Seat.TAKEN)


class RecipientLines:
    """Writes ORGANIZER and ATTENDEE of the recipients of one campaign, each of them the only one.

    Args:
        organiser: the name of who invites; empty where the calendar must not tell.
    """

    def __init__(self, event: Event, *, organiser: str) -> None:
        self._event_id = event.pk
        self._organiser = f"ORGANIZER{_name(organiser)}:mailto:"

    def of(self, subscriber_id: int, *, email: str, name: str, answer: str) -> str:
        """Return the lines of one recipient, folded, with CRLF at the end of each.

        Args:
            name: as it stands in To.
            answer: what they have answered; empty for nothing.
        """
        # RSVP=TRUE also for those who have answered: without it, calendars offer no way to
        # change an answer.
        status = PARTSTAT.get(answer, NEEDS_ACTION)
        attendee = f"ATTENDEE{_name(name)};PARTSTAT={status};RSVP=TRUE:mailto:{email}"
        own = reply_address(self._event_id, subscriber_id, email=email)
        return folded(f"{self._organiser}{own}") + folded(attendee)


def answers_of(event_id: int, subscribers: Collection[int]) -> dict[int, str]:
    """Return subscriber → answer, of those who have answered.

    A yes without a place is a maybe, so that no calendar says that somebody comes who can't yet.
    """
    answered = Rsvp.objects.filter(event=event_id, subscriber__in=subscribers).exclude(answer="")
    return {
        pk: RsvpAnswer.MAYBE if answer == RsvpAnswer.YES and seat not in _COMING else answer
        for pk, answer, seat in answered.values_list("subscriber_id", "answer", "seat")
        if pk is not None
    }


def folded(line: str) -> str:
    """Fold a line at 75 octets, with CRLF at the end, and cut no character in two."""
    raw = line.encode()
    if len(raw) <= _LONGEST:
        return f"{line}\r\n"
    pieces: list[str] = []
    while raw:
        end = _LONGEST if not pieces else _LONGEST - 1
        if end < len(raw):
            while raw[end] & 0xC0 == 0x80:
                end -= 1
        pieces.append(raw[:end].decode())
        raw = raw[end:]
    return "\r\n ".join(pieces) + "\r\n"


def _name(name: str) -> str:
    """Return the CN parameter: quoted, without quotes and control characters (section 3.2)."""
    plain = " ".join(one_line(name).replace('"', "’").split())
    return f';CN="{plain}"' if plain else ""
