"""The proxies that are believed about their client: TRUSTED_PROXIES, or ours on this host."""

from collections.abc import Mapping, Sequence
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Any

from django.conf import settings

from newsletter.core.requests.ip_address import Address, parse_ip
from newsletter.core.requests.proxy_entrance import PROXY_ENTRANCE

LOOPBACK = (ip_network("127.0.0.0/8"), ip_network("::1/128"))


def is_believed(environ: Mapping[str, Any]) -> bool:
    """Return whether the peer is a proxy of ours, whose word on its client counts.

    With TRUSTED_PROXIES, those are the proxies in them. Without, only what came from this host in
    at the proxy's entrance.
    """
    peer = parse_ip(str(environ.get("REMOTE_ADDR", "")))
    if peer is None or not is_trusted(peer):
        return False
    return bool(settings.TRUSTED_PROXIES) or environ.get("SERVER_NAME") == PROXY_ENTRANCE


def is_trusted(address: Address) -> bool:
    """Return whether the address is in TRUSTED_PROXIES, or the loopback where it isn't set."""
    networks: Sequence[IPv4Network | IPv6Network] = settings.TRUSTED_PROXIES or LOOPBACK
    return any(address in network for network in networks)
