/* Nobody leaves a form with a body by mistake: unsaved words are asked about.

   What was loaded is compared with what would be sent, so a change that was undone does
   not count. `newsroom:saved` on the form makes its present state the saved one. */

const AREA = "[data-django-prose-editor-configurable]";
const LEFT_OUT = new Set(["csrfmiddlewaretoken", "_popup"]);

const state = (form) =>
  JSON.stringify(
    [...new FormData(form)]
      .filter(([name]) => !LEFT_OUT.has(name))
      .map(([name, value]) => [name, value.name ? `${value.name} ${value.size}` : value]),
  );

const watch = (form) => {
  // A form that came back with errors has never been saved.
  let saved = form.querySelector(".errornote, .errorlist") ? null : state(form);
  let isLeaving = false;

  form.addEventListener("newsroom:saved", () => {
    saved = state(form);
  });
  window.addEventListener("submit", (event) => {
    if (event.target !== form || event.submitter?.formTarget) return;
    isLeaving = !event.defaultPrevented;
  });
  // Back from the page that a submit led to, the form is as it was.
  window.addEventListener("pageshow", () => {
    isLeaving = false;
  });
  window.addEventListener("beforeunload", (event) => {
    if (!isLeaving && state(form) !== saved) event.preventDefault();
  });
};

new Set([...document.querySelectorAll(AREA)].map((area) => area.form)).forEach(
  (form) => form && watch(form),
);

// The browser would leave the page to show a file that misses its field.
for (const name of ["dragover", "drop"]) {
  window.addEventListener(name, (event) => {
    const holdsFiles = event.dataTransfer?.types.includes("Files");
    if (holdsFiles && event.target.type !== "file") event.preventDefault();
  });
}
