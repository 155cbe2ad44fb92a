"""The domain that one organisation holds: `example.org` of `mail.example.org`.

By the Public Suffix List (https://publicsuffix.org), in the copy that `publicsuffixlist` brings;
nothing is fetched while Convene runs. Below a public suffix anybody can register a name, as with
`org`, `co.uk` or `github.io`, and whoever holds that name can have mail for every name below it
delivered to one mailbox.

This is for limits, and to tell which domains belong with our own.
"""

import re
from functools import cache

from publicsuffixlist import PublicSuffixList

SHARED = frozenset({"admin.ch", "bund.de", "europa.eu", "gc.ca", "state.gov", "un.org"})
"""Domains that are no public suffix, because nobody can register a name below them, and under which
institutions have mail servers of their own: the European Parliament, the Commission, a ministry.
"""
_GOVERNMENT = re.compile(r"(?:gob|gouv|gov|govt|gub)\.[a-z]{2}")
"""So are those of governments, such as gov.ro and gov.md, where the list doesn't name them: their
registries give them to nobody else.
"""


def owner_domain(domain: str) -> str:
    """Return the registrable domain that a domain belongs to, or the domain itself.

    Of a name that no list knows, the last two parts: whoever invents names gets no limits of their
    own by that.

    Args:
        domain: in small ASCII letters, as `domain_of` returns it.
    """
    owner = _suffixes().privatesuffix(domain) or domain
    if owner == domain or not (owner in SHARED or _GOVERNMENT.fullmatch(owner)):
        return owner
    institution = domain.removesuffix(f".{owner}").rpartition(".")[2]
    return f"{institution}.{owner}"


@cache
def _suffixes() -> PublicSuffixList:
    # 45 ms and 4 MB, at the first form of a process.
    return PublicSuffixList()
