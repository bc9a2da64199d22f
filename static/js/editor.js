/* The editor of article HTML: what a story may hold beyond plain text, and the desk
   around it. Each exported const is an extension; the widget lists them with options.

   Other scripts talk to it through events on the textarea, which always holds the HTML:
   `newsroom:body-changed` (bubbles; detail {html, words, minutes}) follows every change,
   `newsroom:body-set` (detail {html}) replaces the text, as one step that undo takes
   back. */

import { element } from "newsroom/editor-dialog";

export * from "newsroom/editor-desk";
export * from "newsroom/editor-figures";
export * from "newsroom/editor-inserts";
export * from "newsroom/editor-tables";
export * from "newsroom/editor-words";

// Tiptap would add its own <style> without a nonce, which the page's policy refuses. Its
// rules stand in admin-editor.css.
if (!document.querySelector("style[data-tiptap-style]")) {
  const nonce = document.querySelector("script[nonce]")?.nonce;
  const style = element("style", { "data-tiptap-style": "" });
  if (nonce) style.nonce = nonce;
  document.head.append(style);
}
