// The menu of blocks, by "/" or by a button.
import { add } from "composer/acts";
import { blocks, typeOf } from "composer/blocks";
import { openMenu } from "composer/menu";

function kinds() {
  return [...document.querySelectorAll("template[data-blank]")].map(({ dataset }) => (
    { value: dataset.blank, label: dataset.label, icon: dataset.icon }
  ));
}

// Offer all types; the one that is chosen is added below this block, or takes its place if it is a
// text in which nothing was written.
export function offerBlocks(below, { at, isEmpty = false, onClose = () => {} }) {
  const type = below && typeOf(below);
  const instead = Boolean(below) && isEmpty && type === "rich_text" && blocks().length > 0;
  openMenu({
    items: kinds(),
    title: below ? "Add a block below" : "Add a block",
    at,
    onChoose: (chosen) => add(chosen, below, instead),
    onClose,
    typedThrough: (text) => (text === "/" ? "/" : null),
  });
}
