"""Links: words that say where they lead, and addresses that can lead there."""

import re
from collections import defaultdict
from collections.abc import Iterator
from urllib.parse import urlsplit

from campaigns.review.checks.empty_words import EMPTY_LINK_WORDS
from campaigns.review.checks.link_hosts import fault_of_host, host_in_words, host_of
from campaigns.review.checks.written import Written, WrittenLink
from campaigns.review.finding import PreflightFinding, advice, blocker, warning
from newsletter.core.addresses import BadAddress, parse_address
from newsletter.rendering.content_errors import BlockError
from newsletter.rendering.hrefs import check_link
from newsletter.rendering.merge import url_field

_TRIMMED = " \t.,:;!?…»«›>→←-–()[]“”\"'،؛؟"
_BARE = re.compile(r"(?:https?://|www\.)\S+\Z", re.IGNORECASE)
_LIKE_A_HOST = re.compile(
    r"(?:https?://)?((?:[\w-]+\.)+[^\W\d_]{2,})(?:[/?#:]\S*)?\Z", re.IGNORECASE
)
_LONG_BARE = 30
_TYPED_END = re.compile(r"[.,;:!)\]»”’…]\Z")


def check_links(written: Written, *, own_host: str, is_example: bool) -> Iterator[PreflightFinding]:
    """Find links whose words say nothing, and links that can't work.

    Args:
        own_host: of this installation, which works wherever it is.
        is_example: whether the brand's own website is one of the names that are kept for examples,
            as in a demonstration; others are then no mistake.
    """
    for link in written.links:
        yield from _check_words(link)
        yield from _check_url(link, own_host=own_host, is_example=is_example)
    yield from _check_same_words(written)


def _check_words(link: WrittenLink) -> Iterator[PreflightFinding]:
    words = link.words.strip(_TRIMMED).casefold()
    if not words:
        yield warning(
            "This link has no words, so nobody can see or press it. Write some, or remove it.",
            link.path,
        )
    elif words in EMPTY_LINK_WORDS:
        yield warning(
            f"The link “{link.words}” doesn’t say where it leads. Many people hear links read out "
            f"one by one. Name what opens, such as “Programme of the meeting”.",
            link.path,
        )
    elif _BARE.match(link.words) and len(link.words) > _LONG_BARE:
        yield advice(
            "A long web address is hard to read and to hear. Write what it leads to, and make a "
            "link of that.",
            link.path,
        )
    shown = _LIKE_A_HOST.match(link.words)
    host = host_of(link.url)
    if shown and host and not _is_same_site(shown[1].casefold(), host):
        yield warning(
            f"The link says {shown[1]} but leads to {host_in_words(host)}. Spam filters take that "
            f"for a fraud.",
            link.path,
        )


def _check_url(link: WrittenLink, *, own_host: str, is_example: bool) -> Iterator[PreflightFinding]:
    if url_field(link.url):
        return
    try:
        url = check_link(link.url, path=link.path)
    except BlockError:
        return  # a blocker already, since the block can't be cleaned
    scheme, _, rest = url.partition(":")
    if scheme.lower() == "mailto":
        yield from _check_mailto(rest, link.path)
    elif scheme.lower() == "tel":
        if not re.fullmatch(r"\+?[\d\s().;=\w-]*\d[\d\s().;=\w-]*", rest):
            yield warning(f"“{rest}” is not a telephone number.", link.path)
    else:
        yield from _check_web(url, link.path, own_host=own_host, is_example=is_example)


def _check_mailto(rest: str, path: str) -> Iterator[PreflightFinding]:
    addresses = rest.partition("?")[0]
    for address in addresses.split(",") if addresses else []:
        try:
            parse_address(address.strip())
        except BadAddress:
            yield blocker(f"“{address[:60]}” is not an email address.", path)


def _check_web(
    url: str, path: str, *, own_host: str, is_example: bool
) -> Iterator[PreflightFinding]:
    host = host_of(url)
    if host == own_host:
        if urlsplit(url).path.startswith("/staff/"):
            yield blocker(
                "This link leads to a page for staff, which recipients can’t open. Use the link of "
                "a public page.",
                path,
            )
        return
    fault = fault_of_host(host)
    if fault.is_fatal:
        yield blocker(f"The link to {host_in_words(host)} can’t work: {fault.words}", path)
    elif fault.words and not (fault.is_example and is_example):
        yield warning(f"The link leads to {host_in_words(host)}: {fault.words}", path)
    if urlsplit(url).path.lower().startswith(("/http:", "/https:")):
        yield warning("The web address begins twice. Remove one of the beginnings.", path)
    elif _TYPED_END.search(url):
        yield advice(
            f"The web address ends in “{url[-1]}”, which may belong to the sentence around it.",
            path,
        )


def _check_same_words(written: Written) -> Iterator[PreflightFinding]:
    targets: dict[str, dict[str, WrittenLink]] = defaultdict(dict)
    for link in written.links:
        words = link.words.strip(_TRIMMED).casefold()
        if words and words not in EMPTY_LINK_WORDS:
            targets[words].setdefault(link.url, link)
    for links in targets.values():
        if len(links) > 1:
            _, second, *_ = links.values()
            yield advice(
                f"“{second.words}” leads to {len(links)} different places. Give each link words "
                f"of its own.",
                second.path,
            )


def _is_same_site(shown: str, host: str) -> bool:
    one, other = shown.removeprefix("www."), host.removeprefix("www.")
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")
