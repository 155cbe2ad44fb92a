// The preview on a narrow screen: one press away, over the form, which stays where it is.
import { composer } from "composer/blocks";

let back = null; // what had the focus before
let isAdded = false; // whether the browser's own "back" leads from the preview to the form

const preview = () => document.getElementById("preview");
const isNarrow = () => matchMedia("(max-width: 1100px)").matches;

function open() {
  back = document.activeElement;
  if (isNarrow()) {
    composer().classList.add("st-previewing");
    history.pushState({ preview: true }, "");
    isAdded = true;
    preview().querySelector(".st-to-editor").focus();
  } else {
    preview().focus();
  }
}

function close() {
  composer().classList.remove("st-previewing");
  if (isAdded) {
    isAdded = false;
    history.back();
  }
  if (back?.isConnected) back.focus({ preventScroll: true });
}

export function togglePreview() {
  const isOpen = composer().classList.contains("st-previewing") || preview().contains(document.activeElement);
  if (isOpen) close();
  else open();
}

export function startPanel() {
  composer().addEventListener("click", (event) => {
    if (!event.target.closest(".st-to-preview, .st-to-editor")) return;
    event.preventDefault();
    togglePreview();
  });
  window.addEventListener("popstate", () => {
    isAdded = false;
    if (composer().classList.contains("st-previewing")) close();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && composer().classList.contains("st-previewing")) close();
  });
}
