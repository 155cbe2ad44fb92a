"""Signing up while very many forms arrive: a browser goes on by itself, and nobody is lost."""

import contextlib
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect

from newsletter.states import Trust
from subscribers.consent.form_limits import PER_NETWORK
from tests.browser.chromium import DESKTOP, PHONE
from tests.journeys.running import RunningInstallation

pytestmark = [pytest.mark.journey, pytest.mark.browser]

TRUST = 'SELECT trust FROM newsletter_transactionalmessage WHERE "to" = ?'


@pytest.fixture(scope="module")
def flooded(shared_installation: RunningInstallation) -> RunningInstallation:
    """An installation where this network has used up its limit."""
    [slug] = shared_installation.rows(
        "SELECT slug FROM subscribers_topic WHERE is_public AND NOT is_moderated LIMIT 1"
    )
    for number in range(PER_NETWORK[0][0]):
        said = {"email": f"bot{number}@d{number}.example", "topics": slug[0]}
        data = urllib.parse.urlencode(said).encode()
        with contextlib.suppress(urllib.error.HTTPError):  # once it looks like a machine's
            urllib.request.urlopen(f"{shared_installation.url}/subscribe/", data, timeout=30)
    return shared_installation


@pytest.fixture
def phone(chromium: Browser) -> Iterator[BrowserContext]:
    with chromium.new_context(viewport=PHONE) as context:
        context.set_default_timeout(30_000)
        yield context


def fill_in(page: Page, installation: RunningInstallation, path: str, email: str) -> None:
    page.goto(f"{installation.url}{path}")
    page.get_by_label("Email").first.fill(email)
    for box in page.locator("input[name=topics]").all():
        if box.is_visible():
            box.check()


def trust_of_mail(installation: RunningInstallation, email: str) -> int:
    found = installation.wait_until(lambda: installation.rows(TRUST, email), f"mail to {email}")
    return int(found[0][0])


@pytest.mark.parametrize("path", ["/subscribe/", "/subscribe/embed/"])
def test_a_browser_proves_and_goes_on_by_itself_with_the_keyboard_alone(
    phone: BrowserContext, flooded: RunningInstallation, path: str
) -> None:
    email = f"eve{len(path)}@example.org"
    page = phone.new_page()
    fill_in(page, flooded, path, email)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{path}done/")
    assert trust_of_mail(flooded, email) == Trust.PROVEN


def test_a_browser_without_scripts_has_a_button(
    chromium: Browser, flooded: RunningInstallation
) -> None:
    with chromium.new_context(viewport=PHONE, java_script_enabled=False) as context:
        page = context.new_page()
        fill_in(page, flooded, "/subscribe/", "fay@example.org")
        page.get_by_role("button", name="Subscribe").click()
        expect(page.locator("h1")).to_have_text("One more step")
        page.get_by_role("button", name="Continue").click()
        page.wait_for_url("**/subscribe/done/")
    assert trust_of_mail(flooded, "fay@example.org") == Trust.UNPROVEN


def test_in_a_rush_it_is_computed_while_the_form_is_filled_in(
    phone: BrowserContext, flooded: RunningInstallation
) -> None:
    page = phone.new_page()
    page.goto(f"{flooded.url}/subscribe/")
    with page.expect_response("**/subscribe/challenge/") as answer:
        page.get_by_label("Email").first.focus()
    if answer.value.status == 204:
        pytest.skip("the flood was slower than a rush here")
    expect(page.locator("[name=altcha]")).not_to_have_value("")


@pytest.mark.parametrize(
    ("viewport", "scheme"), [(PHONE, "light"), (DESKTOP, "dark")], ids=["phone", "desktop"]
)
def test_the_step_in_between_is_accessible_and_says_what_goes_on(
    chromium: Browser,
    flooded: RunningInstallation,
    viewport: ViewportSize,
    scheme: Literal["light", "dark"],
) -> None:
    with chromium.new_context(viewport=viewport, color_scheme=scheme) as context:
        page = context.new_page()
        # A browser that never gets there, so that the page stays.
        page.add_init_script("SubtleCrypto.prototype.deriveBits = () => new Promise(() => {});")
        fill_in(page, flooded, "/subscribe/", "guy@example.org")
        page.keyboard.press("Enter")
        expect(page.locator("[data-proof-status]")).to_contain_text("Checking.")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        results = Axe().run(page)
        assert results.violations_count == 0, results.generate_report()


def test_a_browser_that_can_not_compute_is_told_what_to_do(
    phone: BrowserContext, flooded: RunningInstallation
) -> None:
    page = phone.new_page()
    page.add_init_script("SubtleCrypto.prototype.deriveBits = () => Promise.reject();")
    fill_in(page, flooded, "/subscribe/", "hal@example.org")
    page.keyboard.press("Enter")
    expect(page.locator("[data-proof-status]")).to_contain_text("Select “Continue”")
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url("**/subscribe/done/")
