// Forms: a question before what can't be undone, and before a page is left with unsaved changes.
"use strict";

document.addEventListener("input", (event) => {
  const form = event.target.closest("[data-guard]");
  if (!form || event.target.matches("[data-filter]") || event.target.closest(".st-preview")) return;
  form.dataset.dirty = "";
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  const button = event.submitter;
  const question = button && button.dataset.confirm;
  if (question && !window.confirm(question)) {
    event.preventDefault();
    return;
  }
  if (form.matches("[data-guard]") && !(button && button.formTarget)) delete form.dataset.dirty;
});

window.addEventListener("beforeunload", (event) => {
  if (document.querySelector("[data-guard][data-dirty]")) event.preventDefault();
});

// The editor's element has no name for screen readers. It gets that of its field, and its errors.
document.addEventListener("prose-editor:ready", (event) => {
  const { editor, textarea } = event.detail;
  const element = editor.view.dom;
  element.setAttribute("aria-label", textarea.labels?.[0]?.textContent.trim() || "Text");
  element.setAttribute("aria-multiline", "true");
  for (const name of ["aria-describedby", "aria-invalid"]) {
    if (textarea.hasAttribute(name)) element.setAttribute(name, textarea.getAttribute(name));
  }
});

// What the composer keeps (composer/kept.js) is for the next page that its writer opens in this tab.
document.addEventListener("DOMContentLoaded", () => {
  const isElsewhere = document.getElementById("logout-form") && !document.getElementById("composer");
  if (isElsewhere) sessionStorage.removeItem("composer-kept");
});
