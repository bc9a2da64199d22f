/* Lists, links and tables, as stories store them. */

import {
  Link,
  OrderedList,
  Table,
  TableCell,
  TableHeader,
} from "django-prose-editor/editor";
import { ask, element } from "newsroom/editor-dialog";
import { attribute, number } from "newsroom/editor-schema";

export const StoryOrderedList = OrderedList.extend({
  addAttributes() {
    return {
      start: number("start", 0),
      reversed: {
        default: false,
        parseHTML: (dom) => dom.hasAttribute("reversed"),
        renderHTML: ({ reversed }) => (reversed ? { reversed: "" } : {}),
      },
    };
  },
  renderHTML({ HTMLAttributes }) {
    return ["ol", HTMLAttributes, 0];
  },
  addNodeView: null,
});

const asAddress = (typed) =>
  /^[^\s/@:]+\.[^\s/@:]{2,}(?:[/:?#]|$)/.test(typed)
    ? `https://${typed}`
    : typed.replace(/^(?=[^\s/@:]+@[^\s/@:]+\.[^\s/@:]+$)/, "mailto:");

export const StoryLink = Link.extend({
  addAttributes() {
    return { ...this.parent?.(), hreflang: attribute("hreflang") };
  },
  addCommands() {
    return {
      ...this.parent?.(),
      addLink:
        () =>
        ({ editor }) => {
          const isThere = editor.isActive("link");
          const needsWords = editor.state.selection.empty && !isThere;
          const words = needsWords ? { words: { label: "Words", required: true } } : {};
          ask({
            title: "Link",
            submit: isThere ? "Change" : "Make the link",
            removable: isThere,
            fields: {
              ...words,
              href: {
                label: "Address",
                required: true,
                value: editor.getAttributes("link").href,
                help: "https://…, an email address, or /section/story/ on this site.",
              },
            },
            check: ({ href }) =>
              !href || /^(https?:\/\/[^\s/]|mailto:|tel:|\/(?!\/)|#)/i.test(asAddress(href))
                ? {}
                : { href: "Begin with https:// or, for this site, with /." },
          }).then((values) => {
            if (!values) return;
            const chain = editor.chain().focus();
            if (values === "remove") {
              chain.extendMarkRange("link").unsetLink().run();
              return;
            }
            const href = asAddress(values.href);
            if (needsWords) {
              const marks = [{ type: "link", attrs: { href } }];
              chain.insertContent({ type: "text", text: values.words, marks }).unsetMark("link").run();
            } else if (isThere) {
              chain.extendMarkRange("link").updateAttributes("link", { href }).run();
            } else {
              chain.setMark("link", { href }).run();
            }
          });
          return true;
        },
    };
  },
  addMenuItems({ buttons, menu }) {
    menu.defineItem({
      name: "link",
      groups: "link",
      button: buttons.material("insert_link", "Link"),
      active: (editor) => editor.isActive("link"),
      command: (editor) => editor.commands.addLink(),
    });
  },
});

const cellAttributes = () => ({
  colspan: number("colspan"),
  rowspan: number("rowspan"),
  colwidth: { default: null, rendered: false, parseHTML: () => null },
});

export const StoryTableCell = TableCell.extend({
  addAttributes: cellAttributes,
  parseHTML: () => [{ tag: "td" }],
  renderHTML: ({ HTMLAttributes }) => ["td", HTMLAttributes, 0],
});

export const StoryTableHeader = TableHeader.extend({
  addAttributes: () => ({ ...cellAttributes(), scope: attribute("scope") }),
  parseHTML: () => [{ tag: "th" }],
  renderHTML: ({ HTMLAttributes }) => ["th", HTMLAttributes, 0],
});

const CAPTION_HELP = "What the table shows, above it. Screen readers say it first.";

/* A table; its caption is an attribute, because rows are all that its commands know. */
export const StoryTable = Table.extend({
  addAttributes() {
    return {
      caption: {
        default: "",
        rendered: false,
        parseHTML: (dom) =>
          (dom.querySelector(":scope > caption")?.textContent || "").trim(),
      },
    };
  },
  parseHTML: () => [{ tag: "table" }, { tag: "caption", ignore: true }],
  renderHTML({ node, HTMLAttributes }) {
    const caption = node.attrs.caption ? [["caption", node.attrs.caption]] : [];
    return ["table", HTMLAttributes, ...caption, ["tbody", 0]];
  },
  addNodeView() {
    return ({ node }) => {
      const caption = element("caption", { contentEditable: "false" });
      const contentDOM = element("tbody");
      const table = element("table", {}, [caption, contentDOM]);
      const draw = ({ attrs }) => {
        caption.textContent = attrs.caption;
        caption.hidden = !attrs.caption;
        for (const name of ["dir", "lang"]) {
          if (attrs[name]) table.setAttribute(name, attrs[name]);
          else table.removeAttribute(name);
        }
      };
      draw(node);
      return {
        dom: element("div", { className: "editor-table" }, [table]),
        contentDOM,
        update(changed) {
          if (changed.type !== node.type) return false;
          draw(changed);
          return true;
        },
        ignoreMutation: (mutation) =>
          mutation.type !== "selection" && !contentDOM.contains(mutation.target),
      };
    };
  },
  addCommands() {
    return {
      ...this.parent?.(),
      insertTableWithOptions:
        () =>
        ({ editor }) => {
          ask({
            title: "Table",
            submit: "Put it in",
            fields: {
              rows: { label: "Rows, with the one of headings", value: "3", type: "number" },
              cols: { label: "Columns", value: "3", type: "number" },
              caption: { label: "Caption", help: CAPTION_HELP },
            },
            check: (values) =>
              Object.fromEntries(
                ["rows", "cols"]
                  .filter((name) => !(values[name] >= 1 && values[name] <= 100))
                  .map((name) => [name, "Write a number from 1 to 100."]),
              ),
          }).then((values) => {
            if (!values) return;
            const rows = Number.parseInt(values.rows, 10);
            const cols = Number.parseInt(values.cols, 10);
            const chain = editor.chain().focus();
            chain.insertTable({ rows, cols, withHeaderRow: true });
            if (values.caption) {
              chain.updateAttributes("table", { caption: values.caption });
            }
            chain.run();
          });
          return true;
        },
    };
  },
  addMenuItems({ buttons, menu }) {
    this.parent?.({ buttons, menu });
    menu.defineItem({
      name: "table:caption",
      groups: "table",
      button: buttons.material("subtitles", "Table caption"),
      hidden: (editor) => !editor.isActive("table"),
      async command(editor) {
        const values = await ask({
          title: "Table caption",
          submit: "Set the caption",
          fields: {
            caption: {
              label: "Caption",
              value: editor.getAttributes("table").caption,
              help: CAPTION_HELP,
            },
          },
        });
        if (values) editor.chain().focus().updateAttributes("table", values).run();
      },
    });
  },
});
