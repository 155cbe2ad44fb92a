// Says what an act changed: to screen readers, or to everybody.
let timer = 0;

function say(place, text) {
  // The same words twice are said twice only if the element was empty between.
  place.textContent = "";
  requestAnimationFrame(() => { place.textContent = text; });
}

export function announce(text) {
  const line = document.querySelector("[data-announce]");
  if (line) say(line, text);
}

// Show words that need no answer, for as long as it takes to read them.
export function tell(text) {
  const line = document.querySelector("[data-toast]");
  if (!line) return;
  clearTimeout(timer);
  say(line, text);
  timer = setTimeout(() => { line.textContent = ""; }, 12000);
}
