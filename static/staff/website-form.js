// The page “Add the form to your website”: copies code, and makes the preview as high as the form says that it is.
"use strict";

function showCopyButtons() {
  for (const button of document.querySelectorAll("[data-copy]")) button.hidden = !navigator.clipboard;
}
document.addEventListener("DOMContentLoaded", showCopyButtons);
document.addEventListener("htmx:afterSettle", () => {
  showCopyButtons();
  document.getElementById("made-note").textContent = "The code and the preview are up to date.";
});

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const code = document.getElementById(button.dataset.copy);
  try {
    await navigator.clipboard.writeText(code.value);
    button.querySelector("[data-copy-label]").textContent = "Copied";
  } catch {
    code.focus();
    code.select();
  }
});

document.addEventListener("load", (event) => {
  if (event.target.matches?.("[data-form-preview]")) {
    event.target.contentWindow.postMessage({ type: "convene:hello" }, location.origin);
  }
}, true);

window.addEventListener("message", (event) => {
  const frame = document.querySelector("[data-form-preview]");
  if (!frame || event.source !== frame.contentWindow || event.data?.type !== "convene:height") return;
  frame.style.height = `${Math.min(event.data.height, 10000)}px`;
});
