// The composer saves itself a moment after one stops writing, with one request at a time. The
// answer only tells the version that is saved now, so it never touches what somebody is writing.
"use strict";

(() => {
  const QUIET = 1500; // ms without a change before it saves
  const LONGEST = 10000; // ms of writing without a pause
  const RETRIES = [2000, 5000, 10000, 30000]; // ms after a failure
  const mine = new Set(); // versions that this page saved, or began with
  let latest = "";
  let timer = 0;
  let since = 0; // when the oldest unsaved change was made
  let isSaving = false;
  let isChanged = false;
  let isStopped = false;
  let failures = 0;
  let pressed = null; // the button that waits for the answer

  const composer = () => document.querySelector("#composer[data-autosave]");

  function tell(text, isBad) {
    const line = document.querySelector("[data-saved]");
    if (!line) return;
    line.textContent = text;
    line.classList.toggle("st-bad-text", Boolean(isBad));
  }

  // A form that came back from the server may hold a version that was replaced meanwhile.
  function keepVersion(form) {
    const field = form.elements.seen;
    if (!latest) latest = field.value;
    mine.add(field.value);
    if (mine.has(field.value)) field.value = latest;
  }

  function saveSoon(delay) {
    if (isStopped || !composer()) return;
    clearTimeout(timer);
    if (!since) since = Date.now();
    const rest = Math.max(since + LONGEST - Date.now(), 0);
    timer = setTimeout(save, Math.min(delay, rest));
  }

  async function save() {
    const form = composer();
    if (!form || isSaving || isStopped || !("dirty" in form.dataset)) return;
    isSaving = true;
    isChanged = false;
    since = 0;
    keepVersion(form);
    const body = new URLSearchParams(new FormData(form));
    try {
      const answer = await fetch(form.dataset.autosave, {
        method: "POST",
        body,
        redirect: "manual",
        headers: { Accept: "application/json" },
        // Browsers let a request of this size outlive the page.
        keepalive: document.visibilityState === "hidden" && body.toString().length < 60000,
      });
      await take(answer);
    } catch {
      retry("No connection. Your text is still here, and is saved when the connection is back.");
    } finally {
      isSaving = false;
    }
    const button = pressed;
    pressed = null;
    if (button) composer()?.requestSubmit(button);
    else if (isChanged && !failures) saveSoon(QUIET);
  }

  async function take(answer) {
    if (answer.type === "opaqueredirect" || answer.status === 403) {
      retry("You are signed out. Sign in again in another tab; your text is still here.");
      return;
    }
    if (answer.status >= 500) {
      retry("Not saved, because something went wrong. It is tried again.");
      return;
    }
    const said = await answer.json();
    failures = 0;
    if (!answer.ok) {
      isStopped = answer.status === 409;
      tell(said.problem, true);
      return;
    }
    mine.add(said.seen);
    latest = said.seen;
    const form = composer();
    if (!form) return;
    form.elements.seen.value = latest;
    if (!isChanged) delete form.dataset.dirty;
    const time = new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
    tell(`Saved at ${time}`);
  }

  function retry(problem) {
    tell(problem, true);
    const delay = RETRIES[Math.min(failures, RETRIES.length - 1)];
    failures += 1;
    clearTimeout(timer);
    timer = setTimeout(save, delay);
  }

  document.addEventListener("input", (event) => {
    const form = composer();
    if (!form || !form.contains(event.target) || event.target.closest(".st-preview")) return;
    isChanged = true;
    saveSoon(QUIET);
  });

  document.addEventListener("DOMContentLoaded", () => {
    const form = composer();
    if (form) keepVersion(form);
  });

  document.addEventListener("htmx:afterSettle", () => {
    const form = composer();
    if (!form) return;
    keepVersion(form);
    isChanged = true;
    saveSoon(QUIET);
  });

  window.addEventListener("online", () => { if (failures) save(); });

  // A phone or a closed tab gives no time for an answer.
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") save();
  });

  // A press of a button that saves waits for the answer, so that it doesn't meet its own version.
  document.addEventListener("submit", (event) => {
    const form = composer();
    if (event.target !== form || event.submitter?.formTarget) return;
    clearTimeout(timer);
    if (!isSaving) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    pressed = event.submitter;
  }, true);
})();
