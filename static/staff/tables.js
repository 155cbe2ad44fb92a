// Tables: a faded edge where there is more, and on a phone each row as a card.
"use strict";

// On a phone each cell stands after the heading of its column, unless its table fits there.
function labelCells() {
  for (const table of document.querySelectorAll("#result_list, .st-table:not([data-narrow])")) {
    const headings = [...table.querySelectorAll("thead th")].map((cell) => (cell.querySelector(".text") ?? cell).textContent.trim());
    for (const row of table.querySelectorAll("tbody tr")) {
      [...row.cells].forEach((cell, index) => {
        cell.dataset.label = headings[index] ?? "";
        if (/^[–-]?$/.test(cell.textContent.trim()) && !cell.querySelector("input")) cell.dataset.empty = "";
      });
    }
    table.dataset.cards = "";
  }
}
document.addEventListener("DOMContentLoaded", labelCells);
document.addEventListener("htmx:afterSettle", labelCells);

// A faded edge shows on which side of a wide table there is more.
function showEdges() {
  for (const table of document.querySelectorAll("table")) {
    const box = table.parentElement;
    const left = Math.abs(box.scrollLeft);
    const spare = box.scrollWidth - box.clientWidth;
    box.toggleAttribute("data-more-before", left > 1);
    box.toggleAttribute("data-more-behind", spare - left > 1);
  }
}

document.addEventListener("DOMContentLoaded", showEdges);
document.addEventListener("htmx:afterSettle", showEdges);
document.addEventListener("scroll", showEdges, { capture: true, passive: true });
window.addEventListener("resize", showEdges);
window.addEventListener("load", showEdges);
