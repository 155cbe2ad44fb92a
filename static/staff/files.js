// Fields for files show the name of what was chosen by themselves. unfold would look for the text
// field of its own widget, and fail, or write the name into a field that is for something else.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  for (const input of document.querySelectorAll("input[type=file]")) input.hasChangeListener = true;
});
