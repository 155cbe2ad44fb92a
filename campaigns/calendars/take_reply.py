"""Taking in one mail of the reply mailbox: an answer, the end of a self-test, or work for staff."""

import hashlib
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import Message
from enum import StrEnum

from django.db import Error as DatabaseFailure
from django.db import transaction
from django.utils import timezone

from campaigns.calendars.parse_reply import (
    CalendarReply,
    Unreadable,
    addresses_of,
    calendar_in,
    date_of,
    header,
    parse_calendar,
    sender_of,
)
from campaigns.calendars.record_reply import NotRecorded, record_reply
from campaigns.calendars.reply_address import invitee_of, mailbox_of, test_of
from campaigns.calendars.self_test import note_result
from campaigns.event_states import CalendarMailKind
from campaigns.models import CalendarMail, Event
from campaigns.models.calendar_mail import LONGEST_TEXT
from newsletter.core.addresses import address_digest
from newsletter.core.db.text import db_text
from newsletter.rendering.merge import one_line
from newsletter.webhooks.bounces.automatic_replies import (
    has_a_null_return_path,
    is_an_automatic_reply,
    is_from_a_mail_system,
)
from newsletter.webhooks.incoming_mail import UnreadableMail, read_mail
from subscribers.models import Subscriber

logger = logging.getLogger(__name__)

MOST_OF_STRANGERS = 500
"""Mails of a day that lead to nobody and are kept for staff. The mailbox is open to anybody."""


MOST_OF_ONE = 3
"""Mails of one person about one event that are kept for staff: the newest."""


_OF_AUTOMATIC_REPLIES = (
    "X-Auto-Response-Suppress",
    "X-Autoreply",
    "X-Autorespond",
    "X-Autoresponder",
    "X-Failed-Recipients",
)


class Taken(StrEnum):
    """The end of a mail."""

    ANSWER = "answer"
    NOTHING_NEW = "nothing new"
    TEST = "test"
    AUTOMATIC = "automatic"
    FOR_STAFF = "for staff"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Note:
    """A mail as staff are shown it."""

    kind: CalendarMailKind
    text: str
    event: Event | None = None
    subscriber: Subscriber | None = None
    reply: CalendarReply | None = None


def take_reply(raw: bytes, *, now: datetime | None = None) -> Taken:
    """Take in one mail.

    It is matched by the token in the address that it was sent to, and by nothing else: From can be
    anybody, and is Google for answers from Google's calendar.

    Args:
        raw: the mail as it came.

    Returns:
        What became of it. Whatever isn't understood is kept for staff, and so is what fails here: a
        mail that stayed in the mailbox would stop all that come after it.

    Raises:
        DatabaseError: nothing was stored. The mail must come again.
    """
    now = now or timezone.now()
    try:
        return _take(raw, now=now)
    except DatabaseFailure:
        raise
    except (Unreadable, UnreadableMail) as error:
        why = str(error)
    except Exception as error:
        logger.exception("A mail of the reply mailbox could not be taken in")
        why = f"It can’t be read ({type(error).__name__})."
    return _keep(raw, None, _Note(kind=CalendarMailKind.UNREADABLE, text=why), now=now)


def _take(raw: bytes, *, now: datetime) -> Taken:
    mail = read_mail(raw)
    if (test_id := test_of(addresses_of(mail))) is not None:
        note_result(test_id, mail, now=now)
        return Taken.TEST
    with transaction.atomic():
        outcome = _taken(mail, now=now)
        return _keep(raw, mail, outcome, now=now) if isinstance(outcome, _Note) else outcome


