/* Makes HTML from word processors and web pages into plain story HTML.

   Word, LibreOffice and Google Docs say with styles what HTML has elements for, and bring
   along what nobody should see: deleted passages, comments, hidden text. */

const TAG = /<[a-z](?:[^<>"']|"[^"]*"|'[^']*')*>/gi;
const WHOLE = /<(style|script|xml|title|head)\b[^]*?<\/\1\s*>/gi;
const COMMENT = /<!--[^]*?-->|<!\[[^]*?\]>/g;
const PICTURE = /<(?:img|v:imagedata)\b(?:[^<>"']|"[^"]*"|'[^']*')*>/gi;

const BLOCKS =
  "p,h1,h2,h3,h4,h5,h6,ul,ol,li,table,thead,tbody,tfoot,tr,td,th,caption,blockquote,pre,hr,div,figure,figcaption,aside,dl,dt,dd,section,article,header,footer,main,nav,center,address,form";
const KEPT = new Set(
  (
    "p,br,h2,h3,h4,strong,em,s,sub,sup,code,pre,blockquote,cite,q,ul,ol,li,dl,dt,dd,hr,a,abbr," +
    "table,caption,thead,tbody,tfoot,tr,th,td,bdi,time,mark"
  ).split(","),
);
const RENAMED = {
  b: "strong", i: "em", strike: "s", h1: "h2", h5: "h4", h6: "h4", tt: "code", kbd: "code",
};
const DROPPED =
  "del,script,style,template,iframe,object,embed,svg,math,video,audio,canvas,input,button,select,textarea,noscript,meta,link,base,head,colgroup";
const KEPT_ATTRIBUTES = {
  a: ["href", "title", "hreflang"],
  td: ["colspan", "rowspan"],
  th: ["colspan", "rowspan", "scope"],
  ol: ["start", "reversed"],
  sup: ["data-footnote"],
  abbr: ["title"],
  time: ["datetime"],
};

/* Inline styles are renamed before anything parses them: the page's security policy would
   report each, and leave it out. Returns [html, number of pictures left out]. */
const prepare = (html) => {
  let pictures = 0;
  const text = html
    .replace(COMMENT, "")
    .replace(WHOLE, "")
    .replace(PICTURE, () => {
      pictures += 1;
      return "";
    })
    .replace(TAG, (tag) =>
      tag.replace(/(\s|["'])(?:style|background|bgcolor)(\s*=)/gi, (_, before, equals) =>
        `${before === " " ? " " : `${before} `}data-style${equals}`,
      ),
    );
  return [text, pictures];
};

const unwrap = (node) => node.replaceWith(...node.childNodes);

const rename = (node, name) => {
  const made = node.ownerDocument.createElement(name);
  for (const { name: key, value } of [...node.attributes]) {
    if (/^[a-z-]+$/.test(key)) made.setAttribute(key, value);
  }
  made.append(...node.childNodes);
  node.replaceWith(made);
  return made;
};

const styleOf = (node) => {
  const found = {};
  for (const part of (node.getAttribute?.("data-style") || "").split(";")) {
    const [name, ...value] = part.split(":");
    if (value.length) found[name.trim().toLowerCase()] = value.join(":").trim();
  }
  return found;
};

const isHidden = (style) =>
  style.display === "none" || style.visibility === "hidden" || style["mso-hide"] === "all";

const dropUnseen = (body) => {
  const unseen = [
    DROPPED,
    "hr.msocomoff",
    ".msodel",
    ".MsoDel",
    ".MsoCommentReference",
    ".msocomanchor",
    ".MsoCommentText",
    'a[href*="#_msocom"]',
    'a[href*="#cmnt"]',
    ".Apple-interchange-newline",
    "sdcomment",
    "comment",
  ].join(",");
  for (const node of body.querySelectorAll(unseen)) {
    // Google Docs lists comments at the end, each with a link back to its place.
    const isNote = /#cmnt_ref/.test(node.getAttribute("href") || "");
    ((isNote && node.closest("p")) || node).remove();
  }
  for (const node of [...body.querySelectorAll("[data-style]")]) {
    const style = styleOf(node);
    const kind = style["mso-element"] || "";
    const isComment =
      kind.startsWith("comment") || style["mso-special-character"] === "comment";
    if (isComment || isHidden(style)) node.remove();
  }
  for (const node of [...body.querySelectorAll("[hidden]")]) node.remove();
};

/* Notes of Word (_ftn, _edn), LibreOffice (sdfootnote) and Google Docs (ftnt). */
const liftNotes = (body) => {
  const words = new Map();
  const marks = 'a[href*="#_ftn"],a[href*="#_edn"],a[href*="#ftnt"],a[href*="#sd"]';
  const key = (href) =>
    href
      .replace(/^.*#/, "")
      .replace(/^_/, "")
      .replace(/(ref|_ref|anc|sym)(?=\d|$)/, "")
      .replace(/(anc|sym)$/, "");
  const isBack = (href) => /#(_ftnref|_ednref|ftnt_ref|sd(foot|end)note\d+anc)/.test(href);
  for (const link of [...body.querySelectorAll(marks)]) {
    const href = link.getAttribute("href");
    if (!isBack(href)) continue;
    const holder =
      link.closest('[data-style*="mso-element"],[id^="sdfootnote"],[id^="sdendnote"]') ||
      link.closest("div,li,p");
    if (!holder || holder === body) continue;
    link.remove();
    words.set(key(href), holder.textContent.replace(/^\s*\[?\d*\]?\s*/, "").replace(/\s+/g, " ").trim());
    holder.remove();
  }
  for (const link of [...body.querySelectorAll(marks)]) {
    const note = words.get(key(link.getAttribute("href")));
    const place = link.closest("sup") || link;
    if (note) {
      const made = body.ownerDocument.createElement("sup");
      made.setAttribute("data-footnote", note);
      place.replaceWith(made);
    } else {
      unwrap(link);
    }
  }
  for (const list of [...body.querySelectorAll('[data-style*="-list"]')]) {
    if (/^(foot|end)note-list/.test(styleOf(list)["mso-element"] || "")) list.remove();
  }
};

/* Word's lists are paragraphs that say "list 0, level 2" and begin with a drawn mark. */
const buildLists = (body) => {
  const document = body.ownerDocument;
  let stack = [];
  let last = null;
  for (const paragraph of [...body.querySelectorAll("p,h1,h2,h3,h4,h5,h6")]) {
    const found = /l(\d+)\s+level(\d+)/.exec(styleOf(paragraph)["mso-list"] || "");
    if (!found) continue;
    const [, list, level] = [null, found[1], Number(found[2])];
    let mark = "";
    for (const span of [...paragraph.querySelectorAll("[data-style]")]) {
      if (/^ignore$/i.test(styleOf(span)["mso-list"] || "")) {
        mark = span.textContent.trim();
        span.remove();
      }
    }
    const isNumbered = /^[([]?[0-9a-z\u0660-\u0669]{1,5}[.):\]]/i.test(mark);
    const follows = last && last.list === list && stack[0]?.nextElementSibling === paragraph;
    if (!follows) stack = [];
    stack.length = Math.min(stack.length, level);
    while (stack.length < level) {
      const made = document.createElement(isNumbered ? "ol" : "ul");
      const start = /^\(?(\d+)/.exec(mark);
      if (isNumbered && start && start[1] !== "1") made.setAttribute("start", Number(start[1]));
      const above = stack.at(-1);
      if (!above) paragraph.before(made);
      else {
        if (!above.lastElementChild) above.append(document.createElement("li"));
        above.lastElementChild.append(made);
      }
      stack.push(made);
    }
    const item = document.createElement("li");
    item.append(...paragraph.childNodes);
    stack.at(-1).append(item);
    paragraph.remove();
    last = { list };
  }
};

/* Other programs nest a list beside the item that it belongs to. */
const nestLists = (body) => {
  for (const list of [...body.querySelectorAll("ul > ul, ul > ol, ol > ul, ol > ol")]) {
    const before = list.previousElementSibling;
    if (before?.tagName === "LI") before.append(list);
    else {
      const item = body.ownerDocument.createElement("li");
      list.replaceWith(item);
      item.append(list);
    }
  }
};

const marksOf = (style, node) => {
  const weight = style["font-weight"] || "";
  const line = `${style["text-decoration"] || ""} ${style["text-decoration-line"] || ""}`;
  const found = [];
  if (/^bold/.test(weight) || Number(weight) >= 600) found.push("strong");
  if (/^(italic|oblique)/.test(style["font-style"] || "")) found.push("em");
  if (/line-through/.test(line) && !node.closest("a")) found.push("s");
  if (style["vertical-align"] === "super") found.push("sup");
  if (style["vertical-align"] === "sub") found.push("sub");
  return found;
};

const styleToElements = (body) => {
  for (const node of [...body.querySelectorAll("[data-style],b,i,strong,em")]) {
    const style = styleOf(node);
    const name = node.localName;
    const isPlain =
      (/^(b|strong)$/.test(name) && /^(normal|[1-5]00)$/.test(style["font-weight"] || "")) ||
      (/^(i|em)$/.test(name) && style["font-style"] === "normal");
    const inner = /^(span|font|b|i|strong|em|a|u|sup|sub)$/.test(name) ? marksOf(style, node) : [];
    for (const mark of inner) {
      if (node.closest(mark) && !isPlain) continue;
      const made = body.ownerDocument.createElement(mark);
      made.append(...node.childNodes);
      node.append(made);
    }
    if (isPlain) unwrap(node);
  }
};

const repairLinks = (body) => {
  for (const link of [...body.querySelectorAll("a")]) {
    let href = (link.getAttribute("href") || "").trim();
    const wrapped = /^https?:\/\/(?:www\.)?google\.[a-z.]+\/url\?(.*)$/.exec(href);
    if (wrapped) {
      const parameters = new URLSearchParams(wrapped[1]);
      href = parameters.get("q") || parameters.get("url") || href;
    }
    if (/^(https?:|mailto:|tel:|\/(?!\/))/i.test(href)) link.setAttribute("href", href);
    else unwrap(link);
  }
};

const isBlock = (node) => node.nodeType === 1 && node.matches(BLOCKS);

/* Text that stands between blocks becomes paragraphs; line breaks there part them. */
const wrapLooseText = (parent) => {
  let line = null;
  for (const node of [...parent.childNodes]) {
    const isEmptyText = node.nodeType === 3 && !node.data.trim();
    if (isBlock(node) || node.localName === "br") {
      line = null;
      if (node.localName === "br") node.remove();
    } else if (line || !isEmptyText) {
      if (!line) {
        line = parent.ownerDocument.createElement("p");
        node.before(line);
      }
      line.append(node);
    }
  }
};

const cleanElements = (body, direction) => {
  for (const node of [...body.querySelectorAll("*")].reverse()) {
    const name = node.localName;
    const isQuote = /Mso(Intense)?Quote/.test(node.className);
    const kept = RENAMED[name] || (isQuote && name === "p" ? "p" : name);
    const dir = (node.getAttribute("dir") || "").toLowerCase();
    if (!KEPT.has(kept)) {
      if (isBlock(node)) {
        if ([...node.childNodes].some(isBlock)) wrapLooseText(node);
        else if (node.textContent.trim()) {
          const made = rename(node, "p");
          for (const key of made.getAttributeNames()) made.removeAttribute(key);
          if (dir === "rtl" && direction !== "rtl") made.setAttribute("dir", dir);
          continue;
        }
      }
      unwrap(node);
      continue;
    }
    const made = kept === name ? node : rename(node, kept);
    const allowed = KEPT_ATTRIBUTES[kept] || [];
    for (const key of made.getAttributeNames()) {
      if (!allowed.includes(key)) made.removeAttribute(key);
    }
    const differs = dir !== direction && (dir === "rtl" || direction === "rtl");
    if (/^(ltr|rtl)$/.test(dir) && isBlock(made) && differs) made.setAttribute("dir", dir);
    if (isQuote && isBlock(made)) {
      // Elements are visited from the last one: a quotation goes on with its next line.
      const next = made.nextElementSibling;
      if (next?.localName === "blockquote" && next.hasAttribute("data-made")) {
        next.prepend(made);
      } else {
        const quote = body.ownerDocument.createElement("blockquote");
        quote.setAttribute("data-made", "");
        made.replaceWith(quote);
        quote.append(made);
      }
    }
  }
  for (const node of body.querySelectorAll("[data-made]")) node.removeAttribute("data-made");
};

/* Blanks that fill a line go; those that French and numbers need stay. */
const cleanSpaces = (body) => {
  const walker = body.ownerDocument.createTreeWalker(body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (node.parentNode.closest("pre")) continue;
    node.data = node.data
      .replace(/[\u200b\ufeff\u2060]/g, "")
      .replace(/\u00a0(?![:;!?»%€])/g, (blank, at, all) =>
        all[at - 1] === "«" || (/\d/.test(all[at - 1] || "") && /\S/.test(all[at + 1] || ""))
          ? blank
          : " ",
      )
      .replace(/[ \t\r\n]+/g, " ");
  }
};

const dropEmpty = (body) => {
  const inline = "strong,em,s,sub,sup:not([data-footnote]),code,a,cite,q,abbr,bdi,mark,time";
  for (const node of [...body.querySelectorAll(inline)].reverse()) {
    if (!node.textContent && !node.querySelector("br,[data-footnote]")) node.remove();
    // The same emphasis twice, or in a heading that is bold by itself.
    else if (node.parentNode.closest(node.localName)) unwrap(node);
    else if (node.localName === "strong" && node.closest("h2,h3,h4")) unwrap(node);
  }
  for (const node of [...body.querySelectorAll("p,h2,h3,h4,li,blockquote,ul,ol,dl,dt,dd,table")].reverse()) {
    if (!node.textContent.trim() && !node.querySelector("[data-footnote]")) node.remove();
  }
  for (const node of [...body.querySelectorAll("p > br:last-child, p > br:first-child")]) {
    const isEdge = node === node.parentNode.firstChild || node === node.parentNode.lastChild;
    if (isEdge) node.remove();
  }
};

/* `direction` is the story's own, "ltr" or "rtl".

   Returns {html, pictures}: the second is how many pictures were left out. What the
   editor itself put on the clipboard comes back unchanged. */
export const cleanPasted = (html, direction = "ltr") => {
  if (/\sdata-pm-slice=/.test(html)) return { html, pictures: 0 };
  const [text, pictures] = prepare(html);
  const { body } = new DOMParser().parseFromString(text, "text/html");
  dropUnseen(body);
  liftNotes(body);
  buildLists(body);
  nestLists(body);
  styleToElements(body);
  repairLinks(body);
  cleanElements(body, direction);
  if ([...body.childNodes].some(isBlock)) wrapLooseText(body);
  cleanSpaces(body);
  dropEmpty(body);
  return { html: body.innerHTML.trim(), pictures };
};
