"""Recording what a calendar says, in the order in which it was said."""

from dataclasses import replace
from datetime import UTC, datetime

from django.db.models import Max

from campaigns.audience.rules import PERHAPS_REACHED
from campaigns.calendars.parse_reply import CalendarReply
from campaigns.event_states import (
    Attendance,
    CalendarMailKind,
    CalendarMethod,
    RsvpAnswer,
    RsvpSource,
)
from campaigns.models import Delivery, Event, Rsvp
from campaigns.rsvp.answer import CannotAnswer
from campaigns.rsvp.limits import TooManyChanges
from campaigns.rsvp.reply import BadReply, Reply, reply_again
from campaigns.rsvp.respond import CannotConfirm, NobodyToAnswer, respond
from subscribers.models import Subscriber

_ANSWERS = {
    "ACCEPTED": RsvpAnswer.YES,
    "DECLINED": RsvpAnswer.NO,
    "TENTATIVE": RsvpAnswer.MAYBE,
}
_NO_TIME = "The time that it proposes can’t be understood."
_NOTHING_SAID = frozenset({"NEEDS-ACTION"})


class NotRecorded(Exception):
    """Words of a calendar that are no answer, or can't be recorded as one; staff look at them."""

    def __init__(self, kind: CalendarMailKind, why: str) -> None:
        super().__init__(why)
        self.kind = kind


def record_reply(
    event: Event,
    subscriber: Subscriber,
    reply: CalendarReply,
    *,
    written_at: datetime | None,
    now: datetime,
) -> bool:
    """Record the answer of somebody whom the caller has locked, and confirm it to them by mail.

    What is older than what came before, or came before, changes nothing (RFC 5546 section 2.1.5).
    Nor does what was written before the person, or staff for them, answered in another way.

    Args:
        reply: what their calendar says.
        written_at: when the mail says that it was written, for a calendar that doesn't.

    Returns:
        Whether this was a new answer.

    Raises:
        NotRecorded: it needs a person.
    """
    if reply.uid.casefold() != str(event.uid):
        raise NotRecorded(CalendarMailKind.UNREADABLE, "It speaks of another meeting.")
    newest = _newest_invitation(event, subscriber)
    if newest is None:
        raise NotRecorded(CalendarMailKind.STRANGER, "This person has no invitation to the event.")
    if reply.method == "COUNTER":
        raise NotRecorded(
            CalendarMailKind.COUNTER,
            reply.comment if reply.starts_at else f"{_NO_TIME} {reply.comment}".strip(),
        )
    if reply.method != "REPLY":
        raise NotRecorded(
            CalendarMailKind.UNREADABLE, f"It is no answer, but says {reply.method[:30] or 'no'}."
        )
    # A clock that is ahead must not keep later answers from being the newest.
    stamp = min(reply.stamp or written_at or now, now)
    stamp = stamp.astimezone(UTC).replace(microsecond=0)
    # Nor must a number that is ahead: nothing answers an invitation that nobody has sent.
    reply = replace(reply, sequence=min(reply.sequence, newest))
    rsvp = Rsvp.objects.filter(event=event, subscriber=subscriber).first()
    if rsvp is not None and (
        _seen(rsvp, newest) >= (reply.sequence, stamp) or _said_elsewhere_since(rsvp, stamp)
    ):
        return False
    if reply.sequence < newest:
        raise NotRecorded(
            CalendarMailKind.OUTDATED,
            "The event was changed after the invitation that this answers. It wasn’t recorded.",
        )
    if reply.status in _NOTHING_SAID:
        return False
    return _respond(event, subscriber, rsvp, reply, stamp=stamp, now=now)


def _respond(
    event: Event,
    subscriber: Subscriber,
    rsvp: Rsvp | None,
    reply: CalendarReply,
    *,
    stamp: datetime,
    now: datetime,
) -> bool:
    answer = _ANSWERS.get(reply.status)
    if answer is None:
        raise NotRecorded(
            CalendarMailKind.CLOSED,
            f"The answer can’t be recorded: {reply.status[:30] or 'not of one person'}.",
        )
    try:
        done = respond(
            event.pk,
            person=subscriber,
            reply=_with_details(answer, rsvp, event),
            source=RsvpSource.CALENDAR,
            now=now,
        )
    except CannotAnswer as error:
        raise NotRecorded(
            CalendarMailKind.CLOSED, f"{answer.label}. The event takes no answer: {error.reason}."
        ) from error
    except TooManyChanges as error:
        raise NotRecorded(
            CalendarMailKind.CLOSED, f"{answer.label}. The answer was changed too often today."
        ) from error
    except CannotConfirm as error:
        raise NotRecorded(
            CalendarMailKind.CLOSED,
            f"{answer.label}. No email may go to this person, so it can’t be confirmed to them.",
        ) from error
    except (BadReply, NobodyToAnswer) as error:
        raise NotRecorded(CalendarMailKind.CLOSED, str(answer.label)) from error
    rows = Rsvp.objects.filter(pk=done.rsvp.pk)
    if done.rsvp.pk is not None:
        rows.update(calendar_sequence=reply.sequence, calendar_stamp=stamp)
    return done.is_new


def _with_details(answer: RsvpAnswer, rsvp: Rsvp | None, event: Event) -> Reply:
    """Return an answer with what the person had said beside an earlier one.

    Calendars don't ask how people take part. Online takes nobody's place, and the confirmation
    says so, with the way to change it.
    """
    if rsvp is None:
        return Reply(answer=answer, attends=Attendance.ONLINE)
    return reply_again(answer, rsvp, event, otherwise=Attendance.ONLINE)


def _newest_invitation(event: Event, subscriber: Subscriber) -> int | None:
    """Return the sequence of the newest invitation that somebody holds; None for none."""
    held = Delivery.objects.filter(
        subscriber=subscriber,
        campaign__event=event,
        campaign__calendar_method=CalendarMethod.REQUEST,
        status__in=PERHAPS_REACHED,
    )
    newest: int | None = held.aggregate(newest=Max("campaign__calendar_sequence"))["newest"]
    return newest


def _said_elsewhere_since(rsvp: Rsvp, stamp: datetime) -> bool:
    """Return whether the answer came in another way than from a calendar, and after `stamp`.

    Calendars count in seconds, so within the same one the calendar's counts.
    """
    if rsvp.source == RsvpSource.CALENDAR or rsvp.answered_at is None:
        return False
    return stamp < rsvp.answered_at.replace(microsecond=0)


def _seen(rsvp: Rsvp, newest: int) -> tuple[int, datetime]:
    """Return the place, in the order of answers, of the newest that their calendar sent.

    Args:
        newest: the sequence of the newest invitation that they hold.
    """
    if rsvp.calendar_sequence is None or rsvp.calendar_stamp is None:
        return (-1, datetime.min.replace(tzinfo=UTC))
    return (min(rsvp.calendar_sequence, newest), rsvp.calendar_stamp)
