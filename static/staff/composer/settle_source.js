// "Still right" and the like, whose answer takes the place of the panel. Whoever is signed out
// gets the page for signing in as an answer, and the panel must not vanish as if it were done.
import { tell } from "composer/announce";
import { composer } from "composer/blocks";

const SIGNED_OUT = "You are signed out. Sign in again in another tab, then try again.";
const NOT_DONE = "That wasn’t done. Save your text, then reload this page.";

const path = (url) => new URL(url, location.href).pathname;

// Signing in again makes the form's token void. The page itself has the new one.
async function renewToken() {
  const page = await fetch(location.pathname, { redirect: "manual" });
  if (!page.ok) return tell(SIGNED_OUT);
  const token = (await page.text()).match(/name="csrfmiddlewaretoken" value="(\w+)"/)?.[1];
  if (!token) return tell(NOT_DONE);
  for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = token;
  return tell("You are signed in again. Press the button once more.");
}

composer().addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, requestConfig } = event.detail;
  if (xhr.status === 403) {
    renewToken().catch(() => tell(NOT_DONE));
  } else if (xhr.status >= 400) {
    tell(NOT_DONE);
  } else if (path(xhr.responseURL) !== path(requestConfig.path)) {
    event.detail.shouldSwap = false;
    tell(path(xhr.responseURL).endsWith("/login/") ? SIGNED_OUT : NOT_DONE);
  }
});
composer().addEventListener("htmx:sendError", () => tell("No connection. Try again in a moment."));

// Whatever is saved or settled changes how much is to be done: here, or in every translation.
document.addEventListener("tabs-changed", (event) => {
  for (const tab of document.querySelectorAll("[data-tab]")) {
    const name = event.detail[tab.dataset.tab];
    if (name && tab.textContent !== name) tab.textContent = name;
  }
});

// Changing a text counts as done, so panels and their number follow what was saved.
document.addEventListener("translation-changed", ({ detail: { to_do: words, panels } }) => {
  const line = document.querySelector("[data-to-do]");
  if (line) {
    line.textContent = words;
    line.closest(".st-notice").hidden = !words;
  }
  for (const [anchor, [standing, words]] of Object.entries(panels)) {
    const panel = document.getElementById(anchor);
    if (panel && !("source" in panel.dataset)) mark(panel, standing, words);
  }
});

function mark(panel, standing, words) {
  panel.className = `st-source st-source-${standing}`;
  let badge = panel.querySelector(".st-source-badge:not(.st-source-done)");
  if (words && !badge) {
    badge = document.createElement("span");
    badge.className = "st-source-badge";
    panel.querySelector("summary").append(" ", badge);
  }
  if (badge && badge.textContent !== words) badge.textContent = words;
  if (badge) badge.hidden = !words;
  const acts = panel.querySelector(".st-source-acts");
  if (acts && !acts.contains(document.activeElement)) acts.hidden = !words;
}
