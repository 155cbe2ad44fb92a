// The sample email below the brand's form follows what is typed.
"use strict";

(() => {
  let waiting;

  document.addEventListener("input", (event) => {
    const button = document.querySelector("[data-sample]");
    if (!button || event.target.form !== button.form) return;
    clearTimeout(waiting);
    waiting = setTimeout(() => button.form.requestSubmit(button), 400);
  });
})();
