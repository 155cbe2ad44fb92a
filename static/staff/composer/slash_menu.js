// A slash in an empty paragraph opens the menu of blocks.
import { Extension, Plugin } from "django-prose-editor/editor";
import { blockAround } from "composer/blocks";
import { offerBlocks } from "composer/block_menu";

export const SlashMenu = Extension.create({
  name: "slashMenu",
  addProseMirrorPlugins() {
    const { editor } = this;
    return [new Plugin({
      props: {
        handleTextInput(view, from, to, text) {
          const { $from, empty } = view.state.selection;
          if (text !== "/" || !empty || $from.parent.content.size) return false;
          const { left, top, bottom } = view.coordsAtPos(from);
          offerBlocks(blockAround(view.dom), {
            at: { left, top, bottom },
            isEmpty: editor.isEmpty,
            // A second slash, or Escape and a slash, is a slash.
            onClose: (rest) => {
              editor.view.focus();
              if (rest) editor.commands.insertContent(rest);
            },
          });
          return true;
        },
      },
    })];
  },
});
