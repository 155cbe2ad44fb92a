"""The address of the client that made a request, and which proxies are believed about it."""

from collections.abc import Mapping, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any

from django.conf import settings

LOOPBACK = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
PROXY_ENTRANCE = "127.0.0.80"
"""The loopback address that the proxies of `deploy/` call, and nothing else. They name their client
in a header that they set. Any other proxy calls 127.0.0.1 and passes on what its client wrote, so
no header can tell the two apart.
"""

type Address = IPv4Address | IPv6Address
type Networks = Sequence[IPv4Network | IPv6Network]


def client_address(environ: Mapping[str, Any]) -> Address | None:
    """Return the address of the client that made the request, or None where that can't be told.

    X-Forwarded-For is read from its end, because what stands in front may be invented: the first
    entry that isn't itself a trusted proxy is the client. Where an entry can't be read, or the
    header isn't believed, it is the peer.
    """
    peer = parse_ip(str(environ.get("REMOTE_ADDR", "")))
    if peer is None or not is_believed(environ):
        return peer
    trusted = trusted_proxies()
    client = peer
    for entry in reversed(str(environ.get("HTTP_X_FORWARDED_FOR", "")).split(",")):
        address = parse_ip(entry)
        if address is None:
            return client
        client = address
        if not _is_in(client, trusted):
            return client
    return client


def is_believed(environ: Mapping[str, Any]) -> bool:
    """Return whether the peer is a proxy of ours, whose word on its client counts.

    With TRUSTED_PROXIES, those are the proxies in them. Without, only what came from this host in
    at the proxy's entrance.
    """
    peer = parse_ip(str(environ.get("REMOTE_ADDR", "")))
    if peer is None or not _is_in(peer, trusted_proxies()):
        return False
    return bool(settings.TRUSTED_PROXIES) or environ.get("SERVER_NAME") == PROXY_ENTRANCE


def trusted_proxies() -> Networks:
    """Return TRUSTED_PROXIES, or the loopback where it isn't set."""
    return settings.TRUSTED_PROXIES or LOOPBACK


def parse_ip(text: str) -> Address | None:
    """Read an IP address as headers write it.

    It may have a port, brackets, a zone, or be IPv4 mapped into IPv6.
    """
    text = text.strip().strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return (isinstance(address, IPv6Address) and address.ipv4_mapped) or address


def _is_in(address: Address, networks: Networks) -> bool:
    return any(address in network for network in networks)
