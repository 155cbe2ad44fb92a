"""Reading a message of the development inbox as a mail program would."""

import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from functools import cached_property

from newsletter.models import InboxMessage

_READ = policy.default.clone(raise_on_defect=False)
_HEAD = re.compile(r"<head\b[^>]*>", re.IGNORECASE)
_BEFORE_BODY = re.compile(r"\A\s*(<!doctype[^>]*>)?\s*(<html\b[^>]*>)?", re.IGNORECASE)
_ONE_CLICK_URL = re.compile(r"<\s*(https?://[^>\s]+)\s*>", re.IGNORECASE)
_OPEN_ELSEWHERE = '<base target="_blank">'


@dataclass(frozen=True, slots=True)
class StoredAttachment:
    """One attached file."""

    number: int
    filename: str
    content_type: str
    content: bytes

    @property
    def size(self) -> int:
        return len(self.content)


class StoredMail:
    """One stored message, parsed when something is asked of it.

    It never raises, whatever the bytes hold, because people should see them.
    """

    def __init__(self, row: InboxMessage) -> None:
        self.raw = bytes(row.raw)

    @cached_property
    def _parsed(self) -> EmailMessage:
        parsed = message_from_bytes(self.raw, policy=_READ)
        assert isinstance(parsed, EmailMessage)  # noqa: S101 - the policy's factory makes one
        return parsed

    @cached_property
    def headers(self) -> list[tuple[str, str]]:
        """Return all headers in their order, decoded."""
        return [(name, _shown(value)) for name, value in self._parsed.items()]

    def header(self, name: str) -> str:
        """Return one header, decoded; empty where there is none."""
        return next(
            (value for present, value in self.headers if present.lower() == name.lower()), ""
        )

    @cached_property
    def text(self) -> str:
        """Return the text part, or ""."""
        return _content(self._parsed.get_body(("plain",)))

    @cached_property
    def html(self) -> str:
        """Return the HTML part as it was sent, or ""."""
        return _content(self._parsed.get_body(("html",)))

    @property
    def html_for_frame(self) -> str:
        """Return the HTML part with one element more, so that links open outside of the frame."""
        head = _HEAD.search(self.html)
        place = (
            head.end() if head else match.end() if (match := _BEFORE_BODY.match(self.html)) else 0
        )
        return self.html[:place] + _OPEN_ELSEWHERE + self.html[place:]

    @cached_property
    def attachments(self) -> list[StoredAttachment]:
        """Return the attached files, numbered from 1."""
        return [
            StoredAttachment(
                number,
                _shown(part.get_filename() or f"part-{number}"),
                part.get_content_type(),
                _bytes(part),
            )
            for number, part in enumerate(self._parsed.iter_attachments(), 1)
        ]

    @property
    def source(self) -> str:
        """Return the message as text. Ours are ASCII, or UTF-8 for international mailboxes."""
        return self.raw.decode("utf-8", "replace")

    @property
    def one_click_url(self) -> str:
        """Return the URL that takes the RFC 8058 POST, if both headers of it are there."""
        if (
            self.header("List-Unsubscribe-Post").replace(" ", "").lower()
            != "list-unsubscribe=one-click"
        ):
            return ""
        match = _ONE_CLICK_URL.search(self.header("List-Unsubscribe"))
        return match[1] if match else ""


def _shown(value: object) -> str:
    return str(value).encode("utf-8", "replace").decode()


def _content(part: object) -> str:
    if not isinstance(part, EmailMessage):
        return ""
    try:
        return _shown(part.get_content())
    except (LookupError, ValueError, KeyError):
        # A charset that nobody knows, or bytes that aren't in it.
        return _bytes(part).decode("utf-8", "replace")


def _bytes(part: EmailMessage) -> bytes:
    payload = part.get_payload(decode=True)
    if isinstance(payload, bytes):
        return payload
    # A message within the message.
    inner = part.get_payload()
    first = inner[0] if isinstance(inner, list) and inner else None
    return first.as_bytes() if isinstance(first, Message) else b""
