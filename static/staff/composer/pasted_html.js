// Cleans HTML from word processors: what it says and how it is divided is kept, how it looked goes.
//
// What makes a text safe is the cleaning at the server. This makes it tidy before one sees it.

const KEPT = new Set(["P", "UL", "OL", "LI", "H2", "H3", "BLOCKQUOTE", "BR", "STRONG", "EM", "A"]);
const DROPPED = "script, style, title, meta, link, template, svg, math, iframe, object, noscript, textarea, select, img, video, audio, xml, del, [style*='mso-element:comment'], [hidden], .msocomoff, .MsoCommentReference";
const KINDRED = { H1: "H2", H4: "H3", H5: "H3", H6: "H3", B: "STRONG", I: "EM", CITE: "EM", DIV: "P", PRE: "P", DT: "P", DD: "P", FIGCAPTION: "P", ADDRESS: "P" };
const BLOCKS = "p, ul, ol, li, h2, h3, blockquote, table";
const TITLE = /\bMso(?:Title|Heading1)\b/;

const styleOf = (element) => (element.getAttribute("style") || "").replace(/\s+/g, "").toLowerCase();

function renamed(element, name) {
  const other = element.ownerDocument.createElement(name);
  for (const { name: attribute, value } of element.attributes) other.setAttribute(attribute, value);
  other.append(...element.childNodes);
  element.replaceWith(other);
  return other;
}

function unwrap(element) {
  element.replaceWith(...element.childNodes);
}

function wrapInside(element, name) {
  const inner = element.ownerDocument.createElement(name);
  inner.append(...element.childNodes);
  element.append(inner);
}

// Bold and italic are often written as styles; Google Docs wraps all in a <b> that isn't bold.
function readStyles(root) {
  for (const element of root.querySelectorAll("b, strong")) {
    if (/font-weight:(normal|400)/.test(styleOf(element))) unwrap(element);
  }
  for (const element of root.querySelectorAll("[style]")) {
    if (!element.isConnected && !root.contains(element)) continue;
    const style = styleOf(element);
    if (/display:none|mso-hide:all/.test(style)) {
      element.remove();
    } else if (["SPAN", "FONT", "A", "INS"].includes(element.tagName)) {
      if (/font-weight:(bold|[6-9]00)/.test(style)) wrapInside(element, "strong");
      if (/font-style:italic/.test(style)) wrapInside(element, "em");
    }
  }
}

// Word writes items of a list as paragraphs, with the marker as text in front.
function readWordLists(root) {
  for (const marker of root.querySelectorAll("[style*='mso-list']")) {
    if (!/mso-list:ignore/.test(styleOf(marker))) continue;
    const item = marker.closest("p, h1, h2, h3, h4, h5, h6, div");
    if (item) item.dataset.marker ||= marker.textContent.trim();
    marker.remove();
  }
  let stack = []; // lists that are open, the outermost first
  for (const item of root.querySelectorAll("p, h1, h2, h3, h4, h5, h6")) {
    const [, level] = styleOf(item).match(/mso-list:l\d+level(\d+)/) || [];
    if (!level || item.closest("li")) continue;
    const depth = Math.min(Number(level), 5);
    const isNext = stack.length && stack[0].nextElementSibling === item;
    if (!isNext) stack = [];
    const name = /^\(?(\d+|[a-z]|[ivx]+)[.)]/i.test(item.dataset.marker || "") ? "ol" : "ul";
    stack.length = Math.min(stack.length, depth);
    while (stack.length < depth) {
      const list = root.ownerDocument.createElement(name);
      if (!stack.length) item.before(list);
      else (stack.at(-1).lastElementChild || stack.at(-1).appendChild(root.ownerDocument.createElement("li"))).append(list);
      stack.push(list);
    }
    const entry = root.ownerDocument.createElement("li");
    stack.at(-1).append(entry);
    entry.append(item);
  }
}

// A list directly in a list belongs to the item before it.
function nestLists(root) {
  for (const list of root.querySelectorAll(":is(ul, ol) > :is(ul, ol)")) {
    const before = list.previousElementSibling;
    if (before?.tagName === "LI") before.append(list);
    else list.replaceWith(...list.childNodes);
  }
}

