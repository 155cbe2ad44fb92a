// “Exit this page”: the button, and Shift three times, leave at once. Nothing of this page stays to be seen: not its
// content, not its title, not its place in the history. Without this script the button is a link.
"use strict";

(() => {
  const button = document.querySelector("[data-exit]");
  if (!button) {
    return;
  }
  const PRESSES = 3;
  const PATIENCE = 5000; // milliseconds between two presses
  const status = document.querySelector("[data-exit-status]");
  const lights = document.querySelector("[data-exit-lights]");
  const words = button.dataset;
  let presses = 0;
  let alone = false; // Shift went down, and no other key since
  let timer;

  const say = (text) => {
    status.textContent = text;
  };

  const show = () => {
    lights.textContent = "●".repeat(presses) + "○".repeat(PRESSES - presses);
    lights.hidden = presses === 0;
  };

  const forget = (text = "") => {
    clearTimeout(timer);
    if (presses > 0) {
      presses = 0;
      show();
      say(text);
    }
  };

  const leave = () => {
    clearTimeout(timer);
    document.title = new URL(button.href).host;
    for (const icon of document.querySelectorAll("link[rel~=icon]")) icon.remove();
    const blank = document.createElement("p");
    blank.className = "visually-hidden";
    blank.setAttribute("role", "alert");
    document.body.replaceChildren(blank);
    document.body.className = "exited";
    blank.textContent = words.exitLeaving;
    location.replace(button.href);
  };

  button.addEventListener("click", (event) => {
    event.preventDefault();
    leave();
  });
  // A link that looks and reads like a button answers to the space bar, too.
  button.setAttribute("role", "button");
  button.addEventListener("keydown", (event) => {
    if (event.key === " ") {
      event.preventDefault();
      leave();
    }
  });

  // Any other key means that somebody writes or uses a shortcut. Nothing is prevented, so fields work as ever.
  document.addEventListener("keydown", (event) => {
    alone = event.key === "Shift" && !event.ctrlKey && !event.altKey && !event.metaKey && !event.isComposing;
    if (!alone) forget();
  }, true);
  document.addEventListener("keyup", (event) => {
    if (event.key !== "Shift" || !alone) {
      return;
    }
    alone = false;
    clearTimeout(timer);
    presses += 1;
    if (presses === PRESSES) {
      leave();
      return;
    }
    show();
    say(presses === 1 ? words.exitTwice : words.exitOnce);
    timer = setTimeout(() => forget(words.exitExpired), PATIENCE);
  }, true);
  // Shift and a click select text, or open a window. A letter may come without a key, from a pen or by voice.
  for (const other of ["pointerdown", "input"]) {
    document.addEventListener(other, () => {
      alone = false;
      forget();
    }, true);
  }

  document.querySelector("[data-exit-hint]").hidden = false;
  button.setAttribute("aria-describedby", "exit-hint");
})();
