// Behaviour of the staff pages. Every page works without it; it spares clicks and reloads.
"use strict";

// htmx must evaluate nothing and write no style element, because the policy forbids both.
// This script runs after htmx is loaded and before htmx starts.
if (window.htmx) {
  Object.assign(window.htmx.config, { allowEval: false, includeIndicatorStyles: false, selfRequestsOnly: true, historyCacheSize: 0 });
}
document.addEventListener("htmx:configRequest", (event) => {
  const token = document.querySelector("input[name=csrfmiddlewaretoken]");
  if (token) event.detail.headers["X-CSRFToken"] = token.value;
});

// --- The menu: beside the page from 1280 px on (unfold's own rule hides it at exactly 1280 px) -------------------

const menuIsOpen = () => window.innerWidth >= 1280 && localStorage.getItem("sidebarOpen") !== "0";

document.addEventListener("alpine:init", () => {
  const unfolds = window.theme;
  window.theme = (...given) => {
    const data = unfolds(...given);
    data.sidebarOpen = menuIsOpen;
    data.sidebarToggle = function () {
      this.sidebarOpen = !this.sidebarOpen;
      if (window.innerWidth >= 1280) localStorage.setItem("sidebarOpen", this.sidebarOpen ? "1" : "0");
    };
    data.themeBindings["x-resize.window"] = function () {
      this.sidebarOpen = menuIsOpen();
    };
    return data;
  };
});

// --- Tables that are wider than the page: a faded edge shows on which side there is more -------------------------

function showEdges() {
  for (const table of document.querySelectorAll("table")) {
    const box = table.parentElement;
    const left = Math.abs(box.scrollLeft);
    const spare = box.scrollWidth - box.clientWidth;
    box.toggleAttribute("data-more-before", left > 1);
    box.toggleAttribute("data-more-behind", spare - left > 1);
  }
}
// --- Tables on a phone: each row as a card, each cell after the heading of its column ----------------------------

function labelCells() {
  for (const table of document.querySelectorAll("#result_list, .st-table")) {
    const headings = [...table.querySelectorAll("thead th")].map((cell) => (cell.querySelector(".text") ?? cell).textContent.trim());
    for (const row of table.querySelectorAll("tbody tr")) {
      [...row.cells].forEach((cell, index) => {
        cell.dataset.label = headings[index] ?? "";
        if (/^[–-]?$/.test(cell.textContent.trim()) && !cell.querySelector("input")) cell.dataset.empty = "";
      });
    }
    table.dataset.cards = "";
  }
}
document.addEventListener("DOMContentLoaded", labelCells);
document.addEventListener("htmx:afterSettle", labelCells);

document.addEventListener("DOMContentLoaded", showEdges);
document.addEventListener("htmx:afterSettle", showEdges);
document.addEventListener("scroll", showEdges, { capture: true, passive: true });
window.addEventListener("resize", showEdges);
window.addEventListener("load", showEdges);

// --- Composer: unsaved changes, editors in blocks that were added, a preview that follows ------------------------

const composer = () => document.getElementById("composer");
let waiting;

function refreshSoon() {
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    const form = composer();
    const button = form && form.querySelector("[data-refresh]");
    if (button) form.requestSubmit(button);
  }, 700);
}

document.addEventListener("input", (event) => {
  const form = event.target.closest("[data-guard]");
  if (!form || event.target.matches("[data-filter]")) return;
  if (event.target.name !== "show" && event.target.name !== "recipient") form.dataset.dirty = "";
  if (form.id === "composer") refreshSoon();
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  const button = event.submitter;
  const question = button && button.dataset.confirm;
  if (question && !window.confirm(question)) {
    event.preventDefault();
    return;
  }
  // The frame's own URL would show the saved version, so the form is posted into it.
  if (button && button.matches("[data-refresh]") && "dirty" in form.dataset) {
    form.querySelector("[data-preview-note]").textContent = "This preview shows unsaved changes. Incomplete blocks are not shown.";
  }
  if (form.matches("[data-guard]") && !(button && button.formTarget)) delete form.dataset.dirty;
});

