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


def test_a_bare_web_address_gets_its_https_and_a_mark_goes_with_its_fault(
    window: BrowserContext, shared_installation: RunningInstallation, complaints: Complaints
) -> None:
    draft = Draft(shared_installation)
    page = window.new_page()
    sign_in(page, draft.installation)
    page.goto(draft.url)
    expect(page.locator("#composer[data-ready]")).to_be_visible()
    page.locator(".st-add").get_by_role("button", name="Button", exact=True).click()
    label = page.get_by_label("Label", exact=True)
    link = page.get_by_label("Link", exact=True)

    for typed, kept in (
        ("www.example.org/a?b=c", "https://www.example.org/a?b=c"),
        ("programme.pdf", "programme.pdf"),
        ("http://example.org", "http://example.org"),
        ("mailto:staff@example.org", "mailto:staff@example.org"),
        ("parliament.example", "https://parliament.example"),
    ):
        link.fill(typed)
        link.press("Tab")
        expect(link).to_have_value(kept)
    draft.installation.wait_until(
        lambda: draft.blocks[-1].get("url") == "https://parliament.example", "the link to be saved"
    )

    page.get_by_role("button", name="Save content").click()
    fault = page.locator(".st-field", has=label).locator(".st-error")
    expect(fault).to_be_visible()
    expect(label).to_have_attribute("aria-invalid", "true")
    label.fill("Read more")
    expect(fault).to_have_count(0)
    expect(label).not_to_have_attribute("aria-invalid", "true")
    expect(page.locator(".st-block.st-wrong")).to_have_count(0)

    # In a text, by the editor's own dialog.
    page.locator(".st-add").get_by_role("button", name="Text", exact=True).click()
    text = page.locator(".ProseMirror[contenteditable]").last
    text.press_sequentially("Minutes")
    text.press("Control+a")
    page.locator(".prose-menubar").last.locator("[title='insert link'], [title='Link']").click()
    dialog = page.get_by_role("dialog", name="Link")
    dialog.get_by_label("Address of the link").fill("parliament.example/minutes")
    page.keyboard.press("Enter")
    area = page.locator("textarea[name$=-html]").last
    expect(area).to_have_value(
        '<p><a href="https://parliament.example/minutes" title="">Minutes</a></p>'
    )
    page.close()
