/* The picture library: what it says of a picture, and a dialog to choose one. */

import { element, makeDialog, openDialog } from "newsroom/editor-dialog";

const known = new Map();
let waiting = null;

const fetchJSON = async (url, parameters) => {
  const response = await fetch(`${url}?${new URLSearchParams(parameters)}`, {
    headers: { Accept: "application/json" },
    credentials: "same-origin",
  });
  const type = response.headers.get("Content-Type") || "";
  if (!response.ok || !type.includes("json")) throw new Error(String(response.status));
  return response.json();
};

/* What the library says of one picture: its entry, or null when it is not there.

   Calls of one moment share one request. Rejects when the library cannot be asked. */
export const pictureEntry = (url, id) => {
  if (known.has(id)) return known.get(id);
  waiting ||= Promise.resolve().then(() => {
    const ids = [...waiting.ids];
    waiting = null;
    return fetchJSON(url, { ids: ids.join(",") });
  });
  waiting.ids ||= new Set();
  waiting.ids.add(id);
  const entry = waiting.then(
    ({ pictures }) => pictures.find((picture) => String(picture.id) === id) || null,
  );
  known.set(id, entry);
  entry.catch(() => known.delete(id));
  return entry;
};

/* What readers would miss of a picture, in words; "" when nothing. */
export const warningAbout = (entry) => {
  if (!entry) return "This picture is no longer in the library. Readers see nothing.";
  if (!entry.usable) return "Its rights do not allow it now. Readers see nothing.";
  if (!entry.alt && !entry.decorative) return "It has no alternative text for readers who cannot see it.";
  return "";
};

export const thumbnail = (entry) =>
  entry.thumbnail
    ? element("img", { src: entry.thumbnail, alt: "", loading: "lazy", draggable: false })
    : element("span", { className: "editor-no-thumbnail" }, ["No preview yet"]);

/* Lets the editor choose a picture; resolves to its entry or null. */
export const choosePicture = async ({ url, addUrl }) => {
  const search = element("input", {
    type: "search",
    id: "editor-library-search",
    autocomplete: "off",
  });
  const list = element("ul", { className: "editor-library-list" });
  const status = element("p", { role: "status", className: "editor-help" });
  const more = element("button", { type: "button", hidden: true }, ["More pictures"]);
  const cancel = element("button", { type: "button" }, ["Cancel"]);
  const add = element("a", { href: addUrl, target: "_blank" }, [
    "Add a picture to the library",
  ]);
  const dialog = makeDialog(
    "Choose a picture",
    [
      element("div", { className: "editor-row" }, [
        element("label", { htmlFor: search.id }, ["Search captions, credits, alternative texts"]),
        search,
      ]),
      element("p", { className: "editor-help" }, [add, " – then come back here."]),
      status,
      list,
      element("div", { className: "editor-actions" }, [more, cancel]),
    ],
    "editor-library",
  );
  let chosen = null;
  let page = 1;
  let asked = 0;

  const show = async () => {
    const turn = ++asked;
    status.textContent = "Looking…";
    let answer;
    try {
      answer = await fetchJSON(url, { q: search.value, page });
    } catch (error) {
      status.textContent =
        "The library does not answer. You may have been signed out: sign in again in another tab.";
      return;
    }
    if (turn !== asked) return;
    if (page === 1) list.replaceChildren();
    const shown = answer.pictures.map((entry) => {
      const warning = warningAbout(entry);
      const button = element("button", { type: "button", className: "editor-library-entry" }, [
        thumbnail(entry),
        element("span", {}, [entry.caption || entry.alt || `Picture ${entry.id}`]),
        element("small", {}, [entry.credit]),
        ...(warning ? [element("small", { className: "editor-warning" }, [warning])] : []),
      ]);
      button.addEventListener("click", () => {
        chosen = entry;
        dialog.close("done");
      });
      return element("li", {}, [button]);
    });
    list.append(...shown);
    more.hidden = !answer.more;
    const count = list.children.length;
    status.textContent = count
      ? `${count} ${count === 1 ? "picture" : "pictures"}${answer.more ? ", and more" : ""}`
      : "No picture matches.";
    if (page > 1) shown[0]?.firstChild.focus();
  };
  const restart = () => {
    page = 1;
    show();
  };
  let timer;
  search.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(restart, 250);
  });
  more.addEventListener("click", () => {
    page += 1;
    show();
  });
  cancel.addEventListener("click", () => dialog.close(""));
  // Whoever added a picture in another tab finds it here.
  window.addEventListener("focus", restart);

  show();
  await openDialog(dialog);
  window.removeEventListener("focus", restart);
  clearTimeout(timer);
  if (chosen) known.set(String(chosen.id), Promise.resolve(chosen));
  return chosen;
};
