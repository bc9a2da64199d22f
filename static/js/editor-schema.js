/* What the editor's nodes have in common. */

import { pm } from "django-prose-editor/editor";

const { TextSelection } = pm.state;

/* An attribute of this name in the HTML, left out where it is empty. */
export const attribute = (html, key = html) => ({
  default: null,
  parseHTML: (dom) => dom.getAttribute(html),
  renderHTML: (attributes) => (attributes[key] ? { [html]: attributes[key] } : {}),
});
/* A whole number that is 1 where nothing is said. */
export const number = (html, least = 1) => ({
  default: 1,
  parseHTML: (dom) => Math.max(least, Number.parseInt(dom.getAttribute(html), 10) || 1),
  renderHTML: (attributes) =>
    attributes[html] !== 1 ? { [html]: String(attributes[html]) } : {},
});

/* Puts a block in and the cursor into it, or into the paragraph after it; otherwise the
   new block stays selected and the next key replaces it. */
export const insertBlock = (editor, content, { inside = false } = {}) =>
  editor
    .chain()
    .focus()
    .command(({ tr, dispatch, state }) => {
      const node = state.schema.nodeFromJSON(content);
      if (!dispatch) return true;
      const { $from } = tr.selection;
      let depth = $from.depth;
      while (depth > 0 && !$from.node(depth - 1).type.contentMatch.matchType(node.type)) {
        depth -= 1;
      }
      const isEmpty =
        depth === $from.depth && $from.parent.isTextblock && !$from.parent.content.size;
      const at = depth ? $from.after(depth) : tr.selection.to;
      let start = at;
      if (isEmpty && depth) {
        start = $from.before(depth);
        tr.replaceWith(start, at, node);
      } else {
        tr.insert(at, node);
      }
      const end = start + node.nodeSize;
      if (end >= tr.doc.content.size || !tr.doc.nodeAt(end)?.isTextblock) {
        tr.insert(end, state.schema.nodes.paragraph.create());
      }
      tr.setSelection(TextSelection.near(tr.doc.resolve(inside ? start + 1 : end + 1)));
      tr.scrollIntoView();
      return true;
    })
    .run();
