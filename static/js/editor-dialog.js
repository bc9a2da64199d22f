/* A question to the editor in a modal dialog; the focus returns to where it was. */

let count = 0;

export const element = (name, attributes = {}, children = []) => {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (key in made && !key.startsWith("aria")) made[key] = value;
    else made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
};

/* Opens `dialog` and resolves to what it was closed with; "" after Escape. */
export const openDialog = (dialog) =>
  new Promise((resolve) => {
    const before = document.activeElement;
    dialog.addEventListener("close", () => {
      dialog.remove();
      before?.focus?.();
      resolve(dialog.returnValue);
    });
    // What is typed here is no change of the form around the editor.
    for (const name of ["input", "change", "keydown"]) {
      dialog.addEventListener(name, (event) => event.stopPropagation());
    }
    document.body.append(dialog);
    dialog.showModal();
  });

export const makeDialog = (title, children, className = "") => {
  const heading = element("h2", { id: `editor-dialog-${++count}` }, [title]);
  return element(
    "dialog",
    {
      className: `prose-editor-dialog editor-dialog ${className}`,
      "aria-labelledby": heading.id,
    },
    [heading, ...children],
  );
};

/* Asks for some lines of text.

   `fields`: from each name to {label, value, help, long, required, type}. `check(values)`
   returns {name: message} for what cannot be taken. Resolves to the values, to "remove"
   when that button (there with `removable`) was pressed, or to null. */
export const ask = async ({ title, fields, submit, check, removable }) => {
  const inputs = {};
  const errors = {};
  const rows = Object.entries(fields).map(([name, field]) => {
    const id = `editor-field-${++count}`;
    const input = element(field.long ? "textarea" : "input", {
      id,
      name,
      value: field.value || "",
      required: field.required || false,
      "aria-describedby": `${id}-help ${id}-error`,
    });
    if (field.long) input.rows = 4;
    else input.type = field.type || "text";
    inputs[name] = input;
    errors[name] = element("p", { id: `${id}-error`, className: "editor-error" });
    return element("div", { className: "editor-row" }, [
      element("label", { htmlFor: id }, [field.label]),
      input,
      element("p", { id: `${id}-help`, className: "editor-help" }, [field.help || ""]),
      errors[name],
    ]);
  });
  const cancel = element("button", { type: "button" }, ["Cancel"]);
  const remove = element("button", { type: "button" }, ["Remove"]);
  const form = element("form", { method: "dialog", noValidate: true }, [
    ...rows,
    element("div", { className: "editor-actions" }, [
      element("button", { type: "submit", className: "editor-main-action" }, [submit]),
      cancel,
      ...(removable ? [remove] : []),
    ]),
  ]);
  const dialog = makeDialog(title, [form]);
  let values = null;

  cancel.addEventListener("click", () => dialog.close(""));
  remove.addEventListener("click", () => dialog.close("remove"));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    values = Object.fromEntries(
      Object.entries(inputs).map(([name, input]) => [name, input.value.trim()]),
    );
    const found = check?.(values) || {};
    for (const [name, field] of Object.entries(fields)) {
      if (field.required && !values[name]) found[name] ||= "Write something here.";
      errors[name].textContent = found[name] || "";
      inputs[name].setAttribute("aria-invalid", Boolean(found[name]));
    }
    const wrong = Object.keys(fields).find((name) => found[name]);
    if (wrong) inputs[wrong].focus();
    else dialog.close("done");
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });

  const answer = await openDialog(dialog);
  if (answer === "done") return values;
  return answer === "remove" ? "remove" : null;
};
