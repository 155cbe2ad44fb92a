"""What a mail in the bounce mailbox says: a delivery report (RFC 3464), a complaint (RFC 5965), an
automatic reply (RFC 3834), or a bounce in a form of its own."""

import email
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email.message import Message
from email.utils import getaddresses, parseaddr, parsedate_to_datetime
from itertools import islice

from flufl.bounce import all_failures

from newsletter.states import BounceClass, EventKind
from newsletter.transport.providers.untrusted_input import Malformed, text
from newsletter.webhooks.automatic import (
    has_a_null_return_path,
    is_an_automatic_reply,
    is_from_a_mail_system,
)
from newsletter.webhooks.bounce_text import addresses_in, words_about, words_of
from newsletter.webhooks.classify import bounce_class
from newsletter.webhooks.parsed_event import ParsedEvent
from newsletter.webhooks.wording import Said, what_is_said

type _Fields = dict[str, list[str]]

MOST_RECIPIENTS = 100
"""Of whom one mail may speak. A message of ours has one recipient, and anybody may write to a
bounce mailbox."""

MOST_NAMED = 10
"""Addresses that are looked at in the text of a bounce that says in no form of its own whom it is
about."""

_ACTIONS = {
    "failed": EventKind.BOUNCED,
    "failure": EventKind.BOUNCED,
    "error": EventKind.BOUNCED,
    "undeliverable": EventKind.BOUNCED,
    "expired": EventKind.BOUNCED,
    "delayed": EventKind.DEFERRED,
    "delivered": EventKind.DELIVERED,
    "relayed": EventKind.ACCEPTED,
    "expanded": EventKind.ACCEPTED,
}
"""RFC 3464 section 2.3.3, and what others write: a remark may follow."""

_ANSWERS = ("diagnostic-code", "x400-supplementary-info", "x-supplementary-info")
_AT_MOST_SOFT = {BounceClass.HARD: BounceClass.SOFT}
_LOOSE_FIELD = re.compile(r"^([\w-]+) +: *(.*)$", re.MULTILINE)
_JUNK_REPORT = re.compile(r"\s*complaint about message from\b", re.IGNORECASE)
_WAITING = re.compile(
    r"\bdelayed\b|\(delay\)|warning (?:message )?only|just a warning|not yet been delivered"
    r"|still being (?:re)?tried|will (?:be retried|continue trying|keep trying)|postponed",
    re.IGNORECASE,
)

_FEEDBACK = {
    "abuse": EventKind.COMPLAINED,
    "fraud": EventKind.COMPLAINED,
    "virus": EventKind.COMPLAINED,
    "other": EventKind.COMPLAINED,
    "opt-out": EventKind.UNSUBSCRIBED,
    "unsubscribe": EventKind.UNSUBSCRIBED,
}
"""RFC 5965 section 7.3. What is absent, such as auth-failure (RFC 6591) and not-spam (RFC 6430), is
no reader's complaint."""

_REF = r"([A-Za-z0-9_-]{28})"
_RETURN_PATH = re.compile(rf"\+{_REF}@")
_RETURNED_REF = re.compile(rf"^X-Convene-Ref:\s*{_REF}\s*$".encode(), re.MULTILINE | re.IGNORECASE)
_RETURNED_ID = re.compile(rf"^Message-ID:\s*<{_REF}@".encode(), re.MULTILINE | re.IGNORECASE)
_ADDRESSED = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "To")


def parse_bounce_mail(raw: bytes) -> list[ParsedEvent]:
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
        # Bounces are the least standard of mails, and the libraries that read them say so in many
        # ways.
        raise Malformed(f"It can't be read as a mail ({type(error).__name__}).") from error
    if not found:
        raise Malformed("It is neither a bounce nor a complaint.")
    ref, when = _ref(mail, raw), _date(mail)
    return [replace(statement, ref=ref, happened_at=when, raw=raw) for statement in found]


def _read(mail: Message) -> Iterator[ParsedEvent]:
    report = _part(mail, "message/feedback-report")
    if report is not None:
        yield from _complaint(_fields_of(report))
        return
    if reporter := _junk_reporter(mail):
        yield ParsedEvent(kind=EventKind.COMPLAINED, recipient=reporter, detail="Reported as junk")
        return
    status = _part(mail, "message/delivery-status")
    words, quoted = words_of(mail)
    reports = [] if status is None else [block for block in _blocks(status) if block.get("action")]
    everybody = [_recipient(block).lower() for block in reports]
    for block in reports:
        yield _report(block, words_about(words, _recipient(block).lower(), others=everybody))
    if not reports:
        yield from _odd(mail, words, quoted.lower())


def _complaint(report: Message) -> Iterator[ParsedEvent]:
    kind = str(report.get("Feedback-Type", "")).strip().lower()
    for recipient in report.get_all("Original-Rcpt-To") or [""]:
        yield ParsedEvent(
            kind=_FEEDBACK.get(kind, EventKind.OTHER),
            recipient=_address(str(recipient)),
            detail=text(kind, 60),
        )


def _junk_reporter(mail: Message) -> str:
    """Whose complaint this is, in the form of Outlook.com's Junk Mail Reporting Program: the
    message, with a header on top."""
    if not _JUNK_REPORT.match(str(mail.get("Subject", ""))):
        return ""
    return next(
        (
            _address(str(value))
            for part in mail.walk()
            for value in part.get_all("X-HmXmrOriginalRecipient") or ()
        ),
        "",
    )


