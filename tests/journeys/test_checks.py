"""The checks beside the composer in a browser: they follow the typing, and lead to its field."""

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.chromium import Complaints
from tests.journeys.running import RunningInstallation
from tests.journeys.test_composer import Draft
from tests.journeys.test_whole_chain import sign_in

pytestmark = [pytest.mark.journey, pytest.mark.browser]


def test_checks_follow_what_is_typed_and_lead_to_its_field(
    window: BrowserContext, shared_installation: RunningInstallation, complaints: Complaints
) -> None:
    draft = Draft(shared_installation)
    page = window.new_page()
    sign_in(page, draft.installation)
    page.goto(draft.url)
    checks = page.locator("[data-checks]")
    found = checks.locator("[data-checks-found]")
    checks.locator("summary").click()
    subject = page.get_by_label("Subject", exact=True)

    subject.fill("Meeting on [date]")
    expect(found).to_contain_text("“[date]” looks like something that was to be filled in")
    page.get_by_label("Heading", exact=True).first.fill("")
    expect(checks.locator("summary")).to_contain_text("1 to fix")

    # What stays the same isn't written anew, and the focus stays where it is.
    page.evaluate("document.querySelector('[data-checks-found] li').dataset.same = ''")
    with page.expect_response(lambda answer: "/checks/" in answer.url):
        subject.press_sequentially(" x")
    expect(found.locator("li").first).to_have_attribute("data-same", "")
    expect(subject).to_be_focused()

    found.get_by_role("link", name="English, subject").first.click()
    expect(subject).to_be_focused()
    found.get_by_role("link", name="English, block 1: heading").first.click()
    expect(page.get_by_label("Heading", exact=True).first).to_be_focused()

    # Screen readers are told the counts once nothing was typed for a while.
    expect(checks.get_by_role("status")).to_contain_text("1 to fix")

    subject.fill("Meeting in March")
    page.get_by_label("Heading", exact=True).first.fill("This autumn")
    expect(checks.locator("summary")).not_to_contain_text("to fix")
    page.close()
