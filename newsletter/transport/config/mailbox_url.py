"""The URLs of the two mailboxes that are read: of bounces, and of answers from calendars.

One is like `imaps://user:password@host/INBOX` or `pop3s://user:password@host`.
"""

import re
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qsl, unquote, urlsplit

from newsletter.core.loopback import is_loopback
from newsletter.transport.config.mailer_options import MailerUrlError

EXAMPLE = "imaps://bounces:password@mail.example.org/INBOX"
REPLY_EXAMPLE = "imaps://replies:password@mail.example.org/INBOX?address=replies@lists.example.org"

# Behind the plus sign come 34 characters, and a mailbox name has 64 at most (RFC 5321 section
# 4.5.3.1.1).
_ADDRESS = re.compile(r"[A-Za-z0-9._-]{1,29}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")

# Scheme → protocol, whether inside TLS, usual port.
_KINDS = {
    "imaps": ("imap", True, 993),
    "imap+plain": ("imap", False, 143),
    "pop3s": ("pop3", True, 995),
    "pop3+plain": ("pop3", False, 110),
}


@dataclass(frozen=True, slots=True)
class MailboxSettings:
    """A mailbox that mail comes back to, and how it is reached.

    Args:
        protocol: imap or pop3.
        folder: of IMAP.
        address: of the mailbox, in front of whose @ a plus sign and a token are put; empty where
            it isn't ours to say.
    """

    protocol: str
    tls: bool
    host: str
    port: int
    user: str
    password: str = field(repr=False)
    folder: str = "INBOX"
    address: str = ""


def parse_reply_mailbox_url(url: str) -> MailboxSettings:
    """Read the URL of the mailbox that answers from calendars come to, with its address.

    The address need not be given where the user name is one.

    Raises:
        MailerUrlError: as `parse_mailbox_url`.
    """
    bare, _, query = url.partition("?")
    options = parse_qsl(query, keep_blank_values=True)
    if any(name != "address" for name, _ in options) or len(options) > 1:
        raise MailerUrlError("after the ? only address= is allowed", example=REPLY_EXAMPLE)
    settings = parse_mailbox_url(bare, example=REPLY_EXAMPLE)
    address = options[0][1] if options else settings.user
    if not _ADDRESS.fullmatch(address):
        raise MailerUrlError(
            "it doesn't say the mailbox's address, or that has a plus sign or more than 29 "
            "characters before the @",
            example=REPLY_EXAMPLE,
        )
    return replace(settings, address=address)


def parse_mailbox_url(url: str, *, example: str = EXAMPLE) -> MailboxSettings:
    """Read the URL of a mailbox.

    Raises:
        MailerUrlError: with what is wrong, and an example. The URL itself, which holds a password,
            is not repeated.
    """

    def problem(text: str) -> MailerUrlError:
        return MailerUrlError(text, example=example)

    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        # Python's own message would repeat a piece of the password.
        raise problem(
            "its host or port can't be read; in a password, : / ? # @ and % are written %3A %2F "
            "%3F %23 %40 and %25"
        ) from None
    if parts.scheme not in _KINDS:
        raise problem(f"it doesn't start with {', '.join(f'{scheme}://' for scheme in _KINDS)}")
    protocol, tls, usual = _KINDS[parts.scheme]
    if not parts.hostname or not parts.username or parts.password is None:
        raise problem("it has no user name, password and host")
    if not tls and not is_loopback(parts.hostname):
        raise problem(
            "without TLS the password can be read on the way; use it only on this machine"
        )
    folder = unquote(parts.path.strip("/"))
    if parts.query or parts.fragment or (folder and protocol == "pop3") or not folder.isprintable():
        raise problem("it has something after the host that is not allowed")
    return MailboxSettings(
        protocol,
        tls,
        parts.hostname,
        port or usual,
        unquote(parts.username),
        unquote(parts.password),
        folder or "INBOX",
    )
