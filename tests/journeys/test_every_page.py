"""Every page that people see, on a phone and on a desktop, in light and in dark.

Each is accessible and whole, and nothing sticks out. Each page is a test of its own, and all of
them share one installation and its windows.
"""

import contextlib
from collections.abc import Iterator
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize

from tests.browser.chromium import DESKTOP, PHONE, Complaints
from tests.journeys.running import PATIENCE, RunningInstallation

pytestmark = [pytest.mark.browser, pytest.mark.journey]

LOOKS: list[tuple[ViewportSize, Literal["light", "dark"]]] = [(PHONE, "light"), (DESKTOP, "dark")]
"""Each width and each scheme once: all four pairs take twice as long, and have found the same."""
PUBLIC = [
    "/",
    "/subscribe/",
    "/subscribe/embed/",
    "/subscribe/done/",
    "/preferences/",
    "/preferences/which/",
    "/events/",
    "/archive/",
    "/privacy/",
    "/inbox/",
    "/u/a-link-that-was-never-made",
    "/staff/login/",
    "/staff/account/password/ask/",
    "/staff/account/password/asked/",
]
STAFF = [
    "/staff/",
    "/staff/campaigns/campaign/",
    "/staff/campaigns/campaign/add/",
    "/staff/campaigns/campaign/1/report/",
    "/staff/campaigns/campaign/2/details/",
    "/staff/campaigns/campaign/2/content/en/",
    "/staff/campaigns/campaign/2/audience/",
    "/staff/campaigns/campaign/2/review/",
    "/staff/campaigns/campaign/2/review/?language=all",
    "/staff/campaigns/campaign/2/launch/",
    "/staff/campaigns/campaign/test-recipients/",
    "/staff/campaigns/event/",
    "/staff/campaigns/event/add/",
    "/staff/campaigns/event/calendars/",
    "/staff/campaigns/event/1/overview/",
    "/staff/campaigns/event/1/details/",
    "/staff/campaigns/event/1/programme/",
    "/staff/campaigns/event/1/answers/",
    "/staff/campaigns/event/1/answers/numbers/",
    "/staff/campaigns/event/1/answers/enter/",
    "/staff/campaigns/event/1/answers/badges/",
    "/staff/campaigns/event/1/answers/attendance/",
    "/staff/campaigns/event/1/documents/",
    "/staff/campaigns/delivery/",
    "/staff/subscribers/subscriber/",
    "/staff/subscribers/topic/",
    "/staff/subscribers/topic/add/",
    "/staff/subscribers/suppression/",
    "/staff/subscribers/suppression/1/lift/",
    "/staff/subscribers/importbatch/",
    "/staff/newsletter/brand/",
    "/staff/newsletter/transactionalmessage/",
    "/staff/auth/user/",
    "/staff/auth/user/1/change/",
    "/staff/account/",
    "/staff/account/password/",
    "/staff/account/app/",
    "/staff/account/passkeys/add/",
    "/staff/account/invite/",
    "/staff/account/colleagues/1/",
    "/staff/login/again/",
    "/staff/subscribers/topicgrant/",
    "/staff/subscribers/topicgrant/add/",
    "/staff/website-form/",
    "/staff/wordings/",
]
WAYS_ON = r"""
() => {
  const faults = [];
  const box = part => part.getBoundingClientRect();
  const menu = document.getElementById("nav-sidebar");
  if (menu && innerWidth >= 1280 && !menu.checkVisibility()) faults.push("the menu is hidden");
  for (const step of document.querySelectorAll(".st-steps a"))
    if (box(step).right > innerWidth) faults.push(`the step ${step.textContent} is cut off`);
  for (const table of document.querySelectorAll("table")) {
    const around = table.parentElement;
    if (around.scrollWidth <= around.clientWidth + 1) continue;
    if (getComputedStyle(around).maskImage === "none")
      faults.push("a table hides that it goes on");
    if (/^\/staff\/auth\/|\/report\//.test(location.pathname))
      faults.push("a list of accounts or deliveries scrolls sideways");
  }
  for (const title of document.querySelectorAll("h1"))
    if (title.clientWidth > 1 && title.scrollWidth > title.clientWidth + 1)
      faults.push(`the title is cut off: ${title.textContent}`);
  for (const title of document.querySelectorAll("header h1")) {
    const [inner, outer] = [box(title), box(title.closest("header"))];
    if (inner.top < outer.top - 1 || inner.bottom > outer.bottom + 1)
      faults.push("the title is higher than its header");
  }
  for (const part of document.querySelectorAll(".st-field, .field, .st-notice + *, .notice + *")) {
    let above = part.previousElementSibling;
    while (above && !above.checkVisibility()) above = above.previousElementSibling;
    if (!above || above.clientHeight <= 1 || !part.checkVisibility()) continue;
    if (getComputedStyle(above).position === "absolute") continue;
    const [one, other] = [box(part), box(above)];
    const beside = one.left >= other.right - 1 || one.right <= other.left + 1;
    // The margins of fields in a row lie within the row.
    const ends = above.matches(".field-row") ? [...above.children] : [above];
    if (!beside && one.top - Math.max(...ends.map(end => box(end).bottom)) < 8)
      faults.push(`it touches what stands above it: ${part.textContent.trim().slice(0, 40)}`);
  }
  for (const link of document.querySelectorAll("main p a:not(.button, .st-button)"))
    if (link.checkVisibility() && getComputedStyle(link).textDecorationLine !== "underline")
      faults.push(`a link doesn't look like one: ${link.textContent}`);
  const range = document.createRange();
  for (const cell of document.querySelectorAll("td, th")) {
    const texts = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
    for (let text = texts.nextNode(); text; text = texts.nextNode())
      for (const word of text.data.matchAll(/[\p{L}]{3,}/gu)) {
        // The path of a link has no place of its own to be broken at.
        if (/[_/-]/.test(text.data) || !text.parentElement.checkVisibility()) continue;
        range.setStart(text, word.index);
        range.setEnd(text, word.index + word[0].length);
        const lines = new Set([...range.getClientRects()].map(part => Math.round(part.top)));
        if (lines.size > 1) faults.push(`a word is broken: ${word[0]}`);
      }
  }
  return faults;
}
"""
"""The obstacles to finding one's way.

These are a hidden menu, steps and columns beyond the edge without a sign, cut titles, broken words,
fields that touch what stands above them, links that look like text.
"""
FINGERS = """
least => {
  const small = [];
  const parts = "main :is(a, button, select, input:not([type=hidden])), header :is(a, button)";
  for (const control of document.querySelectorAll(parts)) {
    if (!control.checkVisibility({visibilityProperty: true})) continue;
    if (control.closest("[aria-hidden=true]")) continue;
    const labels = control.labels ?? [];
    const boxes = [control, ...labels].map(part => part.getBoundingClientRect());
    if (boxes[0].right <= 0 || boxes[0].bottom <= 0 || !boxes[0].width) continue;
    const alone = control.parentElement.textContent.trim() === control.textContent.trim();
    const inSentence = getComputedStyle(control).display === "inline" && !alone;
    const height = Math.max(...boxes.map(box => box.height));
    if (!inSentence && height < least - 0.5) small.push(control.outerHTML.slice(0, 90));
  }
  return small;
}
"""
"""Controls that are less high than `least` pixels, labels included.

Links in sentences may be (WCAG 2.2, 2.5.8).
"""
IS_WHOLE = "document.fonts.status === 'loaded' && !document.querySelector('.htmx-request')"
"""The page has its fonts, and whatever it asked for by itself when it was loaded."""
LEAST_TARGET = 24
LONG_NAME = (
    "Europäische Arbeitsgemeinschaft für Menschenhandelsbekämpfungszusammenarbeit der Parlamente"
)
"""The name of a brand, with a word that is longer than a phone is wide."""
IN_DOUBT = """
from django.db.models import F
from campaigns.models import Delivery, DeliveryTally
settled = Delivery.objects.filter(campaign=1, status="delivered").values_list("pk", flat=True)
doubtful = Delivery.objects.filter(pk__in=list(settled[:3]))
address = "https://support.example.net/answers/delivery-problems/0123456789012345678"
doubtful.update(status="uncertain", mailer="postmark-europe", reason=f"No answer. See {address}")
tallies = DeliveryTally.objects.filter(campaign=1)
tallies.filter(status="delivered").update(number=F("number") - 3)
tallies.update_or_create(campaign_id=1, status="uncertain", defaults={"number": 3})
"""
"""Makes uncertain what the demo delivered, with a long mailer and reason."""
ONE_OF_MANY = {
    "/events/": "main a[href^='/events/']:not([href$='.ics'])",
    "/staff/subscribers/subscriber/": "#result_list tbody a",
}
"""On a list, the link to the first of the pages that it leads to.

An archived email is not among them: no script runs there, not even axe.
"""


