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

/* A cell that heads no words is no heading; a mark with a name is a picture. */
function nameRest() {
  for (const heading of document.querySelectorAll(".tabular thead th")) {
    if (!heading.textContent.trim()) heading.role = "presentation";
  }
  /* Its label is a drawing, beside a text that only helps. */
  const search = document.querySelector("#searchbar");
  search?.setAttribute("aria-label", search.labels[0]?.querySelector("img")?.alt ?? "");
  for (const mark of document.querySelectorAll("span.help-tooltip")) mark.role = "img";
}

nameFields();
document.addEventListener("formset:added", (event) =>
  setTimeout(() => nameBoxes(event.target)),
);
/* The admin's own scripts make their boxes when jQuery says that the page is ready, or
   when it is loaded. */
window.django?.jQuery?.(() => nameBoxes(document));
window.addEventListener("load", () => setTimeout(nameRest));
