"""Where a request comes from, no closer than we need: the network, never the address."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

PREFIX_LENGTH = {4: 24, 6: 48}
"""What one party usually holds; limits by single addresses are dodged with the next one."""


def network_of(peer: str, *, forwarded: str = "") -> str:
    """The IPv4 /24 or IPv6 /48 that a request comes from, or "" where that can't be told.

    Args:
        peer: the address at the other end of the connection.
        forwarded: the X-Forwarded-For header. Only where the peer is on this host or a private network, and so our own
            proxy, its last entry is believed: that one the proxy wrote; what stands before may be invented.
    """
    address = _parse(peer)
    if forwarded and address is not None and address.is_private:
        address = _parse(forwarded.rpartition(",")[2]) or address
    if address is None:
        return ""
    return str(ip_network((address, PREFIX_LENGTH[address.version]), strict=False))


def _parse(text: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(text.strip().strip("[]").partition("%")[0])
    except ValueError:
        return None
    return (isinstance(address, IPv6Address) and address.ipv4_mapped) or address
