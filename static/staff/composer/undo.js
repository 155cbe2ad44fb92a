// Undo and redo: what is done to the form is recorded, and put back by keys or buttons.
import { announce } from "composer/announce";
import { byId, composer, focusBlock, blockAround } from "composer/blocks";
import { apply, isField, read } from "composer/form_state";
import { History } from "composer/history";

let history = null;
let isApplying = false;
let isPasting = false;

function nameOf(field) {
  const label = field.closest(".st-field")?.querySelector("label")?.firstChild?.textContent.trim();
  return label || blockAround(field)?.dataset.label || "the text";
}

// Record what an act has changed, and tell the rest of the page (autosave, preview) of it. Return
// whether there was anything.
export function commit(label, where = "") {
  const isChanged = history.record(read(history.state), { label, where });
  if (isChanged) composer().elements.blocks.dispatchEvent(new Event("input", { bubbles: true }));
  showButtons();
  return isChanged;
}

function typed(field) {
  const label = isPasting ? `paste into ${nameOf(field)}` : `typing in ${nameOf(field)}`;
  const isChoice = ["SELECT"].includes(field.tagName) || field.type === "hidden";
  const key = isPasting || isChoice ? null : field.name;
  const words = isChoice ? `change of ${nameOf(field)}` : label;
  history.record(read(history.state), { label: words, where: field.name, key });
  isPasting = false;
  showButtons();
}

function step(name) {
  const { order } = history.state;
  const found = history[name]();
  if (!found) return announce(`There is nothing to ${name}.`);
  quietly(() => apply(found.state));
  composer().elements.blocks.dispatchEvent(new Event("input", { bubbles: true }));
  showButtons();
  goTo(found.where, order);
  return announce(`${name === "undo" ? "Undone" : "Done again"}: ${found.label}.`);
}

// `order` is that of the blocks before the step, by which one that went has its neighbours.
function goTo(where, order) {
  const field = where && composer().elements[where];
  if (!field || !("closest" in field) || field.type === "hidden") {
    return focusBlock(nearest(where.split("-")[0], order));
  }
  blockAround(field)?.classList.remove("st-collapsed");
  const editor = field.closest(".prose-editor")?.querySelector("[contenteditable]");
  const place = editor || field;
  if (document.activeElement !== place) place.focus({ preventScroll: true });
  place.scrollIntoView({ block: "nearest" });
  return undefined;
}

function nearest(id, order) {
  const place = order.indexOf(id);
  const near = place < 0 ? [id] : [id, ...order.slice(0, place).reverse(), ...order.slice(place + 1)];
  return near.map(byId).find(Boolean) || null;
}

// What comes next is a step of its own, however soon it follows.
export function newStep() {
  history.isSealed = true;
}

// Change fields as part of an act, which records them itself.
export function quietly(change) {
  isApplying = true;
  try {
    change();
  } finally {
    isApplying = false;
  }
}

export const undo = () => step("undo");
export const redo = () => step("redo");

function showButtons() {
  for (const [name, isOpen, what] of [
    ["undo", history.canUndo, history.toUndo], ["redo", history.canRedo, history.toRedo],
  ]) {
    const button = composer().querySelector(`[data-${name}]`);
    // Not disabled, because a button that is loses its focus.
    button.setAttribute("aria-disabled", String(!isOpen));
    const word = name === "undo" ? "Undo" : "Redo";
    button.title = what ? `${word}: ${what}` : word;
    button.setAttribute("aria-label", button.title);
  }
}

export function startUndo() {
  const form = composer();
  history = new History(read());
  form.addEventListener("paste", () => {
    isPasting = true;
    setTimeout(() => { isPasting = false; });
  }, true);
  form.addEventListener("input", (event) => {
    if (!isApplying && isField(event.target)) typed(event.target);
  });
  // Formatting is undone apart from what was typed before.
  form.addEventListener("pointerdown", (event) => {
    if (event.target.closest(".prose-menubar")) newStep();
  });
  // The browser's own undo knows nothing of blocks, and less of the editors.
  form.addEventListener("beforeinput", (event) => {
    if (event.inputType !== "historyUndo" && event.inputType !== "historyRedo") return;
    event.preventDefault();
    step(event.inputType === "historyUndo" ? "undo" : "redo");
  }, true);
  form.querySelector("[data-undo]").addEventListener("click", undo);
  form.querySelector("[data-redo]").addEventListener("click", redo);
  showButtons();
}
