"""The addresses of a host, each of them checked.

DNS is asked by dnspython and not by the system, which would wait for as long as it likes, read
numbers such as 0x7f.1, and know names of this machine from its own file.
"""

from ipaddress import ip_address

import dns.name
import dns.resolver
from dns.exception import DNSException
from dns.resolver import NXDOMAIN, NoAnswer

from newsletter.core.outbound.destination import Destination
from newsletter.core.outbound.reach import Address, Reach
from newsletter.core.outbound.trouble import OutboundError, Trouble

MOST_ADDRESSES = 4
"""Of a host that are tried, of IPv4 before IPv6."""
TO_RESOLVE = 4.0
"""Seconds for the names of one host."""
TO_ASK_THE_ROOT = 2.0
"""Seconds, beyond the request's own time: it has failed by then."""


def addresses_of(place: Destination, reach: Reach, *, seconds: float) -> list[Address]:
    """Return the addresses of a host that may be opened, in the order in which to try them.

    Args:
        seconds: the time for all questions.

    Raises:
        OutboundError: there are none, or one of them isn't public. A name with a public and
            another address is how guards are got around.
    """
    if place.address is not None:
        found = [place.address]
    else:
        found = _asked(place.host, reach.resolver, seconds=seconds)
    if not all(reach.allows(address) for address in found):
        raise OutboundError(Trouble.NOT_PUBLIC, place.host)
    return found[:MOST_ADDRESSES]


def _asked(host: str, resolver: dns.resolver.Resolver | None, *, seconds: float) -> list[Address]:
    try:
        asking = resolver or dns.resolver.Resolver()
        answers = asking.resolve_name(dns.name.from_text(host), lifetime=seconds, search=False)
        found = [ip_address(each) for each in answers.addresses()]
    except (NXDOMAIN, NoAnswer) as error:
        known = Trouble.NO_SUCH_NAME if knows_the_root(asking) else Trouble.NO_NETWORK
        raise OutboundError(known, host) from error
    except (DNSException, OSError, ValueError) as error:
        raise OutboundError(Trouble.NO_NETWORK, host) from error
    return sorted(found, key=lambda address: address.version)


def knows_the_root(resolver: dns.resolver.Resolver) -> bool:
    """Return whether a resolver knows the internet. Some without one say of any name "no"."""
    try:
        resolver.resolve(dns.name.root, "NS", lifetime=TO_ASK_THE_ROOT, search=False)
    except (DNSException, OSError, ValueError):
        return False
    return True
