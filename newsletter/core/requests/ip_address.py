"""IP addresses, as headers write them."""

from ipaddress import IPv4Address, IPv6Address, ip_address

type Address = IPv4Address | IPv6Address


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
