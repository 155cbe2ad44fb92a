"""The HTML of each system email, in each language, has no fault that axe knows (WCAG 2.2 AA)."""

from itertools import cycle
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ViewportSize

from newsletter.models import THE_BRAND, Brand
from newsletter.rendering.notices import NOTICES, render_notice
from tests.browser.chromium import DESKTOP, PHONE, chromium, playwright
from tests.samples import BRAND
from tests.samples import NOTICES as SAMPLES

__all__ = ["chromium", "playwright"]  # fixtures

pytestmark = [pytest.mark.browser]

LANGUAGES = ("en", "fr", "es", "ro", "uk", "ar")
LOOKS: list[tuple[ViewportSize, Literal["light", "dark"]]] = [
    (size, scheme) for size in (PHONE, DESKTOP) for scheme in ("light", "dark")
]
RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    "iframes": False,
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_system_email_passes_axe(chromium: Browser, language: str) -> None:
    """Each email in one look. Widths and colour schemes take turns."""
    brand = Brand(pk=THE_BRAND, **BRAND)
    found = []
    windows = [chromium.new_context(viewport=size, color_scheme=scheme) for size, scheme in LOOKS]
    pages = [window.new_page() for window in windows]
    first = LANGUAGES.index(language) % len(pages)
    turns = cycle([*pages[first:], *pages[:first]])
    names = [name for name in NOTICES if language == "en" or not name.startswith("staff_")]
    for name, page in zip(names, turns, strict=False):
        rendered = render_notice(name, {**SAMPLES[name], "language": language}, brand=brand)
        page.set_content(rendered.html)
        results = Axe().run(page, options=RULES).response
        found += [
            f"{name}: {each['id']}: {each['nodes'][0]['html'][:200]} "
            f"{each['nodes'][0]['failureSummary'][:200]}"
            for each in results["violations"]
        ]
    for window in windows:
        window.close()
    assert found == []