def _report(block: _Fields, words: str) -> ParsedEvent:
    """One recipient of a delivery report.

    Args:
        words: what the mail's text says of this recipient. It counts where the report gives no
            answer of a mail server, or one that says no more than that something failed: OpenSMTPD
            and Domino write the reason there alone.
    """
    action, _, remark = block["action"][0].partition(" ")
    kind = _ACTIONS.get(action.strip(":;,()").lower())
    status, answers = (
        " ".join(block.get("status", ())),
        [one for name in _ANSWERS for one in block.get(name, ())],
    )
    said = [status, remark, *answers]
    if Said.AFTER_CONTENT in what_is_said(words) or not any(
        what_is_said(answer) for answer in answers
    ):
        said.insert(0, words)
    return ParsedEvent(
        kind=kind or EventKind.OTHER,
        bounce_class=bounce_class(*said) if kind is EventKind.BOUNCED else None,
        recipient=_recipient(block),
        detail=text(" ".join(" ".join([status, *answers]).split()), 300),
        problem="" if kind else f"Its action is unknown ({text(action, 60)}).",
    )


def _recipient(block: _Fields) -> str:
    """Where mail is forwarded the final recipient is somebody whom we don't know."""
    named = (
        _address(value)
        for name in ("original-recipient", "final-recipient")
        for value in block.get(name, ())
    )
    return next((address for address in named if address), "")


def _odd(mail: Message, words: str, quoted: str) -> Iterator[ParsedEvent]:
    """A bounce in a form of its own, or an automatic reply, whose authors must be told apart: both
    may have an empty return path and call themselves an automatic reply."""
    system = is_from_a_mail_system(mail)
    if not system and not has_a_null_return_path(mail) and is_an_automatic_reply(mail):
        yield _automatic(mail)
        return
    named = _named(mail, words, quoted, system=system)
    waiting = {address for address, waits in named.items() if waits}
    detail = text(" ".join(words.split()), 300)
    for address in named:
        if address in waiting:
            yield ParsedEvent(kind=EventKind.DEFERRED, recipient=address, detail=detail)
            continue
        found = bounce_class(words_about(words, address, others=named))
        # Who isn't named may be the target of a forwarding; and only a mail system knows who
        # exists.
        found = found if address and system else _AT_MOST_SOFT.get(found, found)
        yield ParsedEvent(
            kind=EventKind.BOUNCED, bounce_class=found, recipient=address, detail=detail
        )
    if not named and is_an_automatic_reply(mail):
        yield _automatic(mail)


def _named(mail: Message, words: str, quoted: str, *, system: bool) -> dict[str, bool]:
    """Whom the mail is about, in lower case, and for whom they go on trying. An empty address where
    a mail system names nobody.

    What flufl.bounce finds in the message that came back isn't meant: that is its sender, or its
    id.
    """
    temporary, permanent = all_failures(mail)
    failed = [*sorted(map(_plain, permanent)), *_failed_recipients(mail)]
    waits = bool(_WAITING.search(f"{mail.get('Subject', '')}\n{words}"))
    found = {address.lower(): waits for address in failed} | {
        _plain(address).lower(): True for address in temporary - permanent
    }
    low = words.lower()
    meant = {
        address: waits
        for address, waits in found.items()
        if address in low or address not in quoted
    }
    if meant or not system:
        return meant or found
    return dict.fromkeys(
        addresses_in(words, but=_ours(mail))[:MOST_NAMED] or ([""] if words.strip() else []), waits
    )


def _automatic(mail: Message) -> ParsedEvent:
    return ParsedEvent(kind=EventKind.AUTORESPONDED, detail=text(str(mail.get("Subject", "")), 300))


def _failed_recipients(mail: Message) -> list[str]:
    """Those of Exim's and Google's own header."""
    values = ",".join(str(value) for value in mail.get_all("X-Failed-Recipients") or ())
    return list(
        dict.fromkeys(_plain(address) for _, address in getaddresses([values]) if "@" in address)
    )[:MOST_RECIPIENTS]


def _ours(mail: Message) -> set[str]:
    """Addresses that a bounce names without meaning its recipient: where it was sent to, and whom
    to ask."""
    named = getaddresses(
        [
            str(value)
            for name in ("From", "Reply-To", "To", "Delivered-To")
            for value in mail.get_all(name) or ()
        ]
    )
    return {address.lower() for _, address in named}


def _part(mail: Message, content_type: str) -> Message | None:
    """The outermost part of the type."""
    return next((part for part in mail.walk() if part.get_content_type() == content_type), None)


def _blocks(part: Message) -> list[_Fields]:
    """The groups of fields of a delivery report, names in lower case. Python's parser makes each a
    message of its own, and leaves fields with a space before the colon, which Mimecast writes,
    in the body."""
    payload = part.get_payload()
    return (
        [_fields(block) for block in payload if isinstance(block, Message)]
        if isinstance(payload, list)
        else []
    )


def _fields(block: Message) -> _Fields:
    pairs = [(name, str(value)) for name, value in block.items()]
    body = block.get_payload()
    pairs += _LOOSE_FIELD.findall(body) if isinstance(body, str) else []
    fields: _Fields = {}
    for name, value in pairs:
        fields.setdefault(name.strip().lower(), []).append(value)
    return {
        name: values for name, values in fields.items() if any(value.strip() for value in values)
    }


def _fields_of(part: Message) -> Message:
    payload = part.get_payload()
    if isinstance(payload, list) and payload and isinstance(payload[0], Message):
        return payload[0]
    decoded = part.get_payload(decode=True)
    return email.message_from_bytes(
        decoded if isinstance(decoded, bytes) else str(payload).encode(errors="replace")
    )


def _ref(mail: Message, raw: bytes) -> str:
    """Our token: from the return path to which the mail was sent, else from the message that it
    returns."""
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