class Tab:
    """A tab that shows one page after another.

    A new one for each page would be a new process of the browser's for each.
    """

    def __init__(self, window: BrowserContext, size: ViewportSize, scheme: str) -> None:
        self.look = f"{size['width']} px, {scheme}"
        self.page = window.new_page()
        self.complaints = Complaints()
        """What the browser has complained of in it, of all pages so far."""
        self.complaints.listen(self.page)


def window_like(
    chromium: Browser, size: ViewportSize, scheme: Literal["light", "dark"]
) -> BrowserContext:
    window = chromium.new_context(viewport=size, color_scheme=scheme)
    window.set_default_timeout(PATIENCE * 1000)
    return window


@pytest.fixture(scope="module")
def visitor(shared_installation: RunningInstallation, chromium: Browser) -> Iterator[list[Tab]]:
    """A tab in each of LOOKS, in which nobody is signed in."""
    shared_installation.manage(
        "shell",
        "-c",
        f"from newsletter.models import Brand; Brand.objects.update(name={LONG_NAME!r})",
    )
    with contextlib.ExitStack() as stack:
        yield [Tab(stack.enter_context(window_like(chromium, *look)), *look) for look in LOOKS]


@pytest.fixture(scope="module")
def staff(
    shared_installation: RunningInstallation, visitor: list[Tab], chromium: Browser
) -> Iterator[list[Tab]]:
    """A tab in each of LOOKS, in which staff are signed in."""
    shared_installation.manage("shell", "-c", IN_DOUBT)
    with contextlib.ExitStack() as stack:
        windows = [stack.enter_context(window_like(chromium, *look)) for look in LOOKS]
        tabs = [Tab(window, *look) for window, look in zip(windows, LOOKS, strict=True)]
        sign_in(tabs[0].page, shared_installation)
        cookies: Any = windows[0].cookies()
        for window in windows[1:]:
            window.add_cookies(cookies)
        yield tabs


