"""What a mail in the bounce mailbox says: a delivery report (RFC 3464), a complaint (RFC 5965), an automatic reply (RFC 3834), or a
bounce in a form of its own."""

import email
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email.message import Message
from email.utils import parseaddr, parsedate_to_datetime
from itertools import islice

from flufl.bounce import all_failures

from newsletter.events.classify import bounce_class
from newsletter.events.outside import text
from newsletter.events.statement import Malformed, Statement
from newsletter.states import EventKind

MOST_RECIPIENTS = 100
"""Of whom one mail may speak. A message of ours has one recipient, and anybody may write to a bounce mailbox."""

_ACTIONS = {
    "failed": EventKind.BOUNCED,
    "delayed": EventKind.DEFERRED,
    "delivered": EventKind.DELIVERED,
    "relayed": EventKind.ACCEPTED,
    "expanded": EventKind.ACCEPTED,
}
"""RFC 3464 section 2.3.3."""

_FEEDBACK = {"abuse": EventKind.COMPLAINED, "fraud": EventKind.COMPLAINED, "virus": EventKind.COMPLAINED, "other": EventKind.COMPLAINED}
"""RFC 5965 section 7.3. What is absent, such as auth-failure (RFC 6591) and not-spam (RFC 6430), is no reader's complaint."""

_REF = r"([A-Za-z0-9_-]{28})"
_RETURN_PATH = re.compile(rf"\+{_REF}@")
_RETURNED_REF = re.compile(rf"^X-Convene-Ref:\s*{_REF}\s*$".encode(), re.MULTILINE | re.IGNORECASE)
_RETURNED_ID = re.compile(rf"^Message-ID:\s*<{_REF}@".encode(), re.MULTILINE | re.IGNORECASE)
_ADDRESSED = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "To")


def mail_statements(raw: bytes) -> list[Statement]:
    """Read one mail.

    Args:
        raw: as it came from the mailbox.

    Raises:
        Malformed: it says nothing of any message of ours.
    """
    try:
        mail = email.message_from_bytes(raw)
        found = list(islice(_read(mail), MOST_RECIPIENTS))
    except RecursionError:
        raise Malformed("Its parts are nested too deeply.") from None
    except Exception as error:
        # Bounces are the least standard of mails, and the libraries that read them say so in many ways.
        raise Malformed(f"It can't be read as a mail ({type(error).__name__}).") from error
    if not found:
        raise Malformed("It is neither a bounce nor a complaint.")
    ref, when = _ref(mail, raw), _date(mail)
    return [replace(statement, ref=ref, happened_at=when, raw=raw) for statement in found]


def _read(mail: Message) -> Iterator[Statement]:
    parts = {part.get_content_type(): part for part in mail.walk()}
    if "message/feedback-report" in parts:
        yield from _complaint(_fields_of(parts["message/feedback-report"]))
    elif "message/delivery-status" in parts:
        for block in _blocks(parts["message/delivery-status"]):
            yield from _report(block)
    elif _is_automatic(mail):
        yield Statement(kind=EventKind.AUTORESPONDED, detail=text(str(mail.get("Subject", "")), 300))
    else:
        yield from _odd(mail)


def _complaint(report: Message) -> Iterator[Statement]:
    kind = str(report.get("Feedback-Type", "")).strip().lower()
    for recipient in report.get_all("Original-Rcpt-To") or [""]:
        yield Statement(kind=_FEEDBACK.get(kind, EventKind.OTHER), recipient=_address(str(recipient)), detail=text(kind, 60))


def _report(block: Message) -> Iterator[Statement]:
    action = str(block.get("Action", "")).strip().lower()
    if not action:
        return  # the first block is about the message
    kind = _ACTIONS.get(action)
    # Where mail is forwarded the final recipient is somebody whom we don't know.
    recipient = _address(str(block.get("Original-Recipient") or block.get("Final-Recipient") or ""))
    status, answer = str(block.get("Status", "")), str(block.get("Diagnostic-Code", ""))
    yield Statement(
        kind=kind or EventKind.OTHER,
        bounce_class=bounce_class(status, answer) if kind is EventKind.BOUNCED else None,
        recipient=recipient,
        detail=text(" ".join(f"{status} {answer}".split()), 300),
        problem="" if kind else f"Its action is unknown ({text(action, 60)}).",
    )


def _odd(mail: Message) -> Iterator[Statement]:
    temporary, permanent = all_failures(mail)
    words = _text_of(mail)
    for address in sorted(permanent):
        yield Statement(
            kind=EventKind.BOUNCED, bounce_class=bounce_class(words), recipient=_plain(address), detail=text(" ".join(words.split()), 300)
        )
    for address in sorted(temporary - permanent):
        yield Statement(kind=EventKind.DEFERRED, recipient=_plain(address), detail=text(" ".join(words.split()), 300))


def _is_automatic(mail: Message) -> bool:
    submitted = str(mail.get("Auto-Submitted", "no")).strip().lower()
    return (
        submitted.startswith("auto-replied")
        or any(mail.get(name) is not None for name in ("X-Autoreply", "X-Autorespond", "X-Autoresponder"))
        or str(mail.get("Precedence", "")).strip().lower() == "auto_reply"
    )


def _blocks(part: Message) -> list[Message]:
    """The groups of fields of a delivery report, which Python's parser reads as messages of their own."""
    payload = part.get_payload()
    return [block for block in payload if isinstance(block, Message)] if isinstance(payload, list) else []


def _fields_of(part: Message) -> Message:
    payload = part.get_payload()
    if isinstance(payload, list) and payload and isinstance(payload[0], Message):
        return payload[0]
    decoded = part.get_payload(decode=True)
    return email.message_from_bytes(decoded if isinstance(decoded, bytes) else str(payload).encode(errors="replace"))


def _text_of(mail: Message) -> str:
    for part in mail.walk():
        if part.get_content_maintype() == "text":
            decoded = part.get_payload(decode=True)
            return decoded[:5_000].decode("utf-8", "replace") if isinstance(decoded, bytes) else ""
    return ""


def _ref(mail: Message, raw: bytes) -> str:
    """Our token: from the return path to which the mail was sent, else from the message that it returns."""
    for name in _ADDRESSED:
        for value in mail.get_all(name) or []:
            if match := _RETURN_PATH.search(str(value)):
                return match[1]
    returned = _RETURNED_REF.search(raw) or _RETURNED_ID.search(raw)
    return returned[1].decode() if returned else ""


def _address(field: str) -> str:
    """The address in a field such as `rfc822; ada@example.nz`."""
    return text(parseaddr(field.rpartition(";")[2].strip())[1], 400)


def _plain(address: bytes | str) -> str:
    return text(address.decode("utf-8", "replace") if isinstance(address, bytes) else address, 400)


def _date(mail: Message) -> datetime | None:
    try:
        when = parsedate_to_datetime(str(mail["Date"]))
    except (TypeError, ValueError):
        return None
    # Without a zone is how Python says -0000: UTC, of a sender that doesn't tell where it is.
    return when if when.tzinfo else when.replace(tzinfo=UTC)
