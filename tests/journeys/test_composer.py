"""Writing a campaign in a browser: nothing that somebody typed is lost, and nobody's replaced."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.chromium import Complaints
from tests.journeys.running import RunningInstallation
from tests.journeys.test_whole_chain import sign_in

pytestmark = [pytest.mark.journey, pytest.mark.browser]

DRAFT: dict[str, Any] = {
    "name": "Autumn newsletter",
    "topic": "quarterly-meetings",
    "contents": {
        "en": {
            "subject": "Autumn",
            "blocks": [{"type": "heading", "text": "This autumn"}, {"type": "divider"}],
        }
    },
}
PK = "SELECT id FROM campaigns_campaign WHERE name = ?"
SAVED = (
    "SELECT subject, blocks FROM campaigns_campaigncontent WHERE campaign_id = ? AND language = ?"
)
SLOW = {"offline": False, "latency": 2000, "downloadThroughput": -1, "uploadThroughput": -1}
"""A line on which each answer takes two seconds longer."""


class Draft:
    """The English version of a draft, as it is saved, and the page on which it is written."""

    def __init__(self, installation: RunningInstallation) -> None:
        self.installation = installation
        file = installation.folder / "draft.json"
        file.write_text(json.dumps(DRAFT))
        file.chmod(0o600)
        installation.manage("create_campaign", str(file))
        self.pk = installation.rows(PK, DRAFT["name"])[0][0]
        self.url = f"{installation.url}/staff/campaigns/campaign/{self.pk}/content/en/"

    @property
    def subject(self) -> str:
        return str(self.installation.rows(SAVED, self.pk, "en")[0][0])

    @property
    def blocks(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(self.installation.rows(SAVED, self.pk, "en")[0][1])
        return found

    def wait_for(self, subject: str) -> None:
        self.installation.wait_until(lambda: self.subject == subject, f"{subject!r} to be saved")


@pytest.fixture
def draft(installation: RunningInstallation) -> Draft:
    return Draft(installation)


@pytest.fixture
def page(window: BrowserContext, installation: RunningInstallation, draft: Draft) -> Iterator[Page]:
    """The composer, opened by the author of the demo."""
    page = window.new_page()
    sign_in(page, installation)
    page.goto(draft.url)
    yield page
    page.close()


def saved_note(page: Page) -> Any:
    return page.locator("[data-saved]")


def test_what_is_written_saves_itself_and_nobodys_words_are_replaced(
    page: Page, window: BrowserContext, draft: Draft, complaints: Complaints
) -> None:
    # What is unfinished is saved, and there after a reload.
    before = len(draft.blocks)
    page.get_by_label("Subject", exact=True).fill("Half a subj")
    expect(saved_note(page)).to_contain_text("Saved at")
    draft.wait_for("Half a subj")
    page.locator(".st-add").get_by_role("button", name="Figure").click()
    figure = page.locator(".st-block").last.get_by_label("Explanation")
    figure.fill("people live in it")
    draft.installation.wait_until(lambda: len(draft.blocks) == before + 1, "the block to be saved")
    draft.installation.wait_until(
        lambda: draft.blocks[-1]["text"] == "people live in it", "its text to be saved"
    )
    page.reload()
    expect(page.locator(".st-block").last.get_by_label("Explanation")).to_have_value(
        "people live in it"
    )
    expect(page.locator(".st-error")).to_have_count(0)

    # The connection is gone for a while.
    window.set_offline(True)
    page.get_by_label("Subject", exact=True).fill("Written on a train")
    expect(saved_note(page)).to_contain_text("No connection")
    assert draft.subject == "Half a subj"
    window.set_offline(False)
    draft.wait_for("Written on a train")
    expect(saved_note(page)).to_contain_text("Saved at")
    complaints.heard = [each for each in complaints.heard if "ERR_INTERNET" not in each]

    # Another tab, which was opened before.
    other = window.new_page()
    other.goto(draft.url)
    page.get_by_label("Subject", exact=True).fill("From the first tab")
    draft.wait_for("From the first tab")
    other.get_by_label("Subject", exact=True).fill("From the second tab")
    expect(saved_note(other)).to_contain_text("saved this after you opened it")
    assert draft.subject == "From the first tab"
    other.get_by_role("button", name="Save content").click()
    expect(other.locator("[role=alert]")).to_contain_text("saved again after you opened it")
    expect(other.get_by_label("Subject", exact=True)).to_have_value("From the second tab")
    other.get_by_role("button", name="Replace the saved version with mine").click()
    draft.wait_for("From the second tab")
    complaints.heard = [each for each in complaints.heard if "409" not in each]
    other.close()


def test_a_slow_answer_loses_no_character_and_a_button_waits_for_it(
    page: Page, window: BrowserContext, draft: Draft
) -> None:
    window.new_cdp_session(page).send("Network.emulateNetworkConditions", SLOW)
    text = "Nothing of this is lost, however slow the line is that carries it to us."
    subject = page.get_by_label("Subject", exact=True)
    subject.fill("")
    subject.press_sequentially(text, delay=100)
    expect(subject).to_have_value(text)
    expect(saved_note(page)).to_contain_text("Saved at")
    draft.wait_for(text)

    with page.expect_request("**/autosave/"):
        subject.press_sequentially("!")
    subject.press_sequentially("!")
    page.get_by_role("button", name="Save content").click()
    expect(page.get_by_text("Content saved.")).to_be_visible()
    assert draft.subject == f"{text}!!"
