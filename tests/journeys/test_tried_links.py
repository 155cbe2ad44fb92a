"""Somebody has the links of a campaign tried, in a browser, and the page tells what came of it.

The test is the worker, and asks a DNS server of its own: no link of a test leaves this machine.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Page, expect, sync_playwright
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from campaigns.models import Campaign, LinkTrial
from campaigns.review.link_trials.run import try_links
from newsletter.core.outbound.reach import Reach
from staff.roles import AUTHOR
from tests.browser.chromium import DESKTOP, FLAGS, PATIENCE, quickest_chromium
from tests.campaigns.conftest import draft, event
from tests.campaigns.studio.page_helpers import page as address
from tests.fakes import dns_server
from tests.staff_members import browser_of, staff_member

__all__ = ["draft", "event"]  # fixtures of the campaigns, here too

pytestmark = [pytest.mark.journey, pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HOST = "conference.test-site.org"

type InBrowser = Callable[[Callable[[Page], Any]], Any]


@pytest.fixture
def in_browser() -> Iterator[InBrowser]:
    """Do something with a page in a thread of its own: Playwright’s could not use the database."""
    if quickest_chromium() is None:
        pytest.skip("no Chromium is installed; `make test` installs it")
    with ThreadPoolExecutor(1) as thread:
        opened = _page()
        page = thread.submit(opened.__enter__).result()
        yield lambda does: thread.submit(does, page).result()
        thread.submit(opened.__exit__, None, None, None).result()


@contextmanager
def _page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=quickest_chromium(), args=FLAGS)
        expect.set_options(timeout=PATIENCE)
        yield browser.new_context(viewport=DESKTOP).new_page()
        browser.close()


def test_links_are_tried_when_somebody_presses_and_the_checks_say_what_came_of_it(
    live_server: LiveServer, settings: Settings, draft: Campaign, in_browser: InBrowser
) -> None:
    settings.SITE_URL = str(live_server.url)
    settings.CSRF_TRUSTED_ORIGINS = [settings.SITE_URL]
    content = draft.contents.get()
    content.blocks += [
        {"type": "button", "label": "Programme", "url": f"https://{HOST}/programme"},
        {"type": "button", "label": "Room", "url": "https://zoom.us/j/1?pwd=2"},
    ]
    content.save()
    session = browser_of(staff_member("wren", AUTHOR)).cookies[settings.SESSION_COOKIE_NAME].value
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": str(live_server.url)}
    url = live_server.url + address("content", draft, "en")

    def press(page: Page) -> None:
        page.context.add_cookies([cookie])  # type: ignore[list-item] # a dict of these keys
        page.goto(url)
        page.locator("[data-checks] summary").click()
        tried = page.locator("#tried-links")
        expect(tried).to_contain_text("1 link can be tried.")
        expect(tried).to_contain_text("Open this one yourself:")
        tried.get_by_role("button", name="Try the links").click()
        expect(tried).to_contain_text("Trying 1 link …")

    def read(page: Page) -> None:
        tried = page.locator("#tried-links")
        expect(tried).to_contain_text("1 needs a look: see the advice above.")
        expect(tried).not_to_contain_text("Trying")
        found = page.locator("[data-checks-found]")
        expect(found).to_contain_text(f"There is no website at {HOST}. Check the spelling.")

    in_browser(press)
    assert [(each.host, each.is_waiting) for each in LinkTrial.objects.all()] == [(HOST, True)]
    with dns_server.serve({dns_server.ROOT: [[]]}) as resolver:
        try_links(reach=Reach(resolver=resolver))
    in_browser(read)
