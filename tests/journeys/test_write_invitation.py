"""An invitation in three languages, from an empty page to what lies in the inbox.

Once with a pointer, and once by the keyboard alone, by somebody who sees the pages for the first
time: everything is found by the words that stand on it.
"""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import ExifTags as ImageTags
from PIL import Image
from playwright.sync_api import BrowserContext, FrameLocator, Locator, Page, expect

from tests.browser.chromium import Complaints
from tests.journeys.hands import Hands, KeyboardHands, PointerHands
from tests.journeys.running import RunningInstallation
from tests.journeys.test_whole_chain import read_mail_in_inbox, sign_in

pytestmark = [pytest.mark.journey, pytest.mark.browser]

EVENT = "Quarterly meeting, March 2027"
PROOFS = {"English": "Our spring meeting", "Spanish": "Nuestra reunión", "Arabic": "اجتماعنا"}
"""Language → the heading that it gets here."""
TAGS = {"English": "en", "Spanish": "es", "Arabic": "ar"}
SUBJECTS = {"English": "Join our meeting", "Spanish": "Invitación", "Arabic": "دعوة"}
"""Language → how its subject begins."""
DOCS = Path(__file__).parents[2] / "docs" / "composer.md"


def composer(page: Page, language: str) -> Locator:
    expect(page.locator(".st-languages [aria-current=page]")).to_contain_text(language)
    return page.locator("#composer")


def preview(page: Page) -> FrameLocator:
    return page.frame_locator("iframe[name=email]")


def heading(page: Page) -> Locator:
    return page.locator(".st-block").first.get_by_label("Heading", exact=True)


def photograph(folder: Path) -> Path:
    """Make a picture as a camera does, that was held upright."""
    made = Image.effect_mandelbrot((1600, 1200), (-2, -1.2, 1, 1.2), 40).convert("RGB")
    exif = Image.Exif()
    exif[ImageTags.Base.Orientation] = 6
    made.save(folder / "IMG_0042.JPG", "JPEG", exif=exif)
    return folder / "IMG_0042.JPG"


def to_do(page: Page, language: str) -> int:
    """Return how many texts need a look, as the tab of a language says it."""
    found = re.search(r"\((\d+) to do\)", tab(page, language).text_content() or "")
    return int(found[1]) if found else 0


def tab(page: Page, language: str) -> Locator:
    return page.locator(f"[data-tab={TAGS[language]}]")


def in_docs(step: str) -> int:
    """Return how many presses the docs say that a step takes."""
    [row] = [
        line.split(" | ") for line in DOCS.read_text().splitlines() if line.startswith(f"| {step} ")
    ]
    return int(row[3])


def saved(page: Page) -> None:
    expect(page.locator("#composer")).not_to_have_attribute("data-dirty", "")


