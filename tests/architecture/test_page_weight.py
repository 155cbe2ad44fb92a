"""Public pages are light, and nothing that a browser loads for one comes from elsewhere.

Many read them on a telephone, on a slow network; and whoever serves a font or a script to a page
learns who reads it.
"""

import gzip
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client

from newsletter.core.catalogues import page_languages
from newsletter.core.requests.page_language import has_language
from tests.architecture.conftest import Installation
from tests.architecture.test_pages import is_page

HEAVIEST, HEAVIEST_ON_THE_WAY = 100 * 1024, 60 * 1024
"""Bytes of a page with all that it loads: as it is, and compressed."""
LOADS = {
    ("link", "href"): ("stylesheet", "icon", "preload", "modulepreload"),
    ("script", "src"): None,
    ("img", "src"): None,
    ("source", "src"): None,
    ("iframe", "src"): None,
    ("video", "src"): None,
    ("audio", "src"): None,
    ("embed", "src"): None,
    ("object", "data"): None,
}
"""Element and attribute → the relations that make a browser load it; None: it always does."""
IN_STYLES = re.compile(r"""(?:url\(\s*["']?|@import\s+["'])([^"')]+)""")
HERE = "https://testserver"


@dataclass
class Loaded(HTMLParser):
    """The URLs that a browser loads for a page, as they stand in it."""

    urls: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        for (element, attribute), relations in LOADS.items():
            wanted = relations is None or set(relations) & set(given.get("rel", "").split())
            if tag == element and given.get(attribute) and wanted:
                self.urls.append(given[attribute])
        self.urls += IN_STYLES.findall(given.get("style", ""))
        self.urls += [
            each.split()[0] for each in given.get("srcset", "").split(",") if each.split()
        ]


@dataclass(frozen=True, slots=True)
class Weight:
    """A page with all that it loads."""

    plain: int
    compressed: int
    elsewhere: frozenset[str]


def weigh(markup: str, path: str) -> Weight:
    """Add up a page and the files of ours that it loads, style sheets' own ones included."""
    page = Loaded()
    page.feed(markup)
    waiting = [urljoin(f"{HERE}{path}", url) for url in page.urls]
    plain, compressed = len(markup.encode()), len(gzip.compress(markup.encode()))
    seen, elsewhere = set[str](), set[str]()
    while waiting:
        url = waiting.pop()
        if url in seen or url.startswith("data:"):
            continue
        seen.add(url)
        is_ours = url.startswith(f"{HERE}{settings.STATIC_URL}")
        name = urlsplit(url).path.removeprefix(settings.STATIC_URL)
        found = finders.find(name) if is_ours else None
        if not isinstance(found, str):
            elsewhere.add(url)
            continue
        content = Path(found).read_bytes()
        plain, compressed = plain + len(content), compressed + _on_the_way(name, content)
        if name.endswith(".css"):
            waiting += [urljoin(url, each) for each in IN_STYLES.findall(content.decode())]
    return Weight(plain, compressed, frozenset(elsewhere))


def _on_the_way(name: str, content: bytes) -> int:
    return len(content if name.endswith(".woff2") else gzip.compress(content))


@pytest.mark.parametrize("language", ["", "en", "fr", "es", "ro", "uk", "ar"])
def test_a_public_page_is_light_and_loads_nothing_from_elsewhere(
    installation: Installation, visitor: Client, language: str
) -> None:
    assert not language or language in page_languages()
    weights = dict[str, Weight]()
    for address in installation.addresses:
        if address.is_staff or not has_language(address.path):
            continue
        path = f"/{language}{address.path}" if language else address.path
        answer = visitor.get(path)
        if is_page(answer):
            weights[address.path] = weigh(answer.content.decode(), path)
    assert len(weights) > 20
    assert {path: each for path, each in weights.items() if each.elsewhere} == {}
    heavy = {
        path: each
        for path, each in weights.items()
        if each.plain > HEAVIEST or each.compressed > HEAVIEST_ON_THE_WAY
    }
    assert heavy == {}


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ('<img src="https://tracker.example/a.gif">', {"https://tracker.example/a.gif"}),
        ('<link rel="preload stylesheet" href="//cdn.example/a.css">', {"https://cdn.example/a.css"}),
        ('<link rel="canonical" href="https://other.example/">', set()),
        ('<script src="/static/none.js"></script>', {f"{HERE}/static/none.js"}),
        ('<p style="background: url(http://a.example/b.png)">', {"http://a.example/b.png"}),
        ('<img srcset="a.png 1x, http://a.example/c.png 2x">',
         {f"{HERE}/a.png", "http://a.example/c.png"}),
        ('<a href="https://other.example/">Away</a>', set()),
    ],
)  # fmt: skip
def test_what_comes_from_elsewhere_is_found(markup: str, expected: set[str]) -> None:
    assert weigh(markup, "/").elsewhere == expected


def test_what_a_page_loads_is_weighed() -> None:
    light, heavy = "<p>", '<p><link rel="stylesheet" href="/static/convene.css">'
    with_files = weigh(heavy, "/").plain - weigh(light, "/").plain
    sheet, font = finders.find("convene.css"), finders.find("fonts/convene-heading.woff2")
    assert isinstance(sheet, str)
    assert isinstance(font, str)
    files = Path(sheet).stat().st_size + Path(font).stat().st_size
    assert with_files == files + len(heavy) - len(light)
