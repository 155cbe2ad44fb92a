"""Contact sheets: the pictures of one page beside each other, put together by the browser."""

from collections.abc import Iterable
from html import escape
from pathlib import Path

from playwright.sync_api import Browser

STYLE = """
body { margin: 12px; background: #999; font: 13px sans-serif; width: max-content }
.row { display: flex; gap: 12px; align-items: flex-start; margin-bottom: 12px }
figure { margin: 0; background: #fff; padding: 4px }
img { display: block; width: var(--width); max-height: 2600px; object-fit: cover;
  object-position: top }
"""


def write_sheet(
    browser: Browser, path: Path, rows: Iterable[Iterable[Path]], *, width: int
) -> None:
    """Write one sheet.

    Args:
        path: the picture that is written.
        rows: the pictures, row by row.
        width: of each picture on the sheet, in pixels.
    """
    cells = "".join(
        f'<div class="row">{"".join(_figure(each) for each in row)}</div>' for row in rows
    )
    page = browser.new_page(viewport={"width": 1600, "height": 900})
    draft = path.with_suffix(".html")
    draft.write_text(
        f"<!doctype html><style>:root {{ --width: {width}px }} {STYLE}</style>{cells}",
        encoding="utf-8",
    )
    page.goto(draft.absolute().as_uri())
    page.locator("body").screenshot(path=path, quality=75)
    draft.unlink()
    page.close()


def _figure(picture: Path) -> str:
    return (
        f'<figure><img alt="" src="{picture.absolute().as_uri()}">'
        f"<figcaption>{escape(picture.stem)}</figcaption></figure>"
    )