window.addEventListener("beforeunload", (event) => {
  if (document.querySelector("[data-guard][data-dirty]")) event.preventDefault();
});

document.addEventListener("DOMContentLoaded", () => {
  const form = composer();
  if (form && "dirty" in form.dataset) refreshSoon(); // the form came back unsaved
});

document.addEventListener("htmx:afterSettle", async () => {
  const form = composer();
  if (!form) return;
  const areas = form.querySelectorAll("textarea[data-django-prose-editor-configurable]");
  if (areas.length) {
    const { createEditor } = await import("django-prose-editor/configurable");
    for (const area of areas) await createEditor(area);
  }
  const first = form.querySelector("[autofocus]");
  if (first) {
    const wrapped = first.closest(".prose-editor");
    (wrapped ? wrapped.querySelector("[contenteditable]") : first).focus();
    first.closest(".st-block").scrollIntoView({ block: "nearest" });
  }
  refreshSoon();
});

// The editor's element has no name for screen readers. It gets the block's name, and its errors.
document.addEventListener("prose-editor:ready", (event) => {
  const { editor, textarea } = event.detail;
  const element = editor.view.dom;
  const block = textarea.closest(".st-block");
  element.setAttribute("aria-label", block ? block.dataset.name : "Text");
  element.setAttribute("aria-multiline", "true");
  for (const name of ["aria-describedby", "aria-invalid"]) {
    if (textarea.hasAttribute(name)) element.setAttribute(name, textarea.getAttribute(name));
  }
});

// --- Merge fields: inserted where the cursor was last ------------------------------------------------------------

let lastField = null;
document.addEventListener("focusin", (event) => {
  if (event.target.matches("[data-merge], [contenteditable]")) lastField = event.target;
});

function insert(text) {
  if (!lastField || !lastField.isConnected) return;
  // Tiptap remembers its cursor; so does a plain field.
  if (lastField.editor) {
    lastField.editor.chain().focus().insertContent(text).run();
    return;
  }
  lastField.focus();
  document.execCommand("insertText", false, text);
}

document.addEventListener("click", (event) => {
  const chip = event.target.closest("[data-insert]");
  if (chip) insert(chip.dataset.insert);
});
document.addEventListener("keydown", (event) => {
  const chip = event.target.closest && event.target.closest("[data-insert]");
  if (chip && (event.key === "Enter" || event.key === " ")) {
    event.preventDefault();
    insert(chip.dataset.insert);
  }
});

function equip() {
  for (const chip of document.querySelectorAll("[data-insert]")) {
    chip.setAttribute("role", "button");
    chip.tabIndex = 0;
    chip.title = "Insert at the cursor";
  }
  for (const spare of document.querySelectorAll("[data-without-script]")) spare.hidden = true;
}
document.addEventListener("DOMContentLoaded", equip);
document.addEventListener("htmx:afterSettle", equip);

// --- A long list of choices, filtered by what is typed -----------------------------------------------------------

document.addEventListener("input", (event) => {
  if (!event.target.matches("[data-filter]")) return;
  const wanted = event.target.value.trim().toLowerCase();
  for (const choice of document.querySelectorAll(`${event.target.dataset.filter} label`)) {
    choice.hidden = !choice.textContent.toLowerCase().includes(wanted);
  }
});

// --- Recovery codes: copied, or printed. Without this script they are downloaded or written down. -----------------

document.addEventListener("DOMContentLoaded", () => {
  for (const button of document.querySelectorAll("[data-copies]")) button.hidden = !navigator.clipboard;
  for (const button of document.querySelectorAll("[data-prints]")) button.hidden = false;
});
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copies], [data-prints]");
  if (!button) return;
  if ("prints" in button.dataset) {
    window.print();
    return;
  }
  try {
    await navigator.clipboard.writeText(button.dataset.copies);
    button.textContent = "Copied";
  } catch {
    button.textContent = "Not copied: download them instead";
  }
});
