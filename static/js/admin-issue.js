/* An issue's form: stories are moved by buttons or dragged by their headings, and the
   preview follows what is typed.
   The page from which it is sent: the figures follow what is sent.
   Without script there are a number to type, a button to press and a page to reload. */

const QUIET_MS = 900;
const FIGURES_MS = 3000;

function lines(group) {
  return [...group.querySelectorAll(".inline-related:not(.empty-form)")];
}

function number(group) {
  lines(group).forEach((line, index) => {
    const position = line.querySelector("input[name$=-position]");
    const isEmpty = ![...line.querySelectorAll("select, textarea, .vTextField")].some(
      (field) => field.value,
    );
    /* An empty line must stay as it was, or it would count as typed. */
    if (position && !isEmpty) position.value = index + 1;
  });
}

function move(group, line, step) {
  const all = lines(group);
  const other = all[all.indexOf(line) + step];
  if (!other) return;
  if (step < 0) other.before(line);
  else other.after(line);
  number(group);
  group.dispatchEvent(new Event("change", { bubbles: true }));
}

function addMoves(group, line) {
  const heading = line.querySelector("h3");
  if (!heading || heading.querySelector(".issue-moves")) return;
  const box = document.createElement("span");
  box.className = "issue-moves";
  for (const [words, sign, step] of [
    ["Move up", "↑", -1],
    ["Move down", "↓", 1],
  ]) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button";
    button.textContent = sign;
    button.setAttribute("aria-label", words);
    button.title = words;
    button.addEventListener("click", () => {
      move(group, line, step);
      button.focus();
    });
    box.append(button);
  }
  heading.append(box);
}

let dragged = null;

function isInUpperHalf(event, line) {
  const box = line.getBoundingClientRect();
  return event.clientY < box.top + box.height / 2;
}

function unmarkDrops(group) {
  for (const line of group.querySelectorAll(".issue-drop-before, .issue-drop-after"))
    line.classList.remove("issue-drop-before", "issue-drop-after");
}

/* Only the heading is held, so that words in the fields can still be marked. */
function addDrag(group, line) {
  const heading = line.querySelector("h3");
  if (!heading || heading.dataset.drag) return;
  heading.dataset.drag = "yes";
  heading.addEventListener("mousedown", (event) => {
    line.draggable = !event.target.closest("a, button, input, label");
  });
  line.addEventListener("dragstart", (event) => {
    if (event.target !== line) return;
    dragged = line;
    line.classList.add("issue-dragged");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", "");
  });
  line.addEventListener("dragend", () => {
    line.classList.remove("issue-dragged");
    line.draggable = false;
    dragged = null;
    unmarkDrops(group);
  });
  line.addEventListener("dragover", (event) => {
    if (!dragged || dragged === line) return;
    event.preventDefault();
    unmarkDrops(group);
    const isBefore = isInUpperHalf(event, line);
    line.classList.add(isBefore ? "issue-drop-before" : "issue-drop-after");
  });
  line.addEventListener("drop", (event) => {
    if (!dragged || dragged === line) return;
    event.preventDefault();
    if (isInUpperHalf(event, line)) line.before(dragged);
    else line.after(dragged);
    number(group);
    group.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

function watchItems() {
  const group = document.getElementById("items-group");
  if (!group || !group.querySelector("input[name$=-position]")) return;
  group.classList.add("issue-ordered");
  lines(group).forEach((line) => {
    addMoves(group, line);
    addDrag(group, line);
    const details = line.querySelector("details");
    const own = line.querySelectorAll("details :is(.vTextField, textarea)");
    if (details && [...own].some((field) => field.value)) details.open = true;
  });
  document.addEventListener("formset:added", (event) => {
    addMoves(group, event.target);
    addDrag(group, event.target);
  });
  group.closest("form").addEventListener("submit", () => number(group));
}

function watchPreview() {
  const button = document.querySelector("button[data-preview]");
  if (!button) return;
  const form = button.form;
  const frame = document.querySelector(".issue-frame");
  let timer;
  const show = () => {
    const look = form.querySelector("input[name=look]:checked")?.value;
    frame.classList.toggle("issue-frame-phone", look === "phone");
    form.requestSubmit(button);
  };
  const soon = (event) => {
    clearTimeout(timer);
    timer = setTimeout(show, event.target.name === "look" ? 0 : QUIET_MS);
  };
  form.addEventListener("input", soon);
  form.addEventListener("change", soon);
  window.django?.jQuery(form).on("select2:select select2:unselect", soon);
  form.addEventListener("submit", (event) => {
    if (event.submitter !== button) clearTimeout(timer);
  });
}

function watchLooks() {
  const frame = document.querySelector(".issue-frame");
  for (const link of document.querySelectorAll("a[data-look]")) {
    link.addEventListener("click", () =>
      frame.classList.toggle("issue-frame-phone", link.dataset.look === "phone"),
    );
  }
}

async function followFigures() {
  const figures = document.querySelector("#issue-figures[data-live]");
  if (!figures) return;
  const response = await fetch(location.href).catch(() => null);
  if (response?.ok) {
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const fresh = page.getElementById("issue-figures");
    if (fresh?.dataset.live !== figures.dataset.live) return location.reload();
    if (fresh) figures.replaceWith(fresh);
  }
  setTimeout(followFigures, FIGURES_MS);
}

watchItems();
watchPreview();
watchLooks();
setTimeout(followFigures, FIGURES_MS);
