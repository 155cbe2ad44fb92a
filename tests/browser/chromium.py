"""Chromium, driven by Playwright: a page that the browser complains of fails its test."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Playwright,
    ViewportSize,
    expect,
    sync_playwright,
)

from scripts.services import installed_chromium, installed_headless_shell

PATIENCE = 30_000
"""Milliseconds that a page has to become what is expected of it, on a machine that is busy."""
PHONE: ViewportSize = {"width": 390, "height": 844}
DESKTOP: ViewportSize = {"width": 1280, "height": 900}
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def quickest_chromium() -> str | None:
    """Return the program that shows pages at the least cost, if there is any.

    A test that sets up the whole browser, as people do by its settings, needs `installed_chromium`.
    """
    return installed_headless_shell() or installed_chromium()


@dataclass
class Complaints:
    """The browser's complaints: blocked scripts and styles, errors of scripts, missing files."""

    heard: list[str] = field(default_factory=list)

    def listen(self, page: Page) -> None:
        """Collect the complaints about a page from now on."""
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.heard.append(f"{page.url}: {error} {error.stack}"))

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.heard.append(f"{message.location.get('url', '')}: {message.text}")


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    """Playwright, which a thread can start but once at a time.

    It ends with its module: while it runs, so does its event loop, in which the next module could
    set up no database, run no coroutine and start no Playwright of its own.
    """
    if quickest_chromium() is None:
        pytest.skip("no Chromium is installed; `make test` installs it")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="module")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """The browser, which is started once a module."""
    browser = playwright.chromium.launch(executable_path=quickest_chromium(), args=FLAGS)
    yield browser
    browser.close()


@pytest.fixture
def complaints() -> Complaints:
    """The complaints about all pages of `window`."""
    return Complaints()


@pytest.fixture
def window(chromium: Browser, complaints: Complaints) -> Iterator[BrowserContext]:
    """A fresh window at desktop width; nobody is signed in.

    Fails the test for what the browser complained of.
    """
    context = chromium.new_context(viewport=DESKTOP)
    context.set_default_timeout(PATIENCE)
    context.on("page", complaints.listen)
    yield context
    context.close()
    assert not complaints.heard, complaints.heard


@pytest.fixture
def page(window: BrowserContext) -> Page:
    """A tab in the window."""
    return window.new_page()
