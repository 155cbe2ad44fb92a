"""The composer's blocks in the page: moved, removed, undone; by mouse, finger and keyboard."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.chromium import Complaints
from tests.journeys.test_composer import SLOW, Draft, draft, page, saved_note

__all__ = ["draft", "page"]

pytestmark = [pytest.mark.journey, pytest.mark.browser]

KINDS = """
() => [...document.querySelectorAll(".st-block")].map(block => block.dataset.label)
"""
ACTS = """
acts => {
  const form = document.getElementById("composer");
  const left = new Set(["csrfmiddlewaretoken", "seen", "show", "recipient", "zone", "version"]);
  const state = () => JSON.stringify([...new FormData(form)].filter(([name]) => !left.has(name)));
  const pick = (all, number) => all[number % all.length];
  const blocks = () => [...form.querySelectorAll(".st-block")];
  const press = (number, name) => {
    const block = pick(blocks(), number);
    block?.querySelector(`[data-tool=${name}]:not(:disabled)`)?.click();
  };
  const does = {
    type(number, text) {
      const field = pick([...form.querySelectorAll(".st-sheet input.st-input")], number);
      field.value += text;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    },
    write(number, text) {
      const element = pick([...form.querySelectorAll(".ProseMirror[contenteditable]")], number);
      element?.editor.chain().insertContentAt(1, `${text}{given_name|you}`).toggleBold().run();
    },
    paste(number, text) {
      const element = pick([...form.querySelectorAll(".ProseMirror[contenteditable]")], number);
      const data = new DataTransfer();
      data.setData("text/html", `<h1>${text}</h1><ul><li>${text}</li></ul>`);
      data.setData("text/plain", text);
      element?.dispatchEvent(
        new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
    },
    add(number) {
      const kinds = ["rich_text", "image", "button", "two_columns", "divider"];
      form.querySelector(`.st-add [value="add:${pick(kinds, number)}"]`).click();
    },
    up: number => press(number, "up"),
    down: number => press(number, "down"),
    duplicate: number => press(number, "duplicate"),
    remove: number => press(number, "remove"),
    several(number) {
      const some = blocks().filter((_, place) => (number >> place) & 1);
      for (const block of some) block.querySelector("[data-select]").click();
      const name = pick(["up", "down", "duplicate", "remove"], number);
      if (some.length) form.querySelector(`[data-together=${name}]`).click();
      if (!form.querySelector("[data-selection]").hidden)
        form.querySelector("[data-together=clear]").click();
    },
  };
  const isOver = name =>
    form.querySelector(`[data-${name}]`).getAttribute("aria-disabled") === "true";
  if (!isOver("undo")) return "there is something to undo at the start";
  const seen = [state()];
  const must = new Set();
  for (const [name, number, text] of acts) {
    does[name](number, text);
    if (state() === seen.at(-1)) continue;
    seen.push(state());
    // Typing that goes on is one step; all else is a step of its own.
    if (name !== "type" && name !== "write") must.add(seen.length - 1);
  }
  const visited = [seen.length - 1];
  while (!isOver("undo")) {
    form.querySelector("[data-undo]").click();
    let place = visited.at(-1) - 1;
    while (place >= 0 && state() !== seen[place]) place -= 1;
    if (place < 0) return `undo leads to what never was: ${state()}`;
    visited.push(place);
  }
  if (visited.at(-1) !== 0) return "undo doesn't lead back to the start";
  const skipped = [...must].filter(place => !visited.includes(place));
  if (skipped.length) return `undo skips ${skipped}`;
  for (const place of visited.toReversed().slice(1)) {
    form.querySelector("[data-redo]").click();
    if (state() !== seen[place]) return `redo doesn't lead to ${place}: ${state()}`;
  }
  // Where nothing was changed, that of the acts before is still to be redone.
  if (seen.length > 1 && !isOver("redo")) return "there is more to redo";
  while (!isOver("undo")) form.querySelector("[data-undo]").click();
  return "";
}
"""
"""Do acts by the page's own means, then undo all and redo all. Return what went wrong."""
WALK = """
async steps => {
  const { History } = await import("composer/history");
  const state = number => ({ order: [], fields: { text: String(number) } });
  const history = new History(state(0));
  const shown = [];
  for (const [name, number, key, now] of steps) {
    if (name === "record") history.record(state(number), { label: "x", key, now });
    else history[name]();
    shown.push([Number(history.state.fields.text), history.canUndo, history.canRedo]);
  }
  return shown;
}
"""
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["record", "record", "record", "undo", "redo"]),
        st.integers(0, 4),
        st.sampled_from([None, "subject", "text"]),
        st.integers(0, 1200),
    ),
    max_size=25,
)


