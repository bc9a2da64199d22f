/* The desk around the text: names, toolbar, paste, files, counts, events. */

import { Extension, Plugin } from "django-prose-editor/editor";
import { element } from "newsroom/editor-dialog";
import { cleanPasted } from "newsroom/editor-paste";
import { countWords, readingMinutes, tidy } from "newsroom/editor-text";

const holdsFiles = (data) => [...(data?.types || [])].includes("Files");

const describe = (editor, textarea) => {
  const label = document.querySelector(`label[for="${CSS.escape(textarea.id)}"]`);
  const box = editor.view.dom;
  box.setAttribute("role", "textbox");
  box.setAttribute("aria-multiline", "true");
  if (label) {
    label.id ||= `${textarea.id}_label`;
    box.setAttribute("aria-labelledby", label.id);
    label.addEventListener("click", () => editor.commands.focus());
  }
  if (textarea.getAttribute("aria-invalid")) box.setAttribute("aria-invalid", "true");
  return label?.textContent.trim().replace(/:$/, "") || "Text";
};

/* One Tab stop; arrow keys go from button to button, Escape back to the text. */
const makeToolbar = (editor, name) => {
  const bar = editor.storage.menu.dom;
  const buttons = [...bar.querySelectorAll("button")];
  bar.setAttribute("role", "toolbar");
  bar.setAttribute("aria-label", `${name}: tools`);
  bar.setAttribute("aria-controls", editor.view.dom.id);
  const upper = (text) => text.charAt(0).toUpperCase() + text.slice(1);
  for (const button of buttons) {
    const title = upper(button.getAttribute("aria-label") || button.title);
    button.title = title;
    button.setAttribute("aria-label", title);
    button.tabIndex = -1;
  }
  const shown = () => buttons.filter((button) => !button.classList.contains("hidden"));
  const goTo = (button) => {
    for (const other of buttons) other.tabIndex = other === button ? 0 : -1;
    button.focus();
  };
  const sync = () => {
    for (const button of buttons) {
      button.setAttribute("aria-pressed", button.classList.contains("active"));
      button.setAttribute("aria-disabled", button.classList.contains("disabled"));
    }
    const visible = shown();
    if (!visible.some((button) => button.tabIndex === 0)) {
      for (const button of buttons) button.tabIndex = button === visible[0] ? 0 : -1;
    }
  };
  bar.addEventListener("keydown", (event) => {
    const visible = shown();
    const at = visible.indexOf(document.activeElement);
    const isMirrored = getComputedStyle(bar).direction === "rtl";
    const forward = isMirrored ? "ArrowLeft" : "ArrowRight";
    const backward = isMirrored ? "ArrowRight" : "ArrowLeft";
    const next = {
      [forward]: (at + 1) % visible.length,
      [backward]: (at - 1 + visible.length) % visible.length,
      Home: 0,
      End: visible.length - 1,
    }[event.key];
    if (event.key === "Escape") editor.commands.focus();
    else if (next === undefined) return;
    else goTo(visible[next]);
    event.preventDefault();
  });
  editor.on("transaction", sync);
  sync();
  return () => goTo(shown().find((button) => button.tabIndex === 0) || shown()[0]);
};

/* The text box has the language and direction that the form says the story has. */
const followLanguage = (editor, form, { rightToLeft }) => {
  const language = form?.elements.namedItem("language");
  const direction = form?.elements.namedItem("text_direction");
  const follow = () => {
    const tag = (language?.value || "").trim();
    const isLatin = /-(latn|cyrl)/i.test(tag);
    const isRTL =
      /-(arab|hebr|syrc|thaa)/i.test(tag) ||
      (!isLatin && rightToLeft.includes(tag.split("-")[0].toLowerCase()));
    const box = editor.view.dom;
    if (language) box.lang = tag;
    box.dir = direction?.value || (language ? (isRTL ? "rtl" : "ltr") : "auto");
  };
  for (const field of [language, direction]) field?.addEventListener?.("change", follow);
  follow();
};

