"""Reading a mail of strangers, within bounds.

Anybody can write to our mailboxes. Python's parser takes time that grows with the square of what
the headers of a part hold, and with its lines times the parts that are open around them.
"""

import email
import re
from collections.abc import Sequence
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.policy import Compat32

LARGEST = 1_000_000
"""Bytes that are read of one mail. What says why it came stands at its beginning."""
MOST_LINES = 60_000
MOST_PARTS = 150
"""Parts that say what they are; only those can have others in them."""
LONGEST_HEADER = 20_000
MOST_PARAMETERS = 100
"""Of a header that says what a part is. A long name of a file is written in some twenty."""
LONGEST_IN_WORDS = 2_000
"""Characters of a header that are decoded."""
_LINE_END = re.compile(rb"\r\n?|\n")
_OF_A_PART = re.compile(rb"(?:\A|[\r\n])content-type:", re.IGNORECASE)


class UnreadableMail(ValueError):
    """A mail that can't be read. The message says why, for staff."""


class _Bounded(Compat32):
    """The policy of the standard library's parser, with bounds to what a header may hold."""

    def header_source_parse(self, sourcelines: Sequence[str]) -> tuple[str, str]:
        """Refuse a header that is too long.

        Raises:
            UnreadableMail: with the reason.
        """
        name, value = super().header_source_parse(list(sourcelines))
        is_of_content = name.lower().startswith("content-")
        if len(value) > LONGEST_HEADER or (is_of_content and value.count(";") > MOST_PARAMETERS):
            raise UnreadableMail("One of its headers is too long.")
        return name, value


def read_mail(raw: bytes) -> Message:
    """Read a mail, or its beginning where it is too large.

    Raises:
        UnreadableMail: it is made to take long, or no mail.
    """
    raw = raw[:LARGEST]
    for pattern, most, what in (
        (_LINE_END, MOST_LINES, "lines"),
        (_OF_A_PART, MOST_PARTS, "parts"),
    ):
        if sum(1 for _ in pattern.finditer(raw)) > most:
            raise UnreadableMail(f"It has too many {what}.")
    try:
        return email.message_from_bytes(raw, policy=_Bounded())
    except UnreadableMail:
        raise
    except Exception as error:
        raise UnreadableMail(f"It can’t be read as an email ({type(error).__name__}).") from error


def header_in_words(mail: Message, name: str, default: str = "") -> str:
    """Return a header as a person would read it, also where it holds bare UTF-8 (RFC 6532).

    One that can't be decoded is returned as it came.
    """
    found = next(
        (str(value) for key, value in mail.raw_items() if key.lower() == name.lower()), default
    )
    value = found.encode("utf-8", "surrogateescape").decode("utf-8", "replace")[:LONGEST_IN_WORDS]
    try:
        return str(make_header(decode_header(value)))
    except (LookupError, ValueError, MessageError):
        return value
