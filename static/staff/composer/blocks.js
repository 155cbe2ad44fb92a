// The blocks in the page: their order, their names, and new ones from the page's templates.
const BLANK = "zzblankzz"; // the id that the server gives the blank blocks

export const composer = () => document.getElementById("composer");
export const list = () => composer().querySelector(".st-blocks");
export const blocks = () => [...list().querySelectorAll(":scope > .st-block")];
export const idOf = (block) => block.id.slice("block-".length);
export const byId = (id) => document.getElementById(`block-${id}`);
export const maximum = () => Number(composer().dataset.maximum); // blocks in one email
export const order = () => blocks().map(idOf);
export const typeOf = (block) => block.querySelector(`[name="${idOf(block)}-type"]`).value;
export const labelOf = (block) => block.dataset.label;
export const blockAround = (node) => node?.closest?.(".st-block") || null;

const gone = new Map(); // removed blocks by id, with their editors, for when they come back

export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(4));
  const id = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return byId(id) || gone.has(id) ? newId() : id;
}

// Return the block of this id as it was when it was removed, or a blank one.
export function makeBlock(type, id) {
  const kept = gone.get(id);
  if (kept && typeOf(kept) === type) return kept;
  const blank = document.querySelector(`template[data-blank="${CSS.escape(type)}"]`);
  const holder = document.createElement("template");
  holder.innerHTML = blank.innerHTML.replaceAll(BLANK, id);
  const block = document.importNode(holder.content, true).firstElementChild;
  for (const part of block.querySelectorAll("[data-scripted]")) part.hidden = false;
  return block;
}

// Put these blocks into the page, in this order. The one that has the focus stays in its place and
// the others are moved around it, because an element that is moved loses its focus.
export function arrange(wanted) {
  const place = list();
  for (const block of blocks()) {
    if (wanted.includes(block)) continue;
    gone.set(idOf(block), block);
    block.querySelector("[data-select]").checked = false;
    block.remove();
  }
  const fixed = Math.max(wanted.findIndex((block) => block.contains(document.activeElement)), 0);
  const anchor = wanted[fixed];
  if (anchor && anchor.parentNode !== place) place.append(anchor);
  let next = anchor;
  for (let at = fixed - 1; at >= 0; at -= 1) {
    if (wanted[at].nextElementSibling !== next) next.before(wanted[at]);
    next = wanted[at];
  }
  let before = anchor;
  for (const block of wanted.slice(fixed + 1)) {
    if (before.nextElementSibling !== block) before.after(block);
    before = block;
  }
  renumber();
}

export function renumber() {
  const all = blocks();
  const form = composer();
  form.elements.blocks.value = all.map(idOf).join(" ");
  for (const [index, block] of all.entries()) {
    const name = `block ${index + 1}, ${labelOf(block)}`;
    block.dataset.name = name[0].toUpperCase() + name.slice(1);
    block.querySelector(".st-number").textContent = index + 1;
    for (const tool of block.querySelectorAll("[data-tool]")) {
      const isAtEnd = { up: index === 0, down: index === all.length - 1 }[tool.dataset.tool];
      // A button that is disabled loses its focus.
      tool.toggleAttribute("disabled", Boolean(isAtEnd) && tool !== document.activeElement);
      tool.setAttribute("aria-label", `${tool.title}: ${name}`);
    }
    for (const editor of block.querySelectorAll(".ProseMirror[contenteditable]")) {
      editor.setAttribute("aria-label", nameOfEditor(editor, block));
    }
  }
  form.querySelector("[data-empty]").hidden = all.length > 0;
}

export function nameOfEditor(element, block) {
  const label = element.closest(".st-field")?.querySelector("label")?.textContent.trim();
  return label ? `${block.dataset.name}: ${label}` : block.dataset.name;
}

export function focusBlock(block) {
  if (!block) return composer().querySelector(".st-add button")?.focus();
  block.tabIndex = -1;
  block.focus({ preventScroll: true });
  block.scrollIntoView({ block: "nearest" });
  return undefined;
}

// Put the cursor into the first field of a block.
export function focusField(block) {
  const fields = [...(block?.querySelectorAll(".ProseMirror[contenteditable], .st-field :is(input, textarea, select)") || [])];
  const first = fields.find((field) => field.checkVisibility()); // an editor hides its textarea
  if (!first) return focusBlock(block);
  first.focus({ preventScroll: true });
  block.scrollIntoView({ block: "nearest" });
  return undefined;
}
