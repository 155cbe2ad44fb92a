// The composer: unsaved changes, editors in blocks that were added, a preview that follows.
"use strict";

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
    form.querySelector("[data-preview-note]").textContent = "Incomplete blocks are not shown.";
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
