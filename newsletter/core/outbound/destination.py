"""Web addresses, read once: what is checked is what is opened.

Two readers of one address are how guards are got around, so an address that browsers, libraries and
servers might read in different ways is refused.
"""

import contextlib
import re
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import quote, urljoin, urlsplit

import idna

from newsletter.core.outbound.reach import Address, Reach
from newsletter.core.outbound.trouble import OutboundError, Trouble

LONGEST = 2000
"""Characters of an address."""
OWN_COMPUTER = "localhost"
"""The last label of names that lead to the reader's own computer (RFC 6761)."""
OF_ONE_NETWORK = frozenset(
    ["local", "internal", "lan", "home", "corp", "intranet", "private", "arpa"]
)
"""Last labels that are resolved inside of one network alone (RFC 6762, ICANN 2024)."""
NOT_BY_DNS = frozenset(["onion", "i2p", "alt"])
"""Last labels of sites that browsers reach in other ways, and that DNS must not be asked for (RFC
7686, 9476)."""

_PORTS = {"http": 80, "https": 443}
_NOWHERE = re.compile(r"[\x00-\x20\x7f-\xa0\\\u2028\u2029\ud800-\udfff]")
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
"""The last label of what browsers take for an IPv4 address (WHATWG URL, "ends in a number")."""
_AS_IT_IS = "!$%&'()*+,-./:;=?@_~[]"


@dataclass(frozen=True, slots=True)
class Destination:
    """One page on one host.

    Attributes:
        host: in small letters; names of other scripts in their ASCII form.
        address: where the host is given by its number.
        target: path and query.
    """

    scheme: str
    host: str
    port: int
    target: str
    address: Address | None = None

    @property
    def is_secure(self) -> bool:
        """Return whether it is opened by TLS."""
        return self.scheme == "https"

    @property
    def url(self) -> str:
        """Return its address, without a fragment."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == _PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{host}{port}{self.target}"


def read_destination(url: str, reach: Reach) -> Destination:
    """Read a web address.

    Raises:
        OutboundError: it isn't one that `reach` lets anybody open.
    """
    if len(url) > LONGEST or _NOWHERE.search(url):
        raise OutboundError(Trouble.NOT_ALLOWED)
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise OutboundError(Trouble.NOT_ALLOWED) from error
    # A bracket without a colon inside would be an address of a kind to come (RFC 3986, 3.2.2).
    odd = "@" in parts.netloc or ("[" in parts.netloc and ":" not in host)
    if parts.scheme not in _PORTS or odd:
        raise OutboundError(Trouble.NOT_ALLOWED)
    name, address = _read_host(host)
    port = _PORTS[parts.scheme] if port is None else port
    if port not in reach.ports:
        raise OutboundError(Trouble.NOT_ALLOWED, name)
    query = f"?{parts.query}" if parts.query else ""
    target = quote((parts.path or "/") + query, safe=_AS_IT_IS)
    return Destination(parts.scheme, name, port, target, address)


def redirected(place: Destination, location: str, reach: Reach) -> Destination:
    """Read where a redirect from `place` leads.

    Args:
        location: the value of the header.

    Raises:
        OutboundError: nowhere that `reach` lets anybody open.
    """
    # Headers are read as Latin-1, and written in UTF-8 by most.
    with contextlib.suppress(UnicodeError):
        location = location.encode("latin-1").decode()
    try:
        # Many write blanks as they are, and browsers follow.
        url = urljoin(place.url, location.strip(" ").replace(" ", "%20"))
    except ValueError as error:
        raise OutboundError(Trouble.NOT_ALLOWED, place.host) from error
    return read_destination(url, reach)


def _read_host(host: str) -> tuple[str, Address | None]:
    name = _in_ascii(host).removesuffix(".")
    try:
        address = ip_address(name)
    except ValueError:
        pass
    else:
        # With a zone, "fe80::1%eth0", it is of one network alone.
        if "%" in name:
            raise OutboundError(Trouble.NOT_ALLOWED)
        return str(address), address
    labels = name.split(".")
    if len(name) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise OutboundError(Trouble.NOT_ALLOWED)
    last = labels[-1]
    inside = last == OWN_COMPUTER or last in OF_ONE_NETWORK or last in NOT_BY_DNS
    if len(labels) == 1 or inside or _NUMBER.fullmatch(last):
        raise OutboundError(Trouble.NOT_ALLOWED, name)
    return name, None


def _in_ascii(host: str) -> str:
    if host.isascii():
        return host.lower()
    try:
        # As browsers do: other widths and dots of numbers become plain ones, and are looked at.
        return idna.encode(host, uts46=True).decode("ascii")
    except UnicodeError as error:
        raise OutboundError(Trouble.NOT_ALLOWED) from error
