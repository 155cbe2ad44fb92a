"""Public pages meet WCAG 2.2 AA: in all looks, by keyboard, enlarged, and without scripts."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import cycle
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect

from tests.browser.chromium import DESKTOP, PHONE
from tests.journeys.running import PATIENCE, RunningInstallation
from tests.journeys.test_every_page import faults_on

pytestmark = [pytest.mark.journey, pytest.mark.browser]

LOOKS: list[tuple[ViewportSize, Literal["light", "dark"]]] = [
    (size, scheme) for size in (PHONE, DESKTOP) for scheme in ("light", "dark")
]
OTHER_LANGUAGES = ("fr", "es", "ro", "uk", "ar")
"""Beside English, in which each page is looked at in each look."""
ZOOMED: dict[str, ViewportSize] = {
    "200 %": {"width": 640, "height": 450},
    "400 %": {"width": 320, "height": 225},
}
"""A desktop of 1280 × 900 when its pages are enlarged (WCAG 2.2, 1.4.4 and 1.4.10)."""
URLS = """
import json
from campaigns.content.archive_for_subscribers import own_emails_url
from campaigns.models import Campaign, Event
from scripts.pictures.invited import invited
from subscribers.consent import urls_in_mail as urls
from subscribers.consent.subscribe import SignUp, subscribe
from subscribers.models import AddressChange, Subscriber, Subscription, Topic
from subscribers.states import ConsentMethod
topics = tuple(Topic.objects.filter(is_public=True, is_moderated=False)[:2])
subscribe(SignUp(email="eve@example.org", topics=topics, words="I agree.",
                 method=ConsentMethod.FORM))
eve = Subscriber.objects.get(email="eve@example.org")
# Pages behind links are in their owner's language, and the buttons below in English.
english = Subscription.objects.filter(status="confirmed", subscriber__language="en")
subscription = english.order_by("pk").first()
person = subscription.subscriber
followed = person.subscriptions.filter(status="confirmed").values("topic")
past = Campaign.objects.filter(topic__in=followed, status="sent").order_by("pk").first()
Campaign.objects.filter(pk=past.pk).update(archive_access="subscribers")
change = AddressChange.objects.create(subscriber=person, email="n@example.org", digest="0" * 64)
found = {
    "confirm": urls.confirm_url(eve),
    "confirmed already": urls.confirm_url(person),
    "never again": urls.never_again_url(eve.digest),
    "unsubscribe": urls.unsubscribe_url(subscription.pk),
    "own preferences": urls.manage_url(person),
    "erase": urls.erase_url(person),
    "change of address": urls.change_address_url(person),
    "new address": urls.new_address_url(change.pk),
    "emails for subscribers": own_emails_url(person),
    "event": "/events/" + Event.objects.filter(is_public=True).first().slug + "/",
}
others = iter(Subscriber.objects.filter(subscriptions__status="confirmed").order_by("-pk")[:9])
for name, path in invited("en", lambda language, name: next(others)).items():
    found["answer: " + name] = path
