"""“Exit this page”: one press, or Shift three times, and nothing is left to be seen."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.browser.chromium import PHONE
from tests.journeys.running import PATIENCE, RunningInstallation

pytestmark = [pytest.mark.journey, pytest.mark.browser]

NEUTRAL = "https://www.wikipedia.org/"
PUBLIC = [
    "/",
    "/subscribe/",
    "/subscribe/done/",
    "/preferences/",
    "/preferences/sent/",
    "/events/",
    "/archive/",
    "/privacy/",
    "/u/a-link-that-was-never-made",
    "/confirm/a-link-that-was-never-made/",
    "/no-such-page/",
]
GIVING_UP = 5_001
"""Milliseconds after which a press of Shift no longer counts."""


LOOK_AT_ONCE = """
() => document.querySelector("[data-exit]").addEventListener("click", () => console.log(
  JSON.stringify({
    title: document.title,
    text: document.body.textContent,
    icons: document.querySelectorAll("link[rel~=icon]").length,
    parts: document.body.childElementCount,
    controls: document.querySelectorAll("a, input, select, button").length,
  })))
"""
"""Says what is to be seen in the moment in which the button has done its work."""


class Neutral:
    """The neutral website, and what it was told about who came."""

    def __init__(self) -> None:
        self.asked: list[dict[str, str]] = []
        self.is_slow = False
        self.waiting: list[Route] = []

    def __call__(self, route: Route) -> None:
        self.asked.append(route.request.headers)
        self.waiting.append(route)
        if not self.is_slow:
            self.answer()

    def answer(self) -> None:
        """Answer those who wait; a page that is left at once may lose what it says."""
        while self.waiting:
            self.waiting.pop().fulfill(body="<title>Elsewhere</title>", content_type="text/html")


@pytest.fixture
def neutral() -> Neutral:
    return Neutral()


@pytest.fixture
def window(chromium: Browser, neutral: Neutral) -> Iterator[BrowserContext]:
    """A phone-sized window in which the neutral website is there."""
    window = chromium.new_context(viewport=PHONE)
    window.set_default_timeout(PATIENCE * 1000)
    window.route(f"{NEUTRAL}**", neutral)
    yield window
    window.close()


@pytest.fixture
def site(shared_installation: RunningInstallation) -> str:
    return shared_installation.url


def press_shift(page: Page, times: int) -> None:
    for _ in range(times):
        page.keyboard.press("Shift")


def expect_to_have_left(page: Page) -> None:
    page.wait_for_url(NEUTRAL)
    expect(page).to_have_title("Elsewhere")


@pytest.mark.parametrize("path", PUBLIC)
def test_each_public_page_has_the_button_where_the_keyboard_finds_it_first(
    site: str, page: Page, path: str
) -> None:
    page.goto(site + path)
    for _ in range(2):  # past the link to the main content
        page.keyboard.press("Tab")
    focused = page.locator(":focus")
    expect(focused).to_have_text("Exit this page")
    expect(focused).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect_to_have_left(page)


def test_a_press_takes_the_page_out_of_the_history(site: str, page: Page) -> None:
    page.goto(f"{site}/events/")
    page.goto(f"{site}/subscribe/")
    page.get_by_role("button", name="Exit this page").click()
    expect_to_have_left(page)
    page.go_back()
    assert page.url == f"{site}/events/"


def test_before_the_other_website_answers_nothing_is_to_be_seen_any_more(
    site: str, page: Page, neutral: Neutral
) -> None:
    neutral.is_slow = True
    page.goto(f"{site}/subscribe/")
    page.get_by_label("Email").first.fill("eve@example.org")
    page.evaluate(LOOK_AT_ONCE)
    with page.expect_console_message(lambda said: said.text.startswith("{")) as seen:
        page.get_by_role("button", name="Exit this page").click(no_wait_after=True)
    assert json.loads(seen.value.text) == {
        "title": "www.wikipedia.org",
        "text": "Leaving this page.",
        "icons": 0,
        "parts": 1,
        "controls": 0,
    }
    neutral.is_slow = False
    neutral.answer()
    expect_to_have_left(page)


def test_the_other_website_does_not_learn_where_somebody_came_from(
    site: str, page: Page, neutral: Neutral
) -> None:
    page.goto(f"{site}/subscribe/")
    page.get_by_role("button", name="Exit this page").click()
    expect_to_have_left(page)
    assert "referer" not in neutral.asked[0]


@pytest.mark.parametrize("field", [None, "Email", "Name"])
def test_shift_three_times_leaves_wherever_the_cursor_is(
    site: str, page: Page, field: str | None
) -> None:
    page.goto(f"{site}/subscribe/")
    if field:
        page.get_by_label(field).first.focus()
    press_shift(page, 3)
    expect_to_have_left(page)


def test_each_press_of_shift_is_shown_and_told(site: str, page: Page) -> None:
    page.goto(f"{site}/subscribe/")
    status, lights = page.locator("[data-exit-status]"), page.locator("[data-exit-lights]")
    expect(lights).to_be_hidden()
    press_shift(page, 1)
    expect(status).to_contain_text("2 more times")
    expect(lights).to_be_visible()
    press_shift(page, 1)
    expect(status).to_contain_text("1 more time")
    assert page.url == f"{site}/subscribe/"


def test_presses_that_are_far_apart_do_not_count(site: str, page: Page) -> None:
    page.clock.install()
    page.goto(f"{site}/subscribe/")
    press_shift(page, 2)
    page.clock.fast_forward(GIVING_UP)
    expect(page.locator("[data-exit-status]")).to_contain_text("time is up")
    expect(page.locator("[data-exit-lights]")).to_be_hidden()
    press_shift(page, 2)
    expect(page.locator("[data-exit-status]")).to_contain_text("1 more time")
    assert page.url == f"{site}/subscribe/"


def test_writing_in_capitals_stays_writing(site: str, page: Page, neutral: Neutral) -> None:
    page.goto(f"{site}/subscribe/")
    name = page.get_by_label("Name")
    name.focus()
    for letter in "ÉVE NGATA":
        page.keyboard.down("Shift")
        page.keyboard.insert_text(letter) if letter == "É" else page.keyboard.press(
            f"Shift+{letter}"
        )
        page.keyboard.up("Shift")
    for key in ("Shift", "a", "Shift", "b", "Shift", "ArrowLeft", "Shift"):
        page.keyboard.press(key)
    expect(name).to_have_value("ÉVE NGATAab")
    assert not neutral.asked


@pytest.mark.parametrize("keys", [["Shift+Tab"] * 4, ["Control+Shift", "Alt+Shift", "Meta+Shift"]])
def test_shift_in_a_shortcut_does_not_count(
    site: str, page: Page, neutral: Neutral, keys: list[str]
) -> None:
    page.goto(f"{site}/subscribe/")
    page.get_by_role("button", name="Subscribe").focus()
    for key in keys:
        page.keyboard.press(key)
    page.wait_for_timeout(300)
    assert not neutral.asked


def test_shift_and_a_click_between_the_presses_do_not_count(
    site: str, page: Page, neutral: Neutral
) -> None:
    page.goto(f"{site}/privacy/")
    for _ in range(2):
        press_shift(page, 2)
        page.get_by_role("heading").first.click(modifiers=["Shift"])
    page.wait_for_timeout(300)
    assert not neutral.asked


def test_without_scripts_it_is_a_plain_link(site: str, chromium: Browser, neutral: Neutral) -> None:
    with chromium.new_context(viewport=PHONE, java_script_enabled=False) as window:
        window.route(f"{NEUTRAL}**", neutral)
        page = window.new_page()
        page.goto(f"{site}/subscribe/")
        expect(page.get_by_text("Or press Shift")).to_be_hidden()
        page.get_by_role("link", name="Exit this page").click()
        expect_to_have_left(page)
        assert "referer" not in neutral.asked[0]


def test_it_stays_in_sight_and_covers_nothing_that_has_the_focus(site: str, page: Page) -> None:
    page.goto(f"{site}/privacy/")
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    button = page.get_by_role("button", name="Exit this page")
    expect(button).to_be_in_viewport(ratio=1)
    page.keyboard.press("End")
    for _ in range(12):
        page.keyboard.press("Shift+Tab")
        box, bar = page.locator(":focus").bounding_box(), page.locator(".exit").bounding_box()
        if page.locator(".exit :focus, .skip-link:focus").count() or not box or not bar:
            continue
        assert box["y"] >= bar["y"] + bar["height"] - 1, page.locator(":focus").inner_text()
