// Merge fields by name, for whoever types { in a text.
import { fields, title } from "composer/merge_fields";
import { openMenu } from "composer/menu";

// `onChoose(name, fallback)` puts one in place of the brace; `onClose(rest)` leaves the brace, with
// what was typed behind it.
export function offerFields(at, onChoose, onClose) {
  openMenu({
    items: fields().map((each) => ({ value: each.name, label: title(each.name), hint: each.meaning, icon: "data_object" })),
    title: "Insert a merge field",
    at,
    onChoose: (name) => onChoose(name, fields().find((each) => each.name === name).fallback),
    onClose,
    // Whoever knows how it is written, writes it; a second brace is a template engine's.
    typedThrough: (text) => (/[{}]$/.test(text) ? text : null),
  });
}