export const Desk = Extension.create({
  name: "desk",
  addOptions: () => ({ wordsPerMinute: 220, rightToLeft: [], library: {} }),
  addStorage: () => ({ say() {}, focusToolbar() {} }),

  onBeforeCreate({ editor }) {
    const whole = editor.getHTML.bind(editor);
    editor.getHTML = () => tidy(whole());
  },

  onCreate({ editor }) {
    // After all others: the menu is made in the same event.
    queueMicrotask(() => {
      if (editor.isDestroyed) return;
      const textarea = editor.options.element.querySelector("textarea");
      const { wordsPerMinute } = this.options;
      editor.view.dom.id = `${textarea.id}_editor`;
      const name = describe(editor, textarea);
      this.storage.focusToolbar = makeToolbar(editor, name);
      followLanguage(editor, textarea.form, this.options);

      const count = element("p", { className: "editor-count", id: `${textarea.id}_count` });
      const message = element("p", { className: "editor-message", role: "status" });
      editor.options.element.append(message, count);
      editor.view.dom.setAttribute("aria-describedby", count.id);
      this.storage.say = (...content) => message.replaceChildren(...content);

      const measure = () => {
        const words = countWords(editor.getText({ blockSeparator: " " }));
        const minutes = readingMinutes(words, wordsPerMinute);
        count.textContent = words
          ? `${words.toLocaleString()} ${words === 1 ? "word" : "words"}, ${minutes} min to read`
          : "No words yet";
        return { words, minutes };
      };
      let timer;
      editor.on("update", () => {
        message.replaceChildren();
        clearTimeout(timer);
        timer = setTimeout(() => {
          const detail = { html: textarea.value, ...measure() };
          textarea.dispatchEvent(
            new CustomEvent("newsroom:body-changed", { bubbles: true, detail }),
          );
        }, 200);
      });
      textarea.addEventListener("newsroom:body-set", ({ detail }) => {
        editor.commands.setContent(detail.html, { emitUpdate: true });
      });
      measure();
    });
  },

  addKeyboardShortcuts() {
    return {
      "Alt-F10": () => {
        this.storage.focusToolbar();
        return true;
      },
    };
  },

  addProseMirrorPlugins() {
    const { editor, options } = this;
    const leadToLibrary = (count = 1) => {
      const what = count === 1 ? "A picture can't" : "Pictures can't";
      editor.storage.desk.say(
        `${what} be put into the text directly: `,
        element("a", { href: options.library.addUrl, target: "_blank" }, [
          "add it to the library",
        ]),
        ", with its credit and alternative text, then choose it from there.",
      );
    };
    return [
      new Plugin({
        props: {
          transformPastedHTML(html) {
            const { html: cleaned, pictures } = cleanPasted(html, editor.view.dom.dir);
            if (pictures) {
              setTimeout(() => {
                editor.storage.desk.say(
                  pictures === 1
                    ? "The text is here without its picture: "
                    : `The text is here without its ${pictures} pictures: `,
                  element("a", { href: options.library.addUrl, target: "_blank" }, [
                    "add what you may use to the library",
                  ]),
                  ", then choose it from there.",
                );
              });
            }
            return cleaned;
          },
          handlePaste(_, event) {
            const data = event.clipboardData;
            if (!holdsFiles(data) || data.types.includes("text/html")) return false;
            leadToLibrary(data.files.length);
            return true;
          },
          handleDOMEvents: {
            dragover(_, event) {
              if (holdsFiles(event.dataTransfer)) event.preventDefault();
              return false;
            },
            drop(_, event) {
              if (!holdsFiles(event.dataTransfer)) return false;
              event.preventDefault();
              leadToLibrary(event.dataTransfer.files.length);
              return true;
            },
          },
        },
      }),
    ];
  },
});
