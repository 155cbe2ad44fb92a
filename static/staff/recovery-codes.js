// Recovery codes: copied, or printed. Without this script they are downloaded or written down.
"use strict";

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
