// The rich-text editor's own dialog, for a link, in our words and with our inputs and buttons.
"use strict";

(() => {
  const WORDS = {
    "Edit Link": "Link",
    URL: "Address of the link",
    Title: "Title (optional)",
    Update: "Save link",
    "insert link": "Link",
    "remove link": "Remove link",
  };
  // The editor asks for its words by this name, as Django's own catalogue for scripts is called.
  const known = window.gettext;
  window.gettext = (text) => WORDS[text] || (known ? known(text) : text);

  // Its first field takes the focus when it opens.
  document.addEventListener("focusin", (event) => {
    const dialog = event.target.closest?.(".prose-editor-dialog");
    if (!dialog || dialog.hasAttribute("aria-label")) return;
    dialog.setAttribute("aria-label", dialog.querySelector(".prose-editor-dialog-title")?.textContent || "Text");
    for (const input of dialog.querySelectorAll("input:not([type=checkbox])")) {
      input.classList.add("st-input");
      input.autocomplete = "off";
      if (input.name === "href") Object.assign(input, { inputMode: "url", spellcheck: false, placeholder: "https://" });
    }
  });

  // What is typed there is no part of the page's form until it is saved.
  document.addEventListener("input", (event) => {
    if (event.target.closest?.(".prose-editor-dialog")) event.stopImmediatePropagation();
  }, true);
})();
