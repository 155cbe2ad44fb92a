"""Make the README's pictures: `.venv/bin/python -m scripts.screenshots [FOLDER]`.

It starts an installation of its own with demo data, walks through it as the README's tour does, and
takes the pictures of docs/images on the way. Needs Chromium, and what `bin/setup dev` installs.
"""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from config.env import BASE_DIR
from scripts.services import installed_chromium
from tests.browser.chromium import DESKTOP, FLAGS, PHONE
from tests.journeys.running import RunningInstallation

IMAGES = BASE_DIR / "docs" / "images"
SENT, READY = 1, 2
"""Ids of campaigns of the demo in a new installation."""
READER = "aroha.tamihana@"
"""The recipient whose email is shown: she lives in Auckland."""


def main() -> int:
    """Take all pictures, and return the exit code."""
    program = installed_chromium()
    if program is None:
        print("There is no Chromium here; `make test` installs it.", file=sys.stderr)
        return 1
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else IMAGES
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="convene-pictures-") as var,
        sync_playwright() as playwright,
    ):
        convene = RunningInstallation(Path(var, "var"))
        convene.start()
        try:
            browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
            _take_all(convene, browser, folder)
            browser.close()
        finally:
            convene.stop()
    return 0


def _take_all(convene: RunningInstallation, browser: Browser, folder: Path) -> None:
    page = browser.new_context(viewport=DESKTOP, device_scale_factor=1).new_page()
    _sign_in(page, convene)
    page.goto(f"{convene.url}/staff/campaigns/campaign/{READY}/review/")
    page.get_by_label("Preview as").select_option(index=1)
    page.get_by_role("button", name="Show", exact=True).click()
    _take(page, folder / "review.png")
    page.goto(f"{convene.url}/staff/campaigns/campaign/{SENT}/report/")
    _take(page, folder / "report.png")
    convene.manage("launch_campaign", str(READY), "--now")
    convene.wait_until(lambda: convene.status(READY)["status"] == "sent", "the campaign to be sent")
    page.goto(f"{convene.url}/inbox/")
    page.get_by_role("searchbox").or_(page.get_by_role("textbox")).first.fill("parliament.example")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name=READER).first.click()
    _take(page, folder / "inbox.png")
    phone = browser.new_context(viewport=PHONE, device_scale_factor=2).new_page()
    phone.goto(convene.url)
    _take(phone, folder / "first-page-phone.png")


def _sign_in(page: Page, convene: RunningInstallation) -> None:
    page.goto(f"{convene.url}/staff/")
    page.locator("[name=username]").fill(convene.login["username"])
    page.locator("[name=password]").fill(convene.login["password"])
    page.keyboard.press("Enter")
    page.wait_for_url(f"{convene.url}/staff/")


def _take(page: Page, path: Path) -> None:
    page.wait_for_load_state("networkidle")
    page.screenshot(path=path)
    print(path)


if __name__ == "__main__":
    sys.exit(main())
