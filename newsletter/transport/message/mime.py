"""MIME: one way to build a message, whichever backend sends it."""

import email.policy
from collections.abc import Mapping
from email.message import EmailMessage as MimeMessage
from email.policy import EmailPolicy
from functools import cache
from typing import Any

from django.core.mail import EmailMultiAlternatives

from newsletter.transport.message.envelope import (
    LONGEST_HEADER,
    OutgoingMessage,
    Unsendable,
    address_line,
    plain_words,
)

REF_HEADER = "X-Convene-Ref"
"""The header with the ref where there is no metadata: over SMTP and in the development inbox."""
NEUTRAL_REF_HEADER = "X-Ref"
"""The same in a message that must not tell who sends it, or with which program."""

_FOLDED = frozenset({"subject", "from", "to", "cc", "reply-to", "sender", "mime-version"})


class WirePolicy(EmailPolicy):
    """Seven bits, CRLF, and machine-read headers on one line each.

    Python's policies would turn a List-Unsubscribe URL of 76 characters and more into RFC 2047
    encoded-words, and mailbox providers ignore it then. The headers that people read are folded as
    usual, because an encoded-word ends at 75 characters.
    """

    def fold(self, name: str, value: Any) -> str:
        folded: str = _policy_for(name, self).fold(name, value)
        return folded

    def fold_binary(self, name: str, value: Any) -> bytes:
        return _policy_for(name, self).fold_binary(name, value)


@cache
def _folding(*, utf8: bool, on_one_line: bool) -> "EmailPolicy[Any]":
    return email.policy.SMTP.clone(
        cte_type="7bit", utf8=utf8, max_line_length=LONGEST_HEADER + 90 if on_one_line else 78
    )


def _policy_for(name: str, policy: "WirePolicy") -> "EmailPolicy[Any]":
    machine_read = name.lower() not in _FOLDED and not name.lower().startswith("content-")
    return _folding(utf8=policy.utf8, on_one_line=machine_read)


WIRE = WirePolicy(linesep="\r\n", cte_type="7bit", max_line_length=78)
WIRE_INTERNATIONAL = WirePolicy(linesep="\r\n", cte_type="8bit", max_line_length=78, utf8=True)
"""For mailboxes with other characters than ASCII before the @ (RFC 6531, 6532)."""


class WireMessage(EmailMultiAlternatives):
    """Django's message, serialised by our policy.

    Each backend that asks for its MIME gets the same: SMTP, Amazon SES and the development inbox.
    """

    # What anymail reads, where it is set.
    metadata: dict[str, str]
    esp_extra: dict[str, str]
    track_opens: bool
    track_clicks: bool

    request_headers: Mapping[str, str] = {}
    """Of the HTTP request that takes it to a provider."""
    outgoing: OutgoingMessage | None = None
    """The message that it was built of."""
    is_neutral: bool = False
    return_path: str = ""
    """Both as OutgoingMessage has them."""

    @property
    def ref_header(self) -> str:
        """The name of the header with the ref."""
        return ref_header(is_neutral=self.is_neutral)

    def message(self, *, policy: Any = WIRE) -> MimeMessage:
        international = any(
            not recipient.isascii() and _is_international(recipient) for recipient in self.to
        )
        try:
            built: MimeMessage = super().message(
                policy=WIRE_INTERNATIONAL if international else WIRE
            )
        except (ValueError, LookupError, TypeError) as error:
            raise Unsendable(f"The message can’t be written as MIME: {error}") from error
        # Python leaves it out where there is no text part beside the HTML.
        if "MIME-Version" not in built:
            built["MIME-Version"] = "1.0"
        return built


def ref_header(*, is_neutral: bool) -> str:
    """Return the name of the header with the ref."""
    return NEUTRAL_REF_HEADER if is_neutral else REF_HEADER


def _is_international(line: str) -> bool:
    address = line.rpartition("<")[2].rstrip(">")
    return not address.isascii()


def build(message: OutgoingMessage) -> WireMessage:
    """Build the message in Django's form, without what a mailer adds for itself.

    Args:
        message: one that `check_headers` has passed.
    """
    built = WireMessage(
        subject=plain_words(message.subject),
        body=message.text,
        from_email=address_line(message.sender, message.sender_name),
        to=[address_line(message.to, message.to_name)],
        reply_to=[message.reply_to] if message.reply_to else None,
        headers={**message.headers, "Message-ID": message.message_id},
    )
    built.outgoing = message
    built.is_neutral, built.return_path = message.is_neutral, message.return_path
    if message.html:
        built.attach_alternative(message.html, "text/html")
    if message.invitation:
        built.attach_alternative(
            message.invitation, f"text/calendar; method={message.invitation_method}"
        )
    for file in message.attachments:
        built.attach(file.filename, file.content, file.content_type)
    return built
