// Adds the visitor's own clock to an event's time. Without it, the page says all that matters in its own zone and in UTC.
"use strict";

for (const place of document.querySelectorAll(".own-time")) {
  const starts = new Date(place.dataset.starts);
  const ends = new Date(place.dataset.ends);
  if (Number.isNaN(starts.valueOf()) || Number.isNaN(ends.valueOf())) {
    continue;
  }
  const language = document.documentElement.lang;
  const written = new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, {
    weekday: "long",
    day: "numeric",
    month: "long",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
  }).formatRange(starts, ends);
  // English is written here without a comma after the weekday, as on the rest of the page.
  place.querySelector(".own-time-text").textContent = language === "en" ? written.replace(/(\p{L}), /gu, "$1 ") : written;
  place.hidden = false;
}
