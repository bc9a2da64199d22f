/* What imported stories hold and nobody needs a button for; direction and language. */

import { Extension, Mark, Node } from "django-prose-editor/editor";
import { attribute } from "newsroom/editor-schema";

export const DefinitionList = Node.create({
  name: "definitionList",
  group: "block",
  content: "(definitionTerm | definitionText)+",
  parseHTML: () => [{ tag: "dl" }],
  renderHTML: ({ HTMLAttributes }) => ["dl", HTMLAttributes, 0],
});
export const DefinitionTerm = Node.create({
  name: "definitionTerm",
  content: "inline*",
  parseHTML: () => [{ tag: "dt" }],
  renderHTML: ({ HTMLAttributes }) => ["dt", HTMLAttributes, 0],
});
export const DefinitionText = Node.create({
  name: "definitionText",
  content: "inline*",
  parseHTML: () => [{ tag: "dd" }],
  renderHTML: ({ HTMLAttributes }) => ["dd", HTMLAttributes, 0],
});

const phrase = (name, tag, { attributes = [], selector = tag } = {}) =>
  Mark.create({
    name,
    addAttributes: () =>
      Object.fromEntries(
        ["lang", "dir", ...attributes].map((key) => [key, attribute(key)]),
      ),
    parseHTML: () => [{ tag: selector }],
    renderHTML: ({ HTMLAttributes }) => [tag, HTMLAttributes, 0],
  });

export const Cite = phrase("cite", "cite");
export const Quotation = phrase("quotation", "q", { attributes: ["cite"] });
export const Abbreviation = phrase("abbreviation", "abbr", { attributes: ["title"] });
export const Isolated = phrase("isolated", "bdi");
export const Time = phrase("time", "time", { attributes: ["datetime"] });
export const Marked = phrase("marked", "mark");
export const Phrase = phrase("phrase", "span", { selector: "span[lang], span[dir]" });

/* Direction and language ------------------------------------------------------------- */

const FLOWING = [
  "paragraph", "heading", "blockquote", "bulletList", "orderedList", "listItem",
  "codeBlock", "table", "tableRow", "tableCell", "tableHeader", "libraryPicture",
  "plainFigure", "figureCaption", "aside", "definitionList", "definitionTerm",
  "definitionText",
];

export const Flow = Extension.create({
  name: "flow",
  addGlobalAttributes: () => [
    { types: FLOWING, attributes: { dir: attribute("dir"), lang: attribute("lang") } },
    { types: ["blockquote"], attributes: { cite: attribute("cite") } },
  ],
  addCommands: () => ({
    turn:
      (dir) =>
      ({ state, tr, dispatch }) => {
        const { from, to } = state.selection;
        const found = [];
        state.doc.nodesBetween(from, to, (node, at) => {
          if (node.isTextblock && "dir" in node.attrs) found.push([node, at]);
        });
        if (dispatch) {
          const isSet = found.every(([node]) => node.attrs.dir === dir);
          for (const [node, at] of found) {
            tr.setNodeAttribute(at, "dir", isSet ? null : dir);
          }
        }
        return found.length > 0;
      },
  }),
  addMenuItems({ buttons, menu }) {
    for (const [dir, icon, title] of [
      ["ltr", "format_textdirection_l_to_r", "Left to right"],
      ["rtl", "format_textdirection_r_to_l", "Right to left"],
    ]) {
      menu.defineItem({
        name: `direction:${dir}`,
        groups: "direction",
        button: buttons.material(icon, title),
        active: (editor) => editor.state.selection.$from.parent.attrs.dir === dir,
        command: (editor) => editor.chain().focus().turn(dir).run(),
      });
    }
  },
});
