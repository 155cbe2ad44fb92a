// The state of the form: the order of its blocks, and the value of each field by its name.
import { arrange, byId, composer, idOf, makeBlock, blocks, order } from "composer/blocks";
import { equip, setHtml } from "composer/editors";

const LINES = ["subject", "preheader"];

function controls() {
  const found = LINES.map((name) => composer().elements[name]);
  for (const block of blocks()) {
    const own = `${idOf(block)}-`;
    for (const field of block.querySelectorAll("[name]")) {
      if (field.name.startsWith(own) && !["BUTTON", "FIELDSET"].includes(field.tagName) && field.type !== "file") found.push(field);
    }
  }
  return found;
}

const isTicked = (field) => field.type === "checkbox" || field.type === "radio";

export const isField = (field) => Boolean(field.name)
  && (LINES.includes(field.name) || Boolean(byId(field.name.split("-")[0])));

// Texts that didn't change are those of `before`, so that they are kept once.
export function read(before) {
  const fields = {};
  for (const field of controls()) {
    if (isTicked(field)) {
      if (field.checked || !(field.name in fields)) fields[field.name] = field.checked ? field.value : "";
      continue;
    }
    const known = before?.fields[field.name];
    fields[field.name] = known === field.value ? known : field.value;
  }
  return Object.freeze({ order: Object.freeze(order()), fields: Object.freeze(fields) });
}

// Put a state into the form, touching only what differs.
export function apply(state) {
  arrange(state.order.map((id) => byId(id) || makeBlock(state.fields[`${id}-type`], id)));
  equip();
  for (const field of controls()) {
    const value = state.fields[field.name] ?? "";
    if (isTicked(field)) {
      const isOn = field.value === value;
      if (field.checked === isOn) continue;
      field.checked = isOn;
    } else if (field.value === value) {
      continue;
    } else if (!setHtml(field, value)) {
      putText(field, value);
    }
    // For whatever shows something of the field, such as a picture or the marks of merge fields.
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

// The cursor goes to the end of what was changed.
function putText(field, value) {
  const old = field.value;
  field.value = value;
  if (!("selectionStart" in field) || field.selectionStart === null) return;
  let tail = 0;
  while (tail < Math.min(old.length, value.length) && old.at(-1 - tail) === value.at(-1 - tail)) tail += 1;
  field.setSelectionRange(value.length - tail, value.length - tail);
}
