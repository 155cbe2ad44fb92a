// "Add it": a part of the source that a translation lacks goes into it, as a copy at its place.
// It works in the page as all acts do, so it can be undone, and nothing typed is rendered anew.
import { announce } from "composer/announce";
import {
  arrange, blocks, byId, composer, focusField, list, makeBlock, maximum,
} from "composer/blocks";
import { equip, setHtml } from "composer/editors";
import { commit, quietly } from "composer/undo";

// Panels whose part was added, with its id. The block has a copy of its panel, and the panel stays
// hidden at its place for as long as the block is in the page, which an undo may end.
const added = new Map();

function showPanels() {
  for (const [panel, { key, anchor }] of added) {
    const isAdded = Boolean(byId(key));
    panel.hidden = isAdded;
    // The copy has the name then, so that links lead to what is seen.
    if (isAdded) panel.removeAttribute("id");
    else panel.id = anchor;
  }
}

function put(field, value) {
  if (!field) return;
  if (!setHtml(field, value)) field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

// What was missing is to be translated now, and its source stands above it.
function becomeSource(panel, { words }) {
  panel.querySelector(".st-source-acts")?.remove();
  panel.querySelector(":scope > p:not([class])")?.remove();
  const badge = panel.querySelector(".st-source-badge");
  if (words) badge.textContent = "Needs translation";
  else badge.remove();
}

function addLine(panel, part) {
  const field = composer().elements[part.key.slice(1)];
  put(field, part.fields.text);
  becomeSource(panel, part);
  field.focus();
}

function addBlock(panel, part) {
  const all = blocks();
  let before = panel.previousElementSibling;
  while (before && !before.matches(".st-block")) before = before.previousElementSibling;
  const block = makeBlock(part.type, part.key);
  all.splice(before ? all.indexOf(before) + 1 : 0, 0, block);
  if (!block.querySelector(".st-source")) {
    const copy = panel.cloneNode(true);
    delete copy.dataset.source;
    becomeSource(copy, part);
    const first = block.querySelector(".st-field");
    if (first) first.before(copy);
    else block.append(copy);
  }
  if (!added.has(panel)) added.set(panel, { key: part.key, anchor: panel.id });
  arrange(all);
  showPanels();
  equip();
  quietly(() => {
    for (const [name, value] of Object.entries(part.fields)) {
      put(composer().elements[`${part.key}-${name}`], value);
    }
  });
  commit(`add ${block.dataset.label}`, part.key);
  focusField(block);
  announce(`${block.dataset.label} added as block ${all.indexOf(block) + 1} of ${all.length}.`);
}

composer().addEventListener("click", (event) => {
  const button = event.target.closest("button[value^='add_source:']");
  const panel = button?.closest("[data-source]");
  if (!panel) return;
  const part = JSON.parse(panel.dataset.source);
  const isLine = part.key.startsWith("@");
  // What doesn't stand at its place, or has none, is left to the server, which has it posted.
  const isHere = panel.parentElement.matches(".st-blocks") && !byId(part.key);
  if (!isLine && (!isHere || blocks().length >= maximum())) return;
  event.preventDefault();
  if (isLine) addLine(panel, part);
  else addBlock(panel, part);
});

new MutationObserver(showPanels).observe(list(), { childList: true });
