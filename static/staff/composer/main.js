// The composer with scripts. Without them its buttons post the form, and the server does the same.
import { act } from "composer/acts";
import { composer, renumber } from "composer/blocks";
import { startDrag } from "composer/drag";
import { equip } from "composer/editors";
import { startKept } from "composer/kept";
import { startKeys } from "composer/keys";
import { startMenu } from "composer/menu";
import { loadFields } from "composer/merge_fields";
import { startLines } from "composer/merge_lines";
import { startPaste } from "composer/clean_paste";
import { startPreview } from "composer/preview";
import { startPanel } from "composer/preview_panel";
import { startSelect } from "composer/select";
import { startUndo } from "composer/undo";

const form = composer();
loadFields();
for (const part of document.querySelectorAll("[data-scripted]")) part.hidden = false;
form.addEventListener("click", (event) => {
  const button = event.target.closest("button[name=act]");
  if (button && button.value !== "save" && act(button.value)) event.preventDefault();
});
startMenu();
startPaste();
equip();
renumber();
startUndo();
startLines();
startSelect();
startDrag();
startKeys();
startPanel();
startPreview();
startKept();
form.dataset.ready = "";
performance.mark("composer-ready");
