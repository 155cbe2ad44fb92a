"""Loopback addresses that web processes listen at. Linux has all of 127.0.0.0/8, macOS and the BSDs have 127.0.0.1 alone."""

import errno
import socket
from collections.abc import Iterable

from subscribers.consent.network import PROXY_ENTRANCE


def is_here(address: str) -> bool:
    """Whether this machine has an address, so that one can listen there.

    Args:
        address: an IPv4 address, without a port.
    """
    with socket.socket() as probe:
        try:
            probe.bind((address, 0))
        except OSError as error:
            return error.errno != errno.EADDRNOTAVAIL
    return True


def without_missing_entrance(binds: Iterable[str], *, entrance: str = PROXY_ENTRANCE) -> list[str]:
    """Where gunicorn is to listen: all of `binds`, but for the proxy's entrance on a machine that doesn't have it.

    Nobody needs it there: the proxies of deploy/ are for Linux. Any other address that is missing stays an error.

    Args:
        binds: `address:port`, as gunicorn takes them.
        entrance: the address that may be missing.
    """
    return [bind for bind in binds if not bind.startswith(f"{entrance}:") or is_here(entrance)]
