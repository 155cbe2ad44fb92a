"""The URL of the bounce mailbox.

It is like `imaps://user:password@host/INBOX` or `pop3s://user:password@host`.
"""

from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from newsletter.core.loopback import is_loopback
from newsletter.transport.config.mailer_options import MailerUrlError

EXAMPLE = "imaps://bounces:password@mail.example.org/INBOX"

# Scheme → protocol, whether inside TLS, usual port.
_KINDS = {
    "imaps": ("imap", True, 993),
    "imap+plain": ("imap", False, 143),
    "pop3s": ("pop3", True, 995),
    "pop3+plain": ("pop3", False, 110),
}


@dataclass(frozen=True, slots=True)
class MailboxSettings:
    """The mailbox that bounces come to, and how it is reached.

    Args:
        protocol: imap or pop3.
        folder: of IMAP.
    """

    protocol: str
    tls: bool
    host: str
    port: int
    user: str
    password: str = field(repr=False)
    folder: str = "INBOX"


def parse_mailbox_url(url: str) -> MailboxSettings:
    """Read the URL of a mailbox.

    Raises:
        MailerUrlError: with what is wrong, and an example. The URL itself, which holds a password,
            is not repeated.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        # Python's own message would repeat a piece of the password.
        raise _problem(
            "its host or port can't be read; in a password, : / ? # @ and % are written %3A %2F "
            "%3F %23 %40 and %25"
        ) from None
    if parts.scheme not in _KINDS:
        raise _problem(f"it doesn't start with {', '.join(f'{scheme}://' for scheme in _KINDS)}")
    protocol, tls, usual = _KINDS[parts.scheme]
    if not parts.hostname or not parts.username or parts.password is None:
        raise _problem("it has no user name, password and host")
    if not tls and not is_loopback(parts.hostname):
        raise _problem(
            "without TLS the password can be read on the way; use it only on this machine"
        )
    folder = unquote(parts.path.strip("/"))
    if parts.query or parts.fragment or (folder and protocol == "pop3") or not folder.isprintable():
        raise _problem("it has something after the host that is not allowed")
    return MailboxSettings(
        protocol,
        tls,
        parts.hostname,
        port or usual,
        unquote(parts.username),
        unquote(parts.password),
        folder or "INBOX",
    )


def _problem(text: str) -> MailerUrlError:
    return MailerUrlError(text, example=EXAMPLE)
