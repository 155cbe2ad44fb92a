// Merge fields: inserted where the cursor was last.
"use strict";

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
