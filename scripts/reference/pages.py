"""The pages of docs/reference/ that are made of the code."""

from collections.abc import Callable, Mapping
from pathlib import Path

from config.env import BASE_DIR
from scripts.reference.addresses import addresses
from scripts.reference.blocks import blocks
from scripts.reference.commands import commands
from scripts.reference.events import events
from scripts.reference.limits import limits

FOLDER = BASE_DIR / "docs" / "reference"

PAGES: Mapping[str, Callable[[], str]] = {
    "addresses.md": addresses,
    "blocks.md": blocks,
    "commands.md": commands,
    "events.md": events,
    "limits.md": limits,
}
"""By file name. Django must be set up before one is made."""


def write(folder: Path = FOLDER) -> list[Path]:
    """Write all pages, and return the files."""
    folder.mkdir(exist_ok=True)
    for name, made in PAGES.items():
        (folder / name).write_text(made(), encoding="utf-8")
    return [folder / name for name in PAGES]
