// The checks beside the composer follow what is typed. The list is only touched where it changes,
// and screen readers are told its counts once somebody has stopped writing.
"use strict";

(() => {
  const QUIET = 800; // ms without a change before it asks
  const TELL = 3500; // ms without a change before the counts are said aloud
  const PATIENCE = 20000; // ms that an answer may take
  let asking = 0;
  let telling = 0;
  let request = null;
  let told = "";
  const shown = {}; // what the answers said last, by part

  const section = () => document.querySelector("[data-checks]");
  const composer = () => document.getElementById("composer");
  const part = (root, name) => root.querySelector(`[data-checks-${name}]`);
  const counts = () => part(section(), "counts").querySelector("[data-level]").lastChild.textContent.trim();

  function askSoon() {
    if (!section() || !composer()) return;
    clearTimeout(asking);
    clearTimeout(telling);
    asking = setTimeout(ask, QUIET);
  }

  async function ask() {
    request?.abort();
    const mine = request = new AbortController();
    const patience = setTimeout(() => mine.abort(), PATIENCE);
    try {
      const answer = await fetch(section().dataset.checks, {
        method: "POST",
        body: new URLSearchParams(new FormData(composer())),
        redirect: "manual",
        signal: mine.signal,
      });
      // Without an answer, the list stays as it was. Autosave says what is wrong with the line.
      if (answer.ok && mine === request) show(await answer.text());
    } catch {
      // Another request took its place, or there is no connection.
    } finally {
      clearTimeout(patience);
    }
  }

  function show(html) {
    const fresh = new DOMParser().parseFromString(html, "text/html");
    for (const name of ["counts", "found"]) {
      const [was, is] = [part(section(), name), part(fresh, name)];
      if (!is || shown[name] === is.innerHTML) continue;
      shown[name] = is.innerHTML;
      const place = was.contains(document.activeElement) ? document.activeElement.dataset.field : null;
      was.replaceChildren(...is.childNodes);
      if (place === null) continue;
      const same = was.querySelector(`[data-field="${CSS.escape(place || "")}"]`);
      (same || section().querySelector("summary")).focus({ preventScroll: true });
    }
    unmark();
    clearTimeout(telling);
    telling = setTimeout(tell, TELL);
  }

  // A mark that a save has left goes once its field was changed and the checks find nothing to fix in it.
  const changed = new Set();
  function unmark() {
    for (const id of changed) {
      const field = document.getElementById(id);
      const place = field?.closest(".st-field.st-wrong");
      if (!place || section().querySelector(`.st-blocker [data-field="${CSS.escape(id)}"]`)) continue;
      changed.delete(id);
      field.removeAttribute("aria-invalid");
      place.classList.remove("st-wrong");
      place.querySelector(".st-error")?.remove();
      const block = place.closest(".st-block.st-wrong");
      if (!block?.querySelector(".st-error")) block?.classList.remove("st-wrong");
    }
  }

  function tell() {
    const now = counts();
    if (now === told) return;
    told = now;
    part(section(), "status").textContent = `Checks: ${now}`;
  }

  // Opens whatever hides a field, brings it into view and puts the cursor there.
  function jump(link) {
    const block = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    const field = link.dataset.field && document.getElementById(link.dataset.field);
    const target = field || block;
    if (!target) return false;
    section().querySelector("details").open = innerWidth > 1100;
    for (let each = target.closest("details"); each; each = each.parentElement.closest("details")) {
      each.open = true;
    }
    target.closest(".st-block")?.querySelector("[data-collapse][aria-expanded=false]")?.click();
    const editor = target.closest(".prose-editor")?.querySelector("[contenteditable]");
    const focused = editor || (target.matches("input, select, textarea") ? target : null)
      || target.querySelector("input:not([type=hidden]), select, textarea, [contenteditable]");
    const box = (target.closest(".st-field") || target).getBoundingClientRect();
    const room = section().getBoundingClientRect().height + 24;
    window.scrollTo({ top: window.scrollY + box.top - room });
    focused?.focus({ preventScroll: true });
    return true;
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-checks] a[href^='#']");
    if (link && jump(link)) event.preventDefault();
  });

  document.addEventListener("input", (event) => {
    if (!event.target.closest?.("#composer") || event.target.closest(".st-preview")) return;
    const field = event.target.closest(".st-field.st-wrong")?.querySelector("[name]");
    if (field) changed.add(field.id);
    askSoon();
  });
  // What was saved may have other links. The list of those that were tried is read again while it
  // is open, and only then: a press of its button must not meet a list that is being replaced.
  let linksAreOld = false;
  function readLinks() {
    const links = section()?.querySelector("details[open] #tried-links");
    if (!links || !linksAreOld) return;
    linksAreOld = false;
    window.htmx.trigger(links, "links-changed");
  }
  document.addEventListener("content-saved", () => {
    linksAreOld = true;
    readLinks();
  });
  document.addEventListener("toggle", (event) => {
    if (event.target.parentElement === section()) readLinks();
  }, true);
  // A worker has tried links, which changes the advice about them.
  document.addEventListener("links-tried", askSoon);
  document.addEventListener("DOMContentLoaded", () => {
    if (!section()) return;
    told = counts();
    for (const name of ["counts", "found"]) shown[name] = part(section(), name).innerHTML;
    if ("dirty" in (composer()?.dataset || {})) askSoon();
  });
})();
