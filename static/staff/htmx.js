// htmx under the content security policy, with Django's token in its requests.
"use strict";

// htmx must evaluate nothing and write no style element, because the policy forbids both.
// This script runs after htmx is loaded and before htmx starts.
if (window.htmx) {
  Object.assign(window.htmx.config, { allowEval: false, includeIndicatorStyles: false, selfRequestsOnly: true, historyCacheSize: 0 });
}
document.addEventListener("htmx:configRequest", (event) => {
  const token = document.querySelector("input[name=csrfmiddlewaretoken]");
  if (token) event.detail.headers["X-CSRFToken"] = token.value;
  // What a page asks for every few seconds keeps nobody signed in.
  if (!event.detail.triggeringEvent) event.detail.headers["X-By-Itself"] = "";
});
