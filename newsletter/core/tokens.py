"""Signed tokens for links in mail: short, opaque, and of the same form for all.

Links that stop mail never expire. What shows, changes or destroys data opens for
OWNER_LINK_LIFETIME only, by a token that says until when: mail is forwarded and kept for years, and
a link in it must not expose its first recipient.

A token is 28 characters, so that a List-Unsubscribe header with it stays on one line of 76 (a
folded or encoded header is ignored by mailbox providers). It holds a purpose (1 byte), a subject (6
bytes), a context (4 bytes) and a truncated HMAC-SHA256 (10 bytes: 2^80 guesses against a live
server are out of reach).
"""

import base64
import binascii
import hashlib
import hmac
import struct
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum
from functools import cache

from django.conf import settings
from django.utils import timezone

TOKEN_LENGTH = 28
LASTING = 14
"""The number of characters at the beginning of a token that come from its purpose, subject and
context. They are the same under all of LINK_KEYS.
"""
_MAC_LENGTH = 10
_BODY = struct.Struct(">BHII")  # purpose, subject (high 2 and low 4 bytes), context
MAXIMUM_SUBJECT = 2**48 - 1
MAXIMUM_CONTEXT = 2**32 - 1


class Purpose(IntEnum):
    """The purpose of a link.

    A token of one purpose never opens a page of another. Numbers are for ever: old mail holds them.
    """

    UNSUBSCRIBE = 1  # subject: subscription id, context: campaign id or 0
    # Subject: subscriber id. In old mail alone: it leads to the page that asks for an address
    PREFERENCES = 2
    # Subject: subscriber id, context: the second, since 1970, at which it was made; 0 in older mail
    CONFIRM = 3
    # Subject and context: the first 80 bits of the address's digest ("never write to this address
    # again")
    NEVER_AGAIN = 4
    DELIVERY = 5  # subject: delivery id; travels as metadata and in the return path
    MESSAGE = 6  # subject: transactional message id; travels as metadata
    RSVP = 7  # subject: delivery id
    MANAGE = 8  # subject: subscriber id, context: until when. Viewing and editing
    ERASE = 9  # subject: subscriber id, context: until when
    CHANGE_ADDRESS = 10  # subject: subscriber id, context: until when
    NEW_ADDRESS = 11  # subject: address change id, context: until when. In mail to the new address
    DOWNLOAD = 12  # subject: subscriber id, context: until when
    RSVP_ANSWER = 13  # subject: rsvp id, context: until when. Viewing and changing an answer
    RSVPS = 14  # subject: subscriber id, context: until when. Their answers to events ahead
    GUEST_RSVPS = 15  # subject: an rsvp id of a guest, context: until when. All of that guest's
    ARCHIVE = 16  # subject: subscriber id, context: until when. Past emails of their topics
    ANSWER = 20  # subject: id of a question about an application. Its row says until when
    INVITATION = 21  # subject: topic invitation id. Its row says until when
    CONSENT = 22  # subject: delivery id. To agree again, or leave
    # Subject: rsvp id, context: the second at which it was made. Its row says until when
    RSVP_PLACE = 23
    RSVP_DELEGATE = 24  # subject: rsvp id of a delegate. The event says until when
    # Subject: subscriber id, below the first 16 bits of the address's digest; context: event id. In
    # the address that calendars reply to
    CALENDAR_REPLY = 25
    CALENDAR_TEST = 26  # subject: calendar self-test id. In the address that a test is sent to
    # Subject: rsvp id, context: the second at which it was made. Documents, while they have a place
    RSVP_DOCUMENTS = 27
    RSVP_ASK = 28  # subject: event id. Shown beside the form that asks for an address
    # In discreet mail, which holds nothing but the link to what there is to read:
    READ_CAMPAIGN = 30  # subject: campaign content id. The same for all recipients
    READ_MESSAGE = 31  # subject: transactional message id


