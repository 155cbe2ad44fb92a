"""Reading a mail of the bounce mailbox.

It is a delivery report (RFC 3464), a complaint (RFC 5965), an automatic reply (RFC 3834), or a
bounce that no standard describes.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email.message import Message
from email.utils import parsedate_to_datetime
from itertools import islice

from newsletter.states import ProviderEventKind
from newsletter.transport.providers.parts.untrusted_input import Malformed, text
from newsletter.webhooks.bounces.bounce_text import words_of
from newsletter.webhooks.bounces.delivery_report import (
    address_in_field,
    parse_delivery_report,
    reported_recipients,
)
from newsletter.webhooks.bounces.nonstandard_bounce import parse_nonstandard_bounce
from newsletter.webhooks.incoming_mail import UnreadableMail, read_mail
from newsletter.webhooks.parsed_event import ParsedEvent

MOST_RECIPIENTS = 100
"""Recipients that one mail may be about. A message of ours has one, and anybody may write to a
bounce mailbox."""

_JUNK_REPORT = re.compile(r"\s*complaint about message from\b", re.IGNORECASE)
_FEEDBACK = {
    "abuse": ProviderEventKind.COMPLAINED,
    "fraud": ProviderEventKind.COMPLAINED,
    "virus": ProviderEventKind.COMPLAINED,
    "other": ProviderEventKind.COMPLAINED,
    "opt-out": ProviderEventKind.UNSUBSCRIBED,
    "unsubscribe": ProviderEventKind.UNSUBSCRIBED,
}
"""By RFC 5965 section 7.3. Types that are absent here, such as auth-failure (RFC 6591) and not-spam
(RFC 6430), are no recipient's complaint."""

_REF = r"([A-Za-z0-9_-]{28})"
_RETURN_PATH = re.compile(rf"\+{_REF}@")
_RETURNED_REF = re.compile(
    rf"^X-(?:Convene-)?Ref:\s*{_REF}\s*$".encode(), re.MULTILINE | re.IGNORECASE
)
_RETURNED_ID = re.compile(rf"^Message-ID:\s*<{_REF}@".encode(), re.MULTILINE | re.IGNORECASE)
_ADDRESSED = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "To")


def parse_bounce_mail(raw: bytes) -> list[ParsedEvent]:
    """Read one mail of the bounce mailbox.

    Args:
        raw: the mail as it came.

    Raises:
        Malformed: it says nothing of any message of ours.
    """
    try:
        mail = read_mail(raw)
        found = list(islice(_read(mail), MOST_RECIPIENTS))
    except UnreadableMail as error:
        raise Malformed(str(error)) from error
    except Exception as error:
        # Bounces are the least standard of mails, and the libraries that read them say so in many
        # ways.
        raise Malformed(f"It can’t be read as a mail ({type(error).__name__}).") from error
    if not found:
        raise Malformed("It is neither a bounce nor a complaint.")
    ref, when = _ref(mail, raw), _date(mail)
    return [replace(event, ref=ref, happened_at=when, raw=raw) for event in found]


def _read(mail: Message) -> Iterator[ParsedEvent]:
    report = _part(mail, "message/feedback-report")
    if report is not None:
        yield from _complaint(_fields_of(report))
        return
    if reporter := _junk_reporter(mail):
        yield ParsedEvent(
            kind=ProviderEventKind.COMPLAINED, recipient=reporter, detail="Reported as junk"
        )
        return
    status = _part(mail, "message/delivery-status")
    words, quoted = words_of(mail)
    reported = [] if status is None else reported_recipients(status)
    if reported:
        yield from parse_delivery_report(reported, words)
    else:
        yield from parse_nonstandard_bounce(mail, words, quoted.lower())


def _complaint(report: Message) -> Iterator[ParsedEvent]:
    kind = str(report.get("Feedback-Type", "")).strip().lower()
    for recipient in report.get_all("Original-Rcpt-To") or [""]:
        yield ParsedEvent(
            kind=_FEEDBACK.get(kind, ProviderEventKind.OTHER),
            recipient=address_in_field(str(recipient)),
            detail=text(kind, 60),
        )


def _junk_reporter(mail: Message) -> str:
    """Return the recipient who reported a message as junk at Outlook.com; empty where none did.

    Its Junk Mail Reporting Program sends the message itself, with a header on top.
    """
    if not _JUNK_REPORT.match(str(mail.get("Subject", ""))):
        return ""
    return next(
        (
            address_in_field(str(value))
            for part in mail.walk()
            for value in part.get_all("X-HmXmrOriginalRecipient") or ()
        ),
        "",
    )


def _part(mail: Message, content_type: str) -> Message | None:
    """Return the outermost part of a type."""
    return next((part for part in mail.walk() if part.get_content_type() == content_type), None)


def _fields_of(part: Message) -> Message:
    payload = part.get_payload()
    if isinstance(payload, list) and payload and isinstance(payload[0], Message):
        return payload[0]
    decoded = part.get_payload(decode=True)
    return read_mail(
        decoded if isinstance(decoded, bytes) else str(payload).encode(errors="replace")
    )


def _ref(mail: Message, raw: bytes) -> str:
    """Return our token; empty where there is none.

    It stands in the return path to which the mail was sent, or else in the message that it returns.
    """
    for name in _ADDRESSED:
        for value in mail.get_all(name) or []:
            if match := _RETURN_PATH.search(str(value)):
                return match[1]
    returned = _RETURNED_REF.search(raw) or _RETURNED_ID.search(raw)
    return returned[1].decode() if returned else ""


def _date(mail: Message) -> datetime | None:
    try:
        when = parsedate_to_datetime(str(mail["Date"]))
    except (TypeError, ValueError):
        return None
    # Python reads -0000 as a date without a zone: UTC, of a sender that doesn't tell where it is.
    return when if when.tzinfo else when.replace(tzinfo=UTC)