// Tables become a paragraph for each row: the words stay, in their order.
function flattenTables(root) {
  for (const table of [...root.querySelectorAll("table")].reverse()) {
    const rows = [...table.querySelectorAll("tr")].map((row) => {
      const line = root.ownerDocument.createElement("p");
      const cells = [...row.querySelectorAll("td, th")].filter((cell) => cell.textContent.trim());
      for (const [index, cell] of cells.entries()) {
        if (index) line.append(" | ");
        for (const [place, part] of [...cell.children].entries()) {
          if (place && part.matches(BLOCKS)) part.before(" ");
        }
        line.append(...cell.childNodes);
      }
      for (const block of line.querySelectorAll("p, div, ul, ol, li, h1, h2, h3, h4, h5, h6, blockquote, pre")) unwrap(block);
      return line;
    });
    table.replaceWith(...rows);
  }
}

function cleanLink(link) {
  let href = link.getAttribute("href") || "";
  try {
    const url = new URL(href);
    // Google Docs leads through a page that counts.
    if (url.hostname === "www.google.com" && url.pathname === "/url") href = url.searchParams.get("q") || href;
  } catch {
    // A bookmark, or a merge field.
  }
  if (!/^(https?:|mailto:|tel:|\{[a-z_]+\}$)/i.test(href) || !link.textContent.trim()) return unwrap(link);
  for (const { name } of [...link.attributes]) link.removeAttribute(name);
  return link.setAttribute("href", href);
}

function keepKnown(root) {
  for (const element of [...root.querySelectorAll("*")].reverse()) {
    const isTitle = element.tagName === "P" && TITLE.test(element.className);
    const kindred = isTitle ? "H2" : KINDRED[element.tagName] || element.tagName;
    // An item of a list is no heading, whatever its style was.
    const wanted = /^H[23]$/.test(kindred) && element.closest("li") ? "P" : kindred;
    if (element.dataset?.mergeField) continue;
    if (wanted === "A") {
      cleanLink(element);
    } else if (!KEPT.has(wanted) || (wanted === "P" && element.querySelector(BLOCKS))) {
      unwrap(element);
    } else {
      const own = wanted === element.tagName ? element : renamed(element, wanted);
      for (const { name } of [...own.attributes]) own.removeAttribute(name);
    }
  }
}

function trim(element) {
  const texts = element.ownerDocument.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const first = texts.nextNode();
  if (!first) return;
  first.data = first.data.trimStart();
  let last = first;
  while (texts.nextNode()) last = texts.currentNode;
  last.data = last.data.trimEnd();
}

function tidy(root) {
  const texts = root.ownerDocument.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    texts.currentNode.data = texts.currentNode.data.replace(/[\u00a0\u202f]/g, " ").replace(/[\u00ad\u200b\ufeff\ue000\ue001]/g, "").replace(/[ \t\r\n]+/g, " ");
  }
  // Between paragraphs Google Docs writes line breaks, and Word empty paragraphs.
  for (const line of root.querySelectorAll("br")) {
    const { parentElement: around } = line;
    if (line.className.includes("Apple-interchange") || around === root || around.matches("ul, ol")) line.remove();
  }
  for (const element of root.querySelectorAll("p, h2, h3")) trim(element);
  for (const element of [...root.querySelectorAll("p, li, h2, h3, blockquote, strong, em, a, ul, ol")].reverse()) {
    if (!element.textContent.trim()) element.replaceWith(...(element.matches("strong, em, a") ? element.childNodes : []));
  }
}

export function cleanHtml(html) {
  // Pictures take long, and style sheets are read under this page's policy, which complains of them.
  const text = html.replace(/(src|href)\s*=\s*(["'])data:[^"']*\2/gi, "")
    .replace(/<style\b[^>]*>[^]*?<\/style>/gi, "");
  const parsed = new DOMParser().parseFromString(text, "text/html");
  const root = parsed.body;
  const comments = parsed.createTreeWalker(root, NodeFilter.SHOW_COMMENT);
  const found = [];
  while (comments.nextNode()) found.push(comments.currentNode);
  for (const comment of found) comment.remove();
  for (const element of root.querySelectorAll(DROPPED)) element.remove();
  readWordLists(root);
  readStyles(root);
  nestLists(root);
  flattenTables(root);
  keepKnown(root);
  tidy(root);
  return root.innerHTML.trim();
}
