// Tells the sign-up form the reader's time zone, and says so on the page. The form works without it.
"use strict";

(() => {
  const field = document.querySelector("[data-time-zone]");
  const note = document.querySelector("[data-time-zone-note]");
  if (!field || !note) {
    return;
  }
  const zone = field.value || Intl.DateTimeFormat().resolvedOptions().timeZone || "";
  // "Etc/Unknown" and bare names such as "UTC" say nothing of where somebody is.
  if (!zone.includes("/") || zone.startsWith("Etc/")) {
    return;
  }
  field.value = zone;
  note.querySelector("[data-time-zone-name]").textContent = zone.split("/").pop().replaceAll("_", " ");
  note.hidden = false;
})();
