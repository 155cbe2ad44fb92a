"""Writing a campaign in a browser: nothing that somebody typed is lost, and nobody's replaced."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

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
NEWEST = "SELECT max(id) FROM campaigns_campaign"
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
        self.pk = installation.rows(NEWEST)[0][0]
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
def draft(shared_installation: RunningInstallation) -> Draft:
    """A draft of the test's own, which is all that it changes."""
    return Draft(shared_installation)


@pytest.fixture
def page(window: BrowserContext, draft: Draft) -> Iterator[Page]:
    """The composer, opened by the staff account of the demo."""
    page = window.new_page()
    sign_in(page, draft.installation)
    page.goto(draft.url)
    yield page
    page.close()


def saved_note(page: Page) -> Any:
    return page.locator("[data-saved]")


@pytest.mark.smoke
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

    # The connection is gone for a while. A press of the button leaves the page as it is.
    window.set_offline(True)
    page.get_by_label("Subject", exact=True).fill("Written on a train")
    expect(saved_note(page)).to_contain_text("No connection")
    page.get_by_role("button", name="Save content").click()
    expect(page.get_by_label("Subject", exact=True)).to_have_value("Written on a train")
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


def test_a_removed_block_comes_back_and_an_answer_that_was_lost_is_no_colleague(
    page: Page, draft: Draft, complaints: Complaints
) -> None:
    page.get_by_role("button", name="Remove: block 1, Heading").click()
    draft.installation.wait_until(lambda: len(draft.blocks) == 1, "the removal to be saved")
    page.get_by_role("button", name="Undo: remove Heading").click()
    draft.installation.wait_until(lambda: len(draft.blocks) == 2, "the block to be back")
    assert draft.blocks[0]["text"] == "This autumn"
    expect(page.get_by_role("button", name="Redo: remove Heading")).to_be_visible()

    # The text is saved, but its answer doesn't arrive; meanwhile more is written.
    subject = page.get_by_label("Subject", exact=True)

    def lose_answer(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route("**/autosave/", lose_answer, times=1)
    subject.fill("The first half")
    expect(saved_note(page)).to_contain_text("No connection")
    assert draft.subject == "The first half"
    subject.press_sequentially(", and the second")
    draft.wait_for("The first half, and the second")
    expect(saved_note(page)).to_contain_text("Saved at")
    complaints.heard = [each for each in complaints.heard if "ERR_FAILED" not in each]


def test_whoever_is_signed_out_while_writing_signs_in_again_and_loses_nothing(
    page: Page, window: BrowserContext, draft: Draft, complaints: Complaints
) -> None:
    window.clear_cookies()
    page.get_by_label("Subject", exact=True).fill("Written while signed out")
    expect(saved_note(page)).to_contain_text("You are signed out")
    assert draft.subject == "Autumn"

    other = window.new_page()
    sign_in(other, draft.installation)
    other.close()
    draft.wait_for("Written while signed out")
    expect(saved_note(page)).to_contain_text("Saved at")
    page.get_by_role("button", name="Save content").click()
    expect(page.get_by_text("Content saved.")).to_be_visible()
    # Requests while nobody was signed in; and the page that is asked for a new token has styles.
    expected = ("403", "redirect", "ERR_FAILED", "inline execution")
    complaints.heard = [
        each for each in complaints.heard if not any(words in each for words in expected)
    ]


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


def test_what_is_typed_as_the_page_is_reloaded_stays_and_conflicts_with_nobody(
    page: Page, draft: Draft, complaints: Complaints
) -> None:
    page.on("dialog", lambda dialog: dialog.accept())
    subject = page.get_by_label("Subject", exact=True)

    # The page is read anew before what it sent has arrived.
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/autosave/", hold, times=1)
    subject.press("End")
    with page.expect_request("**/autosave/"):
        subject.press_sequentially(" in Kyiv")
    subject.press_sequentially(", and then")
    page.locator(".st-add").get_by_role("button", name="Figure").click()
    page.locator(".st-block").last.get_by_label("Explanation").fill("people")
    page.reload()
    expect(subject).to_have_value("Autumn in Kyiv, and then")
    expect(page.locator(".st-block").last.get_by_label("Explanation")).to_have_value("people")
    subject.press("End")
    subject.press_sequentially(" in Lviv")
    # A page with a held request hears of others only while something is asked of it.
    is_saved = page.locator("#composer:not([data-dirty])")
    expect(is_saved).to_have_count(1)
    late = held[0].fetch()  # as slow as that
    assert late.status == 409
    assert [draft.subject, draft.blocks[-1]["text"]] == [
        "Autumn in Kyiv, and then in Lviv",
        "people",
    ]

    # It is reloaded at once, before anything was sent by itself.
    subject.press_sequentially(" now")
    page.reload()
    expect(subject).to_have_value("Autumn in Kyiv, and then in Lviv now")
    subject.press("End")
    subject.press_sequentially("!")
    expect(is_saved).to_have_count(1)
    expect(saved_note(page)).to_contain_text("Saved at")
    assert draft.subject == "Autumn in Kyiv, and then in Lviv now!"
    page.goto(f"{draft.installation.url}/staff/")
    assert page.evaluate("sessionStorage.length") == 0


def test_a_colleagues_words_are_still_a_conflict_after_a_reload(
    page: Page, window: BrowserContext, draft: Draft, complaints: Complaints
) -> None:
    page.on("dialog", lambda dialog: dialog.accept())
    other = window.new_page()
    other.goto(draft.url)
    other.get_by_label("Subject", exact=True).fill("Theirs")
    draft.wait_for("Theirs")
    other.close()
    subject = page.get_by_label("Subject", exact=True)
    subject.fill("Mine")
    expect(saved_note(page)).to_contain_text("saved this after you opened it")
    page.reload()
    expect(subject).to_have_value("Mine")
    expect(saved_note(page)).to_contain_text("saved this after you opened it")
    assert draft.subject == "Theirs"

    page.keyboard.press("Control+s")
    expect(page.locator("[role=alert]")).to_contain_text("saved again after you opened it")
    expect(subject).to_have_value("Mine")
    page.get_by_role("link", name="Drop mine, take the saved version").click()
    expect(subject).to_have_value("Theirs")
    assert draft.subject == "Theirs"
    complaints.heard = [each for each in complaints.heard if "409" not in each]
