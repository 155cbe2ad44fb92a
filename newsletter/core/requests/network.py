"""The network that a request comes from. The address itself is never kept."""

from collections.abc import Mapping
from ipaddress import ip_network
from typing import Any

from newsletter.core.requests.client_address import client_address

PREFIX_LENGTH = {4: 24, 6: 48}
"""As much as one party usually holds. Limits by single addresses are dodged with the next address.
"""


def network_of(environ: Mapping[str, Any]) -> str:
    """Return the IPv4 /24 or IPv6 /48 that a request comes from, or "" where that can't be told.

    Args:
        environ: the request's, as WSGI gives it (PEP 3333).
    """
    address = client_address(environ)
    if address is None:
        return ""
    return str(ip_network((address, PREFIX_LENGTH[address.version]), strict=False))
