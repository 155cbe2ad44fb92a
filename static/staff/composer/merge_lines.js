// Merge fields in plain fields: the text stays as it is written, on a ground that shows what is a
// field, with its meaning below, and a small form to change it.
import { composer } from "composer/blocks";
import { editField } from "composer/merge_form";
import { explain, find, written } from "composer/merge_fields";
import { offerFields } from "composer/merge_menu";
import { newStep } from "composer/undo";

const grounds = new WeakMap();

function groundOf(field) {
  if (grounds.has(field)) return grounds.get(field);
  const around = document.createElement("div");
  around.className = "st-pilled";
  const ground = document.createElement("div");
  ground.className = "st-ground";
  ground.ariaHidden = "true";
  const hasFocus = document.activeElement === field;
  const { selectionStart, selectionEnd } = field;
  field.before(around);
  around.append(ground, field);
  // Letters must stand where the field's own do.
  const style = getComputedStyle(field);
  for (const name of ["font", "letterSpacing", "padding", "direction"]) ground.style[name] = style[name];
  const note = document.createElement("p");
  note.className = "st-help st-pill-note";
  note.role = "status";
  around.after(note);
  grounds.set(field, { ground, note });
  if (hasFocus) {
    field.focus();
    field.setSelectionRange(selectionStart, selectionEnd);
  }
  return grounds.get(field);
}

function paint(field) {
  const found = find(field.value);
  if (!found.length && !grounds.has(field)) return;
  const { ground, note } = groundOf(field);
  const pieces = [];
  let at = 0;
  for (const { from, to, isBad } of found) {
    const mark = document.createElement("mark");
    mark.className = isBad ? "st-pill-bad" : "";
    mark.textContent = field.value.slice(from, to);
    pieces.push(field.value.slice(at, from), mark);
    at = to;
  }
  ground.replaceChildren(...pieces, `${field.value.slice(at)} `);
  field.classList.toggle("st-has-pills", found.length > 0);
  scroll(field);
  describe(field, note, found);
}

function scroll(field) {
  const own = grounds.get(field);
  if (!own) return;
  own.ground.scrollLeft = field.scrollLeft;
  own.ground.scrollTop = field.scrollTop;
}

// Below the field stands what is wrong, or the meaning of the merge field at the cursor.
function describe(field, note, found) {
  const at = document.activeElement === field ? field.selectionStart : -1;
  const here = found.find((each) => at > each.from && at < each.to);
  const bad = found.find((each) => each.isBad && (each.isStray ? at < each.from || at > each.to : each !== here));
  const shown = bad || here;
  const key = shown ? `${shown.from} ${shown.to} ${field.value.slice(shown.from, shown.to)}` : "";
  if (note.dataset.key === key) return;
  note.dataset.key = key;
  note.classList.toggle("st-bad-text", Boolean(shown?.isBad));
  if (!shown) return note.replaceChildren();
  const words = shown.isStray ? `“${field.value.slice(shown.from, shown.to)}” is no merge field. Type { to choose one.` : explain(shown.name, shown.fallback);
  note.replaceChildren(words[0].toUpperCase() + words.slice(1), ". ".slice(/[.]$/.test(words) ? 1 : 0));
  if (shown.isStray) return undefined;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "st-link-button";
  button.textContent = "Change merge field";
  button.addEventListener("click", () => change(field, shown));
  note.append(button);
  return undefined;
}

async function change(field, { from, to, name, fallback }) {
  const wanted = await editField({ name, fallback });
  field.focus();
  if (wanted === null) return;
  newStep();
  replace(field, from, to, wanted === "remove" ? "" : written(wanted.name, wanted.fallback));
}

function replace(field, from, to, text) {
  field.setRangeText(text, from, to, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function offer(field) {
  const at = field.selectionStart;
  const { left, top, bottom } = field.getBoundingClientRect();
  offerFields({ left, top, bottom }, (name, fallback) => {
    field.focus();
    replace(field, at - 1, at, written(name, fallback));
  }, (rest) => {
    field.focus();
    if (rest) replace(field, at, at, rest);
  });
}

export function startLines() {
  const form = composer();
  const isLine = (target) => target.matches?.("[data-merge]");
  form.addEventListener("input", (event) => {
    if (!isLine(event.target)) return;
    paint(event.target);
    if (event.data === "{" && event.inputType === "insertText" && event.target.selectionStart !== null) offer(event.target);
  });
  for (const name of ["keyup", "pointerup", "focusin"]) {
    form.addEventListener(name, (event) => { if (isLine(event.target)) paint(event.target); });
  }
  form.addEventListener("scroll", (event) => { if (isLine(event.target)) scroll(event.target); }, true);
  for (const field of form.querySelectorAll("[data-merge]")) paint(field);
}

// For blocks that came with fields filled in.
export function paintAll(block) {
  for (const field of block.querySelectorAll("[data-merge]")) paint(field);
}
