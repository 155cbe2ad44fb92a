"""Reading a mail of the reply mailbox: what somebody's calendar says (RFC 5546, RFC 6047).

Anybody can write to the mailbox, so everything here has its bounds, and nothing is believed.
"""

import html
import re
import warnings
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from email.message import Message
from email.utils import parseaddr, parsedate_to_datetime
from typing import Any

from icalendar import Calendar, GloballyUniqueTZIDGuessed, use_zoneinfo
from icalendar.parser import Contentline, Contentlines

from campaigns.events.zones import is_in_range
from campaigns.models.calendar_mail import LONGEST_TEXT
from newsletter.core.db.text import db_text
from newsletter.rendering.merge import one_line
from newsletter.webhooks.incoming_mail import header_in_words

LARGEST_CALENDAR = 100_000
_CALENDAR_TYPES = ("text/calendar", "application/ics")
_TNEF_TYPES = ("application/ms-tnef", "application/vnd.ms-tnef")
# Where mail servers note the address that a mail was sent to; To can be anything, and so can they.
_ADDRESSED = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "To", "Cc")
_READ = frozenset(
    {
        *("BEGIN", "END", "METHOD", "UID", "SEQUENCE", "RECURRENCE-ID", "ATTENDEE", "COMMENT"),
        *("DTSTAMP", "DTSTART", "DTEND"),
    }
)
"""The properties that are read of a calendar. TZID isn't one of them, so no zone is made of rules
that a stranger wrote: one that changes its clocks every second takes for ever, and what it is
called would mean the same in the mails of others."""
_GOOGLES_COMMENT = "X-RESPONSE-COMMENT"
_PARTSTAT = re.compile(r'"[^"]*"|;\s*PARTSTAT\s*=\s*"?([A-Z-]+)', re.IGNORECASE)
"""What an ATTENDEE answers, or something in quotes in front of that."""
_NAME = re.compile(r"[A-Z-]+", re.IGNORECASE)
_UNREADABLE_TNEF = (
    "The answer is in Outlook’s own format (winmail.dat), which can’t be read here. Ask the "
    "person, and enter their answer."
)


