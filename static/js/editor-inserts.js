/* Pull quotes, videos and posts from elsewhere, notes. */

import { Node, Plugin } from "django-prose-editor/editor";
import { ask, element } from "newsroom/editor-dialog";
import { attribute, insertBlock } from "newsroom/editor-schema";

export const Aside = Node.create({
  name: "aside",
  group: "block",
  content: "block+",
  defining: true,
  addAttributes: () => ({
    kind: {
      default: "pullquote",
      parseHTML: (dom) => (dom.classList.contains("pullquote") ? "pullquote" : ""),
      renderHTML: ({ kind }) => (kind ? { class: kind } : {}),
    },
  }),
  parseHTML: () => [{ tag: "aside" }],
  renderHTML: ({ HTMLAttributes }) => ["aside", HTMLAttributes, 0],
  addMenuItems({ buttons, menu }) {
    menu.defineItem({
      name: "aside",
      groups: "story",
      button: buttons.material("format_size", "Pull quote"),
      active: (editor) => editor.isActive("aside"),
      command(editor) {
        const chain = editor.chain().focus();
        if (editor.isActive("aside")) chain.lift("aside").run();
        else chain.wrapIn("aside").run();
      },
    });
  },
});

/* Videos and posts from elsewhere --------------------------------------------------- */

const hostOf = (url) => {
  try {
    const { protocol, hostname } = new URL(url);
    return /^https?:$/.test(protocol) ? hostname.replace(/^www\./, "") : "";
  } catch {
    return "";
  }
};
const isAllowed = (host, hosts) =>
  hosts.some((name) => host === name || host.endsWith(`.${name}`));

export const Embed = Node.create({
  name: "embed",
  group: "block",
  atom: true,
  draggable: true,
  addOptions: () => ({ hosts: [] }),
  addAttributes: () => ({
    url: { ...attribute("data-embed", "url") },
    words: {
      default: "",
      rendered: false,
      parseHTML: (dom) => dom.textContent.replace(/\s+/g, " ").trim(),
    },
  }),
  parseHTML: () => [
    {
      tag: "div[data-embed]",
      getAttrs: (dom) => (hostOf(dom.dataset.embed) ? null : false),
    },
  ],
  renderHTML({ node, HTMLAttributes }) {
    const { url, words } = node.attrs;
    return ["div", HTMLAttributes, ["a", { href: url }, words || `See it at ${hostOf(url)}`]];
  },
  renderText: ({ node }) => node.attrs.words,
  addNodeView() {
    const { hosts } = this.options;
    return ({ node, editor, getPos }) => {
      const words = element("strong");
      const address = element("span", { className: "editor-help" });
      const warning = element("p", { className: "editor-warning" });
      const edit = element("button", { type: "button" }, ["Change"]);
      const dom = element("div", { className: "editor-embed", contentEditable: "false" }, [
        element("p", {}, [words, " ", address]),
        warning,
        edit,
      ]);
      const draw = ({ attrs }) => {
        const host = hostOf(attrs.url);
        words.textContent = attrs.words || `See it at ${host}`;
        address.textContent = attrs.url;
        warning.textContent = isAllowed(host, hosts)
          ? ""
          : `${host} is not among the hosts this site shows; readers get a link.`;
      };
      draw(node);
      edit.addEventListener("click", () => {
        editor.commands.setNodeSelection(getPos());
        editor.commands.editEmbed();
      });
      return {
        dom,
        update(changed) {
          if (changed.type !== node.type) return false;
          draw(changed);
          return true;
        },
        stopEvent: (event) => edit.contains(event.target),
        ignoreMutation: () => true,
      };
    };
  },
  addCommands() {
    const { hosts } = this.options;
    return {
      editEmbed:
        () =>
        ({ editor }) => {
          const { selection } = editor.state;
          const selected = selection.node?.type.name === "embed" ? selection.node : null;
          ask({
            title: "Video or post from elsewhere",
            submit: selected ? "Change" : "Put it in",
            fields: {
              url: {
                label: "Address",
                type: "url",
                required: true,
                value: selected?.attrs.url,
                help: `Of its page, at ${hosts.join(", ")}.`,
              },
              words: {
                label: "What it is",
                value: selected?.attrs.words,
                help: "Who says or shows what. Nothing loads from elsewhere before a reader asks for it.",
              },
            },
            check({ url }) {
              const host = hostOf(url);
              if (url && !host) return { url: "Begin with https://" };
              if (url && !isAllowed(host, hosts)) {
                return { url: `${host} is not among the hosts this site shows. Make it a link.` };
              }
              return {};
            },
          }).then((attrs) => {
            if (!attrs) return;
            if (selected) {
              editor.chain().focus().updateAttributes("embed", attrs).run();
            } else {
              insertBlock(editor, { type: "embed", attrs });
            }
          });
          return true;
        },
    };
  },
  addKeyboardShortcuts() {
    return {
      Enter: ({ editor }) =>
        editor.state.selection.node?.type.name === "embed" && editor.commands.editEmbed(),
    };
  },
  addMenuItems({ buttons, menu }) {
    menu.defineItem({
      name: "embed",
      groups: "story",
      button: buttons.material("smart_display", "Video or post from elsewhere"),
      command: (editor) => editor.commands.editEmbed(),
    });
  },
});

