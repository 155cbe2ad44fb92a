"""The sign-up form names the reader's time zone in the language of the page."""

from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from playwright.sync_api import Browser

from tests.browser.chromium import chromium, playwright

__all__ = ["chromium", "playwright"]

pytestmark = pytest.mark.browser

FORM = """<!doctype html><html lang="{language}"><body><form>
<input type="hidden" name="time_zone" value="{value}" data-time-zone>
<p data-time-zone-note hidden><strong data-time-zone-name></strong></p></form>"""


@pytest.mark.parametrize(
    ("language", "zone", "value", "named"),
    [
        ("en", "Europe/Kyiv", "", "Eastern European Time"),
        ("uk", "Europe/Kyiv", "", "за східноєвропейським часом"),
        ("ar", "America/New_York", "", "التوقيت الشرقي لأمريكا الشمالية"),
        ("fr", "Etc/GMT", "", ""),
        ("ro", "Europe/Kyiv", "Mars/Olympus_Mons", "Olympus Mons"),
    ],
)
def test_the_zone_goes_by_its_name_in_the_language_of_the_page(
    chromium: Browser, language: str, zone: str, value: str, named: str
) -> None:
    script = finders.find("convene.js")
    assert isinstance(script, str)
    window = chromium.new_context(timezone_id=zone)
    page = window.new_page()
    page.set_content(FORM.format(language=language, value=value))
    page.add_script_tag(content=Path(script).read_text(encoding="utf-8"))
    note = page.locator("[data-time-zone-note]")
    assert note.is_visible() == bool(named)
    assert note.inner_text() == named if named else True
    window.close()
