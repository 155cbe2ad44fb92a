"""Two ways of using a page: with a pointer, and by the keyboard alone."""

from pathlib import Path
from typing import Protocol

from playwright.sync_api import Locator, Page

FARTHEST = 300
"""Presses of Tab within which everything on a page must be reached."""
_IS_FOCUSED = "part => part === document.activeElement || part.contains(document.activeElement)"


class Hands(Protocol):
    """What somebody does to a page. Each waits until its target is there.

    `presses` counts the buttons, links, ticks, menus and files; what is typed doesn't count.
    """

    presses: int

    def press(self, target: Locator) -> None: ...

    def write(self, target: Locator, text: str) -> None: ...

    def choose(self, target: Locator, label: str) -> None: ...

    def upload(self, target: Locator, file: Path) -> None: ...


class PointerHands:
    """Hands with a mouse, which click."""

    def __init__(self, page: Page) -> None:
        self.page, self.presses = page, 0

    def press(self, target: Locator) -> None:
        self.presses += 1
        target.click()

    def write(self, target: Locator, text: str) -> None:
        target.click()
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.type(text)

    def choose(self, target: Locator, label: str) -> None:
        self.presses += 1
        target.select_option(label=label)

    def upload(self, target: Locator, file: Path) -> None:
        self.presses += 1
        target.set_input_files(file)


class KeyboardHands:
    """Hands that have no pointer: they reach all by Tab, and never touch the mouse."""

    def __init__(self, page: Page) -> None:
        self.page, self.presses = page, 0

    def press(self, target: Locator) -> None:
        self.presses += 1
        self.reach(target)
        is_ticked = target.evaluate("part => ['radio', 'checkbox'].includes(part.type)")
        self.page.keyboard.press("Space" if is_ticked else "Enter")

    def write(self, target: Locator, text: str) -> None:
        self.reach(target)
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.type(text)

    def choose(self, target: Locator, label: str) -> None:
        self.presses += 1
        self.reach(target)
        self.page.keyboard.press("Home")
        for _ in range(target.locator("option").count()):
            if (target.locator("option:checked").text_content() or "").strip() == label:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"the arrow keys don't lead to {label!r}")

    def upload(self, target: Locator, file: Path) -> None:
        self.presses += 1
        self.reach(target)
        with self.page.expect_file_chooser() as opened:
            self.page.keyboard.press("Space")
        opened.value.set_files(file)

    def reach(self, target: Locator) -> None:
        """Press Tab until the focus is on the target, or within it.

        Raises:
            AssertionError: it isn't reached, or the focus isn't seen where it is.
        """
        for _ in range(FARTHEST):
            if target.evaluate(_IS_FOCUSED):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{target} can't be reached with {FARTHEST} presses of Tab")
