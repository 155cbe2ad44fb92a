"""Answers to invitations in the shapes of calendar programs.

Made by us: each has the headers, parts and properties, in the order and the spelling, that the
program is known to send.
"""

from base64 import b64encode
from dataclasses import dataclass
from datetime import UTC, datetime

from campaigns.calendars.reply_address import reply_address
from campaigns.models import Event
from subscribers.models import Subscriber

STAMP = datetime(2026, 11, 1, 9, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Said:
    """What somebody says, and of which invitation."""

    event: Event
    subscriber: Subscriber
    status: str = "ACCEPTED"
    sequence: int | None = None
    stamp: datetime = STAMP

    @property
    def to(self) -> str:
        return reply_address(self.event.pk, self.subscriber.pk, email=self.subscriber.email)

    @property
    def number(self) -> int:
        return self.event.sequence if self.sequence is None else self.sequence


def time(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def folded(*lines: str) -> str:
    """Fold as iCalendar does, with CRLF."""
    out = []
    for line in lines:
        while len(line.encode()) > 75:
            out.append(line[:70])
            line = f" {line[70:]}"
        out.append(line)
    return "\r\n".join([*out, ""])


def mail(to: str, calendar: str, *, sender: str, headers: str = "", method: str = "REPLY") -> bytes:
    """Return a mail with a plain text and a calendar part."""
    return (
        f"From: {sender}\r\nTo: {to}\r\nSubject: Accepted: Quarterly meeting\r\n"
        f"Date: Sun, 01 Nov 2026 09:00:00 +0000\r\nMIME-Version: 1.0\r\n{headers}"
        'Content-Type: multipart/alternative; boundary="b1"\r\n\r\n'
        "--b1\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nAccepted.\r\n"
        f'--b1\r\nContent-Type: text/calendar; charset="UTF-8"; method={method}\r\n'
        f"Content-Transfer-Encoding: 8bit\r\n\r\n{calendar}--b1--\r\n"
    ).encode()


def google(said: Said) -> bytes:
    """Google Calendar: from its own address, with the part twice, once as invite.ics."""
    calendar = folded(
        "BEGIN:VCALENDAR",
        "PRODID:-//Google Inc//Google Calendar 70.9054//EN",
        "VERSION:2.0",
        "CALSCALE:GREGORIAN",
        "METHOD:REPLY",
        "BEGIN:VEVENT",
        f"DTSTART:{time(said.event.starts_at)}",
        f"DTEND:{time(said.event.ends_at)}",
        f"DTSTAMP:{time(said.stamp)}",
        f"ORGANIZER;CN=Taskforce:mailto:{said.to}",
        f"UID:{said.event.uid}",
        f"ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT={said.status};CN={said.subscriber.email};X-NUM-GUESTS=0:mailto:{said.subscriber.email}",
        "CREATED:20261001T080000Z",
        "LAST-MODIFIED:20261101T085959Z",
        f"SEQUENCE:{said.number}",
        "STATUS:CONFIRMED",
        "SUMMARY:Quarterly meeting",
        "TRANSP:OPAQUE",
        "END:VEVENT",
        "END:VCALENDAR",
    )
    attached = b64encode(calendar.encode()).decode()
    return (
        f"Reply-To: {said.subscriber.email}\r\n"
        "Sender: Google Calendar <calendar-notification@google.com>\r\n"
        "Auto-Submitted: auto-generated\r\n"
        f"From: Ada <calendar-notification@google.com>\r\nTo: {said.to}\r\n"
        "Subject: Accepted: Quarterly meeting\r\nDate: Sun, 01 Nov 2026 09:00:00 +0000\r\n"
        'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="m"\r\n\r\n'
        '--m\r\nContent-Type: multipart/alternative; boundary="a"\r\n\r\n'
        "--a\r\nContent-Type: text/plain; charset=UTF-8\r\n\r\nAda has accepted.\r\n"
        "--a\r\nContent-Type: text/calendar; charset=UTF-8; method=REPLY\r\n"
        f"Content-Transfer-Encoding: 7bit\r\n\r\n{calendar}--a--\r\n"
        '--m\r\nContent-Type: application/ics; name="invite.ics"\r\n'
        'Content-Disposition: attachment; filename="invite.ics"\r\n'
        f"Content-Transfer-Encoding: base64\r\n\r\n{attached}\r\n--m--\r\n"
    ).encode()


def exchange(said: Said) -> bytes:
    """Exchange and Outlook: no ORGANIZER, a VTIMEZONE with a Windows name, and X-properties."""
    calendar = folded(
        "BEGIN:VCALENDAR",
        "METHOD:REPLY",
        "PRODID:Microsoft Exchange Server 2010",
        "VERSION:2.0",
        "BEGIN:VTIMEZONE",
        "TZID:GTB Standard Time",
        "BEGIN:STANDARD",
        "DTSTART:16010101T040000",
        "TZOFFSETFROM:+0300",
        "TZOFFSETTO:+0200",
        "RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10",
        "END:STANDARD",
        "BEGIN:DAYLIGHT",
        "DTSTART:16010101T030000",
        "TZOFFSETFROM:+0200",
        "TZOFFSETTO:+0300",
        "RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3",
        "END:DAYLIGHT",
        "END:VTIMEZONE",
        "BEGIN:VEVENT",
        f'ATTENDEE;PARTSTAT={said.status};CN="Lovelace, Ada (MP)":mailto:{said.subscriber.email}',
        "COMMENT;LANGUAGE=en-GB:\\n",
        f"UID:{said.event.uid}",
        "SUMMARY;LANGUAGE=en-GB:Accepted: Quarterly meeting",
        f"DTSTART;TZID=GTB Standard Time:{said.event.local_start:%Y%m%dT%H%M%S}",
        f"DTEND;TZID=GTB Standard Time:{said.event.local_end:%Y%m%dT%H%M%S}",
        "CLASS:PUBLIC",
        "PRIORITY:5",
        f"DTSTAMP:{time(said.stamp)}",
        "TRANSP:OPAQUE",
        "STATUS:CONFIRMED",
        f"SEQUENCE:{said.number}",
        "LOCATION;LANGUAGE=en-GB:Online",
        f"X-MICROSOFT-CDO-APPT-SEQUENCE:{said.number}",
        "X-MICROSOFT-CDO-OWNERAPPTID:0",
        "X-MICROSOFT-CDO-BUSYSTATUS:BUSY",
        "END:VEVENT",
        "END:VCALENDAR",
    )
    encoded = "\r\n".join(
        b64encode(calendar.encode()).decode()[at : at + 76] for at in range(0, 4000, 76)
    )
    return (
        f"From: Ada Lovelace <Ada.Lovelace@parliament.example>\r\nTo: {said.to}\r\n"
        "Subject: Accepted: Quarterly meeting\r\nThread-Topic: Quarterly meeting\r\n"
        "Date: Sun, 1 Nov 2026 09:00:00 +0000\r\nContent-Language: en-GB\r\n"
        "X-MS-Has-Attach:\r\nX-MS-TNEF-Correlator:\r\n"
        'Content-Type: multipart/alternative; boundary="_000_x_"\r\nMIME-Version: 1.0\r\n\r\n'
        '--_000_x_\r\nContent-Type: text/plain; charset="us-ascii"\r\n\r\n\r\n'
        '--_000_x_\r\nContent-Type: text/calendar; charset="utf-8"; method=REPLY\r\n'
        f"Content-Transfer-Encoding: base64\r\n\r\n{encoded}\r\n--_000_x_--\r\n"
    ).encode()


def apple(said: Said) -> bytes:
    """Apple Calendar: the calendar as an attachment of a mixed message."""
    calendar = folded(
        "BEGIN:VCALENDAR",
        "CALSCALE:GREGORIAN",
        "VERSION:2.0",
        "METHOD:REPLY",
        "PRODID:-//Apple Inc.//macOS 15.1//EN",
        "BEGIN:VEVENT",
        f"CREATED:{time(said.stamp)}",
        f"UID:{said.event.uid}",
        f"DTEND:{time(said.event.ends_at)}",
        f'ATTENDEE;CN="Ada Lovelace";CUTYPE=INDIVIDUAL;EMAIL="{said.subscriber.email}";PARTSTAT={said.status};ROLE=REQ-PARTICIPANT:mailto:{said.subscriber.email}',  # noqa: E501
        "SUMMARY:Quarterly meeting",
        f"LAST-MODIFIED:{time(said.stamp)}",
        f"DTSTAMP:{time(said.stamp)}",
        f"DTSTART:{time(said.event.starts_at)}",
        f"SEQUENCE:{said.number}",
        f'ORGANIZER;CN="Taskforce":mailto:{said.to}',
        "END:VEVENT",
        "END:VCALENDAR",
    )
    return (
        f"From: Ada Lovelace <ada@icloud.example>\r\nTo: {said.to}\r\n"
        'Subject: Ada Lovelace has accepted "Quarterly meeting"\r\n'
        "Date: Sun, 1 Nov 2026 10:00:00 +0100\r\nMIME-Version: 1.0 (Mac OS X Mail 16.0)\r\n"
        'Content-Type: multipart/mixed; boundary="Apple-Mail=_1"\r\n\r\n'
        "--Apple-Mail=_1\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\nAccepted\r\n"
        "--Apple-Mail=_1\r\nContent-Type: text/calendar;\r\n\tname=iCal-20261101-1.ics;\r\n"
        "\tmethod=REPLY\r\nContent-Disposition: attachment;\r\n\tfilename=iCal-20261101-1.ics\r\n"
        f"Content-Transfer-Encoding: 7bit\r\n\r\n{calendar}--Apple-Mail=_1--\r\n"
    ).encode()


def thunderbird(said: Said) -> bytes:
    """Thunderbird: X-MOZ properties, and the calendar in quoted-printable."""
    calendar = folded(
        "BEGIN:VCALENDAR",
        "PRODID:-//Mozilla.org/NONSGML Mozilla Calendar V1.1//EN",
        "VERSION:2.0",
        "METHOD:REPLY",
        "BEGIN:VEVENT",
        f"CREATED:{time(said.stamp)}",
        f"LAST-MODIFIED:{time(said.stamp)}",
        f"DTSTAMP:{time(said.stamp)}",
        f"UID:{said.event.uid}",
        "SUMMARY:Quarterly meeting",
        f'ORGANIZER;CN="Taskforce":mailto:{said.to}',
        f'ATTENDEE;RSVP=TRUE;CN="Ada";PARTSTAT={said.status}:mailto:{said.subscriber.email}',
        "X-MOZ-RECEIVED-SEQUENCE:0",
        "X-MOZ-RECEIVED-DTSTAMP:20261001T080000Z",
        f"DTSTART:{time(said.event.starts_at)}",
        f"DTEND:{time(said.event.ends_at)}",
        f"SEQUENCE:{said.number}",
        "X-MOZ-SEND-INVITATIONS:TRUE",
        "END:VEVENT",
        "END:VCALENDAR",
    )
    return mail(said.to, calendar, sender=f"Ada <{said.subscriber.email}>")


def counter(said: Said, *, starts_at: datetime, ends_at: datetime, comment: str = "") -> bytes:
    """Outlook and Google: another time is proposed."""
    calendar = folded(
        "BEGIN:VCALENDAR",
        "METHOD:COUNTER",
        "PRODID:Microsoft Exchange Server 2010",
        "VERSION:2.0",
        "BEGIN:VEVENT",
        f"ATTENDEE;PARTSTAT=TENTATIVE;CN=Ada:mailto:{said.subscriber.email}",
        f"COMMENT;LANGUAGE=en-GB:{comment}",
        f"UID:{said.event.uid}",
        f"DTSTART:{time(starts_at)}",
        f"DTEND:{time(ends_at)}",
        f"DTSTAMP:{time(said.stamp)}",
        f"SEQUENCE:{said.number}",
        f"X-MS-OLK-ORIGINALSTART:{time(said.event.starts_at)}",
        "END:VEVENT",
        "END:VCALENDAR",
    )
    return mail(said.to, calendar, sender="ada@parliament.example", method="COUNTER")


PROGRAMS = {
    "Google": google,
    "Exchange": exchange,
    "Apple": apple,
    "Thunderbird": thunderbird,
}
