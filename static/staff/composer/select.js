// Selecting several blocks, to move, duplicate or remove them together; and collapsing them.
import { announce } from "composer/announce";
import { duplicate, move, remove } from "composer/acts";
import { blockAround, blocks, composer, focusBlock, list } from "composer/blocks";

let last = null; // the block that was ticked last, from which Shift selects on

const tick = (block) => block.querySelector("[data-select]");
const bar = () => composer().querySelector("[data-selection]");

export const chosen = () => blocks().filter((block) => tick(block)?.checked);

// The blocks that an act on this one is about: all that are selected, if it is one of them.
export const chosenWith = (block) => (tick(block)?.checked ? chosen() : [block]);

function show() {
  const some = chosen();
  for (const block of blocks()) block.classList.toggle("st-chosen", some.includes(block));
  bar().hidden = some.length === 0;
  bar().querySelector("[data-count]").textContent = some.length === 1 ? "1 block selected" : `${some.length} blocks selected`;
}

export function toggle(block) {
  tick(block).checked = !tick(block).checked;
  last = block;
  show();
  announce(`${block.dataset.name} ${tick(block).checked ? "selected" : "not selected"}.`);
}

function clear() {
  for (const block of chosen()) tick(block).checked = false;
  show();
}

function range(block, isOn) {
  const all = blocks();
  const ends = [all.indexOf(last), all.indexOf(block)].sort((one, other) => one - other);
  for (const each of all.slice(ends[0], ends[1] + 1)) tick(each).checked = isOn;
}

function act(name) {
  const some = chosen();
  if (!some.length) return;
  if (name === "clear") {
    clear();
    focusBlock(some[0]);
    return;
  }
  ({ up: move, down: move, duplicate, remove })[name](some, name);
  show();
}

function summary(block) {
  const field = block.querySelector(".ProseMirror[contenteditable]")
    || block.querySelector(".st-field :is(input:not([type=hidden]), textarea)");
  const text = field ? field.value ?? field.innerText : "";
  return text.trim().replace(/\s+/g, " ").slice(0, 60);
}

export function collapse(block, isClosed = !block.classList.contains("st-collapsed")) {
  // Read while it is shown: what is hidden has no line ends.
  const words = isClosed ? summary(block) : "";
  block.classList.toggle("st-collapsed", isClosed);
  const button = block.querySelector("[data-collapse]");
  button.ariaExpanded = String(!isClosed);
  block.querySelector("[data-summary]").textContent = words;
}

export function collapseAll() {
  const isClosed = blocks().some((block) => !block.classList.contains("st-collapsed"));
  for (const block of blocks()) collapse(block, isClosed);
  composer().querySelector("[data-collapse-all]").ariaExpanded = String(!isClosed);
  announce(isClosed ? "All blocks collapsed." : "All blocks opened.");
}

export function startSelect() {
  // A selection is no change of the email, so there is nothing to save.
  list().addEventListener("input", (event) => {
    if (event.target.matches("[data-select]")) event.stopPropagation();
  });
  list().addEventListener("click", (event) => {
    const box = event.target.closest("[data-select]");
    if (box) {
      const block = blockAround(box);
      if (event.shiftKey && last?.isConnected) range(block, box.checked);
      last = block;
      show();
    }
    const button = event.target.closest("[data-collapse]");
    if (button) collapse(blockAround(button));
  });
  bar().addEventListener("click", (event) => {
    const button = event.target.closest("[data-together]");
    if (button) act(button.dataset.together);
  });
  composer().querySelector("[data-collapse-all]").addEventListener("click", collapseAll);
  // What is undone may bring selected blocks back, or take them away.
  composer().elements.blocks.addEventListener("input", show);
}
