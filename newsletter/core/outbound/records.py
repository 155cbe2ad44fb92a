"""Records of DNS that say who may send mail for a domain, and where mail for it goes.

"Nothing is there" and "nobody answers" are told apart: the first is a fault of the domain, the
second says nothing of it.
"""

from typing import Literal

import dns.name
import dns.resolver
from dns.exception import DNSException
from dns.rdtypes.txtbase import TXTBase
from dns.resolver import NXDOMAIN, NoAnswer

from newsletter.core.outbound.deadline import Deadline
from newsletter.core.outbound.resolve import TO_RESOLVE, knows_the_root
from newsletter.core.outbound.trouble import OutboundError


class DnsSilent(Exception):
    """DNS doesn't answer here, so nothing is known of a name."""


class Records:
    """A way to ask for records, with one time limit for all questions."""

    def __init__(
        self, *, resolver: dns.resolver.Resolver | None = None, seconds: float = 15.0
    ) -> None:
        """
        Args:
            resolver: asks DNS; None: as this host is set up.
        """
        self._resolver = resolver
        self._deadline = Deadline(seconds)
        self._knows_the_root: bool | None = None

    def txt(self, name: str) -> list[str]:
        """Return the texts at a name, each in one piece (RFC 7208 section 3.3).

        Raises:
            DnsSilent: nobody answered.
        """
        found = self._ask(name, "TXT")
        return [
            b"".join(each.strings).decode("utf-8", "replace")
            for each in found
            if isinstance(each, TXTBase)
        ]

    def mail_servers(self, domain: str) -> list[str]:
        """Return the hosts of a domain's MX records, the most wanted first; "." takes no mail.

        Raises:
            DnsSilent: nobody answered.
        """
        return [each.to_text().partition(" ")[2] for each in sorted(self._ask(domain, "MX"))]

    def has_address(self, host: str) -> bool:
        """Return whether a host has an address.

        Raises:
            DnsSilent: nobody answered.
        """
        return bool(self._ask(host, "A") or self._ask(host, "AAAA"))

    def _ask(self, name: str, kind: Literal["A", "AAAA", "MX", "TXT"]) -> list[dns.rdata.Rdata]:
        try:
            self._resolver = self._resolver or dns.resolver.Resolver()
            left = self._deadline.left(at_most=TO_RESOLVE)
            answer = self._resolver.resolve(
                dns.name.from_text(name), kind, lifetime=left, search=False
            )
        except (NXDOMAIN, NoAnswer) as error:
            if self._knows_the_root is None and self._resolver:
                self._knows_the_root = knows_the_root(self._resolver)
            if not self._knows_the_root:
                raise DnsSilent(name) from error
            return []
        except (DNSException, OutboundError, OSError, ValueError) as error:
            raise DnsSilent(name) from error
        return list(answer)
