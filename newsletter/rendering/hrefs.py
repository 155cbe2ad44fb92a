"""URLs that an email may hold.

bleach lets some spellings of `javascript:` through, so each URL is checked here.
"""

import re
from urllib.parse import urlsplit

from newsletter.rendering.content_errors import BlockError
from newsletter.rendering.merge import url_field
from newsletter.rendering.merge_fields import URL_FIELDS

MAXIMUM_URL = 2000
"""Characters. Outlook and some proxies cut what is longer."""

LINK_SCHEMES = frozenset({"https", "mailto", "tel"})
OUR_SCHEMES = frozenset({"https", "http"})
"""For addresses that Convene makes itself: on a developer's machine SITE_URL is http."""

# What a URL can't hold (RFC 3986), and what would end an attribute or a tag.
_FORBIDDEN = re.compile(
    r"""[\x00-\x20\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff<>"'`\\^{|}\ue000\ue001\ud800-\udfff]"""
)


def check_link(url: str, *, path: str) -> str:
    """Return the URL of a link or button: https, mailto, tel, or exactly one URL merge field.

    Raises:
        BlockError: any other, at `path`.
    """
    trimmed = url.strip()
    if url_field(trimmed):
        return trimmed
    if "{" in trimmed:
        known = ", ".join(f"{{{name}}}" for name in sorted(URL_FIELDS))
        raise BlockError(path, f"a link can be a merge field ({known}), but can’t contain one")
    scheme = _scheme(trimmed, path=path)
    if scheme not in LINK_SCHEMES:
        raise BlockError(path, f"{_shown(trimmed)} must start with https:// (or mailto: or tel:)")
    if scheme == "https":
        return _check_web(trimmed, path=path)
    if not trimmed.partition(":")[2]:
        raise BlockError(path, f"{_shown(trimmed)} has no address after the colon")
    return trimmed


def check_image(url: str, *, path: str) -> str:
    """Return the URL of an image: https alone, since mail programs load nothing else.

    Raises:
        BlockError: any other, at `path`.
    """
    trimmed = url.strip()
    if _scheme(trimmed, path=path) != "https":
        raise BlockError(path, "an image link must start with https://")
    return _check_web(trimmed, path=path)


def check_ours(url: str, *, path: str) -> str:
    """Return the URL of a page that Convene made or that an event names: http or https.

    Raises:
        BlockError: any other, at `path`.
    """
    trimmed = url.strip()
    if _scheme(trimmed, path=path) not in OUR_SCHEMES:
        raise BlockError(path, f"{_shown(trimmed)} must start with https://")
    return _check_web(trimmed, path=path)


def _scheme(url: str, *, path: str) -> str:
    if not url:
        raise BlockError(path, "is empty")
    if len(url) > MAXIMUM_URL:
        raise BlockError(path, f"is longer than {MAXIMUM_URL} characters")
    if found := _FORBIDDEN.search(url):
        raise BlockError(
            path, f"{_shown(url)} contains a character that is not allowed in a link ({found[0]!a})"
        )
    scheme, colon, _ = url.partition(":")
    return scheme.lower() if colon else ""


def _check_web(url: str, *, path: str) -> str:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise BlockError(path, f"{_shown(url)} is not a web address") from error
    if not host:
        raise BlockError(path, f"{_shown(url)} is not a complete web address")
    if "@" in parts.netloc:
        # https://parliament.example@evil.example leads to evil.example
        raise BlockError(path, f"{_shown(url)} contains a user name. Remove the part before the @")
    return url


def _shown(url: str) -> str:
    text = url if len(url) <= 60 else f"{url[:60]}…"
    return f"“{text if text.isprintable() else ascii(text)[1:-1]}”"