EXPIRING = frozenset(
    {
        Purpose.MANAGE,
        Purpose.ERASE,
        Purpose.CHANGE_ADDRESS,
        Purpose.NEW_ADDRESS,
        Purpose.DOWNLOAD,
        Purpose.RSVP_ANSWER,
        Purpose.RSVPS,
        Purpose.GUEST_RSVPS,
        Purpose.ARCHIVE,
    }
)
"""Purposes of links that are mailed to the owner of an address on request. Their context is the
second, since 1970, at which they end: OWNER_LINK_LIFETIME after they were made.
"""


@dataclass(frozen=True, slots=True)
class ReadToken:
    """The content of a valid token."""

    purpose: Purpose
    subject: int
    context: int

    @property
    def made_at(self) -> datetime:
        """The time at which a token of EXPIRING was made, to the second below."""
        return datetime.fromtimestamp(self.context, UTC) - settings.OWNER_LINK_LIFETIME


def make_expiring_token(purpose: Purpose, subject: int, *, now: datetime | None = None) -> str:
    """Make a token that opens its page for OWNER_LINK_LIFETIME from `now`.

    Args:
        purpose: one of EXPIRING.
        subject: as in `make_token`.
    """
    end = (now or timezone.now()) + settings.OWNER_LINK_LIFETIME
    return make_token(purpose, subject, int(end.timestamp()))


def make_token(
    purpose: Purpose, subject: int, context: int = 0, *, is_for_ever: bool = False
) -> str:
    """Make a token, signed with the first of LINK_KEYS.

    Args:
        purpose: the page it opens.
        subject: the id of the row that it is about, below 2^48.
        context: a second id, below 2^32, or 0.
        is_for_ever: it must be the same whenever it is made, so it is signed with the last of
            LINK_KEYS, which stays when a new one is put in front.

    Raises:
        struct.error: an id out of range.
    """
    body = _BODY.pack(purpose, subject >> 32, subject & 0xFFFFFFFF, context)
    key = settings.LINK_KEYS[-1 if is_for_ever else 0]
    return base64.urlsafe_b64encode(body + _mac(key, body)).decode("ascii")


def read_token(token: str, purpose: Purpose, *, now: datetime | None = None) -> ReadToken | None:
    """Read a token. None where it is forged, damaged, made for another purpose, or expired.

    This is the one place that looks at purpose and time. All keys are tried whatever the outcome,
    so that a wrong token costs the same time as a right one.
    """
    link = _verified(token, purpose)
    if link is None or (
        purpose in EXPIRING and link.context <= (now or timezone.now()).timestamp()
    ):
        return None
    return link


def was_made(token: str, purpose: Purpose) -> bool:
    """Return whether `token` was made by us for `purpose`, though it may have expired.

    A person who comes too late is told so.
    """
    return _verified(token, purpose) is not None


def _verified(token: str, purpose: Purpose) -> ReadToken | None:
    try:
        raw = base64.b64decode(token.encode("ascii"), altchars=b"-_", validate=True)
    except (UnicodeEncodeError, binascii.Error):
        raw = b""
    if len(raw) != _BODY.size + _MAC_LENGTH:
        raw = bytes(_BODY.size + _MAC_LENGTH)
    body, mac = raw[: _BODY.size], raw[_BODY.size :]
    matches = [hmac.compare_digest(mac, _mac(key, body)) for key in settings.LINK_KEYS]
    found, high, low, context = _BODY.unpack(body)
    if not any(matches) or found != purpose:
        return None
    return ReadToken(purpose, (high << 32) | low, context)


def _mac(key: str, body: bytes) -> bytes:
    mac = _keyed(key).copy()
    mac.update(body)
    return mac.digest()[:_MAC_LENGTH]


@cache
def _keyed(key: str) -> hmac.HMAC:
    """Return an HMAC to be copied, so that the key's share of the work is done once."""
    secret = hashlib.sha256(b"convene link\0" + key.encode()).digest()
    return hmac.new(secret, digestmod="sha256")