class Unreadable(ValueError):
    """A mail that can't be understood. The message says why, for staff."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarReply:
    """The words of a calendar about one meeting.

    Args:
        method: REPLY, COUNTER, or whatever it says.
        status: PARTSTAT of its one ATTENDEE; empty where there is none or more than one.
        sequence: of the invitation that it answers; 0 where it says none (RFC 5545 section
            3.8.7.4).
        stamp: when the calendar wrote it.
        comment: words that the person added.
        starts_at, ends_at: of a COUNTER, the time that is proposed.
    """

    method: str
    uid: str
    status: str
    sequence: int
    stamp: datetime | None
    comment: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None


def addresses_of(mail: Message) -> str:
    """Return all that says to which address a mail was sent."""
    return " ".join(str(value) for name in _ADDRESSED for value in mail.get_all(name) or [])


def sender_of(mail: Message) -> str:
    """Return the address that a mail says it is from; "" where it says none."""
    _, address = parseaddr(header(mail, "From"))
    return one_line(db_text(address))[:254] if "@" in address else ""


def header(mail: Message, name: str) -> str:
    """Return a header as a person would read it, fit to be stored."""
    return db_text(header_in_words(mail, name))


def date_of(mail: Message) -> datetime | None:
    """Return the moment at which a mail says it was written; None for none that can be."""
    try:
        when = parsedate_to_datetime(str(mail["Date"]))
    except (OverflowError, TypeError, ValueError):
        return None
    if not is_in_range(when):
        return None
    return when if when.tzinfo else when.replace(tzinfo=UTC)


def calendar_in(mail: Message) -> tuple[str, str] | None:
    """Return the calendar that a mail holds, and the method that its part names; None for none.

    Raises:
        Unreadable: it is too large, or in a format of Outlook's own.
    """
    parts = list(mail.walk())
    for part in parts:
        if part.get_content_type() in _CALENDAR_TYPES or _filename(part).endswith(".ics"):
            return _text_of(part), str(part.get_param("method") or "")
    if any(
        part.get_content_type() in _TNEF_TYPES or _filename(part) == "winmail.dat" for part in parts
    ):
        raise Unreadable(_UNREADABLE_TNEF)
    return None


def parse_calendar(text: str, *, method: str = "") -> CalendarReply:
    """Read a calendar that answers an invitation.

    ORGANIZER may be missing, as in answers of Exchange, or anything.

    Args:
        method: that of the part, where the calendar itself names none.

    Raises:
        Unreadable: it is no calendar, or speaks of no meeting or several.
    """
    # It forgets how the calendars before this one called their zones.
    use_zoneinfo()  # type: ignore[no-untyped-call] # of icalendar
    try:
        with warnings.catch_warnings():
            # Of /vendor.example/Europe/Paris, of which a stranger may write thousands.
            warnings.simplefilter("ignore", GloballyUniqueTZIDGuessed)
            calendar = Calendar.from_ical(_what_is_read_of(text))
        events = calendar.walk("VEVENT")
        found = [_reply(calendar, event, method) for event in events[:2]]
    except Unreadable:
        raise
    except Exception as error:
        # Calendars of strangers fail in many ways.
        raise Unreadable(f"Its calendar can’t be read ({type(error).__name__}).") from error
    if len(found) != 1:
        raise Unreadable("Its calendar doesn’t speak of exactly one meeting.")
    return found[0]


def _what_is_read_of(text: str) -> str:
    """Return the lines of a calendar that are read, unfolded.

    What is broken, or stands behind its end, isn't among them.
    """
    unfolded = Contentlines.from_ical(text.lstrip("\ufeff"))  # type: ignore[no-untyped-call] # of icalendar
    lines = (line.strip() for line in unfolded)
    named = ((_NAME.match(line), line) for line in lines)
    return "\r\n".join(_mended(line) for name, line in named if name and name[0].upper() in _READ)


def _mended(line: str) -> str:
    """Return a line; of an ATTENDEE that isn't written as it must be, what it answers.

    Names with bare quotes, colons or semicolons break lines of some programs.
    """
    try:
        Contentline(line).parts()  # type: ignore[no-untyped-call] # of icalendar
    except ValueError:
        said = next(filter(None, (found[1] for found in _PARTSTAT.finditer(line))), "")
        if said and line[:8].upper() == "ATTENDEE":
            return f"ATTENDEE;PARTSTAT={said}:mailto:unreadable"
    return line


def _reply(calendar: Any, event: Any, method: str) -> CalendarReply:
    if event.get("recurrence-id") is not None:
        raise Unreadable("It answers one of several dates, and the invitation was to one.")
    attendees = event.get("attendee", [])
    attendees = attendees if isinstance(attendees, list) else [attendees]
    sequence = event.get("sequence", 0)
    if not isinstance(sequence, int) or not 0 <= sequence < 2**31:
        raise Unreadable("Its calendar has no number that says which invitation it answers.")
    return CalendarReply(
        method=str(calendar.get("method") or method).strip().upper(),
        uid=str(event.get("uid", "")).strip(),
        status=str(attendees[0].params.get("PARTSTAT", "")).strip().upper()
        if len(attendees) == 1
        else "",
        sequence=sequence,
        stamp=_moment(event, "dtstamp"),
        comment=_comment(event, attendees),
        starts_at=_moment(event, "dtstart"),
        ends_at=_moment(event, "dtend"),
    )


def _comment(event: Any, attendees: list[Any]) -> str:
    """Return the words that a person added: a property, or as Google and Nextcloud have it."""
    said = event.get("comment") or ""
    lines = [str(line) for line in (said if isinstance(said, list) else [said])]
    if not any(map(str.strip, lines)):
        noted = (str(each.params.get(_GOOGLES_COMMENT, "")) for each in attendees[:1])
        lines = [html.unescape(each.replace("\\;", ";")) for each in noted]
    return re.sub(r"\n{3,}", "\n\n", db_text("\n".join(lines)).strip())[:LONGEST_TEXT]


def _moment(event: Any, name: str) -> datetime | None:
    """Return a time of a calendar in UTC; None where it has none that can be shown."""
    try:
        value = event.decoded(name)
    except (KeyError, ValueError):
        return None
    if isinstance(value, datetime) and value.tzinfo is None and event[name].params.get("TZID"):
        return None  # of a zone that only the calendar knows
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime.combine(value, time())
    if not isinstance(value, datetime):
        return None
    if not is_in_range(value):
        return None
    return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC)


def _filename(part: Message) -> str:
    """Return the name of a part's file in small letters; "" for none that can be read."""
    try:
        return str(part.get_filename() or "").lower()
    except Exception:  # noqa: BLE001 - a name can claim any character set
        return ""


def _text_of(part: Message) -> str:
    try:
        payload = part.get_payload(decode=True)
    except Exception as error:
        raise Unreadable(f"Its calendar can’t be read ({type(error).__name__}).") from error
    if not isinstance(payload, bytes):
        raise Unreadable("Its calendar can’t be read.")
    if len(payload) > LARGEST_CALENDAR:
        raise Unreadable("Its calendar is too large.")
    charset = str(part.get_content_charset() or "utf-8")
    try:
        return payload.decode(charset, "replace")
    except (LookupError, UnicodeError):  # "undefined" is a character set that always fails
        return payload.decode("utf-8", "replace")