@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    acts=st.lists(
        st.tuples(
            st.sampled_from(
                ["type", "write", "paste", "add", "up", "down", "duplicate", "remove", "several"]
            ),
            st.integers(0, 63),
            st.text("abc {}<&é", min_size=1, max_size=6),
        ),
        min_size=1,
        max_size=14,
    )
)
def all_acts_can_be_undone(page: Page, acts: list[tuple[str, int, str]]) -> None:
    assert page.evaluate(ACTS, acts) == ""


@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=STEPS)
def history_keeps_to_its_model(page: Page, steps: list[tuple[str, int, str | None, int]]) -> None:
    now, timed = 0, []
    for name, number, key, pause in steps:
        now += pause
        timed.append((name, number, key, now))
    assert page.evaluate(WALK, timed) == [list(each) for each in walked(timed)]


def walked(steps: list[tuple[str, int, str | None, int]]) -> list[tuple[int, bool, bool]]:
    """Return what a history shows after each step: its state, and whether it can undo and redo."""
    entries: list[dict[str, Any]] = [{"number": 0, "key": None}]
    place, is_open, shown = 0, False, []
    for name, number, key, now in steps:
        last = entries[place]
        if name == "record" and number != last["number"]:
            goes_on = is_open and key and last["key"] == key and now - last["at"] < 800
            if goes_on and now - last["since"] < 10_000:
                entries[place:] = [{**last, "number": number, "at": now}]
            else:
                entries[place + 1 :] = [{"number": number, "key": key, "at": now, "since": now}]
                place += 1
            is_open = key is not None
        elif name == "undo" and place:
            place, is_open = place - 1, False
        elif name == "redo" and place < len(entries) - 1:
            place, is_open = place + 1, False
        shown.append((entries[place]["number"], place > 0, place < len(entries) - 1))
    return shown


def said(page: Page) -> Any:
    return page.locator("[data-announce]")


def test_everything_is_undone_and_done_again_in_any_order(page: Page) -> None:
    expect(page.locator("#composer[data-ready]")).to_be_visible()
    all_acts_can_be_undone(page)
    history_keeps_to_its_model(page)


def test_blocks_are_arranged_without_a_line_and_saved_once_it_is_back(
    page: Page, window: BrowserContext, draft: Draft, complaints: Complaints
) -> None:
    expect(page.locator("#composer[data-ready]")).to_be_visible()
    window.set_offline(True)
    page.locator(".st-add").get_by_role("button", name="Quotation").click()
    expect(said(page)).to_have_text("Quotation added as block 3 of 3.")
    page.keyboard.type("Written without a line")
    page.get_by_role("button", name="Move up: block 3, Quotation").click()
    expect(said(page)).to_have_text("Quotation moved up, now 2 of 3.")
    page.get_by_role("button", name="Duplicate: block 2, Quotation").click()
    page.get_by_role("button", name="Remove: block 1, Heading").click()
    assert page.evaluate(KINDS) == ["Quotation", "Quotation", "Divider"]
    page.keyboard.press("Control+z")
    expect(said(page)).to_have_text("Undone: remove Heading.")
    page.keyboard.press("Control+z")
    assert page.evaluate(KINDS) == ["Heading", "Quotation", "Divider"]
    expect(page.locator(".st-block").nth(1)).to_be_focused()  # the neighbour of what went
    page.keyboard.press("Control+Shift+z")
    assert page.evaluate(KINDS) == ["Heading", "Quotation", "Quotation", "Divider"]
    window.set_offline(False)
    draft.installation.wait_until(
        lambda: (
            [each["type"] for each in draft.blocks]
            == ["heading", "quotation", "quotation", "divider"]
        ),
        "the blocks to be saved",
    )
    assert [each.get("text") for each in draft.blocks[1:3]] == ["Written without a line"] * 2
    assert len({each["id"] for each in draft.blocks}) == 4
    complaints.heard = [each for each in complaints.heard if "ERR_INTERNET" not in each]


