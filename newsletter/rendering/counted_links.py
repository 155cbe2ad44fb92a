"""Links of an email that lead over our site, so that their openings can be counted together.

The address is the same for each recipient. Some links are left as they are: those whose text shows
an address, because mail programs warn of a link that leads elsewhere than it says; those of a
recipient's own, whose merge field is open; and whatever is no web page.
"""

import re
from collections.abc import Callable
from html import escape, unescape

from newsletter.rendering.merge import OPEN

type CountedAddress = Callable[[str], str]
"""Returns the address by which a link is counted, or the link itself if it isn't to be counted."""

_LINK = re.compile(
    r"""(?P<start><a\b(?:[^>"]|"[^"]*")*?\shref=")(?P<url>[^"]*)"""
    r"""(?P<rest>"(?:[^>"]|"[^"]*")*>)(?P<text>.*?)</a>""",
    re.DOTALL,
)
_TAGS = re.compile(r"<[^>]*>")
_ADDRESS_IN_TEXT = re.compile(r"https?:|\bwww\.|\w\.[^\W\d_]{2}")


def with_counted_links(html: str, counted: CountedAddress) -> str:
    """Return the HTML part with the addresses by which its links are counted.

    The text part keeps the links as they are, since it shows where they lead.

    Args:
        html: as `render_layout` made it, its merge fields open.
        counted: returns the address for a link.
    """

    def changed(found: re.Match[str]) -> str:
        url = unescape(found["url"])
        if not _is_web_page(url) or _shows_an_address(found["text"]):
            return found[0]
        return f"{found['start']}{escape(counted(url))}{found['rest']}{found['text']}</a>"

    return _LINK.sub(changed, html)


def _is_web_page(url: str) -> bool:
    return url.lower().startswith(("https://", "http://")) and OPEN not in url


def _shows_an_address(text: str) -> bool:
    return _ADDRESS_IN_TEXT.search(unescape(_TAGS.sub("", text))) is not None
