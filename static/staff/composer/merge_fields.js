// Merge fields as the page knows them, and how they are written: {name} or {name|fallback}.
const WRITTEN = /(?<!\{)\{([\p{L}_][\p{L}\p{N}_]*)(?:\|([^{}]*))?\}(?!\})/gu; // as the server reads them

const known = new Map();

export function loadFields() {
  const data = JSON.parse(document.getElementById("merge-fields").textContent);
  for (const field of data) known.set(field.name, field);
}

export const fields = () => [...known.values()];
export const isKnown = (name) => known.has(name);
export const takesFallback = (name) => Boolean(known.get(name)?.takes_fallback);
export const written = (name, fallback) => (fallback ? `{${name}|${fallback}}` : `{${name}}`);
export const example = (name) => written(name, known.get(name)?.fallback);

export function title(name) {
  const words = name.replaceAll("_url", " link").replaceAll("_", " ").replace("rsvp", "RSVP").replace("utc", "UTC");
  return words[0].toUpperCase() + words.slice(1);
}

export function explain(name, fallback) {
  if (!isKnown(name)) return `There is no merge field {${name}}. Choose one of the list.`;
  const { meaning } = known.get(name);
  if (fallback) return `${meaning}, or “${fallback}” where we don’t know it`;
  return takesFallback(name) ? `${meaning}, or nothing where we don’t know it` : meaning;
}

// Return the merge fields of a text with their places, and the braces that belong to none.
export function find(text) {
  const found = [...text.matchAll(WRITTEN)].map((match) => ({
    from: match.index, to: match.index + match[0].length, name: match[1], fallback: (match[2] || "").trim(), isBad: !isKnown(match[1]),
  }));
  const inside = (at) => found.some((each) => at >= each.from && at < each.to);
  for (const brace of text.matchAll(/\{+[^{}\n]{1,60}\}+|\{+|\}+/gu)) {
    if (!inside(brace.index)) {
      found.push({ from: brace.index, to: brace.index + brace[0].length, name: "", fallback: "", isBad: true, isStray: true });
    }
  }
  return found.sort((one, other) => one.from - other.from);
}

// Return HTML in which each written field is an element, for the editor.
export function toElements(html) {
  if (!html.includes("{")) return html;
  const holder = document.createElement("template");
  holder.innerHTML = html;
  const texts = document.createTreeWalker(holder.content, NodeFilter.SHOW_TEXT);
  const all = [];
  while (texts.nextNode()) all.push(texts.currentNode);
  for (const text of all) {
    const found = find(text.data).filter((each) => !each.isStray);
    if (!found.length) continue;
    const pieces = [];
    let at = 0;
    for (const { from, to, name, fallback } of found) {
      const element = document.createElement("span");
      element.dataset.mergeField = name;
      if (fallback) element.dataset.fallback = fallback;
      element.textContent = written(name, fallback);
      pieces.push(text.data.slice(at, from), element);
      at = to;
    }
    text.replaceWith(...pieces, text.data.slice(at));
  }
  return holder.innerHTML;
}

// Return the editor's HTML as it is kept: each field as it is written.
export function toWritten(html) {
  if (!html.includes("data-merge-field")) return html;
  const holder = document.createElement("template");
  holder.innerHTML = html;
  for (const element of holder.content.querySelectorAll("[data-merge-field]")) {
    element.replaceWith(element.textContent);
  }
  return holder.innerHTML;
}
