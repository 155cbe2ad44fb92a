"""One attempt to open a link, and what its answer means for recipients."""

from dataclasses import dataclass
from functools import cache

from publicsuffixlist import PublicSuffixList

from campaigns.review_states import LinkOutcome
from newsletter.core.outbound.destination import Destination, read_destination
from newsletter.core.outbound.fetch import Fetched, fetch
from newsletter.core.outbound.reach import PUBLIC, Reach
from newsletter.core.outbound.trouble import OutboundError, Trouble

AGENT = "Mozilla/5.0 (compatible; Convene link check)"
"""It names the program and not whose it is: a site learns no more than from any visitor."""
_HEADERS = {"User-Agent": AGENT, "Accept": "text/html,*/*"}
_A_LITTLE = {"Range": "bytes=0-1023"}
_FINE = frozenset({*range(200, 300), 304, 416})
"""416 is for an empty page of which we asked for the beginning."""
_OUTCOMES = {
    401: LinkOutcome.ASKS_TO_SIGN_IN,
    407: LinkOutcome.ASKS_TO_SIGN_IN,
    404: LinkOutcome.NOT_FOUND,
    410: LinkOutcome.NOT_FOUND,
    500: LinkOutcome.SITE_FAILS,
    502: LinkOutcome.SITE_FAILS,
    504: LinkOutcome.SITE_FAILS,
}
"""All others are how sites turn programs away: 403, 405, 406, 429, 451, 503, 999."""
_TROUBLES = {
    Trouble.NOT_PUBLIC: LinkOutcome.NOT_PUBLIC,
    Trouble.NO_SUCH_NAME: LinkOutcome.NO_SUCH_NAME,
    Trouble.NOT_CONNECTED: LinkOutcome.NOT_CONNECTED,
    Trouble.TOO_SLOW: LinkOutcome.TOO_SLOW,
    Trouble.CERTIFICATE_EXPIRED: LinkOutcome.CERTIFICATE_EXPIRED,
    Trouble.CERTIFICATE_OF_ANOTHER: LinkOutcome.CERTIFICATE_OF_ANOTHER,
    Trouble.CERTIFICATE_UNTRUSTED: LinkOutcome.CERTIFICATE_UNTRUSTED,
    Trouble.TOO_MANY_REDIRECTS: LinkOutcome.TOO_MANY_REDIRECTS,
}
"""All others may be ours, or the site's way with programs: nothing is said against the link."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """The result of opening a link.

    Attributes:
        status: of the last answer; None: there was none.
        leads_to: the host of another site that answered, or "".
        ends_in_http: whether the page that answered isn't encrypted.
    """

    outcome: LinkOutcome
    status: int | None = None
    leads_to: str = ""
    ends_in_http: bool = False


def attempt(url: str, *, reach: Reach = PUBLIC) -> Attempt:
    """Open a link as gently as possible: its head, and where that says nothing, its beginning.

    Args:
        reach: what may be opened.
    """
    try:
        answer = _head(url, reach)
        if answer is None or answer.status >= 400:
            # Many servers know no HEAD, or answer it with any error.
            answer = fetch(url, headers={**_HEADERS, **_A_LITTLE}, reach=reach)
        return _meaning(answer, read_destination(url, reach))
    except OutboundError as error:
        outcome = _TROUBLES.get(error.trouble, LinkOutcome.NOT_TRIED)
        return Attempt(outcome, leads_to=_elsewhere(error.host, url, reach))


def _head(url: str, reach: Reach) -> Fetched | None:
    try:
        return fetch(url, method="HEAD", headers=_HEADERS, reach=reach)
    except OutboundError as error:
        if error.trouble != Trouble.NO_HTTP:
            raise
        return None


def _meaning(answer: Fetched, asked: Destination) -> Attempt:
    # A redirect without a place to go to shows nothing.
    good = answer.status in _FINE
    other = LinkOutcome.TURNED_AWAY
    outcome = LinkOutcome.REACHED if good else _OUTCOMES.get(answer.status, other)
    return Attempt(
        outcome,
        status=answer.status,
        leads_to="" if same_site(answer.place.host, asked.host) else answer.place.host,
        ends_in_http=asked.is_secure and not answer.place.is_secure,
    )


def _elsewhere(host: str, url: str, reach: Reach) -> str:
    try:
        asked = read_destination(url, reach).host
    except OutboundError:
        return ""
    return "" if not host or same_site(host, asked) else host


def same_site(one: str, other: str) -> bool:
    """Return whether two hosts belong to one owner, by the public suffix list."""
    return one == other or _site(one) == _site(other)


def _site(host: str) -> str:
    return _suffixes().privatesuffix(host) or host


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()
