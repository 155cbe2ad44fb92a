"""The links of a campaign that a worker may open, and those that it leaves alone."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from hashlib import sha256
from urllib.parse import parse_qsl, unquote, urlsplit

from django.conf import settings

from campaigns.models import Campaign, CampaignContent
from campaigns.review.checks.link_hosts import fault_of_host, host_in_words, host_of
from campaigns.review.checks.written import WrittenLink, read_written
from newsletter.core.languages import language_name
from newsletter.core.outbound.destination import NOT_BY_DNS, read_destination
from newsletter.core.outbound.reach import PUBLIC
from newsletter.core.outbound.trouble import OutboundError

_SECRET = re.compile(
    r"token|mkt_tok|mc_eid|_hsenc|secret|signature|passw|pwd|passcode|auth(?!or)|session|ticket"
    r"|jwt|otp|\bsid\b|\bsig\b|\bkey\b|api_?key|access_?key|\bcode\b"
    r"|invit|confirm|verif|unsub|e_?mail|\buid\b|user_?id",
    re.IGNORECASE,
)
"""Names of parts of a query that belong to one person, or let somebody in."""
_ACTS = re.compile(
    r"(?:^|[/_.-])(?:unsubscribe|opt-?out|confirm|verify|activate|accept|decline|approve|delete"
    r"|cancel|reset|log-?out|sign-?out|log-?off)(?:[/_.-]|$)",
    re.IGNORECASE,
)
"""Words in a path at which something may happen when it is opened."""
_LIKE_AN_ADDRESS = re.compile(r"[^\s/@]+@[^\s/@]+\.[^\s/@]+")

LONGEST_SHOWN = 60
"""Characters of a link behind its host that a list shows."""


class LeftAlone(StrEnum):
    """The reason why a link is never opened by us."""

    PERSONAL = "It may be meant for one person, or do something when it is opened."
    NOT_BY_DNS = "It is opened by other programs than a usual browser."
    PORT = "It leads to an unusual port."
    ODD = "It isn’t written as a web address should be. See the checks."


@dataclass(frozen=True, slots=True)
class WebLink:
    """A web address that a campaign links to, without its fragment.

    Attributes:
        left_alone: the reason why it isn't tried; None: it may be.
        languages: those of the email that have it.
    """

    url: str
    host: str
    left_alone: LeftAlone | None = None
    languages: tuple[str, ...] = ()

    @property
    def url_hash(self) -> str:
        """Return the key of its trial."""
        return url_hash(self.url)

    @property
    def in_words(self) -> str:
        """Return its host and path as people read them, the longest cut off."""
        parts = urlsplit(self.url)
        rest = parts.path.rstrip("/") + ("?…" if parts.query else "")
        shown = rest if len(rest) <= LONGEST_SHOWN else f"{rest[:LONGEST_SHOWN]}…"
        return host_in_words(self.host) + shown

    @property
    def languages_in_words(self) -> str:
        """Return the names of its languages."""
        return ", ".join(map(language_name, self.languages))


def url_hash(url: str) -> str:
    """Return the key of a link's trial, whatever part of the page the link names."""
    return sha256(without_fragment(url).encode("utf-8", "replace")).hexdigest()


def without_fragment(url: str) -> str:
    """Return the part of a link that is sent to its site."""
    return url.strip().partition("#")[0]


def links_of_campaign(campaign: Campaign) -> list[WebLink]:
    """Return the links of all languages as they are saved, each once, in the order of reading.

    Left out are those of which `check_links` knows already that they can't work, and our own pages.
    """
    found: dict[str, WebLink] = {}
    for content in campaign.contents.order_by("language"):
        for each in web_links(links_written_in(content)):
            known = found.get(each.url, each)
            found[each.url] = replace(known, languages=(*known.languages, content.language))
    return list(found.values())


def links_written_in(content: CampaignContent) -> list[WrittenLink]:
    """Return the links of one language, of any kind."""
    return read_written(
        content.subject,
        content.preheader,
        content.blocks,
        language=content.language,
        path=f"contents.{content.language}",
    ).links


def web_links(written: Iterable[WrittenLink]) -> list[WebLink]:
    """Return the web addresses among links that could be opened, each once."""
    own = urlsplit(settings.SITE_URL).hostname or ""
    found: dict[str, WebLink] = {}
    for link in written:
        url = without_fragment(link.url)
        host = host_of(url)
        # A merge field is another address for each recipient.
        if not host or host == own or "{" in url or fault_of_host(host).words or url in found:
            continue
        found[url] = WebLink(url, host, why_left_alone(url, host))
    return list(found.values())


def why_left_alone(url: str, host: str) -> LeftAlone | None:
    """Return the reason why a link isn't opened by us, or None."""
    if host.rpartition(".")[2] in NOT_BY_DNS:
        return LeftAlone.NOT_BY_DNS
    try:
        parts = urlsplit(url)
        names = [name for name, _ in parse_qsl(parts.query, keep_blank_values=True)]
        if parts.port not in (None, *PUBLIC.ports):
            return LeftAlone.PORT
        read_destination(url, PUBLIC)
    except (ValueError, OutboundError):
        return LeftAlone.ODD
    personal = (
        any(_SECRET.search(name) for name in names)
        or _ACTS.search(parts.path)
        or _LIKE_AN_ADDRESS.search(unquote(f"{parts.path}?{parts.query}"))
    )
    return LeftAlone.PERSONAL if personal else None
