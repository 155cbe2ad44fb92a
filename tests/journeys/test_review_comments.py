"""A comment from the review page to “Done” in the composer: by pointer, keys, or no scripts."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.browser.chromium import DESKTOP, PHONE
from tests.journeys.hands import Hands, KeyboardHands, PointerHands
from tests.journeys.test_composer import Draft, draft
from tests.journeys.test_every_page import faults_on
from tests.journeys.test_whole_chain import sign_in

__all__ = ["draft"]

pytestmark = [pytest.mark.journey, pytest.mark.browser]

SUBJECT, HEADING = "Subject – Autumn", "Block 1: Heading – This autumn"


def review_url(draft: Draft) -> str:
    return draft.url.replace("/content/en/", "/review/")


def comment(page: Page, hands: Hands, part: str, text: str) -> None:
    hands.choose(page.get_by_label("Comment on"), part)
    hands.write(page.get_by_label("What should be changed"), text)
    hands.press(page.get_by_role("button", name="Add comment"))
    expect(page.locator("#comments + *, ol.st-comments").first).to_be_visible()
    expect(page.get_by_text(text, exact=True)).to_be_visible()


def beside(page: Page, text: str) -> Locator:
    return page.locator("aside.st-comment", has_text=text)


@pytest.mark.parametrize("hands_of", [PointerHands, KeyboardHands])
def test_a_comment_is_written_found_and_settled(
    window: BrowserContext, draft: Draft, hands_of: Callable[[Page], Hands]
) -> None:
    page = window.new_page()
    hands = hands_of(page)
    sign_in(page, draft.installation)
    page.goto(review_url(draft))
    comment(page, hands, SUBJECT, "Longer, please.")
    comment(page, hands, HEADING, "Which autumn?")
    assert not faults_on(page)

    hands.press(page.get_by_role("link", name="English, block 1: heading"))
    expect(page.locator("#composer[data-ready]")).to_be_visible()
    expect(page.get_by_text("2 comments are open.")).to_be_visible()
    heading = page.locator(".st-block").first
    expect(beside(page, "Which autumn?")).to_be_in_viewport()

    # What is being written stays, moves with its comment, and is saved by itself.
    hands.write(heading.get_by_label("Heading", exact=True), "This autumn in Kyiv")
    page.keyboard.press("Alt+ArrowDown")
    expect(page.locator(".st-block").nth(1).locator("aside.st-comment")).to_be_visible()
    hands.write(beside(page, "Which autumn?").get_by_label("Answer to"), "That of 2026.")
    hands.press(beside(page, "Which autumn?").get_by_role("button", name="Done"))
    settled = beside(page, "Which autumn?")
    expect(settled).to_contain_text("Done, by")
    expect(settled).to_contain_text("That of 2026.")
    expect(settled).to_be_focused()
    expect(page.get_by_text("1 comment is open.")).to_be_visible()
    expect(page.locator(".st-block").nth(1).get_by_label("Heading", exact=True)).to_have_value(
        "This autumn in Kyiv"
    )
    draft.installation.wait_until(
        lambda: draft.blocks[-1].get("text") == "This autumn in Kyiv", "the text to be saved"
    )
    assert not faults_on(page)

    page.set_viewport_size(PHONE)
    page.goto(review_url(draft))
    expect(page.get_by_text("Settled comments (1)")).to_be_visible()
    assert not faults_on(page)
    page.set_viewport_size(DESKTOP)
    page.close()


def test_without_scripts_a_comment_is_settled_and_what_is_typed_stays(
    chromium: Browser, draft: Draft
) -> None:
    context = chromium.new_context(viewport=DESKTOP, java_script_enabled=False)
    page = context.new_page()
    hands = PointerHands(page)
    sign_in(page, draft.installation)
    page.goto(review_url(draft))
    comment(page, hands, HEADING, "Which autumn?")
    page.get_by_role("button", name="I have looked at it").click()
    expect(page.get_by_text("you have looked at the English email")).to_be_visible()

    page.get_by_role("link", name="English, block 1: heading").click()
    page.get_by_label("Subject", exact=True).fill("Not saved yet")
    beside(page, "Which autumn?").get_by_role("button", name="Done").click()
    expect(beside(page, "Which autumn?")).to_contain_text("Done, by")
    expect(page.get_by_label("Subject", exact=True)).to_have_value("Not saved yet")
    assert draft.subject == "Autumn"
    context.close()
