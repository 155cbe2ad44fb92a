// A long list of choices, filtered by what is typed.
"use strict";

document.addEventListener("input", (event) => {
  if (!event.target.matches("[data-filter]")) return;
  const wanted = event.target.value.trim().toLowerCase();
  for (const choice of document.querySelectorAll(`${event.target.dataset.filter} label`)) {
    choice.hidden = !choice.textContent.toLowerCase().includes(wanted);
  }
});
