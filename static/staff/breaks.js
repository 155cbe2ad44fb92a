// Long words of a list, such as addresses, break after their dots and their @ where they must.
"use strict";

const AT_LEAST = 12; // Shorter words fit any column.
const LISTS = "header h1, #result_list, .st-table, .st-facts, .st-list, .st-rows, .st-found, .st-events, .st-card p, .readonly";
const LEFT_ALONE = "[contenteditable], textarea, pre, code, script, style, select, button, svg";

function breakWords() {
  for (const list of document.querySelectorAll(LISTS)) {
    const texts = document.createTreeWalker(list, NodeFilter.SHOW_TEXT);
    const found = [];
    while (texts.nextNode()) if (/[.@]/.test(texts.currentNode.data)) found.push(texts.currentNode);
    for (const text of found) if (!text.parentElement.closest(LEFT_ALONE)) breakText(text);
  }
}

function breakText(text) {
  const words = text.data.split(/(?<=\s)(?=\S)/).map((word) => (word.length < AT_LEAST ? [word] : word.split(/(?<=[^\s.@][.@])(?=[^\s.@])/)));
  if (words.every((parts) => parts.length === 1)) return;
  text.replaceWith(...words.flatMap(([first, ...others]) => [first, ...others.flatMap((part) => [document.createElement("wbr"), part])]));
}

document.addEventListener("DOMContentLoaded", breakWords);
document.addEventListener("htmx:afterSettle", breakWords);
