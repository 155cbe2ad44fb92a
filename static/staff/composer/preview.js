// The preview follows what is typed: one request at a time, the latest text wins.
//
// The frame's document was loaded from the server under the policy for emails, and keeps it: this
// page writes each version into it. A version in a document of its own (srcdoc, blob:) would get
// this page's policy, under which no email has its styles; a navigation would lose the place one
// has scrolled to. In the frame no script runs: its sandbox and its policy both forbid it.
import { composer } from "composer/blocks";

const QUIET = 60; // ms without a change
const PATIENCE = 20000; // ms that an answer may take
const DARK = /\(\s*prefers-color-scheme\s*:\s*dark\s*\)/g;
let timer = 0;
let isAsking = false;
let isOld = false;
let latest = null; // the answer that is shown: its text, and whether it is HTML

const frame = () => document.getElementById("email");
const chosen = (name) => composer().elements[name]?.value || "";

function note(text) {
  composer().querySelector("[data-preview-note]").textContent = text;
}

function request() {
  const language = composer().elements.version?.selectedOptions[0]?.dataset.url;
  if (language) {
    const query = new URLSearchParams({ recipient: chosen("recipient"), zone: chosen("zone"), show: chosen("show") });
    return [`${language}?${query}`, {}];
  }
  const body = new URLSearchParams(new FormData(composer()));
  body.delete("removed");
  return [composer().dataset.preview, { method: "POST", body }];
}

async function refresh() {
  if (isAsking) {
    isOld = true;
    return;
  }
  isAsking = true;
  isOld = false;
  try {
    const [url, options] = request();
    const answer = await fetch(url, { ...options, redirect: "error", signal: AbortSignal.timeout(PATIENCE) });
    const isHtml = (answer.headers.get("Content-Type") || "").startsWith("text/html");
    const text = await answer.text();
    if (!answer.ok) throw new Error(answer.status);
    latest = { text, isHtml };
    show();
    const leftOut = Number(answer.headers.get("X-Blocks-Left-Out") || 0);
    note(leftOut ? `${leftOut === 1 ? "1 incomplete block is" : `${leftOut} incomplete blocks are`} not shown.` : "");
  } catch {
    note("The preview can’t be shown now. It follows again with what you type next.");
  }
  isAsking = false;
  if (isOld) refresh();
}

export function refreshSoon() {
  clearTimeout(timer);
  timer = setTimeout(refresh, QUIET);
}

function show() {
  const page = frame().contentDocument;
  // Before it is loaded, the frame holds an empty document of another policy.
  if (!latest || !page?.URL.endsWith(composer().dataset.canvas)) return;
  const look = chosen("show");
  const wanted = latest.isHtml ? email(look) : text();
  const { scrollTop } = page.scrollingElement || {};
  blend(page.documentElement, page.adoptNode(wanted));
  if (page.scrollingElement) page.scrollingElement.scrollTop = scrollTop;
  performance.mark("preview-shown");
}

function email(look) {
  // As a mail program of that look reads it, whatever look this computer has.
  const html = latest.text.replace(DARK, look === "dark" ? "(min-width: 0)" : "(max-width: 0)");
  const { documentElement: root, images } = new (frame().contentWindow.DOMParser)().parseFromString(html, "text/html");
  root.style.colorScheme = look === "dark" ? "dark" : "light";
  if (look !== "images") return root;
  for (const image of [...images]) {
    image.removeAttribute("src");
    image.removeAttribute("srcset");
    image.style.outline = "1px dashed #8592a3";
  }
  for (const part of root.querySelectorAll("[background], [style*='url(']")) {
    part.removeAttribute("background");
    part.setAttribute("style", (part.getAttribute("style") || "").replace(/url\([^)]*\)/g, "none"));
  }
  return root;
}

function text() {
  const { documentElement: root, body } = document.implementation.createHTMLDocument("");
  const part = body.ownerDocument.createElement("pre");
  part.dir = "auto";
  part.style.cssText = "margin:16px;white-space:pre-wrap;font:14px/1.5 monospace;color:#17202c";
  part.textContent = latest.text;
  root.style.colorScheme = "light";
  body.append(part);
  return root;
}

// Change `old` into `wanted` where they differ, so that pictures stay and nothing flickers.
function blend(old, wanted) {
  if (old.isEqualNode(wanted)) return;
  const isSame = old.nodeType === 1 && wanted.nodeType === 1 && old.tagName === wanted.tagName
    && old.childNodes.length === wanted.childNodes.length && old.childNodes.length > 0;
  if (!isSame && old.tagName !== "HTML") {
    old.replaceWith(wanted);
    return;
  }
  if (!isSame) {
    old.replaceChildren(...wanted.childNodes);
  }
  for (const { name } of [...old.attributes]) if (!wanted.hasAttribute(name)) old.removeAttribute(name);
  for (const { name, value } of wanted.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  if (!isSame) return;
  const pairs = [...old.childNodes].map((child, index) => [child, wanted.childNodes[index]]);
  for (const [child, other] of pairs) blend(child, other);
}

export function startPreview() {
  const form = composer();
  form.addEventListener("input", (event) => {
    if (!event.target.name) return;
    // A look is another view of what is there, but for the text part, which is asked for.
    if (event.target.name === "show" && event.target.value !== "text" && latest?.isHtml) show();
    else refreshSoon();
  });
  window.addEventListener("online", refreshSoon);
  // The button is for those without scripts.
  form.querySelector("[data-refresh]").hidden = true;
  // A frame of its own, which never held the saved email: a reload gives the page's frame its old
  // document back, under a sandbox that lets nobody write into it.
  const canvas = frame().cloneNode();
  canvas.addEventListener("load", show);
  canvas.sandbox = "allow-same-origin";
  canvas.src = form.dataset.canvas;
  frame().replaceWith(canvas);
  refresh();
}
