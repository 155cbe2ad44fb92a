"""One connection to an address that was checked, for one request.

http.client is given a socket that is connected already, so it never asks for the host's address
itself: TLS and the Host header have the name, and the connection the address.
"""

import errno
import http.client
import io
import socket
import ssl
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import certifi

from newsletter.core.outbound.deadline import Deadline
from newsletter.core.outbound.destination import Destination
from newsletter.core.outbound.reach import Address
from newsletter.core.outbound.timed_response import TimedResponse
from newsletter.core.outbound.trouble import OutboundError, Trouble

TO_CONNECT = 5.0
"""Seconds for each address, and as many for the handshake of TLS."""
MOST_HEADERS = 65_536
"""Bytes of an answer before its body."""
_NO_WAY_THERE = frozenset(
    [
        errno.ENETUNREACH,
        errno.EHOSTUNREACH,
        errno.ENETDOWN,
        errno.EADDRNOTAVAIL,
        errno.EAFNOSUPPORT,
        errno.EACCES,
        errno.EPERM,
    ]
)
_CERTIFICATE = {
    10: Trouble.CERTIFICATE_EXPIRED,  # X509_V_ERR_CERT_HAS_EXPIRED
    62: Trouble.CERTIFICATE_OF_ANOTHER,  # X509_V_ERR_HOSTNAME_MISMATCH
    64: Trouble.CERTIFICATE_OF_ANOTHER,  # X509_V_ERR_IP_ADDRESS_MISMATCH
}


def connect(
    place: Destination,
    addresses: Sequence[Address],
    deadline: Deadline,
    *,
    authorities: str,
    largest: int,
) -> http.client.HTTPConnection:
    """Connect to the first of `addresses` that answers.

    Args:
        authorities: a file of certificates in PEM that are trusted besides the usual ones.
        largest: bytes of the body that may be read.

    Raises:
        OutboundError: none answers, or not as `place`.
    """
    opened = _socket(place, addresses, deadline)
    if place.is_secure:
        opened = _by_tls(opened, place, deadline, authorities=authorities)
    connection = http.client.HTTPConnection(place.host, place.port)
    connection.sock = opened
    # Never a second connection, which would be to wherever the name leads by then.
    connection.auto_open = 0
    if place.is_secure:
        connection.default_port = 443  # leaves it out of the Host header
    connection.response_class = _limited(MOST_HEADERS + largest)
    return connection


def _socket(place: Destination, addresses: Sequence[Address], deadline: Deadline) -> socket.socket:
    first: OSError | None = None
    for number, address in enumerate(addresses):
        seconds = deadline.left(at_most=TO_CONNECT, shared_by=len(addresses) - number)
        try:
            return socket.create_connection((str(address), place.port), timeout=seconds)
        except OSError as error:
            first = first or error
    raise OutboundError(trouble_of(first or OSError()), place.host) from first


def _by_tls(
    opened: socket.socket, place: Destination, deadline: Deadline, *, authorities: str
) -> ssl.SSLSocket:
    try:
        opened.settimeout(deadline.left(at_most=TO_CONNECT))
        return _context(authorities).wrap_socket(opened, server_hostname=place.host)
    except (OSError, ValueError) as error:
        opened.close()
        raise OutboundError(trouble_of(error), place.host) from error


def trouble_of(error: Exception) -> Trouble:
    """Return the reason why a connection failed."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return _CERTIFICATE.get(error.verify_code, Trouble.CERTIFICATE_UNTRUSTED)
    if isinstance(error, TimeoutError):
        return Trouble.TOO_SLOW
    if isinstance(error, ssl.SSLError):
        return Trouble.NO_TLS
    if isinstance(error, OSError) and error.errno in _NO_WAY_THERE:
        return Trouble.NO_NETWORK
    if isinstance(error, ConnectionRefusedError):
        return Trouble.NOT_CONNECTED
    return Trouble.NO_HTTP


@lru_cache(maxsize=4)
def _context(authorities: str) -> ssl.SSLContext:
    """Trust the authorities of this host and those of certifi, as slim images have none."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    if authorities:
        context.load_verify_locations(authorities)
    # Python 3.13 asks for extensions that browsers don't miss (RFC 5280, 4.2.1.1).
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    context.set_alpn_protocols(["http/1.1"])
    return context


class _AtMost(io.RawIOBase):
    """The bytes of an answer, up to a number of them."""

    def __init__(self, raw: Any, most: int) -> None:
        self._raw, self._left = raw, most

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int | None:
        count: int | None = self._raw.readinto(buffer)
        self._left -= count or 0
        if self._left < 0:
            raise OutboundError(Trouble.TOO_LARGE)
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()


def _limited(most: int) -> type[TimedResponse]:
    class Limited(TimedResponse):
        def __init__(self, sock: socket.socket, *arguments: Any, **options: Any) -> None:
            super().__init__(sock, *arguments, **options)
            self.fp = io.BufferedReader(_AtMost(self.fp.detach(), most))

    return Limited
