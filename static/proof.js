// Computes the proof of work that a form brings where very many forms arrive (ALTCHA's protocol, second version).
// On a form it begins ahead, when the first field is entered. On the page that asks for it, it sends the form on by itself.
// All of it works without: then the page's button takes the form, and its email leaves later.
"use strict";

(() => {
  const LONGEST = 5 * 60 * 1000;
  // Browsers derive keys beside the page, several at a time.
  const AT_ONCE = Math.min(Math.max(navigator.hardwareConcurrency || 2, 2), 8);

  const toBytes = (hex) => Uint8Array.from(hex.match(/../g) || [], (pair) => parseInt(pair, 16));
  const toHex = (buffer) => Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");

  const derive = async (parameters, counter) => {
    const nonce = toBytes(parameters.nonce);
    const password = new Uint8Array(nonce.length + 4);
    password.set(nonce);
    new DataView(password.buffer).setUint32(nonce.length, counter);
    const key = await crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
    const rounds = { name: "PBKDF2", hash: "SHA-256", salt: toBytes(parameters.salt), iterations: parameters.cost };
    return toHex(await crypto.subtle.deriveBits(rounds, key, parameters.keyLength * 8));
  };

  const solve = async (challenge) => {
    const parameters = challenge.parameters;
    if (!window.isSecureContext || parameters.algorithm !== "PBKDF2/SHA-256") {
      throw new Error("This browser can't compute it.");
    }
    const began = performance.now();
    for (let first = 0; performance.now() - began < LONGEST; first += AT_ONCE) {
      const keys = await Promise.all(Array.from({ length: AT_ONCE }, (_, step) => derive(parameters, first + step)));
      const found = keys.findIndex((key) => key.startsWith(parameters.keyPrefix));
      if (found >= 0) {
        return btoa(JSON.stringify({ challenge, solution: { counter: first + found, derivedKey: keys[found] } }));
      }
    }
    throw new Error("It takes too long.");
  };

  const ahead = async (field) => {
    const answer = await fetch(field.dataset.challengeUrl, { cache: "no-store", credentials: "omit" });
    if (answer.status === 200) {
      field.value = await solve(await answer.json());
    }
  };

  for (const field of document.querySelectorAll("[data-challenge-url]")) {
    field.form.addEventListener("focusin", () => ahead(field).catch(() => {}), { once: true });
  }

  const page = document.querySelector("form[data-challenge]");
  if (page) {
    const status = page.querySelector("[data-proof-status]");
    status.textContent = status.dataset.working;
    solve(JSON.parse(page.dataset.challenge)).then(
      (proof) => {
        page.elements.altcha.value = proof;
        status.textContent = status.dataset.done;
        page.requestSubmit();
      },
      () => {
        status.textContent = status.dataset.failed;
      },
    );
  }
})();
