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
from campaigns.models.rsvp import MAXIMUM_NOTE
from campaigns.rsvp.answer import CannotAnswer
from campaigns.rsvp.limits import TooManyChanges
from campaigns.rsvp.reply import BadReply, Reply, reply_again, tidied
from campaigns.rsvp.respond import CannotConfirm, NobodyToAnswer, respond
from subscribers.models import Subscriber

_ANSWERS = {
    "ACCEPTED": RsvpAnswer.YES,
    "DECLINED": RsvpAnswer.NO,
    "TENTATIVE": RsvpAnswer.MAYBE,
}
_NO_TIME = "The time that it proposes can’t be understood."
_FEW_WORDS = 20
"""Characters."""
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
    Nor does what was written before the person, or staff for them, answered in another way. What
    says no time counts for whoever hasn't answered.

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
    # Nothing answers an invitation that nobody has sent.
    reply = replace(reply, sequence=min(reply.sequence, newest))
    written = reply.stamp or written_at
    written = _in_seconds(written) if written else None
    rsvp = Rsvp.objects.filter(event=event, subscriber=subscriber).first()
    if rsvp is not None and (
        _is_seen(rsvp, reply.sequence, written, newest=newest, now=now)
        or _said_elsewhere_since(rsvp, min(written or now, now))
    ):
        return False
    if reply.sequence < newest:
        raise NotRecorded(
            CalendarMailKind.OUTDATED,
            "The event was changed after the invitation that this answers. It wasn’t recorded.",
        )
    if reply.status in _NOTHING_SAID:
        return False
    return _respond(event, subscriber, rsvp, reply, written=written, now=now)


def _respond(
    event: Event,
    subscriber: Subscriber,
    rsvp: Rsvp | None,
    reply: CalendarReply,
    *,
    written: datetime | None,
    now: datetime,
) -> bool:
    answer = _ANSWERS.get(reply.status)
    if answer is None:
        raise NotRecorded(
            CalendarMailKind.CLOSED,
            f"The answer can’t be recorded: {reply.status[:30] or 'not of one person'}.",
        )
    if written is None and rsvp is not None and rsvp.answer not in ("", answer):
        raise NotRecorded(
            CalendarMailKind.CLOSED,
            f"{answer.label}. It doesn’t say when it was written, so it may be older than the "
            "answer that is recorded.",
        )
    try:
        done = respond(
            event.pk,
            person=subscriber,
            reply=_with_details(answer, rsvp, event, comment=reply.comment),
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
        stamp = written or _in_seconds(now)
        if rsvp is not None and rsvp.calendar_sequence == reply.sequence and rsvp.calendar_stamp:
            # One that was ahead is kept, so that its copies are known.
            stamp = max(stamp, rsvp.calendar_stamp)
        rows.update(calendar_sequence=reply.sequence, calendar_stamp=stamp)
    return done.is_new


def _with_details(answer: RsvpAnswer, rsvp: Rsvp | None, event: Event, *, comment: str) -> Reply:
    """Return an answer with what the person had said beside an earlier one.

    Calendars don't ask how people take part. Online takes nobody's place, and the confirmation
    says so, with the way to change it. Words that they added are part of their note.
    """
    if rsvp is None:
        reply = Reply(answer=answer, attends=Attendance.ONLINE)
    else:
        reply = reply_again(answer, rsvp, event, otherwise=Attendance.ONLINE)
    return replace(reply, note=_with_comment(reply.note, tidied(comment)))


def _with_comment(note: str, comment: str) -> str:
    """Return a note with a comment beneath, unless it is there: calendars repeat what they said.

    Where both are too long, the comment is cut.
    """
    if f"\n{comment}\n" in f"\n{note}\n":
        return note
    room = MAXIMUM_NOTE - len(f"{note}\n")
    # In less than a few words the beginning of a comment says nothing, and the end of one that was
    # cut before would be begun anew.
    return f"{note}\n{comment[:room]}".strip() if room >= _FEW_WORDS else note


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


def _is_seen(
    rsvp: Rsvp, sequence: int, written: datetime | None, *, newest: int, now: datetime
) -> bool:
    """Return whether their calendar said this before, or said something newer.

    What it claims is compared, even if that is ahead: if it counted as written when it comes, each
    copy would be the newest. Yet a clock that is ahead must not keep what is written by another
    from being newer, so for that one its answer counts from when it came.

    Args:
        newest: the sequence of the newest invitation that they hold.
    """
    stamp = rsvp.calendar_stamp
    if rsvp.calendar_sequence is None or stamp is None:
        return False
    seen = min(rsvp.calendar_sequence, newest)
    if seen != sequence or written is None:
        return seen > sequence
    if stamp > now >= written:
        return rsvp.answered_at is not None and _in_seconds(rsvp.answered_at) > written
    return stamp >= written


def _in_seconds(moment: datetime) -> datetime:
    """Return a moment in whole seconds; calendars know of nothing less."""
    return moment.astimezone(UTC).replace(microsecond=0)
