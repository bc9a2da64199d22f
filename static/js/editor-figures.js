/* Pictures of the library and other figures. */

import { Node } from "django-prose-editor/editor";
import { element } from "newsroom/editor-dialog";
import {
  choosePicture,
  pictureEntry,
  thumbnail,
  warningAbout,
} from "newsroom/editor-library";
import { attribute, insertBlock } from "newsroom/editor-schema";

const SIZE_NAMES = {
  "": "As wide as the text",
  wide: "Wide",
  full: "Full width",
  inset: "Inset, text beside it",
};

class PictureView {
  constructor({ node, editor, getPos, options }) {
    this.node = node;
    this.editor = editor;
    this.options = options;
    this.contentDOM = element("figcaption");
    this.image = element("div", { className: "editor-picture-image" });
    this.credit = element("p", { className: "editor-help" });
    this.warning = element("p", { className: "editor-warning" });
    this.size = element(
      "select",
      { "aria-label": "Size of the picture" },
      ["", ...options.sizes].map((value) =>
        element("option", { value }, [SIZE_NAMES[value] ?? value]),
      ),
    );
    const change = element("button", { type: "button" }, ["Other picture"]);
    const remove = element("button", { type: "button" }, ["Take out"]);
    this.controls = element(
      "div",
      { className: "editor-picture-controls", contentEditable: "false" },
      [this.image, this.credit, this.warning, element("p", {}, [this.size, " ", change, " ", remove])],
    );
    this.dom = element("figure", { className: "editor-picture" }, [
      this.controls,
      this.contentDOM,
    ]);

    const set = (attributes) =>
      editor
        .chain()
        .command(({ tr }) => {
          const at = getPos();
          tr.setNodeMarkup(at, null, { ...tr.doc.nodeAt(at).attrs, ...attributes });
          return true;
        })
        .run();
    // The form around hears of the text's change, not of this control's.
    this.size.addEventListener("input", (event) => event.stopPropagation());
    this.size.addEventListener("change", (event) => {
      event.stopPropagation();
      set({ size: this.size.value || null });
    });
    change.addEventListener("click", async () => {
      const entry = await choosePicture(options);
      if (entry) set({ picture: String(entry.id) });
    });
    remove.addEventListener("click", () => {
      const at = getPos();
      editor.chain().focus().deleteRange({ from: at, to: at + this.node.nodeSize }).run();
    });
    this.draw(true);
  }

  draw(isNew) {
    const { picture, size } = this.node.attrs;
    this.dom.dataset.size = size || "";
    this.size.value = size || "";
    this.dom.classList.toggle("is-without-caption", !this.node.content.size);
    if (isNew) this.load(picture);
  }

  async load(picture) {
    let entry;
    try {
      entry = await pictureEntry(this.options.url, picture);
    } catch {
      this.image.replaceChildren(element("span", {}, [`Picture ${picture}`]));
      this.warning.textContent = "The library does not answer; the picture stays as it is.";
      return;
    }
    if (picture !== this.node.attrs.picture) return;
    this.image.replaceChildren(
      entry ? thumbnail(entry) : element("span", {}, [`Picture ${picture}`]),
    );
    this.image.setAttribute("aria-label", entry?.alt || `Picture ${picture}`);
    this.image.setAttribute("role", "img");
    this.credit.textContent = entry?.credit || "";
    const warning = warningAbout(entry);
    this.warning.replaceChildren(warning);
    if (warning && entry) {
      const link = element("a", { href: entry.url, target: "_blank" }, ["Open the picture"]);
      this.warning.append(" ", link);
    }
    this.contentDOM.dataset.placeholder = entry?.caption
      ? `From the library: ${entry.caption}`
      : "Caption";
  }

  update(node) {
    if (node.type !== this.node.type) return false;
    const isNew = node.attrs.picture !== this.node.attrs.picture;
    this.node = node;
    this.draw(isNew);
    return true;
  }

  stopEvent(event) {
    return this.controls.contains(event.target) && !event.type.startsWith("drag");
  }

  // Without this, setting an attribute here makes ProseMirror draw for ever.
  ignoreMutation(mutation) {
    if (mutation.type === "selection") return false;
    return mutation.type === "attributes" || !this.contentDOM.contains(mutation.target);
  }
}

export const LibraryPicture = Node.create({
  name: "libraryPicture",
  group: "block",
  content: "inline*",
  marks: "bold italic link cite quotation",
  isolating: true,
  defining: true,
  draggable: true,
  addOptions: () => ({ url: "", addUrl: "", sizes: [] }),
  addAttributes() {
    return {
      picture: attribute("data-picture", "picture"),
      size: {
        ...attribute("data-size", "size"),
        parseHTML: (dom) => {
          const size = dom.getAttribute("data-size");
          return this.options.sizes.includes(size) ? size : null;
        },
      },
    };
  },
  parseHTML: () => [
    {
      tag: "figure[data-picture]",
      priority: 60,
      getAttrs: (dom) => (/^[0-9]+$/.test(dom.dataset.picture) ? null : false),
      contentElement: (dom) =>
        dom.querySelector("figcaption") || dom.ownerDocument.createElement("figcaption"),
    },
  ],
  renderHTML: ({ HTMLAttributes }) => ["figure", HTMLAttributes, ["figcaption", 0]],
  addNodeView() {
    return ({ node, editor, getPos }) =>
      new PictureView({ node, editor, getPos, options: this.options });
  },
  addKeyboardShortcuts() {
    return {
      // Enter leaves the caption for a new paragraph.
      Enter: ({ editor }) => {
        const { $from } = editor.state.selection;
        if ($from.parent.type.name !== this.name) return false;
        const after = $from.after();
        return editor
          .chain()
          .insertContentAt(after, { type: "paragraph" })
          .setTextSelection(after + 1)
          .run();
      },
    };
  },
  addMenuItems({ buttons, menu }) {
    const { options } = this;
    menu.defineItem({
      name: "libraryPicture",
      groups: "story",
      button: buttons.material("add_photo_alternate", "Picture from the library"),
      async command(editor) {
        const entry = await choosePicture(options);
        if (!entry) return;
        const attrs = { picture: String(entry.id), size: null };
        insertBlock(editor, { type: "libraryPicture", attrs });
      },
    });
  },
});

/* Figures of something else, such as a table with words under it. */
export const PlainFigure = Node.create({
  name: "plainFigure",
  group: "block",
  content: "block* figureCaption? block*",
  isolating: true,
  parseHTML: () => [{ tag: "figure" }],
  renderHTML: ({ HTMLAttributes }) => ["figure", HTMLAttributes, 0],
});

export const FigureCaption = Node.create({
  name: "figureCaption",
  content: "inline*",
  parseHTML: () => [{ tag: "figcaption" }],
  renderHTML: ({ HTMLAttributes }) => ["figcaption", HTMLAttributes, 0],
});
