"""Choosing a file on a staff page is no error in the browser, whatever unfold's script expects."""

from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from playwright.sync_api import Page, Route

from config.staff_menu import SCRIPTS
from tests.browser.chromium import chromium, complaints, page, playwright, window

__all__ = ["chromium", "complaints", "page", "playwright", "window"]

pytestmark = pytest.mark.browser

SITE = "http://staff.test/"
FORM = (
    '<div><form><input type="text" id="title" value=""><div><input type="file"></div></form></div>'
)


def answer(route: Route) -> None:
    name = route.request.url.removeprefix(SITE)
    if not name:
        names = ["unfold/js/app.js", "staff/files.js"]
        scripts = "".join(f'<script src="{name}" defer></script>' for name in names)
        route.fulfill(body=f"<!doctype html>{scripts}<body>{FORM}", content_type="text/html")
        return
    found = finders.find(name)
    if isinstance(found, str):
        route.fulfill(path=found)
    else:
        route.fulfill(body="")


def test_the_name_of_a_file_goes_into_no_other_field(page: Page, tmp_path: Path) -> None:
    assert "files" in SCRIPTS
    file = tmp_path / "people.csv"
    file.write_text("Email\na@example.org\n")
    page.route("**/*", answer)
    page.goto(SITE)
    page.wait_for_load_state("load")
    page.locator("input[type=file]").set_input_files(file)
    assert page.locator("#title").get_attribute("value") == ""
    # A form with no other field, as that of an import: unfold's script would fail.
    page.locator("#title").evaluate("field => field.remove()")
    page.locator("input[type=file]").set_input_files([])
