"""A page that asks for its own news keeps nobody signed in, as a person who presses a button does.

Else a page that is left open, such as that of a campaign under way, would stay signed in for ever.
"""

import pytest
from django.contrib.staticfiles import finders
from playwright.sync_api import Page, Route, expect

from staff.sessions.idle import BY_ITSELF
from tests.browser.chromium import chromium, complaints, page, playwright, window

__all__ = ["chromium", "complaints", "page", "playwright", "window"]

pytestmark = pytest.mark.browser

SITE = "http://staff.test/"
PAGE = """<!doctype html><script src="/unfold/js/htmx/htmx.js" defer></script>
<script src="/staff/htmx.js" defer></script>
<p id="news" hx-get="/news/" hx-trigger="every 1s">Old</p>
<p id="count" hx-get="/count/" hx-trigger="load">Counting</p>
<button hx-get="/press/">Press</button>"""


def test_only_a_person_keeps_the_session_open(page: Page) -> None:
    by_itself: dict[str, bool] = {}

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix(SITE)
        if path.endswith(".js"):
            route.fulfill(path=str(finders.find(path)))
        elif path:
            by_itself[path] = BY_ITSELF.lower() in route.request.headers
            route.fulfill(body=f"Answer of {path}", content_type="text/html")
        else:
            route.fulfill(body=PAGE, content_type="text/html")

    page.route("**/*", answer)
    page.goto(SITE)
    expect(page.locator("#news")).to_have_text("Answer of news/")
    expect(page.locator("#count")).to_have_text("Answer of count/")
    page.get_by_role("button").click()
    expect(page.get_by_role("button")).to_have_text("Answer of press/")
    assert by_itself == {"news/": True, "count/": True, "press/": False}
