"""Make the README's pictures: `.venv/bin/python -m scripts.screenshots [FOLDER]`.

It starts an installation of its own with demo data, walks through it as the README's tour does, and takes the pictures of
docs/images on the way. Needs Chromium, and what `bin/setup dev` installs.
"""

import json
import os
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

from playwright.sync_api import Browser, Page, sync_playwright

from scripts.services import BASE_DIR, free_port, installed_chromium

IMAGES = BASE_DIR / "docs" / "images"
FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync")
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
SENT, READY = 1, 2
"""Campaigns of the demo in a new installation."""
READER = "aroha.tamihana@"
"""Whose letter is shown: she lives in Auckland."""
PATIENCE = 120


@dataclass(frozen=True)
class Installation:
    """A running Convene, gone with its folder afterwards."""

    folder: Path
    port: int

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, "PORT": str(self.port), "VAR_DIR": str(self.folder)}

    @property
    def login(self) -> tuple[str, str]:
        lines = (self.folder / "staff-login.txt").read_text(encoding="utf-8").splitlines()
        values = {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}
        return values["user name"], values["password"]

    def manage(self, *arguments: str) -> str:
        """What `manage.py` prints."""
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.run(command, cwd=BASE_DIR, env=self.environment, check=True, capture_output=True, text=True).stdout

    def is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=10) as answer:
                return bool(answer.status == 200)
        except (OSError, urllib.error.URLError):
            return False


def main() -> int:
    """Take all pictures, and return the exit code."""
    program = installed_chromium()
    if program is None:
        print("There is no Chromium here; `make test` installs it.", file=sys.stderr)
        return 1
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else IMAGES
    folder.mkdir(parents=True, exist_ok=True)
    with _installation() as convene, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        _take_all(convene, browser, folder)
        browser.close()
    return 0


@contextmanager
def _installation() -> Iterator[Installation]:
    with tempfile.TemporaryDirectory(prefix="convene-pictures-") as folder:
        convene = Installation(Path(folder), free_port())
        process = subprocess.Popen(["bin/run"], cwd=BASE_DIR, env=convene.environment, stdin=subprocess.DEVNULL)
        try:
            _wait_until(convene.is_ready, "the pages to answer")
            yield convene
        finally:
            process.terminate()
            process.wait(PATIENCE)


def _take_all(convene: Installation, browser: Browser, folder: Path) -> None:
    page = browser.new_context(viewport=DESKTOP, device_scale_factor=1).new_page()  # type: ignore[arg-type] # a plain dict will do
    _sign_in(page, convene)
    page.goto(f"{convene.url}/staff/campaigns/campaign/{READY}/review/")
    page.get_by_label("As it is read by").select_option(index=1)
    page.get_by_role("button", name="Show", exact=True).click()
    _take(page, folder / "review.png")
    page.goto(f"{convene.url}/staff/campaigns/campaign/{SENT}/report/")
    _take(page, folder / "report.png")
    convene.manage("launch_campaign", str(READY), "--now")
    _wait_until(lambda: _status(convene) == "sent", "the campaign to be sent")
    page.goto(f"{convene.url}/inbox/")
    page.get_by_role("searchbox").or_(page.get_by_role("textbox")).first.fill("parliament.example")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name=READER).first.click()
    _take(page, folder / "inbox.png")
    phone = browser.new_context(viewport=PHONE, device_scale_factor=2).new_page()  # type: ignore[arg-type] # as above
    phone.goto(convene.url)
    _take(phone, folder / "first-page-phone.png")


def _sign_in(page: Page, convene: Installation) -> None:
    name, password = convene.login
    page.goto(f"{convene.url}/staff/")
    page.locator("[name=username]").fill(name)
    page.locator("[name=password]").fill(password)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{convene.url}/staff/")


def _status(convene: Installation) -> str:
    return str(json.loads(convene.manage("campaign_status", str(READY), "--json"))["status"])


def _take(page: Page, path: Path) -> None:
    page.wait_for_load_state("networkidle")
    page.screenshot(path=path)
    print(path)


def _wait_until(condition: Callable[[], bool], what: str) -> None:
    deadline = monotonic() + PATIENCE
    while not condition():
        if monotonic() > deadline:
            raise TimeoutError(f"waited {PATIENCE} s in vain for {what}")
        sleep(0.3)


if __name__ == "__main__":
    sys.exit(main())
