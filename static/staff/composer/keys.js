// Keys of the composer. Letters are taken by their place on the keyboard, because they must work
// on a Ukrainian or Arabic one, too.
import { duplicate, move, remove } from "composer/acts";
import { offerBlocks } from "composer/block_menu";
import { blockAround, blocks, composer, focusField } from "composer/blocks";
import { togglePreview } from "composer/preview_panel";
import { chosenWith, collapse, collapseAll, toggle } from "composer/select";
import { redo, undo } from "composer/undo";

const help = () => document.getElementById("composer-keys");
const isMac = /Mac|iP(ad|hone)/.test(navigator.platform);

function neighbour(block, step) {
  const all = blocks();
  const other = all[all.indexOf(block) + step];
  if (other) focusField(other);
}

function menuFor(block) {
  const { left, bottom } = (block || composer().querySelector(".st-add")).getBoundingClientRect();
  offerBlocks(block, { at: { left: left + 20, top: Math.min(bottom, innerHeight) - 60, bottom: Math.min(bottom, innerHeight) - 20 }, onClose: () => block && focusField(block) });
}

function save() {
  if (composer().dataset.autosave) document.dispatchEvent(new Event("composer:save"));
  else composer().querySelector("[name=act][value=save]").click();
}

// With Alt: without and with Shift.
const OF_BLOCK = {
  ArrowUp: (block) => move(chosenWith(block), "up"),
  ArrowDown: (block) => move(chosenWith(block), "down"),
  PageUp: (block) => neighbour(block, -1),
  PageDown: (block) => neighbour(block, 1),
};
const OF_BLOCK_SHIFT = {
  KeyD: (block) => duplicate(chosenWith(block)),
  Backspace: (block) => remove(chosenWith(block)),
  Delete: (block) => remove(chosenWith(block)),
  KeyC: (block) => collapse(block),
  KeyX: (block) => toggle(block),
};
const OF_PAGE_SHIFT = { KeyA: menuFor, KeyO: collapseAll, KeyP: () => togglePreview() };

function command(event) {
  if (event.altKey) return null;
  if (event.code === "KeyZ") return event.shiftKey ? redo : undo;
  if (event.code === "KeyY" && !isMac && !event.shiftKey) return redo;
  if (event.code === "KeyS" && !event.shiftKey) return save;
  if (event.code === "Slash") return showKeys;
  return null;
}

function wanted(event) {
  if (isMac ? event.metaKey : event.ctrlKey) return command(event);
  const block = blockAround(event.target);
  if (event.altKey && !event.metaKey && !event.ctrlKey) {
    const ofBlock = (event.shiftKey ? OF_BLOCK_SHIFT : OF_BLOCK)[event.code];
    if (ofBlock && block) return () => ofBlock(block);
    const ofPage = event.shiftKey && OF_PAGE_SHIFT[event.code];
    return ofPage ? () => ofPage(block) : null;
  }
  const isText = event.target.matches("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
  return event.key === "?" && !isText ? showKeys : null;
}

export function showKeys() {
  help().showModal();
}

function emptyLine(event) {
  const field = event.target;
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const block = blockAround(field);
  if (!block || field.value !== "" || !field.matches("[data-merge]")) return;
  event.preventDefault();
  const { left, top, bottom } = field.getBoundingClientRect();
  offerBlocks(block, {
    at: { left, top, bottom },
    onClose: (rest) => {
      field.focus();
      if (rest) field.setRangeText(rest, 0, 0, "end");
      if (rest) field.dispatchEvent(new Event("input", { bubbles: true }));
    },
  });
}

export function startKeys() {
  if (isMac) {
    for (const key of help().querySelectorAll("kbd")) {
      key.textContent = { Ctrl: "⌘", Alt: "⌥", Shift: "⇧" }[key.textContent] || key.textContent;
    }
  }
  document.addEventListener("keydown", (event) => {
    const isHere = event.target === document.body || composer().contains(event.target);
    if (!isHere || event.isComposing || event.target.closest(".st-preview select, dialog")) return;
    const act = wanted(event);
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }, true);
  composer().addEventListener("keydown", emptyLine);
  composer().querySelector("[data-show-keys]").addEventListener("click", showKeys);
  composer().addEventListener("click", (event) => {
    const button = event.target.closest("[data-add-below]");
    if (!button) return;
    const { left, top, bottom } = button.getBoundingClientRect();
    offerBlocks(blockAround(button), { at: { left, top, bottom }, onClose: () => button.focus() });
  });
}
