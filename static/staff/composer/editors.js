// The rich-text editors (Tiptap, by django-prose-editor) of the page's textareas.
import * as library from "django-prose-editor/editor";
import { blockAround, composer, nameOfEditor } from "composer/blocks";
import { CleanPaste } from "composer/clean_paste";
import { toElements, toWritten } from "composer/merge_fields";
import { MergeField } from "composer/merge_node";
import { SlashMenu } from "composer/slash_menu";

const MARKER = "data-django-prose-editor-composer";
const NOT_OURS = new Set(["History", "UndoRedo"]); // composer/undo takes back what is done
const EMPTY = /^<(\w+)(\s[^>]*)?><\/\1>$/i;
const editors = new WeakMap();

function extensionsOf(area) {
  const { extensions } = JSON.parse(area.getAttribute(MARKER));
  const found = Object.entries(extensions)
    .filter(([name]) => library[name] && !NOT_OURS.has(name))
    .map(([name, options]) => (typeof options === "object" ? library[name].configure(options) : library[name]));
  return [...found, MergeField, CleanPaste, SlashMenu];
}

function create(area) {
  const element = document.createElement("div");
  element.className = "prose-editor";
  area.before(element);
  element.append(area);
  const editor = new library.Editor({
    element,
    extensions: extensionsOf(area),
    content: toElements(area.value),
    onUpdate() {
      const html = editor.getHTML();
      // Emails have one kind of numbers.
      area.value = EMPTY.test(html) ? "" : toWritten(html).replaceAll(/(<ol[^>]*) data-type="[^"]*"/g, "$1");
      area.dispatchEvent(new Event("input", { bubbles: true }));
    },
  });
  editors.set(area, editor);
  name(editor.view.dom, area);
}

// The editor's element has no name for screen readers. It gets that of its field and block.
function name(element, area) {
  const block = blockAround(area);
  element.setAttribute("aria-label", block ? nameOfEditor(element, block) : "Text");
  element.setAttribute("aria-multiline", "true");
  for (const attribute of ["aria-describedby", "aria-invalid", "lang", "dir"]) {
    if (area.hasAttribute(attribute)) element.setAttribute(attribute, area.getAttribute(attribute));
  }
}

// Give each textarea for rich text its editor.
export function equip() {
  for (const area of composer().querySelectorAll(`textarea[${MARKER}]`)) {
    if (!editors.has(area)) create(area);
  }
}

// Put HTML into the editor of a textarea, replacing only what differs, so that the cursor stays
// near it. Return false for any other field.
export function setHtml(area, html) {
  const editor = editors.get(area);
  if (!editor) return false;
  const { state, view } = editor;
  const wanted = library.createDocument(toElements(html), editor.schema);
  const start = state.doc.content.findDiffStart(wanted.content);
  if (start !== null) {
    let { a, b } = state.doc.content.findDiffEnd(wanted.content);
    const overlap = Math.max(start - Math.min(a, b), 0);
    a += overlap;
    b += overlap;
    view.dispatch(state.tr.replace(start, a, wanted.slice(start, b)));
    if (view.hasFocus()) editor.commands.setTextSelection(Math.min(b, editor.state.doc.content.size));
  }
  // The same text may be written in several ways; kept is the one that was there.
  area.value = html;
  return true;
}
