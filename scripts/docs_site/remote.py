"""What a page would load from elsewhere: the site is read on machines without a network, too."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

_LOADING = {
    "audio": "src",
    "embed": "src",
    "iframe": "src",
    "img": "src",
    "link": "href",
    "object": "data",
    "script": "src",
    "source": "src",
    "video": "src",
}
"""Elements that load something, with the attribute that says from where."""
_ELSEWHERE = re.compile(r"\s*(?:https?:)?//", re.IGNORECASE)
_IN_STYLES = re.compile(r"""(?:@import|url\()\s*(?:url\()?["']?((?:https?:)?//[^"')\s]+)""")


class _Loads(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        address = dict(attrs).get(_LOADING.get(tag, "")) or ""
        if _ELSEWHERE.match(address):
            self.addresses.append(address)


def remote_addresses(site: Path) -> Iterator[str]:
    """List what pages and styles below a folder load from another host, each with its file."""
    for page in sorted(site.rglob("*.html")):
        loads = _Loads()
        loads.feed(page.read_text(encoding="utf-8"))
        yield from (f"{page.relative_to(site)}: {address}" for address in loads.addresses)
    for style in sorted(site.rglob("*.css")):
        for address in _IN_STYLES.findall(style.read_text(encoding="utf-8")):
            yield f"{style.relative_to(site)}: {address}"
