"""The MIME of a batch: built once per template, and joined per recipient from finished bytes.

A recipient with anything out of the ordinary is built as a single message (`mime.build`), which is
a hundred times slower.
"""

import re
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import lru_cache
from html import escape as escape_html

from newsletter.brand.sender_identity import SenderIdentity
from newsletter.rendering.merge import Splice, one_line
from newsletter.transport.message.calendar_part import FILE_NAME, CalendarPart
from newsletter.transport.message.encoded_words import subject_line, to_line
from newsletter.transport.message.envelope import (
    LONGEST_HEADER,
    OutgoingMessage,
    Unsendable,
    check_headers,
    check_value,
    is_one_address,
)
from newsletter.transport.message.headers import message_id
from newsletter.transport.message.mime import WIRE, build, ref_header
from newsletter.transport.message.quoted_printable import (
    SOFT_BREAK,
    encode,
    encode_own,
    encode_value,
)
from newsletter.transport.message.recipients import Recipient, Template

# Never in a body: in quoted-printable, two hexadecimal digits or a line end follow each = (RFC 2045
# section 6.7).
_BOUNDARY = b"=_part"
_ESCAPED = re.compile("[&<>\"']")
_PER_RECIPIENT = frozenset(
    {
        "subject",
        "to",
        "date",
        "message-id",
        "content-type",
        "content-transfer-encoding",
        "mime-version",
    }
)
_OUTER_BOUNDARY = b"=_mixed"
_ALTERNATIVE = b'Content-Type: multipart/alternative; boundary="%b"\r\n' % _BOUNDARY
_MIXED = b'Content-Type: multipart/mixed; boundary="%b"\r\n' % _OUTER_BOUNDARY
_MIME_VERSION = b"MIME-Version: 1.0\r\n"
_PART = (
    b'--%b\r\nContent-Type: text/%%b; charset="utf-8"\r\nContent-Transfer-Encoding: '
    b"quoted-printable\r\n\r\n" % _BOUNDARY
)
_END = b"--%b--\r\n"
# Without a disposition: calendar programs act on the part, rather than list it as a file.
_INVITATION = (
    b'--%b\r\nContent-Type: text/calendar; charset="utf-8"; method=%%b\r\n'
    b"Content-Transfer-Encoding: quoted-printable\r\n\r\n" % _BOUNDARY
)
_FILE = (
    b'--%b\r\nContent-Type: text/calendar; charset="utf-8"; method=%%b;\r\n name="%b"\r\n'
    b"Content-Transfer-Encoding: quoted-printable\r\n"
    b'Content-Disposition: attachment; filename="%b"\r\n\r\n'
    % (_OUTER_BOUNDARY, FILE_NAME.encode(), FILE_NAME.encode())
)


@dataclass(slots=True)
class _Field:
    """A merge field, and the pieces that its value replaces."""

    in_text: list[int]
    in_html: list[int]


