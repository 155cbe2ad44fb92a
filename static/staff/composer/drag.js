// Dragging blocks by their handles, by mouse, pen or finger. The buttons and keys beside it do the
// same (WCAG 2.5.7).
import { announce } from "composer/announce";
import { move, moveBefore } from "composer/acts";
import { blockAround, blocks, list } from "composer/blocks";
import { chosenWith } from "composer/select";

const FAR = 6; // px until a press counts as a drag
const EDGE = 70; // px from the window's edge in which the page scrolls along
let drag = null;

const marker = document.createElement("div");
marker.className = "st-drop";

function begin(event) {
  const handle = event.target.closest("[data-handle]");
  if (!handle || event.button > 0) return;
  const block = blockAround(handle);
  drag = { handle, some: chosenWith(block), y: event.clientY, pointer: event.pointerId, isOn: false, other: undefined };
  handle.setPointerCapture(event.pointerId);
}

function follow(event) {
  if (!drag || event.pointerId !== drag.pointer) return;
  if (!drag.isOn && Math.abs(event.clientY - drag.y) < FAR) return;
  if (!drag.isOn) {
    drag.isOn = true;
    for (const block of drag.some) block.classList.add("st-dragged");
    document.documentElement.classList.add("st-dragging");
  }
  drag.y = event.clientY;
  place();
  scrollAlong();
}

function place() {
  const rest = blocks().filter((block) => !drag.some.includes(block));
  drag.other = rest.find((block) => {
    const { top, height } = block.getBoundingClientRect();
    return drag.y < top + height / 2;
  }) || null;
  if (drag.other) drag.other.before(marker);
  else list().append(marker);
}

function scrollAlong() {
  cancelAnimationFrame(drag.frame);
  const speed = drag.y < EDGE ? drag.y - EDGE : Math.max(drag.y - (innerHeight - EDGE), 0);
  if (!speed) return;
  drag.frame = requestAnimationFrame(() => {
    if (!drag?.isOn) return;
    // unfold scrolls an element, not the window.
    for (let around = list(); around; around = around.parentElement) {
      if (around.scrollHeight > around.clientHeight + 1 && /auto|scroll/.test(getComputedStyle(around).overflowY)) {
        around.scrollBy(0, speed / 4);
        break;
      }
      if (around === document.documentElement) window.scrollBy(0, speed / 4);
    }
    place();
    scrollAlong();
  });
}

function end(isDropped) {
  if (!drag) return;
  const { some, other, isOn, handle, frame } = drag;
  cancelAnimationFrame(frame);
  drag = null;
  marker.remove();
  document.documentElement.classList.remove("st-dragging");
  for (const block of some) block.classList.remove("st-dragged");
  if (!isOn) return;
  if (isDropped) moveBefore(some, other);
  else announce("Not moved.");
  handle.focus({ preventScroll: true });
}

export function startDrag() {
  const place = list();
  place.addEventListener("pointerdown", begin);
  place.addEventListener("pointermove", follow);
  place.addEventListener("pointerup", () => end(true));
  place.addEventListener("pointercancel", () => end(false));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && drag?.isOn) end(false);
  });
  place.addEventListener("keydown", (event) => {
    const direction = { ArrowUp: "up", ArrowDown: "down" }[event.key];
    if (!direction || !event.target.matches?.("[data-handle]") || event.altKey) return;
    event.preventDefault();
    move(chosenWith(blockAround(event.target)), direction);
  });
}