print()
print(json.dumps(found))
"""
"""Pages behind links in mail, none of which changes anything when it is read."""
PAGES = {
    "home": "/",
    "sign-up": "/subscribe/",
    "sign-up, one topic": "/subscribe/?topics=quarterly-meetings",
    "sign-up, closed": "/subscribe/?topics=closed",
    "embedded form": "/subscribe/embed/",
    "embedded form, closed": "/subscribe/embed/?topics=closed",
    "embedded form, done": "/subscribe/embed/done/",
    "signed up": "/subscribe/done/",
    "preferences": "/preferences/",
    "preferences, sent": "/preferences/sent/",
    "answers, ask": "/rsvp/",
    "answers, sent": "/rsvp/sent/",
    "events": "/events/",
    "archive": "/archive/",
    "emails for subscribers, ask": "/archive/mine/",
    "emails for subscribers, sent": "/archive/mine/sent/",
    "privacy": "/privacy/",
    "link gone": "/confirm/a-link-that-was-never-made/",
    "link incomplete": "/u/a-link-that-was-never-made",
    "not found": "/no-such-page/",
}
BEHIND_LINKS = [
    "confirm",
    "confirmed already",
    "never again",
    "unsubscribe",
    "own preferences",
    "erase",
    "change of address",
    "new address",
    "event",
    "answer: rsvp",
    "answer: rsvp, too late",
    "answer: stored answer",
    "answer: delegate",
    "answer: place offered",
    "answer: my answers",
    "emails for subscribers",
]
EVERY = [*PAGES, *BEHIND_LINKS]
WITH_ERRORS = {
    "sign-up": "Subscribe",
    "sign-up, one topic": "Subscribe",
    "embedded form": "Subscribe",
    "preferences": "Email me a link",
    "answers, ask": "Email me a link",
    "emails for subscribers, ask": "Email me a link",
    "answer: rsvp": "Send answer",
    "change of address": "Send confirmation link",
}
"""Forms that come back when nothing was typed, and their buttons."""
ASK_FOR_AN_ADDRESS = [name for name in WITH_ERRORS if not name.startswith("answer: ")]
CUT_OFF = """
() => [...document.querySelectorAll("body *")].filter(part => {
  if (!part.checkVisibility() || part.closest(".visually-hidden, .field-trap, thead, option"))
    return false;
  const style = getComputedStyle(part);
  const hides = style.overflowX === "hidden" || style.overflowX === "clip";
  const cut = part.scrollWidth > part.clientWidth + 1 || part.scrollHeight > part.clientHeight + 1;
  return hides && cut && part.clientWidth > 1;
}).map(part => part.outerHTML.slice(0, 120))
"""
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
WIDER_SPACED = """
() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: 0.12em !important;
    word-spacing: 0.16em !important; } p { margin-bottom: 2em !important; }`);
  document.adoptedStyleSheets = [sheet];
}
"""
"""Text as its reader may space it (WCAG 2.2, 1.4.12)."""
REACHABLE = """
() => [...document.querySelectorAll("a[href], button, input, select, textarea, summary")]
  .filter(part => part.checkVisibility({visibilityProperty: true}) && part.tabIndex >= 0
    && part.type !== "hidden" && !part.disabled && (part.type !== "radio" || part.checked))
  .map((part, index) => { part.dataset.stop = index; return index; })
"""
"""Controls that Tab must reach. Radio buttons are one stop; arrows lead on from it."""
FOCUSED = """
() => {
  const part = document.activeElement;
  if (!part || part === document.body) return null;
  const style = getComputedStyle(part), box = part.getBoundingClientRect();
  const x = Math.min(Math.max(box.left + box.width / 2, 1), innerWidth - 2);
  const y = Math.min(Math.max(box.top + Math.min(box.height / 2, 20), 1), innerHeight - 2);
  const over = document.elementFromPoint(x, y);
  const shown = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  return {
    stop: part.dataset.stop ?? null,
    what: part.outerHTML.slice(0, 100),
    hasNoOutline: !shown,
    isCovered: !over || !(part.contains(over) || over.contains(part) || over.labels),
    isOutOfView: box.bottom <= 0 || box.top >= innerHeight || box.right <= 0
      || box.left >= innerWidth,
  };
}
"""
WRONG = ("hasNoOutline", "isCovered", "isOutOfView")
BORDERLESS = """
() => [...document.querySelectorAll(".button, .exit-button, input, select")].filter(part => {
  if (!part.checkVisibility() || part.closest(".field-trap")) return false;
  if (part.type === "checkbox" || part.type === "radio" || part.type === "hidden") return false;
  const style = getComputedStyle(part);
  return style.borderTopStyle === "none" || parseFloat(style.borderTopWidth) < 1;
}).map(part => part.outerHTML.slice(0, 100))
"""
MOVING = """
() => [...document.querySelectorAll("*")].filter(part => {
  const style = getComputedStyle(part);
  const lasts = text => text.split(",").some(each => parseFloat(each) > 0);
  return lasts(style.transitionDuration) || style.animationName !== "none"
    || style.scrollBehavior === "smooth";
}).map(part => part.outerHTML.slice(0, 100))
"""


@pytest.fixture(scope="module")
def urls(shared_installation: RunningInstallation) -> dict[str, str]:
    """Name of a page → its address."""
    site = shared_installation.url
    printed = shared_installation.manage("shell", "-v", "0", "-c", URLS).strip().splitlines()[-1]
    found = PAGES | json.loads(printed)
    return {name: url if url.startswith("http") else site + url for name, url in found.items()}


def window_like(chromium: Browser, **like: Any) -> BrowserContext:
    window = chromium.new_context(**like)
    window.set_default_timeout(PATIENCE * 1000)
    return window


@pytest.fixture(scope="module")
def looks(chromium: Browser) -> Iterator[dict[str, Page]]:
    """A tab in each of LOOKS. A new one for each page would be a process of its own for each."""
    with ExitStack() as windows:
        yield {
            f"{size['width']} px, {scheme}": windows.enter_context(
                window_like(chromium, viewport=size, color_scheme=scheme)
            ).new_page()
            for size, scheme in LOOKS
        }


@pytest.fixture(scope="module")
def desktop(chromium: Browser) -> Iterator[BrowserContext]:
    with window_like(chromium, viewport=DESKTOP) as window:
        yield window


@pytest.fixture
def page(desktop: BrowserContext) -> Iterator[Page]:
    page = desktop.new_page()
    yield page
    page.close()


@pytest.fixture(scope="module")
def own_settings(chromium: Browser) -> Iterator[dict[str, Page]]:
    """A tab in each of the ways in which a reader may have set up their machine."""
    with (
        window_like(chromium, viewport=PHONE, forced_colors="active") as forced,
        window_like(chromium, viewport=PHONE, reduced_motion="reduce") as still,
    ):
        yield {"forced colours": forced.new_page(), "no motion": still.new_page()}


def texts(page: Page) -> list[str]:
    return page.locator("main").inner_text().split()


@pytest.mark.parametrize("name", EVERY)
def test_every_page_passes_axe_in_each_look(
    urls: dict[str, str], looks: dict[str, Page], name: str
) -> None:
    found = []
    for look, page in looks.items():
        page.goto(urls[name])
        found += [f"{look}: {fault}" for fault in faults_on(page)]
    assert found == []


@pytest.mark.parametrize("name", EVERY)
def test_every_page_passes_axe_in_each_language(
    urls: dict[str, str],
    shared_installation: RunningInstallation,
    looks: dict[str, Page],
    name: str,
) -> None:
    """Each language in one look. The looks take turns, and begin with another at each page."""
    found, turns = [], cycle(looks.items())
    site, path = shared_installation.url, urls[name].removeprefix(shared_installation.url)
    for _ in range(EVERY.index(name) % len(looks)):
        next(turns)
    for language, (look, page) in zip(OTHER_LANGUAGES, turns, strict=False):
        page.goto(f"{site}/{language}{path}")
        assert page.locator("html").get_attribute("lang") == language
        found += [f"{language}, {look}: {fault}" for fault in faults_on(page)]
    assert found == []


@pytest.mark.parametrize("name", WITH_ERRORS)
def test_a_form_that_came_back_passes_axe_in_each_look(
    urls: dict[str, str], looks: dict[str, Page], name: str
) -> None:
    found = []
    for look, page in looks.items():
        page.goto(urls[name])
        page.locator("main").get_by_role("button", name=WITH_ERRORS[name]).click()
        page.locator(".error-summary").wait_for()
        found += [f"{look}: {fault}" for fault in faults_on(page)]
    assert found == []


@pytest.mark.parametrize("name", EVERY)
def test_nothing_is_lost_when_a_page_is_enlarged(
    urls: dict[str, str], page: Page, name: str
) -> None:
    page.set_viewport_size(DESKTOP)
    page.goto(urls[name])
    all_of_it, found = texts(page), {}
    for zoom, size in ZOOMED.items():
        page.set_viewport_size(size)
        found[zoom] = (page.evaluate(SIDEWAYS), page.evaluate(CUT_OFF))
        assert sorted(texts(page)) == sorted(all_of_it), zoom
        page.evaluate(WIDER_SPACED)
        found[f"{zoom}, spaced"] = (page.evaluate(SIDEWAYS), page.evaluate(CUT_OFF))
        page.evaluate("document.adoptedStyleSheets = []")
    page.set_viewport_size(DESKTOP)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    found["text at 200 %"] = (page.evaluate(SIDEWAYS), page.evaluate(CUT_OFF))
    assert found == {look: (0, []) for look in found}


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("name", EVERY)
def test_the_keyboard_reaches_everything_and_shows_where_it_is(
    urls: dict[str, str], page: Page, name: str, size: ViewportSize
) -> None:
    page.set_viewport_size(size)
    page.goto(urls[name])
    expected, reached, faults = set(page.evaluate(REACHABLE)), set(), []
    for _ in range(len(expected) + 30):  # a date has several stops, and so has what scrolls
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        if focused is None:
            break
        if focused["stop"] is not None:
            reached.add(int(focused["stop"]))
        faults += [f"{wrong}: {focused['what']}" for wrong in WRONG if focused[wrong]]
    assert faults == []
    assert expected - reached == set()


@pytest.mark.parametrize("name", ASK_FOR_AN_ADDRESS)
@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_errors_take_the_focus_and_stand_beside_their_fields(
    urls: dict[str, str], chromium: Browser, name: str, *, scripts: bool
) -> None:
    with window_like(chromium, viewport=PHONE, java_script_enabled=scripts) as window:
        page = window.new_page()
        page.goto(urls[name])
        page.locator("main").get_by_role("button", name=WITH_ERRORS[name]).click()
        summary = page.locator(".error-summary")
        expect(summary).to_be_focused()
        expect(summary).to_be_in_viewport()
        assert page.title().startswith("Error: ")
        field = page.get_by_label("email address").first
        expect(field).to_have_attribute("aria-invalid", "true")
        described = (field.get_attribute("aria-describedby") or "").split()
        words = [page.locator(f"#{each}").inner_text() for each in described]
        assert "Enter your email address." in words
        for link in summary.get_by_role("link").all():
            target = (link.get_attribute("href") or "").removeprefix("#")
            link.click()
            expect(page.locator(f"#{target}")).to_be_focused()


def test_a_sign_up_works_without_scripts_and_with_the_keyboard_alone(
    urls: dict[str, str], chromium: Browser, shared_installation: RunningInstallation
) -> None:
    with window_like(chromium, viewport=PHONE, java_script_enabled=False) as window:
        page = window.new_page()
        page.goto(urls["sign-up"])
        while page.evaluate("document.activeElement.name") != "email":
            page.keyboard.press("Tab")
        page.keyboard.type("keyboard@example.org")
        page.keyboard.press("Tab")
        page.keyboard.press("Space")
        page.keyboard.press("Enter")
        page.wait_for_url("**/subscribe/done/")
        expect(page.get_by_role("heading", name="Check your email")).to_be_visible()


@pytest.mark.parametrize("name", EVERY)
def test_in_forced_colours_controls_have_borders_and_the_focus_is_seen(
    urls: dict[str, str], own_settings: dict[str, Page], name: str
) -> None:
    page = own_settings["forced colours"]
    page.goto(urls[name])
    assert page.evaluate("matchMedia('(forced-colors: active)').matches")
    assert page.evaluate(BORDERLESS) == []
    page.keyboard.press("Tab")
    focused = page.evaluate(FOCUSED)
    assert focused is None or not focused["hasNoOutline"]


@pytest.mark.parametrize("name", EVERY)
def test_nothing_moves_for_whoever_wants_no_motion(
    urls: dict[str, str], own_settings: dict[str, Page], name: str
) -> None:
    page = own_settings["no motion"]
    page.goto(urls[name])
    assert page.evaluate(MOVING) == []
