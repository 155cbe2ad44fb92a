// A merge field in rich text: one piece that shows its name and fallback.
import { Node, pm, Plugin } from "django-prose-editor/editor";
import { editField } from "composer/merge_form";
import { find, explain, isKnown, title, toElements, written } from "composer/merge_fields";
import { offerFields } from "composer/merge_menu";
import { newStep } from "composer/undo";

export function draw(element, name, fallback) {
  element.className = isKnown(name) ? "st-pill" : "st-pill st-pill-bad";
  element.textContent = fallback ? `${title(name)} · ${fallback}` : title(name);
  element.title = explain(name, fallback);
}

// Put the cursor behind a piece that is selected, so that what is typed doesn't replace it. Return
// whether one was.
function stepBehind(editor) {
  const { selection } = editor.state;
  if (selection.node?.type.name !== "mergeField") return false;
  return editor.commands.setTextSelection(selection.to);
}

function strayBraces(doc) {
  const { Decoration, DecorationSet } = pm.view;
  const found = [];
  doc.descendants((node, at) => {
    if (!node.isText || !/[{}]/.test(node.text)) return;
    for (const each of find(node.text)) {
      found.push(Decoration.inline(at + each.from, at + each.to, {
        class: "st-pill-stray", title: "This brace belongs to no merge field.",
      }));
    }
  });
  return DecorationSet.create(doc, found);
}

export const MergeField = Node.create({
  name: "mergeField",
  group: "inline",
  inline: true,
  atom: true,

  addAttributes() {
    return {
      name: { default: "", parseHTML: (element) => element.dataset.mergeField, renderHTML: ({ name }) => ({ "data-merge-field": name }) },
      fallback: {
        default: "",
        parseHTML: (element) => element.dataset.fallback || "",
        renderHTML: ({ fallback }) => (fallback ? { "data-fallback": fallback } : {}),
      },
    };
  },

  parseHTML: () => [{ tag: "span[data-merge-field]" }],

  renderHTML: ({ node, HTMLAttributes }) => ["span", HTMLAttributes, written(node.attrs.name, node.attrs.fallback)],

  renderText: ({ node }) => written(node.attrs.name, node.attrs.fallback),

  addNodeView() {
    return ({ node, editor, getPos }) => {
      const dom = document.createElement("span");
      draw(dom, node.attrs.name, node.attrs.fallback);
      dom.addEventListener("click", () => edit(editor, getPos()));
      return { dom };
    };
  },

  addKeyboardShortcuts() {
    const open = () => {
      const { selection } = this.editor.state;
      if (selection.node?.type.name !== "mergeField") return false;
      edit(this.editor, selection.from);
      return true;
    };
    return { Enter: open, Space: open };
  },

  addProseMirrorPlugins() {
    const { editor } = this;
    return [new Plugin({
      props: {
        decorations: (state) => strayBraces(state.doc),
        // At once, so that what is typed next is typed into the menu. The brace stays where nothing
        // is chosen.
        handleTextInput(view, start, end, text) {
          const isBehind = stepBehind(editor);
          if (text !== "{" && !isBehind) return false;
          const [from, to] = isBehind ? [end, end] : [start, end];
          view.dispatch(view.state.tr.insertText(text, from, to));
          if (text === "{") offer(editor, from + 1);
          return true;
        },
        // An accent that is put together with its letter is no text input yet.
        handleDOMEvents: { compositionstart() { stepBehind(editor); return false; } },
        transformPastedHTML: (html) => toElements(html),
      },
      // What was typed by hand becomes a piece once it is complete.
      appendTransaction(transactions, before, state) {
        if (!transactions.some((each) => each.docChanged)) return null;
        return toPieces(state);
      },
    })];
  },
});

function toPieces(state) {
  const found = [];
  state.doc.descendants((node, at, parent) => {
    if (!node.isText || !node.text.includes("{")) return;
    for (const each of find(node.text)) {
      if (!each.isStray && parent.type.contentMatch.matchType(state.schema.nodes.mergeField)) {
        found.push({ from: at + each.from, to: at + each.to, marks: node.marks, ...pick(each) });
      }
    }
  });
  if (!found.length) return null;
  const { tr } = state;
  for (const { from, to, marks, name, fallback } of found.reverse()) {
    tr.replaceWith(from, to, state.schema.nodes.mergeField.create({ name, fallback }, null, marks));
  }
  return tr;
}

const pick = ({ name, fallback }) => ({ name, fallback });

function offer(editor, from) {
  const { left, bottom } = editor.view.coordsAtPos(from);
  offerFields({ left, bottom }, (name, fallback) => {
    editor.view.focus(); // at once: Tiptap's own command waits, and what is typed on is lost
    editor.chain().deleteRange({ from: from - 1, to: from })
      .insertContent({ type: "mergeField", attrs: { name, fallback } }).run();
  }, (rest) => {
    editor.view.focus();
    if (rest) editor.commands.insertContent(rest);
  });
}

async function edit(editor, at) {
  const { attrs } = editor.state.doc.nodeAt(at);
  const wanted = await editField(attrs);
  newStep();
  editor.view.focus();
  const chain = editor.chain();
  if (wanted === "remove") return chain.deleteRange({ from: at, to: at + 1 }).run();
  const change = ({ tr }) => { tr.setNodeMarkup(at, null, wanted, editor.state.doc.nodeAt(at).marks); return true; };
  return (wanted ? chain.command(change) : chain).setTextSelection(at + 1).run();
}
