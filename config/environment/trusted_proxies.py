"""Networks of proxies whose X-Forwarded-For is believed: `10.0.0.0/8, 192.0.2.7`."""

from ipaddress import IPv4Network, IPv6Network, ip_network

from config.environment.unusable_value import UnusableValue

WIDEST = {4: 8, 6: 7}
"""Prefix lengths of the largest private networks, 10.0.0.0/8 and fc00::/7. A wider network holds
strangers.
"""

type Network = IPv4Network | IPv6Network


class TrustedProxyError(UnusableValue):
    """A list of proxies that can't be used."""


def parse_trusted_proxies(value: str) -> tuple[Network, ...]:
    """Read addresses and networks with commas or spaces between them.

    Raises:
        TrustedProxyError: an entry is neither, or a network so wide that anybody could name
            themselves.
    """
    return tuple(_network(word) for word in value.replace(",", " ").split())


def _network(word: str) -> Network:
    try:
        network = ip_network(word)
    except ValueError:
        if _has_host_bits(word):
            raise TrustedProxyError(
                f"{word!r} names a host and a network; write {ip_network(word, strict=False)}"
            ) from None
        raise TrustedProxyError(f"{word!r} is neither an address nor a network") from None
    if isinstance(network, IPv6Network) and network.network_address.ipv4_mapped is not None:
        raise TrustedProxyError(f"{word!r} is an IPv4 address written as IPv6; write it as IPv4")
    if network.prefixlen < WIDEST[network.version]:
        raise TrustedProxyError(
            f"{word!r} is too large: anybody in it could fake where they come from"
        )
    return network


def _has_host_bits(word: str) -> bool:
    try:
        ip_network(word, strict=False)
    except ValueError:
        return False
    return True
