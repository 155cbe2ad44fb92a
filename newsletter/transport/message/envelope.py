"""One message to one person, and the checks that it passes before it leaves."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from newsletter.core.web_addresses import holds_web_address
from newsletter.rendering.merge import one_line

LONGEST_HEADER = 900
"""Characters of one header value. RFC 5322 section 2.1.1 ends a line at 998, and ours are never
folded."""

# C0, DEL, C1, the two line separators that str.splitlines() obeys, and lone surrogates, which no
# charset can represent.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_HEADER_NAME = re.compile(r"[!-9;-~]{1,76}")
_ONE_ADDRESS = re.compile(r"[^\s@,;:<>()\[\]\\\"]+@[A-Za-z0-9.-]+")
_ENCODED_WORD = re.compile(r"=\?(?=[^?\s]+\?[bq]\?[^?\s]*\?=)", re.IGNORECASE)


class Unsendable(ValueError):
    """A message that can't be put on the wire as it is, found before any of it was."""


class BadHeader(Unsendable):
    """Something that must not stand in a header.

    HTTP backends would pass it on, so we refuse it ourselves.
    """


class BadSender(BadHeader):
    """The sender identity can't stand in a header.

    No recipient is to blame, and none could be written to.
    """


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that travels with the message."""

    filename: str
    content: bytes
    content_type: str = "application/octet-stream"


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingMessage:
    """A finished message to one person.

    Args:
        to: the address as `parse_address` returned it; its domain is ASCII.
        headers: further headers by name (see newsletter.transport.message.headers), without those
            that have a field here.
        ref: the opaque token that travels as metadata and comes back with provider events.
        message_id: with its angle brackets (RFC 5322 section 3.6.4).
        invitation: a calendar (RFC 5545) that stands beside text and HTML as a third form of the
            message, so that calendar programs act on it.
        invitation_method: its METHOD.
        is_neutral: nothing may tell who sends it: a mailer leaves out its own return path and
            signature, which name the usual sender.
        return_path: of a neutral message: where bounces go; empty for the sender's own address.
    """

    to: str
    to_name: str = ""
    sender: str
    sender_name: str
    reply_to: str = ""
    subject: str
    html: str
    text: str
    headers: Mapping[str, str]
    ref: str
    message_id: str
    attachments: tuple[Attachment, ...] = ()
    invitation: str = ""
    invitation_method: str = ""
    is_neutral: bool = False
    return_path: str = ""


def check_headers(message: OutgoingMessage) -> None:
    """Check everything of `message` that becomes a header.

    Raises:
        BadSender: a fault of the sender identity.
        BadHeader: a control character, an over-long value, or an address that is not exactly one
            address.
    """
    for what, address in (
        ("sender", message.sender),
        ("reply-to", message.reply_to or message.sender),
        ("recipient", message.to),
    ):
        if not is_one_address(address):
            kind = BadHeader if what == "recipient" else BadSender
            raise kind(f"The {what} is not a single email address.")
    if _CONTROL.search(message.sender_name):
        raise BadSender("The sender’s name has a control character in it.")
    values = {
        "subject": message.subject,
        "recipient’s name": message.to_name,
        "reference": message.ref,
        "Message-ID": message.message_id,
        **{
            f"name of the attachment {number}": file.filename + file.content_type
            for number, file in enumerate(message.attachments, 1)
        },
    }
    for name, value in message.headers.items():
        if not _HEADER_NAME.fullmatch(name):
            raise BadHeader("A header has a name that RFC 5322 doesn’t allow.")
        values[f"header {name}"] = value
    for what, value in values.items():
        check_value(what, value)


def check_value(what: str, value: str) -> None:
    """Check the value of one header.

    Raises:
        BadHeader: it has a control character in it, or is too long; the message calls it `what`.
    """
    if not value.isprintable() and _CONTROL.search(value):
        raise BadHeader(f"The {what} has a control character in it.")
    if len(value) > LONGEST_HEADER:
        raise BadHeader(f"The {what} has more than {LONGEST_HEADER} characters.")


def is_one_address(text: str) -> bool:
    """Return whether `text` is exactly one address with an ASCII domain, and nothing beside it."""
    return _ONE_ADDRESS.fullmatch(text) is not None and not _CONTROL.search(text)


def return_path(address: str, ref: str) -> str:
    """Return the envelope's sender of one message (VERP).

    A bounce is sent to it, so that its address says which message came back.

    Args:
        address: of the mailbox that takes bounces.
        ref: the message's, of letters, digits, hyphens and underscores.
    """
    mailbox, _, domain = address.rpartition("@")
    return f"{mailbox}+{ref}@{domain}"


def plain_words(text: str) -> str:
    """Return `text` so that no mail program decodes it.

    What only looks like an RFC 2047 encoded-word is broken up. Decoding it could bring back the
    control characters that `check_headers` refused.
    """
    return _ENCODED_WORD.sub("= ?", text)


def recipient_name(name: str) -> str:
    """Return a person's name as it may stand beside their address.

    It is one line. A name that holds a web address is left out, because a mail program would make a
    link of it.
    """
    return "" if holds_web_address(name) else one_line(name)


def address_line(address: str, name: str = "") -> str:
    """Return an address with its display name (RFC 5322 section 3.4).

    The name is quoted, so that none of its characters has a meaning.
    """
    if not name:
        return address
    escaped = plain_words(name).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}" <{address}>'
