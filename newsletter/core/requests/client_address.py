"""The address of the client that made a request, as far as a proxy is believed about it."""

from collections.abc import Mapping
from typing import Any

from newsletter.core.requests.believed_proxies import is_believed, is_trusted
from newsletter.core.requests.ip_address import Address, parse_ip


def client_address(environ: Mapping[str, Any]) -> Address | None:
    """Return the address of the client that made the request, or None where that can't be told.

    X-Forwarded-For is read from its end, because what stands in front may be invented: the first
    entry that isn't itself a trusted proxy is the client. Where an entry can't be read, or the
    header isn't believed, it is the peer.
    """
    peer = parse_ip(str(environ.get("REMOTE_ADDR", "")))
    if peer is None or not is_believed(environ):
        return peer
    client = peer
    for entry in reversed(str(environ.get("HTTP_X_FORWARDED_FOR", "")).split(",")):
        address = parse_ip(entry)
        if address is None:
            return client
        client = address
        if not is_trusted(client):
            return client
    return client
