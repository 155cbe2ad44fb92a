// Tells the sign-up form the reader's time zone, and says so on the page. The form works without it.
"use strict";

(() => {
  // In the language of the page, such as “Eastern European Time”.
  const nameOf = (timeZone) => {
    try {
      const options = { timeZone, timeZoneName: "longGeneric" };
      const parts = new Intl.DateTimeFormat(document.documentElement.lang, options).formatToParts();
      return parts.find((part) => part.type === "timeZoneName").value;
    } catch {
      // The browser is older than 2022, or doesn't know the zone.
      return timeZone.split("/").pop().replaceAll("_", " ");
    }
  };
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
  note.querySelector("[data-time-zone-name]").textContent = nameOf(zone);
  note.hidden = false;
})();
