// Adds the visitor's own clock to an event's time. Without it, the page says all that matters in its own zone and in UTC.
"use strict";

for (const place of document.querySelectorAll(".own-time")) {
  const starts = new Date(place.dataset.starts);
  const ends = new Date(place.dataset.ends);
  if (Number.isNaN(starts.valueOf()) || Number.isNaN(ends.valueOf())) {
    continue;
  }
  const written = new Intl.DateTimeFormat(document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang, {
    weekday: "long",
    day: "numeric",
    month: "long",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
  }).formatRange(starts, ends);
  place.querySelector(".own-time-text").textContent = written;
  place.hidden = false;
}
