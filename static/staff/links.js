// A web address that was typed without https:// gets it once its field is left, so that whoever
// typed it sees what will be sent. What is none is left alone: the checks say why.
"use strict";

(() => {
  const WEB = /^[^\s:/?#@{}]+\.[^\s:/?#@{}.]{2,}(:\d+)?([/?#]\S*)?$/;
  const FILE = /^[^/?#]+\.(csv|docx?|gif|html?|ics|jpe?g|od[pst]|pdf|png|pptx?|svg|txt|webp|xlsx?|zip)$/i;

  // In the capture phase: before the editor's dialog, or the page, reads the field.
  document.addEventListener("change", ({ target }) => {
    const typed = target.matches?.("input[inputmode=url]") ? target.value.trim() : "";
    if (!WEB.test(typed) || FILE.test(typed)) return;
    target.value = `https://${typed}`;
    target.dispatchEvent(new Event("input", { bubbles: true }));
  }, true);
})();
