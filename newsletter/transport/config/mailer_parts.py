"""A mailer URL taken apart, and what the kinds of mailers have in common in reading its parts.

No complaint ever repeats the URL: it holds a password or a key.
"""

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from newsletter.transport.config.mailer_options import (
    ANSWER_TIMEOUT,
    CONNECT_TIMEOUT,
    MailerUrlError,
)

ENCODE = (
    "in a password or key, the characters : / ? # @ and % are written %3A %2F %3F %23 %40 and %25"
)
_RETURN_PATH = re.compile(r"(?<![^&])return_path=[^&]*")


@dataclass(frozen=True, slots=True)
class MailerParts:
    """A mailer URL taken apart, its credentials decoded.

    Args:
        host: in lower case, without the brackets of an IPv6 address.
        query: the options, not read yet.
        example: a URL of this kind, for complaints.
    """

    scheme: str
    user: str
    password: str
    host: str
    port: int | None
    query: str
    example: str

    def problem(self, text: str) -> MailerUrlError:
        """Return the error that says what is wrong with this URL."""
        return MailerUrlError(text, example=self.example)


def take_apart(url: str, *, example: str) -> MailerParts:
    """Take a mailer URL apart.

    Args:
        example: a URL of this kind, for complaints.

    Raises:
        MailerUrlError: it can't be read, or holds more than a mailer URL has.
    """
    try:
        split = urlsplit(url)
        port = split.port
    except ValueError:
        # Python's own message would repeat a piece of the password.
        raise MailerUrlError(
            f"the host or the port can't be read; {ENCODE}", example=example
        ) from None
    if (
        split.fragment
        or "#" in url
        or split.path.strip("/")
        or ("@" in _RETURN_PATH.sub("", split.query) and "@" not in split.netloc)
    ):
        raise MailerUrlError(f"only options may follow the host; {ENCODE}", example=example)
    if port == 0:
        raise MailerUrlError("the port is not a number from 1 to 65535", example=example)
    user, password = unquote(split.username or ""), unquote(split.password or "")
    if not (user + password).isprintable():
        raise MailerUrlError(
            "its user name, password or key has a control character in it", example=example
        )
    host = split.hostname or ""
    return MailerParts(split.scheme, user, password, host, port, split.query, example)


def may_be_host(host: str) -> bool:
    """Return whether `host` has the form of a host name or an IP address."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        # An underscore stands in no host name, but in many a container's.
        return len(host) <= 253 and all(
            re.fullmatch(r"[\w-]{1,63}", label) for label in host.split(".")
        )
    return True


def require_key(parts: MailerParts) -> str:
    """Return the key of a URL such as `brevo://:key@`.

    Raises:
        MailerUrlError: there is none, or it stands somewhere else.
    """
    if parts.user and not parts.password:
        raise parts.problem("put a colon in front of the key")
    if parts.user:
        raise parts.problem("put nothing in front of the colon and the key")
    if not parts.password:
        raise parts.problem(f"it has no key; {ENCODE}")
    return parts.password


def require_no_host(parts: MailerParts) -> None:
    """Make sure that nothing but options stands after the @.

    Raises:
        MailerUrlError: something does.
    """
    if parts.host or parts.port:
        raise parts.problem("put nothing but options after the @")


def api_options(options: Mapping[str, object]) -> dict[str, object]:
    """Return the options of an anymail backend that all its HTTP backends take."""
    address = {"api_url": options["api_url"]} if "api_url" in options else {}
    return {"timeout": (CONNECT_TIMEOUT, options.get("timeout", ANSWER_TIMEOUT)), **address}
