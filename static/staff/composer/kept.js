// What was typed but not surely saved when the page was reloaded. The request that saves it may
// reach the server after the page was read anew, or never. So this tab keeps the words until its
// next page of the composer, which puts them back and sends again what went unanswered: that meets
// no version but its own. A colleague's is still a conflict.
import { composer } from "composer/blocks";
import { apply, read } from "composer/form_state";
import { commit, quietly } from "composer/undo";

const KEY = "composer-kept";
const sources = () => [...composer().querySelectorAll("[name^='source.']")];

// Whose words they are, and of what: another account may have signed in since.
const place = () => `${composer().dataset.writer} ${location.pathname}`;

function keep() {
  const form = composer();
  const detail = { sent: null };
  document.dispatchEvent(new CustomEvent("composer:leave", { detail }));
  if (!("dirty" in form.dataset) || detail.isDropped) return;
  const kept = {
    place: place(),
    seen: form.elements.seen.value,
    sources: sources().map(({ name, value }) => [name, value]),
    state: read(),
    sent: detail.sent,
  };
  try {
    sessionStorage.setItem(KEY, JSON.stringify(kept));
  } catch {
    // There is no room. The request that leaves with the page is all there is.
  }
}

function take() {
  try {
    const found = sessionStorage.getItem(KEY);
    sessionStorage.removeItem(KEY);
    const kept = JSON.parse(found);
    return kept?.place === place() ? kept : null;
  } catch {
    return null;
  }
}

function putBack({ seen, sources: shown, state, sent }) {
  quietly(() => apply(state));
  if (!commit("what was put back after reloading")) return; // it is what was saved
  composer().elements.seen.value = seen;
  // It was written beside these texts of the source.
  const byName = new Map(shown);
  for (const field of sources()) if (byName.has(field.name)) field.value = byName.get(field.name);
  document.dispatchEvent(new CustomEvent("composer:put-back", { detail: { sent } }));
}

export function startKept() {
  const kept = take();
  if (kept) putBack(kept);
  window.addEventListener("pagehide", keep);
  window.addEventListener("pageshow", (event) => { if (event.persisted) take(); });
}
