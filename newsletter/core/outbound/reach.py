"""The reach of outgoing requests: which addresses on the network may be opened."""

from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network

import dns.resolver

type Address = IPv4Address | IPv6Address
type Network = IPv4Network | IPv6Network

WEB_PORTS = frozenset({80, 443, 8080, 8443})
"""Where websites are. Other services answer elsewhere, and some do harm by what HTTP sends."""

_GLOBAL_IPV6 = ip_network("2000::/3")
"""Unicast on the internet (IANA). NAT64, mapped and compatible IPv4, and multicast lie outside."""
_NEVER = tuple(
    ip_network(each)
    for each in (
        "192.0.0.0/24",  # protocols; two of its addresses are the gateway's own (RFC 7723, 8155)
        "192.88.99.0/24",  # relays of 6to4 (RFC 7526)
        "168.63.129.16/32",  # Azure's own services, which each of its machines reaches there
        "2001::/23",  # Teredo and other protocols (RFC 4380)
        "2001:db8::/32",
        "2002::/16",  # 6to4, which holds an IPv4 address (RFC 3056)
        "3fff::/20",
    )
)
"""What Python takes for global, or did before 3.12.4."""


@dataclass(frozen=True, slots=True)
class Reach:
    """The rules of one kind of request. Without arguments only the public internet is reached.

    Attributes:
        networks: of an operator's own, which are reached though they aren't public.
        ports: those that are opened.
        resolver: asks DNS; None: as this host is set up, except for its file of hosts.
        authorities: a file of certificates in PEM that are trusted besides the usual ones.
    """

    networks: tuple[Network, ...] = ()
    ports: frozenset[int] = field(default=WEB_PORTS)
    resolver: dns.resolver.Resolver | None = None
    authorities: str = ""

    def allows(self, address: Address) -> bool:
        """Return whether a connection to `address` may be opened."""
        return is_public(address) or any(address in network for network in self.networks)


PUBLIC = Reach()


def is_public(address: Address) -> bool:
    """Return whether `address` is one machine on the internet.

    Forms of IPv6 that hold an IPv4 address count as not public, whatever they hold: a gateway may
    lead them to where the address itself isn't allowed.
    """
    if isinstance(address, IPv6Address) and (
        address.scope_id is not None or address not in _GLOBAL_IPV6
    ):
        return False
    return (
        address.is_global
        and not (address.is_multicast or address.is_reserved or address.is_unspecified)
        and not any(address in network for network in _NEVER)
    )