@pytest.mark.parametrize("path", PUBLIC)
def test_a_public_page_is_accessible_and_whole(
    shared_installation: RunningInstallation, visitor: list[Tab], path: str
) -> None:
    assert faults_in(visitor, shared_installation.url + path) == []


@pytest.mark.parametrize("path", STAFF)
def test_a_staff_page_is_accessible_and_whole(
    shared_installation: RunningInstallation, staff: list[Tab], path: str
) -> None:
    assert faults_in(staff, shared_installation.url + path) == []


@pytest.mark.parametrize(
    "path", ["campaign/2/details/", "campaign/2/audience/", "event/1/details/"]
)
def test_a_page_that_a_colleague_was_faster_on_is_accessible_and_whole(
    shared_installation: RunningInstallation, staff: list[Tab], path: str
) -> None:
    for tab in staff:
        page = tab.page.context.new_page()
        page.goto(f"{shared_installation.url}/staff/campaigns/{path}")
        page.locator("[name=seen]").evaluate("field => field.value = 'an older version'")
        if "audience" in path:
            page.locator("[name=languages]").first.click()
        else:
            page.locator("[name=name], [name=title]").fill("Another name")
        page.get_by_role("button", name="Save").last.click()
        page.get_by_role("alert").wait_for()
        # Where the bar with the button covers half of a button behind it, that one looks too small.
        page.evaluate("scrollTo(0, document.body.scrollHeight)")
        assert faults_on(page) == []
        page.close()


def faults_in(tabs: list[Tab], url: str) -> list[str]:
    """Return the faults of a page in each of LOOKS, and what the browser complains of."""
    found = []
    for tab in tabs:
        tab.complaints.heard.clear()
        faults = faults_behind(tab.page, url) + tab.complaints.heard
        found += [f"{tab.look}: {fault}" for fault in faults]
    return found


def sign_in(page: Page, installation: RunningInstallation) -> None:
    page.goto(f"{installation.url}/staff/")
    page.get_by_label("Username").fill(installation.login["username"])
    page.get_by_label("Password").fill(installation.login["password"])
    page.keyboard.press("Enter")
    page.wait_for_url(f"{installation.url}/staff/")


def faults_behind(page: Page, url: str) -> list[str]:
    """Return the faults of a page, and of the first one that it leads to where it is a list."""
    found = faults_at(page, url)
    path = url[url.index("/", 8) :]
    if path in ONE_OF_MANY:
        target = page.locator(ONE_OF_MANY[path]).first.get_attribute("href")
        assert target is not None
        found += faults_at(
            page, url.removesuffix(path) + target if target.startswith("/") else target
        )
    return found


def faults_at(page: Page, url: str) -> list[str]:
    """Return the faults of one page, each with its address."""
    page.goto(url)
    return [f"{url}: {fault}" for fault in faults_on(page)]


def faults_on(page: Page) -> list[str]:
    """Return the faults of the page that is open, at its top.

    Further down, a bar that stays in sight covers a part of whatever has scrolled below it.
    """
    page.wait_for_load_state("load")
    page.evaluate("scrollTo({top: 0, behavior: 'instant'})")
    page.wait_for_function(IS_WHOLE)
    # Not into frames: those of emails run no scripts, so axe would wait a minute for each.
    results = (
        Axe()
        .run(page, options={"iframes": False, "rules": {"target-size": {"enabled": True}}})
        .response
    )
    found = [
        f"{violation['id']}: {violation['nodes'][0]['html'][:200]} "
        f"{violation['nodes'][0]['failureSummary'][:300]}"
        for violation in results["violations"]
    ]
    sticks_out = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    if sticks_out > 0:
        found.append(f"sticks out by {sticks_out} px")
    found += [
        f"less than {LEAST_TARGET} px: {control}"
        for control in page.evaluate(FINGERS, LEAST_TARGET)
    ]
    return [*found, *page.evaluate(WAYS_ON)]
