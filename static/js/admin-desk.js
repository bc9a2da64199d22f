/* What the admin's own markup leaves without a name gets one, in the words beside it. */

/* Boxes that search as you type have no name while they are empty. */
function nameBoxes(root) {
  for (const select of root.querySelectorAll("select.admin-autocomplete")) {
    const label = select.labels[0]?.textContent.replace(":", "").trim();
    const name = label || select.dataset.placeholder;
    const box = select.nextElementSibling;
    const parts = "[role=combobox], [role=textbox], [role=searchbox]";
    for (const part of box?.querySelectorAll(parts) ?? []) {
      part.setAttribute("aria-label", name);
    }
  }
}

/* Fields in a list: the column's words and the row's. */
function nameFields() {
  for (const field of document.querySelectorAll("#result_list td :is(input, select)")) {
    const cell = field.closest("td");
    const column = [...cell.classList].find((name) => name.startsWith("field-"));
    const heading = column && document.querySelector(`th.column-${column.slice(6)} .text`);
    const row = cell.parentElement.querySelector("th");
    if (heading && row && field.type !== "hidden") {
      field.setAttribute("aria-label", `${heading.textContent.trim()}, ${row.textContent.trim()}`);
    }
  }
}

/* Groups inside the entries of a form, which all have the same names. */
function nameGroups(root) {
  for (const group of root.querySelectorAll(".inline-related fieldset[aria-labelledby]")) {
    const entry = group.closest(".inline-related:not(.empty-form, .tabular)");
    const heading = entry?.querySelector("h3");
    if (!heading) continue;
    heading.id = `${entry.id}-name`;
    group.setAttribute("aria-labelledby", `${heading.id} ${group.getAttribute("aria-labelledby")}`);
  }
}

/* Headings without words in sight, groups without a name, texts that are pointed to
   and not there; a mark with a name is a picture. */
function nameRest() {
  for (const heading of document.querySelectorAll(".tabular thead th")) {
    heading.scope = "col";
    if (heading.textContent.trim()) continue;
    const name = document.createElement("span");
    name.className = "visually-hidden";
    name.textContent = heading.matches(".original") ? "Entry" : "Delete";
    heading.append(name);
  }
  const nameless = "fieldset.module:not([aria-labelledby], :has(legend))";
  for (const group of document.querySelectorAll(nameless)) group.role = "none";
  for (const field of document.querySelectorAll("[aria-describedby]")) {
    const ids = field.getAttribute("aria-describedby").split(" ");
    const there = ids.filter((id) => document.getElementById(id));
    if (there.length) field.setAttribute("aria-describedby", there.join(" "));
    else field.removeAttribute("aria-describedby");
  }
  nameGroups(document);
  /* Its label is a drawing, beside a text that only helps. */
  const search = document.querySelector("#searchbar");
  search?.setAttribute("aria-label", search.labels[0]?.querySelector("img")?.alt ?? "");
  for (const mark of document.querySelectorAll("span.help-tooltip")) mark.role = "img";
}

nameFields();
document.addEventListener("formset:added", (event) =>
  setTimeout(() => {
    nameBoxes(event.target);
    nameGroups(event.target);
  }),
);
/* The admin's own scripts make their boxes when jQuery says that the page is ready, or
   when it is loaded. */
window.django?.jQuery?.(() => nameBoxes(document));
window.addEventListener("load", () => setTimeout(nameRest));
