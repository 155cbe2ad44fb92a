// The composer saves itself a moment after one stops writing, with one request at a time. The
// answer only tells the version that is saved now, the names of the languages' tabs and what is to be
// done, so it never touches what somebody is writing.
"use strict";

(() => {
  const QUIET = 1500; // ms without a change before it saves
  const LONGEST = 10000; // ms of writing without a pause
  const PATIENCE = 20000; // ms that an answer may take
  const RETRIES = [2000, 5000, 10000, 30000]; // ms after a failure
  const LINE_IS_DOWN = "No connection. Your text is still here, and is saved when the connection is back.";
  const SIGNED_OUT = "You are signed out. Sign in again in another tab; your text is still here.";
  const BUSY = "Not saved, because the server can’t do it now. It is tried again.";
  const REFUSED = "You can’t save this any more. Copy your text, then reload this page.";
  const RENEWALS = 3; // tokens that are tried in a row
  let latest = ""; // the version that is saved, as far as this page knows
  let timer = 0;
  let since = 0; // when the oldest unsaved change was made
  let isSaving = false;
  let isChanged = false;
  let isStopped = false;
  let isRefused = false; // whether a press of the button would only lead away from the text
  let failures = 0;
  let unanswered = null; // what was sent, and may have been saved or not
  let renewals = 0; // of the form's token, since something was saved
  let pressed = null; // the button that waits for the answer
  let isLeaving = false;
  let isDropped = false; // whether somebody takes what is saved in place of what they typed

  const composer = () => document.querySelector("#composer[data-autosave]");

  function tell(text, isBad) {
    const line = document.querySelector("[data-saved]");
    if (!line || line.textContent === text) return;
    line.textContent = text;
    line.classList.toggle("st-bad-text", Boolean(isBad));
  }

  function saveSoon() {
    if (isStopped || failures || !composer()) return;
    clearTimeout(timer);
    if (!since) since = Date.now();
    const rest = Math.max(since + LONGEST - Date.now(), 0);
    timer = setTimeout(save, Math.min(QUIET, rest));
  }

  async function save() {
    const form = composer();
    if (!form || isSaving || isStopped || !("dirty" in form.dataset)) return;
    clearTimeout(timer);
    isSaving = true;
    try {
      // Sent again as it was, it meets no version but its own, whether it was saved or not.
      if (unanswered) await send(form, unanswered);
      if (!unanswered && !isStopped) {
        isChanged = false;
        since = 0;
        form.elements.seen.value = latest;
        unanswered = new URLSearchParams(new FormData(form));
        await send(form, unanswered);
      }
    } catch {
      retry(LINE_IS_DOWN);
    }
    isSaving = false;
    if (pressed) pressAgain();
    else if (isChanged) saveSoon();
  }

  async function send(form, body) {
    body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    const answer = await fetch(form.dataset.autosave, {
      method: "POST",
      body,
      redirect: "manual",
      signal: AbortSignal.timeout(PATIENCE),
      headers: { Accept: "application/json" },
      // Browsers let a request of this size outlive the page.
      keepalive: (isLeaving || document.visibilityState === "hidden") && body.toString().length < 60000,
    });
    if (answer.type === "opaqueredirect" || answer.status === 403) return signedOut(form);
    if (answer.status >= 500 || answer.status === 429) return retry(BUSY);
    const isOurs = (answer.headers.get("Content-Type") || "").includes("json");
    // One that breaks off is no answer: what was sent is sent again.
    const said = isOurs ? await answer.json() : {};
    // A page of somebody between us says “OK”, too.
    if (answer.ok && !said.seen) return retry(BUSY);
    unanswered = null;
    failures = 0;
    if (answer.ok) return saved(said);
    // What can't be kept as it is may be once more is written. All else stays as it is.
    isStopped = answer.status !== 422;
    if (said.problem) return tell(said.problem, true);
    return refuse("Not saved. Copy your text, then reload this page.");
  }

  function refuse(why) {
    isStopped = true;
    isRefused = true;
    failures = 0;
    tell(why, true);
  }

  function saved({ seen, tabs, translation }) {
    latest = seen;
    renewals = 0;
    document.dispatchEvent(new Event("content-saved"));
    if (tabs) document.dispatchEvent(new CustomEvent("tabs-changed", { detail: tabs }));
    if (translation) document.dispatchEvent(new CustomEvent("translation-changed", { detail: translation }));
    const form = composer();
    if (!form) return;
    form.elements.seen.value = latest;
    if (!isChanged) delete form.dataset.dirty;
    const time = new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
    tell(`Saved at ${time}`);
  }

  // Signing in again makes the form's token void. The page itself has the new one.
  async function signedOut(form) {
    const page = await fetch(location.pathname, {
      redirect: "manual", signal: AbortSignal.timeout(PATIENCE),
    });
    if (page.type === "opaqueredirect") return retry(SIGNED_OUT);
    if (page.status >= 500 || page.status === 429) return retry(BUSY);
    const fresh = new DOMParser().parseFromString(await page.text(), "text/html");
    const token = fresh.querySelector("#composer [name=csrfmiddlewaretoken]");
    if (!page.ok || !token || renewals >= RENEWALS) return refuse(REFUSED);
    renewals += 1;
    for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = token.value;
    return retry("Signed in again. Saving …", 100);
  }

  function retry(problem, delay) {
    tell(problem, true);
    clearTimeout(timer);
    timer = setTimeout(save, delay || RETRIES[Math.min(failures, RETRIES.length - 1)]);
    failures += 1;
  }

  function pressAgain() {
    const button = pressed;
    pressed = null;
    // Where there is no line, the browser's own page would take the place of the text.
    if (failures || isRefused) return;
    press(button);
  }

  function press(button) {
    const form = composer();
    form?.requestSubmit(form.contains(button) ? button : form.querySelector("[name=act][value=save]"));
  }

  document.addEventListener("input", (event) => {
    const form = composer();
    if (!form || !form.contains(event.target) || event.target.closest(".st-preview")) return;
    isChanged = true;
    saveSoon();
  });

  document.addEventListener("DOMContentLoaded", () => {
    latest = composer()?.elements.seen.value || "";
  });

  // The key that saves: at once, and without a press of the button, which opens the page anew. Where
  // nothing saves itself any more, it leads on as the button does.
  document.addEventListener("composer:save", () => {
    if (isStopped) press();
    else if (failures === 0) save();
  });

  // The page is left or reloaded: what may not arrive, or not in time, is kept by composer/kept.js.
  document.addEventListener("composer:leave", ({ detail }) => {
    isLeaving = true;
    save();
    isLeaving = false;
    detail.sent = unanswered?.toString() || null;
    detail.isDropped = isDropped;
  });

  document.addEventListener("composer:put-back", ({ detail }) => {
    const form = composer();
    if (!form) return;
    latest = form.elements.seen.value;
    unanswered = detail.sent && new URLSearchParams(detail.sent);
    tell("What you typed before the page was reloaded is back.");
    save();
  });

  document.addEventListener("click", (event) => { isDropped = Boolean(event.target.closest("a[data-drop]")); });

  for (const name of ["online", "focus"]) {
    window.addEventListener(name, () => { if (failures) save(); });
  }

  // A phone or a closed tab gives no time for an answer.
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") save();
  });

  // A press of a button that saves waits for the answer, so that it doesn't meet its own version.
  document.addEventListener("submit", (event) => {
    const form = composer();
    if (event.target !== form || event.submitter?.formTarget || event.submitter?.name !== "act") return;
    clearTimeout(timer);
    const isDown = failures > 0 || !navigator.onLine;
    if (!isSaving && !isDown && !isRefused) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (isRefused) return;
    // Without a line, the browser's own page would take the place of the text.
    pressed = isDown ? null : event.submitter;
    if (isDown) save();
    tell(isDown ? LINE_IS_DOWN : "Saving …", isDown);
  }, true);
})();
