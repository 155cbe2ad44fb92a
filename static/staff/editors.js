// Says who else has the same content open, so that two people don't write over each other.
"use strict";

(() => {
  const EVERY = 15000; // ms; campaigns/content/editors.py forgets a tab after 40 s
  const AWAY = 20 * 60000; // ms without a touch of the page, after which nobody is there
  let touched = Date.now();
  const tab = Array.from(crypto.getRandomValues(new Uint8Array(4)), (byte) =>
    byte.toString(16).padStart(2, "0")).join("");
  const line = () => document.querySelector("[data-others]");

  function body(more) {
    const token = document.querySelector("#composer [name=csrfmiddlewaretoken]");
    return new URLSearchParams({ tab, csrfmiddlewaretoken: token ? token.value : "", ...more });
  }

  async function ping() {
    const place = line();
    if (!place || document.visibilityState === "hidden" || Date.now() - touched > AWAY) return;
    try {
      const answer = await fetch(place.dataset.others, {
        method: "POST",
        body: body(),
        redirect: "manual",
        headers: { "X-By-Itself": "" }, // keeps nobody signed in
      });
      if (!answer.ok) return;
      const { others } = await answer.json();
      if (place.textContent !== others) place.textContent = others;
      place.hidden = !others;
    } catch {
      // Without a line nobody can be seen. Saving says that there is none.
    }
  }

  function touch() {
    const wasAway = Date.now() - touched > AWAY;
    touched = Date.now();
    if (wasAway) ping();
  }

  for (const name of ["input", "keydown", "pointerdown", "pointermove"]) {
    document.addEventListener(name, touch, { capture: true, passive: true });
  }
  document.addEventListener("DOMContentLoaded", () => {
    if (!line()) return;
    ping();
    setInterval(ping, EVERY);
  });
  document.addEventListener("visibilitychange", ping);
  window.addEventListener("pagehide", () => {
    if (line()) navigator.sendBeacon(line().dataset.others, body({ left: "" }));
  });
})();
