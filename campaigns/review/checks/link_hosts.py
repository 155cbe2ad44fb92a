"""Hosts of links: which can't be reached from anywhere else, by their names alone."""

from dataclasses import dataclass
from functools import cache
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urlsplit

from publicsuffixlist import PublicSuffixList

from newsletter.core.outbound.destination import NOT_BY_DNS, OF_ONE_NETWORK, OWN_COMPUTER

_RESERVED = frozenset(["test", "invalid"])
_EXAMPLES = frozenset(["example", "example.com", "example.org", "example.net", "example.edu"])
"""Names that are kept for examples (RFC 2606), so that nobody has them."""
_OWN_COMPUTER = "it leads to the reader’s own computer."


@dataclass(frozen=True, slots=True)
class HostFault:
    """The reason why a host can't be reached; without words there is none.

    Attributes:
        is_fatal: whether nobody can reach it but who sits at that computer. A name or an address
            inside of one network may be meant for those who are in it.
        is_example: whether it is a name that is kept for examples.
    """

    words: str = ""
    is_fatal: bool = False
    is_example: bool = False


def host_of(url: str) -> str:
    """Return the host of a web address in small letters, or "" where it has none."""
    try:
        parts = urlsplit(url)
        return (parts.hostname or "").rstrip(".") if parts.scheme in ("http", "https") else ""
    except ValueError:
        return ""


def host_in_words(host: str) -> str:
    """Return a host as people read it: names in other scripts are no longer in code."""
    try:
        return host.encode("ascii").decode("idna") if "xn--" in host else host
    except UnicodeError:
        return host


def fault_of_host(host: str) -> HostFault:
    """Find out from its name whether a host can be reached. Nothing is looked up."""
    try:
        address = ip_address(host.strip("[]"))
    except ValueError:
        return _fault_of_name(host)
    if _is_own_computer(address):
        return HostFault(_OWN_COMPUTER, is_fatal=True)
    if not address.is_global:
        return HostFault("it is an address inside of one network. Others can’t reach it.")
    return HostFault("a number instead of a name. Spam filters take that for a fraud.")


def _is_own_computer(address: IPv4Address | IPv6Address) -> bool:
    inner = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    real = inner or address
    return real.is_loopback or real.is_unspecified


def _fault_of_name(host: str) -> HostFault:
    try:
        name = host.encode("idna").decode("ascii") if not host.isascii() else host
    except UnicodeError:
        # Python knows the names of 2003 alone; browsers open newer ones, too.
        return HostFault("this may not be the name of a website. Open it to be sure.")
    labels = name.split(".")
    if labels[-1] == OWN_COMPUTER:
        return HostFault(_OWN_COMPUTER, is_fatal=True)
    if labels[-1] in NOT_BY_DNS:
        return HostFault()
    if labels[-1] in OF_ONE_NETWORK or len(labels) == 1:
        return HostFault("it is a name inside of one network. Others can’t reach it.")
    if labels[-1] in _RESERVED:
        return HostFault("no website can have this name.")
    if labels[-1] in _EXAMPLES or ".".join(labels[-2:]) in _EXAMPLES:
        return HostFault("this name is kept for examples. Use the real address.", is_example=True)
    if not all(labels) or _suffixes().publicsuffix(name) is None:
        return HostFault(f"there are no websites that end in “.{labels[-1]}”. Check the spelling.")
    return HostFault()


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList(accept_unknown=False)
