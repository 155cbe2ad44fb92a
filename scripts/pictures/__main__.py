"""Take pictures of every public page and email: `python -m scripts.pictures FOLDER`.

It starts an installation of its own with demo data, and people in every state for each language.
A picture is of one page, in one language, 390 or 1280 px wide, light or dark; a contact sheet
shows all languages of a page. What sticks out of a page or is cut off is printed. Needs
Chromium, and what `bin/setup dev` installs.
"""

import argparse
import sys
import tempfile
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, sync_playwright

from scripts.pictures.emails import email_files
from scripts.pictures.installation import furnished
from scripts.pictures.sheets import write_sheet
from scripts.pictures.states import STATES
from scripts.services import installed_chromium
from tests.browser.chromium import DESKTOP, FLAGS, PHONE

SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
WIDTHS = {"phone": PHONE, "desktop": DESKTOP}
ON_SHEET = {"phone": 300, "desktop": 600}
"""The width of a picture on a contact sheet, in pixels."""
STICKS_OUT = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
CUT_OFF = """
() => [...document.querySelectorAll("body *")].filter(part => {
  if (!part.checkVisibility() || part.closest(".visually-hidden, .field-trap, thead, option"))
    return false;
  const style = getComputedStyle(part);
  const hides = style.overflowX === "hidden" || style.overflowX === "clip";
  const cut = part.scrollWidth > part.clientWidth + 1 || part.scrollHeight > part.clientHeight + 1;
  return hides && cut && part.clientWidth > 1;
}).map(part => part.outerHTML.slice(0, 120))
"""


def main() -> int:
    """Take the pictures, and return the exit code."""
    wanted = _arguments()
    program = installed_chromium()
    if program is None:
        print("There is no Chromium here; `make test` installs it.", file=sys.stderr)
        return 1
    wanted.folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="convene-pictures-") as var,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        if not wanted.emails:
            _take_pages(browser, Path(var, "var"), wanted)
        if not wanted.pages:
            _take_emails(browser, Path(var), wanted)
        browser.close()
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="is made if it isn't there")
    parser.add_argument("--only", default="", help="only pages and emails with this in their name")
    parser.add_argument("--languages", default="", help="tags, such as uk,ar; all by default")
    parser.add_argument("--pages", action="store_true", help="no emails")
    parser.add_argument("--emails", action="store_true", help="emails alone")
    return parser.parse_args()


def _take_pages(browser: Browser, var: Path, wanted: argparse.Namespace) -> None:
    with furnished(var) as (site, paths):
        languages = [
            tag for tag in paths if tag in (wanted.languages or ",".join(paths)).split(",")
        ]
        # Or pictures show colours halfway between the two schemes.
        page = browser.new_page(reduced_motion="reduce")
        for state in STATES:
            if wanted.only not in state.name:
                continue
            for tag in languages:
                state.show(page, f"{site}/{tag}", paths[tag])
                _take(page, wanted.folder, state.name, tag)
            _write_sheets(browser, wanted.folder, state.name, languages)


def _take_emails(browser: Browser, folder: Path, wanted: argparse.Namespace) -> None:
    page = browser.new_page(reduced_motion="reduce")
    languages = wanted.languages.split(",") if wanted.languages else []
    for name, files in email_files(wanted.folder, languages).items():
        if wanted.only in f"email {name}":
            for tag, file in files.items():
                page.goto(file.absolute().as_uri())
                _take(page, wanted.folder, f"email {name}", tag)
            _write_sheets(browser, wanted.folder, f"email {name}", list(files))


def _take(page: Page, folder: Path, name: str, tag: str) -> None:
    for width, size in WIDTHS.items():
        page.set_viewport_size(size)
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            page.screenshot(
                path=_picture(folder, name, tag, width, scheme), full_page=True, quality=75
            )
        # What is seen in one scheme is laid out as in the other.
        if (sticks_out := page.evaluate(STICKS_OUT)) > 0:
            print(f"{name}, {tag}, {width}: sticks out by {sticks_out} px")
        for part in page.evaluate(CUT_OFF):
            print(f"{name}, {tag}, {width}: cut off: {part}")


def _write_sheets(browser: Browser, folder: Path, name: str, languages: list[str]) -> None:
    for width in WIDTHS:
        rows = [
            [_picture(folder, name, tag, width, scheme) for tag in languages] for scheme in SCHEMES
        ]
        if width == "desktop":  # half as many beside each other
            rows = [row[at : at + 3] for row in rows for at in range(0, len(row), 3)]
        sheet = folder / f"{name} - {width}.jpeg"
        write_sheet(browser, sheet, rows, width=ON_SHEET[width])
        print(sheet)


def _picture(folder: Path, name: str, tag: str, width: str, scheme: str) -> Path:
    single = folder / "single"
    single.mkdir(exist_ok=True)
    return single / f"{name}.{tag}.{width}.{scheme}.jpeg"


if __name__ == "__main__":
    sys.exit(main())
