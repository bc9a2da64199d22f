/* Drag a story to another place, and find stories while typing. Both only press the
   buttons that the page has without this. */

const form = document.querySelector("#arrangement");
let dragged = null;

function press(value) {
  const button = document.createElement("button");
  button.name = "press";
  button.value = value;
  button.hidden = true;
  form.append(button);
  form.requestSubmit(button);
}

/* The places of a section are for its own stories. */
function fits(place) {
  return (
    dragged &&
    dragged !== place &&
    (!place.dataset.place.startsWith("rail:") ||
      place.dataset.section === dragged.dataset.section)
  );
}

for (const place of form.querySelectorAll("[data-place]")) {
  place.draggable = true;
  place.addEventListener("dragstart", (event) => {
    dragged = place;
    place.classList.add("desk-place-dragged");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", place.dataset.story);
  });
  place.addEventListener("dragend", () => {
    place.classList.remove("desk-place-dragged");
    dragged = null;
  });
  place.addEventListener("dragover", (event) => {
    if (fits(place)) {
      event.preventDefault();
      place.classList.add("desk-place-target");
    }
  });
  place.addEventListener("dragleave", () =>
    place.classList.remove("desk-place-target"),
  );
  place.addEventListener("drop", (event) => {
    event.preventDefault();
    place.classList.remove("desk-place-target");
    if (fits(place)) {
      press(`put:${dragged.dataset.story}:${place.dataset.place}`);
    }
  });
}

/* A second press while the first is on its way would only be told that it is late. */
form.addEventListener("submit", (event) => {
  if (form.dataset.sent) {
    event.preventDefault();
  }
  form.dataset.sent = "yes";
});
window.addEventListener("pageshow", () => delete form.dataset.sent);

const box = document.querySelector("#desk-q");
const found = document.querySelector("#desk-found");
let timer;
let asked;

async function search() {
  asked?.abort();
  asked = new AbortController();
  const address = new URL(box.form.action || location.href);
  address.search = new URLSearchParams({ q: box.value.trim() });
  try {
    const answer = await fetch(address, { signal: asked.signal });
    if (answer.ok && !answer.redirected) {
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      found.replaceChildren(...page.querySelector("#desk-found").childNodes);
    }
  } catch (error) {
    if (error.name !== "AbortError") {
      throw error;
    }
  }
}

box.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(search, 250);
});
