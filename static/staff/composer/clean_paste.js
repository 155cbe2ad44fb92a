// Pasting: cleaned on the way in, and refused in words where it is longer than a field can be.
import { Extension, Plugin } from "django-prose-editor/editor";
import { tell } from "composer/announce";
import { composer } from "composer/blocks";
import { cleanHtml } from "composer/pasted_html";

export const LONGEST = 30000; // characters of one block, as the server has it
const LONGEST_LINES = 10000;
const LONGEST_HTML = 20_000_000; // beside which no browser stays at hand

const number = (value) => value.toLocaleString("en-GB");

// Say why a paste can't be taken, or nothing.
export function whyRefused(text, html, longest) {
  const { length } = text.trim();
  if (length > longest) {
    return `What you pasted is too long: ${number(length)} characters, and at most ${number(longest)} fit here. Paste a part of it.`;
  }
  if (html.length > LONGEST_HTML) return "What you pasted is too large. Paste it without its pictures.";
  return "";
}

export const CleanPaste = Extension.create({
  name: "cleanPaste",
  addProseMirrorPlugins: () => [new Plugin({
    props: {
      handleDOMEvents: {
        // Before the editor reads it: ten megabytes take it minutes.
        paste(view, event) {
          const data = event.clipboardData;
          const why = data && whyRefused(data.getData("text/plain"), data.getData("text/html"), LONGEST);
          if (!why) return false;
          event.preventDefault();
          tell(why);
          return true;
        },
      },
      transformPastedHTML: (html) => (html.includes("data-pm-slice") ? html : cleanHtml(html)),
    },
  })],
});

// Plain fields take any length, but for what the server would never keep.
export function startPaste() {
  composer().addEventListener("paste", (event) => {
    if (!event.target.matches?.("input, textarea")) return;
    const longest = event.target.maxLength > 0 ? LONGEST_LINES : LONGEST;
    const why = whyRefused(event.clipboardData.getData("text/plain"), "", longest);
    if (!why) return;
    event.preventDefault();
    event.stopPropagation();
    tell(why);
  }, true);
}