def test_blocks_are_written_and_arranged_by_the_keyboard_alone(page: Page, draft: Draft) -> None:
    expect(page.locator("#composer[data-ready]")).to_be_visible()
    page.locator(".st-block").first.get_by_label("Heading", exact=True).focus()
    page.keyboard.press("Alt+Shift+A")
    page.keyboard.type("tex")
    page.keyboard.press("Enter")
    editor = page.locator(".ProseMirror[contenteditable]")
    expect(editor).to_be_focused()
    page.keyboard.type("/fig")
    page.keyboard.press("Enter")
    assert page.evaluate(KINDS) == ["Heading", "Figure", "Divider"]
    page.keyboard.type("49 million")
    page.keyboard.press("Alt+ArrowDown")
    assert page.evaluate(KINDS) == ["Heading", "Divider", "Figure"]
    page.keyboard.type(" people")
    assert page.locator(".st-block").last.locator("input.st-input").first.input_value() == (
        "49 million people"
    )
    expect(page.locator("#composer")).not_to_have_attribute("data-dirty", "")
    page.locator("[data-select]").last.press("Space")
    page.keyboard.press("Alt+PageUp")
    page.keyboard.press("Alt+Shift+X")
    expect(page.locator("[data-count]")).to_have_text("2 blocks selected")
    # Nothing is to be saved by that.
    expect(page.locator("#composer")).not_to_have_attribute("data-dirty", "")
    page.keyboard.press("Alt+ArrowUp")
    assert page.evaluate(KINDS) == ["Divider", "Figure", "Heading"]
    page.keyboard.press("Alt+Shift+D")
    assert page.evaluate(KINDS) == ["Divider", "Figure", "Divider", "Figure", "Heading"]
    page.keyboard.press("Alt+Shift+O")
    expect(page.locator(".st-collapsed")).to_have_count(5)
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.keyboard.press("Control+s")
    expect(saved_note(page)).to_contain_text("Saved at")
    draft.installation.wait_until(lambda: len(draft.blocks) == 5, "the blocks to be saved")


def test_a_block_is_dragged_by_mouse_and_by_finger(page: Page, window: BrowserContext) -> None:
    expect(page.locator("#composer[data-ready]")).to_be_visible()
    page.locator(".st-add").get_by_role("button", name="Button").click()
    page.locator("[data-collapse-all]").click()

    def places(number: int) -> tuple[float, float, float]:
        handle = page.locator("[data-handle]").nth(number)
        handle.scroll_into_view_if_needed()
        box, last = handle.bounding_box(), page.locator(".st-block").last.bounding_box()
        assert box
        assert last
        return box["x"] + 8, box["y"] + 8, last["y"] + last["height"] - 4

    # Whoever puts a block back to its place has done nothing.
    across, down, end = places(0)
    page.mouse.move(across, down)
    page.mouse.down()
    page.mouse.move(across, down + 20)
    page.mouse.move(across, down + 2)
    page.mouse.up()
    expect(said(page)).to_have_text("Not moved.")
    expect(page.get_by_role("button", name="Undo: add Button")).to_be_visible()

    page.mouse.move(across, down)
    page.mouse.down()
    page.mouse.move(across, down + 20)
    page.mouse.move(across, end)
    page.mouse.up()
    assert page.evaluate(KINDS) == ["Divider", "Button", "Heading"]
    expect(said(page)).to_have_text("Heading moved, now 3 of 3.")
    expect(page.locator("[data-handle]").last).to_be_focused()

    across, down, end = places(0)
    finger = window.new_cdp_session(page)
    for name, height in (("touchStart", down), ("touchMove", down + 20), ("touchMove", end)):
        points = [{"x": across, "y": height}]
        finger.send("Input.dispatchTouchEvent", {"type": name, "touchPoints": points})
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    expect(said(page)).to_have_text("Divider moved, now 3 of 3.")
    page.keyboard.press("ArrowUp")
    assert page.evaluate(KINDS) == ["Button", "Divider", "Heading"]


def test_ten_characters_a_second_over_two_seconds_of_latency_lose_none(
    page: Page, window: BrowserContext, draft: Draft
) -> None:
    expect(page.locator("#composer[data-ready]")).to_be_visible()
    page.locator(".st-add").get_by_role("button", name="Text", exact=True).click()
    window.new_cdp_session(page).send("Network.emulateNetworkConditions", SLOW)
    text = "Nothing of this is lost while blocks are moved and saved. "
    for place in range(4):
        page.keyboard.type(text, delay=100)
        page.keyboard.press("Alt+ArrowUp" if place % 2 == 0 else "Alt+ArrowDown")
    expect(page.locator(".ProseMirror[contenteditable]")).to_have_text((text * 4).strip())

    def saved() -> bool:
        return any((text * 4).strip() in json.dumps(each) for each in draft.blocks)

    draft.installation.wait_until(saved, "all of it to be saved")
