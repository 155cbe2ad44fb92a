"""The addresses to which calendars send their answers: one for each event and person.

They stand in ORGANIZER, which must never change (RFC 5546 section 2.1.4). Calendars that write
addresses in small letters must not break one, so the token is written in base 32.
"""

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings

from newsletter.core.addresses import address_digest
from newsletter.core.tokens import TOKEN_LENGTH, Purpose, make_token, read_token

_CODED_LENGTH = 34
_BEHIND_PLUS = re.compile(rf"\+([a-z2-7]{{{_CODED_LENGTH}}})@", re.IGNORECASE)
_ID_BITS = 32


@dataclass(frozen=True, slots=True)
class Invitee:
    """Whose answer an address records, and to which event.

    Args:
        mailbox: the beginning of the digest of the address that was invited.
    """

    event_id: int
    subscriber_id: int
    mailbox: int


def reply_address(event_id: int, subscriber_id: int, *, email: str) -> str:
    """Return the address for the answer of one person to one event.

    After a change of address it is another, so that an invitation in an old mailbox is void.

    Args:
        email: the person's address.

    Raises:
        TypeError: there is no reply mailbox.
    """
    subject = (mailbox_of(email) << _ID_BITS) | subscriber_id
    return _address(make_token(Purpose.CALENDAR_REPLY, subject, event_id, is_for_ever=True))


def test_address(test_id: int) -> str:
    """Return the address that a self-test is sent to.

    Raises:
        TypeError: there is no reply mailbox.
    """
    return _address(make_token(Purpose.CALENDAR_TEST, test_id))


def invitee_of(addresses: str) -> Invitee | None:
    """Return whose answer came, by the addresses that a mail went to; None where it is nobody's."""
    for token in _tokens_in(addresses):
        if read := read_token(token, Purpose.CALENDAR_REPLY):
            subscriber_id = read.subject & (2**_ID_BITS - 1)
            return Invitee(read.context, subscriber_id, read.subject >> _ID_BITS)
    return None


def test_of(addresses: str) -> int | None:
    """Return the id of the self-test that came back, or None."""
    for token in _tokens_in(addresses):
        if read := read_token(token, Purpose.CALENDAR_TEST):
            return read.subject
    return None


def mailbox_of(email: str) -> int:
    """Return the first 16 bits of the digest of an address."""
    return int(address_digest(email)[:4], 16)


def _address(token: str) -> str:
    if settings.REPLY_MAILBOX is None:
        raise TypeError("There is no reply mailbox, so nobody can answer.")
    coded = base64.b32encode(base64.urlsafe_b64decode(token)).decode("ascii").rstrip("=").lower()
    mailbox, _, domain = settings.REPLY_MAILBOX.address.rpartition("@")
    return f"{mailbox}+{coded}@{domain}"


def _tokens_in(addresses: str) -> Iterator[str]:
    for coded in _BEHIND_PLUS.findall(addresses):
        try:
            raw = base64.b32decode(f"{coded.upper()}======")
        except binascii.Error:
            continue
        token = base64.urlsafe_b64encode(raw).decode("ascii")
        if len(token) == TOKEN_LENGTH:
            yield token
