/* Boxes that search as you type have no name for screen readers while they are empty:
   they get the words of their field's label. */

function nameBoxes(root) {
  for (const select of root.querySelectorAll("select.admin-autocomplete")) {
    const label = select.labels[0]?.textContent.replace(":", "").trim();
    const name = label || select.dataset.placeholder;
    const box = select.nextElementSibling;
    for (const part of box?.querySelectorAll("[role=combobox], [role=textbox]") ?? []) {
      part.setAttribute("aria-label", name);
    }
  }
}

/* The admin's own script makes the boxes when jQuery says that the page is ready, and
   with each line added to the byline. */
window.django.jQuery(() => nameBoxes(document));
document.addEventListener("formset:added", (event) =>
  setTimeout(() => nameBoxes(event.target)),
);