class MimeTemplate:
    """One template as MIME. Its first piece is for the headers of one recipient."""

    def __init__(self, template: Template) -> None:
        """Build what all recipients share. An email has both a text and an HTML part.

        Raises:
            BadSender, BadHeader: a fault in what all recipients share.
            Unsendable: the email can't be written as MIME.
        """
        self._template = template
        self._pieces: list[bytes] = [b""]
        self._fields: dict[str, _Field] = {}
        # Headers of single recipients, by name, that stand beside those of the template.
        self._known_headers: set[tuple[str, ...]] = set()
        # Where the lines stand that are one recipient's alone; 0 for nowhere.
        self._of_recipient = 0
        calendar = template.calendar
        is_mixed = calendar is not None and calendar.is_file
        self._shared = (
            _MIME_VERSION
            + (_MIXED if is_mixed else _ALTERNATIVE)
            + _shared_headers(template.sender, tuple(template.headers.items()))
        )
        self._subject = (
            None if template.subject.fields else _subject(template.subject.fill({}, escape=False))
        )
        # It differs by the ref alone.
        self._id_end = message_id("", domain=template.sender.id_domain)[1:]
        self._ref_header = ref_header(is_neutral=template.sender.is_neutral)
        try:
            if is_mixed:
                self._pieces.append(b"\r\n--%b\r\n%b" % (_OUTER_BOUNDARY, _ALTERNATIVE))
            self._add(b"\r\n" + _PART % b"plain", template.text, is_html=False)
            self._add(_PART % b"html", template.html, is_html=True)
            self._end(calendar)
        except UnicodeEncodeError as error:
            raise Unsendable(f"The message can’t be written as MIME: {error}") from error

    def fill(self, recipient: Recipient) -> bytes:
        """Return the finished message for one recipient.

        Each line ends with CRLF, and none has more than 998 bytes.

        Raises:
            BadHeader: something that must not stand in a header.
            Unsendable: a value that no charset can represent.
        """
        head = self._head(recipient)
        if head is None:
            return _as_single_message(recipient)
        pieces, values = self._pieces.copy(), recipient.values
        pieces[0] = head
        try:
            if self._of_recipient:
                pieces[self._of_recipient] = encode_own(recipient.calendar_lines)
            for name, field in self._fields.items():
                if value := values.get(name):
                    line = one_line(value)
                    plain = encode_value(line)
                    for index in field.in_text:
                        pieces[index] = plain
                    if field.in_html:
                        html = encode_value(escape_html(line)) if _ESCAPED.search(line) else plain
                        for index in field.in_html:
                            pieces[index] = html
        except UnicodeEncodeError as error:
            raise Unsendable(f"The message can’t be written as MIME: {error}") from error
        return b"".join(pieces)

    def _head(self, recipient: Recipient) -> bytes | None:
        """Return the headers, or None where they are out of the ordinary."""
        headers, name, ref = recipient.headers, recipient.to_name, recipient.ref
        probe = "".join((recipient.to, ref, *headers.values()))
        if not (
            probe.isascii()
            and probe.isprintable()
            and "=?" not in probe
            and len(probe) + len(self._id_end) < LONGEST_HEADER
        ):
            return None
        if not is_one_address(recipient.to) or not self._knows(tuple(headers)):
            return None
        check_value("recipient’s name", name)
        subject = self._subject or _subject(
            self._template.subject.fill(recipient.values, escape=False)
        )
        own = "".join([f"{header}: {value}\r\n" for header, value in headers.items()])
        machine_read = (
            f"Date: {_date(int(time.time()))}\r\nMessage-ID: "
            f"<{ref}{self._id_end}\r\n{self._ref_header}: {ref}\r\n{own}"
        )
        return b"".join(
            (self._shared, subject, to_line(recipient.to, name), machine_read.encode("ascii"))
        )

    def _knows(self, names: tuple[str, ...]) -> bool:
        """Return whether headers of these names may be added as they are to the template's."""
        if names in self._known_headers:
            return True
        taken = (
            {name.lower() for name in self._template.headers}
            | _PER_RECIPIENT
            | {"from", "reply-to", self._ref_header.lower()}
        )
        wanted = [name.lower() for name in names]
        if not taken.isdisjoint(wanted) or not all(
            name.startswith(("list-", "x-")) and name.replace("-", "").isalnum() for name in wanted
        ):
            return False
        self._known_headers.add(names)
        return True

    def _add(self, head: bytes, splice: Splice, *, is_html: bool) -> None:
        """Append one part: its headers, and its pieces with soft breaks around the fields."""
        self._pieces.append(head)
        pieces = list(splice.pieces(escape=is_html))
        for place, (text, name) in enumerate(pieces):
            if name is not None:
                field = self._fields.setdefault(name, _Field([], []))
                (field.in_html if is_html else field.in_text).append(len(self._pieces))
                self._pieces.append(encode(text))
                continue
            is_last = place == len(pieces) - 1
            ends_line = text.endswith(("\n", "\r")) or not is_last
            self._pieces.append(
                (SOFT_BREAK if place else b"")
                + encode(text)
                + (b"" if ends_line else b"\r\n")
                + (b"" if is_last else SOFT_BREAK)
            )

    def _end(self, calendar: CalendarPart | None) -> None:
        """Append the calendar, if there is one, and the end of the message."""
        if calendar is None:
            self._pieces.append(_END % _BOUNDARY)
            return
        method, last = calendar.method.encode("ascii"), b"\r\n" + _END % _BOUNDARY
        if calendar.is_file:
            head = _END % _BOUNDARY + _FILE % method
            last = b"\r\n" + _END % _OUTER_BOUNDARY
            self._pieces += [head + encode(calendar.before), last]
            return
        self._of_recipient = len(self._pieces) + 1
        self._pieces += [
            _INVITATION % method + encode(calendar.before), b"", encode(calendar.after) + last
        ]  # fmt: skip


@lru_cache(maxsize=20)
def mime_template_for(template: Template) -> MimeTemplate:
    """Return `template` as MIME, built once.

    Some are kept, because several campaigns are sent in turn, each in some languages.

    Raises:
        Unsendable: see `MimeTemplate`.
    """
    return MimeTemplate(template)


@lru_cache(maxsize=50)
def _shared_headers(sender: SenderIdentity, headers: tuple[tuple[str, str], ...]) -> bytes:
    """Return the headers that all recipients have alike, as mime.build() writes them.

    Single messages have theirs alike, too: they are kept.
    """
    sample = OutgoingMessage(
        to="sample@example.org",
        sender=sender.sender,
        sender_name=sender.sender_name,
        reply_to=sender.reply_to,
        subject="",
        html="",
        text="",
        headers=dict(headers),
        ref="",
        message_id=message_id("sample"),
    )
    check_headers(sample)
    built = build(sample).message()
    return b"".join(
        WIRE.fold(name, value).encode("ascii")
        for name, value in built.items()
        if name.lower() not in _PER_RECIPIENT
    )


def _subject(text: str) -> bytes:
    check_value("subject", text)
    return subject_line(text)


@lru_cache(maxsize=2)
def _date(second: int) -> str:
    return format_datetime(datetime.fromtimestamp(second, UTC))


def _as_single_message(recipient: Recipient) -> bytes:
    message = recipient.message()
    check_headers(message)
    built = build(message)
    built.extra_headers[built.ref_header] = message.ref
    try:
        return built.message().as_bytes()
    except UnicodeError as error:
        raise Unsendable(f"The message can’t be written as MIME: {error}") from error