/* Footnotes ------------------------------------------------------------------------- */

const footnotePlugin = () =>
  new Plugin({
    // A note's number is a link itself, so it can't stand in another one.
    appendTransaction(transactions, _, state) {
      if (!transactions.some((transaction) => transaction.docChanged)) return null;
      const { link } = state.schema.marks;
      const { tr } = state;
      state.doc.descendants((node, at) => {
        if (node.type.name === "footnote" && link.isInSet(node.marks)) {
          tr.removeMark(at, at + 1, link);
        }
      });
      return tr.docChanged ? tr : null;
    },
  });

export const Footnote = Node.create({
  name: "footnote",
  group: "inline",
  inline: true,
  atom: true,
  addAttributes: () => ({
    text: {
      default: "",
      parseHTML: (dom) => (dom.dataset.footnote || "").replace(/\s+/g, " ").trim(),
      renderHTML: ({ text }) => ({ "data-footnote": text }),
    },
  }),
  // Before the mark for `sup`: marks come first where priorities are equal.
  parseHTML: () => [{ tag: "sup[data-footnote]", priority: 60 }],
  renderHTML: ({ HTMLAttributes }) => ["sup", HTMLAttributes],
  addNodeView() {
    return ({ node, editor, getPos }) => {
      const dom = element("sup", { className: "editor-footnote", role: "button" });
      const draw = ({ attrs }) => {
        dom.title = attrs.text;
        dom.setAttribute("aria-label", `Note: ${attrs.text}`);
      };
      draw(node);
      dom.addEventListener("click", () => {
        editor.commands.setNodeSelection(getPos());
        editor.commands.editFootnote();
      });
      return {
        dom,
        update(changed) {
          if (changed.type !== node.type) return false;
          draw(changed);
          return true;
        },
        ignoreMutation: () => true,
      };
    };
  },
  addCommands() {
    return {
      editFootnote:
        () =>
        ({ editor }) => {
          const { selection } = editor.state;
          const selected = selection.node?.type.name === "footnote" ? selection.node : null;
          ask({
            title: "Note",
            submit: selected ? "Change" : "Put it in",
            removable: Boolean(selected),
            fields: {
              text: {
                label: "Text of the note",
                long: true,
                required: true,
                value: selected?.attrs.text,
                help: "It stands below the story with a number; addresses become links.",
              },
            },
          }).then((answer) => {
            if (!answer) return;
            if (answer === "remove") {
              editor.chain().focus().deleteSelection().run();
              return;
            }
            const attrs = { text: answer.text.replace(/\s+/g, " ") };
            const chain = editor.chain().focus();
            if (selected) chain.updateAttributes("footnote", attrs).run();
            else {
              chain
                .setTextSelection(selection.to)
                .insertContent({ type: "footnote", attrs })
                .run();
            }
          });
          return true;
        },
    };
  },
  addKeyboardShortcuts() {
    return {
      Enter: ({ editor }) =>
        editor.state.selection.node?.type.name === "footnote" &&
        editor.commands.editFootnote(),
      "Mod-Alt-f": ({ editor }) => editor.commands.editFootnote(),
    };
  },
  addProseMirrorPlugins: () => [footnotePlugin()],
  addMenuItems({ buttons, menu }) {
    menu.defineItem({
      name: "footnote",
      groups: "story",
      button: buttons.text("Note", "Note below the story"),
      enabled: (editor) => editor.state.selection.$to.parent.inlineContent,
      command: (editor) => editor.commands.editFootnote(),
    });
  },
});
