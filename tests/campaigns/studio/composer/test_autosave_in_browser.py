"""What is written stays in the page until it was really saved, whoever answers meanwhile."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import pytest
from django.contrib.staticfiles import finders
from playwright.sync_api import Page, Route, expect

from tests.browser.chromium import Complaints, chromium, complaints, page, playwright, window

__all__ = ["chromium", "complaints", "page", "playwright", "window"]

pytestmark = pytest.mark.browser

SITE = "http://staff.test/"
FORM = """<!doctype html><meta charset="utf-8"><script src="/guard.js" defer></script>
<script src="/autosave.js" defer></script>
<form method="post" action="/pressed/" id="composer" data-guard data-autosave="/autosave/">
<input type="hidden" name="csrfmiddlewaretoken" value="{token}">
<input type="hidden" name="seen" value="v0"><input name="subject" aria-label="Subject">
<button name="act" value="save">Save content</button>
<button name="act" value="start_from_source">Copy the English version</button>
<span data-saved></span></form>"""
MANY = 25
"""Attempts while somebody is at lunch."""


@dataclass
class Server:
    """Answers the page's requests.

    Attributes:
        token: of the form; a request with another is refused.
        is_in: whether the account is signed in.
        may_write: whether it has the permission.
        answers: what autosave gives before it saves, one for each request.
        saves: the bodies of what autosave was sent.
        presses: those of what a button sent.
    """

    token: str = "old"
    is_in: bool = True
    may_write: bool = True
    answers: list[Callable[[Route], None]] = field(default_factory=list)
    saves: list[dict[str, str]] = field(default_factory=list)
    presses: list[dict[str, str]] = field(default_factory=list)

    def answer(self, route: Route) -> None:
        """Answer one request."""
        path = route.request.url.removeprefix(SITE)
        body = parse_qs(route.request.post_data or "", keep_blank_values=True)
        sent = {name: values[-1] for name, values in body.items()}
        if path.endswith(".js"):
            route.fulfill(path=str(finders.find(f"staff/{path}")))
        elif path == "autosave/":
            self._save(route, sent)
        elif path == "pressed/":
            self.presses.append(sent)
            route.fulfill(body="Pressed", content_type="text/html")
        elif not self.is_in:
            route.fulfill(status=302, headers={"Location": f"{SITE}login/"})
        elif not self.may_write:
            route.fulfill(status=403, body="No", content_type="text/html")
        else:
            route.fulfill(body=FORM.replace("{token}", self.token), content_type="text/html")

    def _save(self, route: Route, sent: dict[str, str]) -> None:
        self.saves.append(sent)
        if not (self.is_in and self.may_write) or sent["csrfmiddlewaretoken"] != self.token:
            route.fulfill(status=403, body="No", content_type="text/html")
        elif self.answers:
            self.answers.pop(0)(route)
        else:
            saved(route, f"v{len(self.saves)}")


def saved(route: Route, version: str) -> None:
    route.fulfill(body=json.dumps({"seen": version}), content_type="application/json")


@pytest.fixture
def server(page: Page) -> Server:
    server = Server()
    page.route("**/*", server.answer)
    return server


def note(page: Page) -> Any:
    return expect(page.locator("[data-saved]"))


def type_into(page: Page, text: str) -> None:
    page.get_by_label("Subject").fill(text)


@pytest.mark.parametrize(
    ("kind", "body"),
    [("text/html", "<p>Welcome to the hotel’s network</p>"), ("application/json", '{"seen": "v')],
    ids=["a page of somebody between us", "an answer that breaks off"],
)
def test_only_an_answer_of_ours_is_taken_for_a_save(
    page: Page, server: Server, kind: str, body: str
) -> None:
    server.answers.append(lambda route: route.fulfill(body=body, content_type=kind))
    page.clock.install(time=0)
    page.goto(SITE)
    page.clock.pause_at(60_000)
    type_into(page, "On a train")
    page.clock.run_for(2_000)
    note(page).to_contain_text(re.compile("Not saved|No connection"))
    type_into(page, "At home")
    page.clock.run_for(5_000)
    expect(page.locator("#composer:not([data-dirty])")).to_have_count(1)
    note(page).to_contain_text("Saved at")
    # Whether the first arrived isn't known. Sent again as it was, it meets its own version.
    assert [(sent["seen"], sent["subject"]) for sent in server.saves] == [
        ("v0", "On a train"),
        ("v0", "On a train"),
        ("v2", "At home"),
    ]


def test_whoever_was_signed_out_for_long_still_saves_after_signing_in(
    page: Page, server: Server, complaints: Complaints
) -> None:
    page.clock.install()
    page.goto(SITE)
    server.is_in = False
    type_into(page, "Before lunch")
    wait_for(page, lambda: len(server.saves) >= MANY)
    note(page).to_contain_text("You are signed out")
    server.is_in, server.token = True, "new"
    wait_for(page, lambda: server.saves[-1]["csrfmiddlewaretoken"] == "new")
    note(page).to_contain_text("Saved at")
    assert server.saves[-1]["subject"] == "Before lunch"
    page.get_by_role("button", name="Save content").click()
    expect(page.get_by_text("Pressed")).to_be_visible()
    expected = ("403", "redirect", "ERR_FAILED")
    complaints.heard = [
        each for each in complaints.heard if not any(words in each for words in expected)
    ]


def wait_for(page: Page, condition: Callable[[], bool]) -> None:
    for _ in range(5000):
        # Less than an answer may take, so that none is given up that is on its way.
        page.clock.run_for(1_000)
        if condition():
            return
    pytest.fail("it never came")


def test_whoever_may_not_write_any_more_keeps_the_text_in_the_page(
    page: Page, server: Server, complaints: Complaints
) -> None:
    page.goto(SITE)
    server.may_write = False
    type_into(page, "An hour of work")
    note(page).to_contain_text("You can’t save this any more. Copy your text")
    page.get_by_role("button", name="Save content").click()
    expect(page.get_by_label("Subject")).to_have_value("An hour of work")
    assert server.presses == []
    expected = ("403", "redirect", "ERR_FAILED")
    complaints.heard = [
        each for each in complaints.heard if not any(words in each for words in expected)
    ]


def test_a_button_that_waits_for_a_save_is_the_one_that_was_pressed(
    page: Page, server: Server
) -> None:
    held: list[Route] = []
    server.answers.append(held.append)
    page.goto(SITE)
    type_into(page, "Hola")
    with page.expect_request("**/autosave/"):
        pass
    page.get_by_role("button", name="Copy the English version").click()
    note(page).to_contain_text("Saving")
    assert server.presses == []
    saved(held[0], "v1")
    expect(page.get_by_text("Pressed")).to_be_visible()
    [press] = server.presses
    assert (press["act"], press["seen"], press["subject"]) == ("start_from_source", "v1", "Hola")
