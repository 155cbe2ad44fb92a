"""The mailboxes that are read: fetching mail by IMAP or POP3.

A mail is deleted there only after somebody has said that it is safe.
"""

import imaplib
import math
import poplib
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Protocol

from newsletter.transport.config.mailbox_url import MailboxSettings

TIMEOUT = 20.0
"""Seconds for one answer."""
LARGEST = 10_000_000
"""Bytes that are fetched of one mail; what says why it came stands at its beginning."""
MOST = 100
"""Mails of one visit. The clock comes again after 20 seconds."""
_LONGEST_PART = 20_000
"""Lines that are fetched of a mail that is larger, by POP3, which counts lines."""


class MailboxTrouble(Exception):
    """The mailbox can't be read just now. The message holds no password."""


class Mailbox(Protocol):
    """An open mailbox."""

    def leave(self) -> None:
        """Make the deletions permanent, and sign out."""

    def drop(self) -> None:
        """Close the connection."""

    def keys(self, most: int) -> list[str]:
        """Return the names of its oldest mails."""

    def fetch(self, key: str) -> bytes:
        """Fetch one mail, or its first LARGEST bytes."""

    def delete(self, key: str) -> None:
        """Delete one mail."""


def empty(
    settings: MailboxSettings,
    *,
    keep: Callable[[bytes], None],
    most: int = MOST,
    seconds: float = math.inf,
) -> int:
    """Take over the oldest mails of a mailbox, each of which is deleted there once it is kept.

    A mail that was kept and could not be deleted comes again.

    Args:
        keep: keeps one mail for good; where it raises, the mail stays where it is.
        most: the most mails.
        seconds: the time after which no other mail is begun. The first is always taken.

    Returns:
        How many mails were taken over.

    Raises:
        MailboxTrouble: the mailbox can't be read just now. The mails taken over until then are
            safe.
    """
    end, taken = time.monotonic() + seconds, 0
    with open_mailbox(settings) as mailbox:
        for key in mailbox.keys(most):
            if taken and time.monotonic() >= end:
                break
            keep(mailbox.fetch(key))
            mailbox.delete(key)
            taken += 1
    return taken


@contextmanager
def open_mailbox(settings: MailboxSettings) -> Iterator[Mailbox]:
    """Sign in to a mailbox, and leave it afterwards.

    Raises:
        MailboxTrouble: whatever goes wrong with it, while it is open too.
    """
    try:
        mailbox: Mailbox = _KINDS[settings.protocol](settings)
        try:
            yield mailbox
        except BaseException:
            mailbox.drop()
            raise
        mailbox.leave()
    except (imaplib.IMAP4.error, poplib.error_proto, OSError, EOFError, ValueError) as error:
        # What a server says of a refused sign-in may repeat what it was told.
        raise MailboxTrouble(
            f"The mailbox of {settings.user} at {settings.host} can't be read "
            f"({type(error).__name__})."
        ) from error


class _Imap:
    def __init__(self, settings: MailboxSettings) -> None:
        if settings.tls:
            self._server: imaplib.IMAP4 = imaplib.IMAP4_SSL(
                settings.host,
                settings.port,
                ssl_context=ssl.create_default_context(),
                timeout=TIMEOUT,
            )
        else:
            self._server = imaplib.IMAP4(settings.host, settings.port, timeout=TIMEOUT)
        try:
            self._server.login(settings.user, settings.password)
            quoted = settings.folder.replace("\\", "\\\\").replace('"', '\\"')
            status, _ = self._server.select(f'"{quoted}"')
            if status != "OK":
                raise imaplib.IMAP4.error("there is no such folder")
        except BaseException:
            self.drop()
            raise

    def keys(self, most: int) -> list[str]:
        _, found = self._server.uid("SEARCH", "UNDELETED")
        return [key.decode("ascii") for key in (found[0] or b"").split()[:most]]

    def fetch(self, key: str) -> bytes:
        # PEEK: a person who looks into the mailbox sees what is new to them. The server cuts what
        # is too large.
        _, found = self._server.uid("FETCH", key, f"(BODY.PEEK[]<0.{LARGEST}>)")
        for part in found:
            if isinstance(part, tuple):
                return bytes(part[1])
        raise imaplib.IMAP4.error("a mail is gone")

    def delete(self, key: str) -> None:
        self._server.uid("STORE", key, "+FLAGS.SILENT", r"(\Deleted)")

    def leave(self) -> None:
        self._server.expunge()
        self._server.logout()

    def drop(self) -> None:
        with suppress(OSError, imaplib.IMAP4.error):
            self._server.shutdown()


class _Pop3:
    def __init__(self, settings: MailboxSettings) -> None:
        if settings.tls:
            self._server: poplib.POP3 = poplib.POP3_SSL(
                settings.host, settings.port, timeout=TIMEOUT, context=ssl.create_default_context()
            )
        else:
            self._server = poplib.POP3(settings.host, settings.port, timeout=TIMEOUT)
        try:
            self._server.user(settings.user)
            self._server.pass_(settings.password)
        except BaseException:
            self.drop()
            raise
        self._sizes: dict[str, int] = {}

    def keys(self, most: int) -> list[str]:
        _, lines, _ = self._server.list()
        self._sizes = {
            number: int(size)
            for number, size in (line.decode("ascii").split()[:2] for line in lines[:most])
        }
        return list(self._sizes)

    def fetch(self, key: str) -> bytes:
        number = int(key)
        if self._sizes[key] > LARGEST:
            _, lines, _ = self._server.top(number, _LONGEST_PART)
        else:
            _, lines, _ = self._server.retr(number)
        return (b"\r\n".join(lines) + b"\r\n")[:LARGEST]

    def delete(self, key: str) -> None:
        self._server.dele(int(key))

    def leave(self) -> None:
        # Only now are mails deleted (RFC 1939 section 6).
        self._server.quit()

    def drop(self) -> None:
        with suppress(OSError, poplib.error_proto):
            self._server.close()


_KINDS: Mapping[str, Callable[[MailboxSettings], Mailbox]] = {"imap": _Imap, "pop3": _Pop3}