@pytest.mark.parametrize("hands_of", [PointerHands, KeyboardHands], ids=["pointer", "keyboard"])
@pytest.mark.smoke
def test_an_invitation_in_three_languages_is_written_checked_and_read(
    window: BrowserContext,
    shared_installation: RunningInstallation,
    complaints: Complaints,
    tmp_path: Path,
    hands_of: Callable[[Page], Hands],
) -> None:
    installation = shared_installation
    page = window.new_page()
    sign_in(page, installation)
    hands = hands_of(page)
    name = f"Spring invitation, {hands_of.__name__}"

    # From a template, in the languages that are chosen.
    page.goto(f"{installation.url}/staff/campaigns/campaign/add/")
    hands.choose(page.get_by_label("Start with"), "Invitation")
    hands.write(page.get_by_label("Name", exact=True), name)
    hands.choose(page.get_by_label("Topic"), "Quarterly meetings")
    option = page.get_by_label("Event", exact=False).locator("option", has_text=EVENT).first
    hands.choose(page.locator("select[name=event]"), (option.text_content() or "").strip())
    for language in ("Spanish", "Arabic"):
        hands.press(page.get_by_role("checkbox", name=language))
    hands.press(page.get_by_role("button", name="Create campaign"))
    assert hands.presses == in_docs("Beginning")

    # The first words, with a reload and a lost connection in the middle of writing.
    composer(page, "English")
    hands.write(heading(page), "Our spring [name]")
    saved(page)
    page.reload()
    expect(heading(page)).to_have_value("Our spring [name]")
    window.set_offline(True)
    hands.write(page.get_by_label("Subject", exact=True), "Join our [name] in March")
    expect(page.locator("[data-saved]")).to_contain_text("No connection")
    window.set_offline(False)
    saved(page)
    complaints.heard = [each for each in complaints.heard if "ERR_INTERNET" not in each]

    # What the checks find is fixed where they lead.
    checks = page.locator("[data-checks]")
    hands.press(checks.locator("summary"))
    found = checks.locator("[data-checks-found]")
    expect(found).to_contain_text("“[name]” looks like something that was to be filled in")
    hands.press(found.get_by_role("link", name="English, subject").first)
    expect(page.get_by_label("Subject", exact=True)).to_be_focused()
    hands.write(page.get_by_label("Subject", exact=True), "Join our meeting in March")
    hands.press(found.get_by_role("link", name=re.compile("English, block 1")).first)
    expect(heading(page)).to_be_focused()
    hands.write(heading(page), PROOFS["English"])
    expect(found).not_to_contain_text("was to be filled in")

    # A picture, which says what it shows before it may leave.
    before = hands.presses
    add = page.locator(".st-add")
    hands.press(add.get_by_role("button", name="Image", exact=True))
    picture = page.locator(".st-block").last
    hands.upload(picture.locator("input[type=file]"), photograph(tmp_path))
    assert hands.presses - before == in_docs("A picture")
    expect(picture.locator("[data-picker-thumb]")).to_be_visible()
    expect(checks.locator("summary")).to_contain_text("1 to fix")
    hands.press(found.get_by_role("link", name=re.compile("Alternative text")).first)
    expect(picture.get_by_label("Alternative text")).to_be_focused()
    hands.write(picture.get_by_label("Alternative text"), "Members of the taskforce at a table")
    expect(checks.locator("summary")).not_to_contain_text("1 to fix")
    expect(preview(page).get_by_role("img", name="Members of the taskforce")).to_be_visible()

    # As a subscriber sees it, and as readers in Bucharest and in Wellington do.
    somebody = page.get_by_label("Preview as").locator("option").nth(1)
    hands.choose(page.get_by_label("Preview as"), (somebody.text_content() or "").strip())
    expect(preview(page).locator("body")).not_to_contain_text("Dear colleague")
    expect(preview(page).locator("body")).to_contain_text(PROOFS["English"])
    for zone, time in (("Bucharest", "22:00"), ("Auckland", "09:00")):
        menu = page.get_by_label("Time zone")
        option = menu.locator("option", has_text=zone).first
        hands.choose(menu, (option.text_content() or "").strip())
        expect(preview(page).locator("body")).to_contain_text(time)
    saved(page)

    # The other two languages are there from the template. What changed since is translated anew,
    # and the subject is still right. The tabs follow without a reload.
    left: dict[str, int] = {}
    for language in ("Spanish", "Arabic"):
        hands.press(page.locator(".st-languages").get_by_role("link", name=language))
        composer(page, language)
        expect(page.locator(".st-block").first.locator(".st-source")).to_contain_text(
            PROOFS["English"]
        )
        left[language] = to_do(page, language) - 2
        hands.write(heading(page), PROOFS[language])
        expect(preview(page).locator("body")).to_contain_text(PROOFS[language])
        saved(page)
        hands.press(page.get_by_role("button", name="Still right: Subject"))
        expect(page.get_by_role("button", name="Still right: Subject")).to_have_count(0)
        expect(tab(page, language)).to_contain_text(f"({left[language]} to do)")

    # A proof in each language, read in the inbox.
    before, address = hands.presses, f"{hands_of.__name__.lower()}@example.org"
    hands.press(page.get_by_role("link", name="Go to review"))
    hands.write(page.get_by_label("Email address"), address)
    hands.choose(page.get_by_label("Send it in"), "All languages")
    hands.press(page.get_by_role("button", name="Send test email"))
    assert hands.presses - before == in_docs("Test email")
    expect(page.locator("body")).to_contain_text(address)
    reader = window.new_page()
    for language, words in PROOFS.items():
        mail = read_mail_in_inbox(
            reader, installation, to=address, subject=f"[Test] {SUBJECTS[language]}"
        )
        expect(mail.locator("body")).to_contain_text(words)
        expect(mail.locator("html")).to_have_attribute(
            "dir", "rtl" if language == "Arabic" else "ltr"
        )
    reader.close()

    # The source changes. Its translations are marked, and one is still right.
    hands.press(page.get_by_role("link", name="Content", exact=True))
    composer(page, "English")
    hands.write(heading(page), "Our spring assembly")
    saved(page)
    for language, number in left.items():
        expect(tab(page, language)).to_contain_text(f"({number + 1} to do)")
    for language in ("Spanish", "Arabic"):
        hands.press(page.locator(".st-languages").get_by_role("link", name=language))
        composer(page, language)
        first = page.locator(".st-block").first
        expect(first.locator("del").first).to_contain_text("meeting")
        expect(first.locator("ins").first).to_contain_text("assembly")
        expect(heading(page)).to_have_value(PROOFS[language])
        hands.press(first.get_by_role("button", name="Still right"))
        expect(first.get_by_role("button", name="Still right")).to_have_count(0)
    page.close()
