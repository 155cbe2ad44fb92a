// Tells the page around the embedded form how high the form is, after that page has asked. The form works without it.
// Asked is by {type: "convene:hello"}, answered by {type: "convene:height", height}: see docs/embedding.md.
"use strict";

(() => {
  if (window.parent === window) {
    return;
  }
  const AT_ONCE = 1000; // milliseconds
  let asker = "";
  let told = 0;
  let before = 0;
  let toldAt = 0;

  const tell = () => {
    const height = Math.ceil(document.documentElement.getBoundingClientRect().height);
    const now = performance.now();
    // A scrollbar that comes and goes could make two heights follow each other for ever: the larger one stands.
    const swings = height < told && height === before && now - toldAt < AT_ONCE;
    if (!asker || height === told || swings) {
      return;
    }
    [before, told, toldAt] = [told, height, now];
    window.parent.postMessage({ type: "convene:height", height }, asker);
  };

  window.addEventListener("message", (event) => {
    // Only a site that EMBED_ORIGINS names can be the parent: the browser shows the form in no other frame.
    if (event.source !== window.parent || event.data?.type !== "convene:hello") {
      return;
    }
    asker = event.origin === "null" ? "" : event.origin;
    told = 0;
    tell();
  });
  new ResizeObserver(tell).observe(document.documentElement);

  // What has just been sent was pressed in here, so the answer may be read out and scrolled to.
  document.querySelector("[data-answer], .error-summary")?.focus();
})();