def _taken(mail: Message, *, now: datetime) -> Taken | _Note:
    invitee = invitee_of(addresses_of(mail))
    subscriber = event = None
    if invitee is not None:
        # Locked before the event, as an erasure does it, so that answers of one person come one
        # after the other.
        people = Subscriber.objects.select_for_update(no_key=True)
        subscriber = people.filter(pk=invitee.subscriber_id).first()
        event = Event.objects.filter(pk=invitee.event_id).first()
        if subscriber is not None and mailbox_of(subscriber.email) != invitee.mailbox:
            subscriber = None  # it was sent to an earlier address
        if subscriber is not None and subscriber.merged_into_id is not None:
            subscriber = people.get(pk=subscriber.merged_into_id)
    try:
        found = calendar_in(mail)
        reply = parse_calendar(found[0], method=found[1]) if found else None
    except Unreadable as error:
        kind = CalendarMailKind.UNREADABLE if event else CalendarMailKind.STRANGER
        return _Note(kind=kind, text=_with_subject(mail, str(error)), event=event,
                     subscriber=subscriber)  # fmt: skip
    if reply is None:
        if _is_automatic(mail, is_invited=event is not None and subscriber is not None):
            return Taken.AUTOMATIC
        kind = CalendarMailKind.UNREADABLE if event else CalendarMailKind.STRANGER
        why = _with_subject(mail, "It holds no answer of a calendar.")
        return _Note(kind=kind, text=why, event=event, subscriber=subscriber)
    if subscriber is None or event is None:
        why = "Its address leads to nobody who is invited there."
        # On the event's page, where there is one: the subject names it, and it may be hidden.
        return _Note(kind=CalendarMailKind.STRANGER, text=_with_subject(mail, why), event=event)
    try:
        is_new = record_reply(event, subscriber, reply, written_at=date_of(mail), now=now)
    except NotRecorded as error:
        return _Note(
            kind=error.kind,
            text=_with_what_was_said(mail, error, reply),
            event=event,
            subscriber=subscriber,
            reply=reply,
        )
    return Taken.ANSWER if is_new else Taken.NOTHING_NEW


def _keep(raw: bytes, mail: Message | None, note: _Note, *, now: datetime) -> Taken:
    """Keep for staff what needs a person."""
    sender = sender_of(mail) if mail is not None else ""
    if note.subscriber is None:
        kept = CalendarMail.objects.filter(
            subscriber=None, received_at__gt=now - timedelta(days=1)
        ).count()
        if kept >= MOST_OF_STRANGERS:
            logger.warning("The reply mailbox gets more mail of strangers than is kept in a day")
            return Taken.DROPPED
    is_counter = note.kind == CalendarMailKind.COUNTER
    note_kept, is_new = CalendarMail.objects.get_or_create(
        fingerprint=hashlib.sha256(raw).hexdigest(),
        defaults={
            "event": note.event,
            "subscriber": note.subscriber,
            "kind": note.kind,
            "sender": "" if note.subscriber else sender,
            "sender_digest": "" if note.subscriber or not sender else address_digest(sender),
            # Words of its calendar stand in some.
            "text": db_text(note.text)[:LONGEST_TEXT],
            "proposed_start": note.reply.starts_at if note.reply and is_counter else None,
            "proposed_end": note.reply.ends_at if note.reply and is_counter else None,
            "received_at": now,
        },
    )
    if is_new and note.subscriber is not None:
        _drop_earlier(note_kept)
    return Taken.FOR_STAFF


def _drop_earlier(kept: CalendarMail) -> None:
    """Drop the oldest mails of a person about an event, where there are many, and count them."""
    of_one = CalendarMail.objects.filter(event=kept.event, subscriber=kept.subscriber)
    dropped = list(of_one.order_by("-pk")[MOST_OF_ONE:])
    if dropped:
        of_one.filter(pk__in=[each.pk for each in dropped]).delete()
        kept.earlier = sum(each.earlier + 1 for each in dropped)
        kept.save(update_fields=["earlier"])


def _is_automatic(mail: Message, *, is_invited: bool) -> bool:
    """Return whether no person wrote a mail that holds no answer.

    Somebody who is invited may well write “Absent on Thursday”, so of theirs a header must say it.
    """
    if not is_invited:
        return is_an_automatic_reply(mail) or is_from_a_mail_system(mail)
    said = header(mail, "Auto-Submitted").split(";")[0].strip().lower()
    return (
        said not in ("", "no")
        or mail.get_content_type() == "multipart/report"
        or has_a_null_return_path(mail)
        or any(mail.get(name) is not None for name in _OF_AUTOMATIC_REPLIES)
        # Mail through a list is “bulk”, too.
        or (mail.get("Precedence") is not None and is_an_automatic_reply(mail))
    )


def _with_what_was_said(mail: Message, error: NotRecorded, reply: CalendarReply) -> str:
    if error.kind == CalendarMailKind.COUNTER:
        return str(error)  # whose words are the comment
    if error.kind == CalendarMailKind.UNREADABLE:
        return _with_subject(mail, str(error))
    return f"{error} Comment: {reply.comment}" if reply.comment else str(error)


def _with_subject(mail: Message, why: str) -> str:
    subject = one_line(header(mail, "Subject")).strip()[:300]
    return f"{why} Subject: {subject}" if subject else why
