/* Several pictures at once: sent one by one, each with its own progress and result.
   Without this script the form sends them all together and shows the results after. */

const form = document.querySelector(".library-upload");
const results = document.querySelector(".library-results");

const line = (list, file) => {
  const item = document.createElement("li");
  const name = document.createElement("bdi");
  name.textContent = file.name;
  const bar = document.createElement("progress");
  bar.max = 1;
  bar.value = 0;
  bar.setAttribute("aria-label", `Sending ${file.name}`);
  const words = document.createElement("span");
  words.textContent = "Waiting";
  item.append(name, bar, words);
  list.append(item);
  return { item, bar, words };
};

const send = (file, { bar, words }) =>
  new Promise((resolve) => {
    const data = new FormData(form);
    data.delete("files");
    data.append("files", file);
    const request = new XMLHttpRequest();
    request.open("POST", form.action || window.location.href);
    request.setRequestHeader("Accept", "application/json");
    request.upload.addEventListener("progress", (event) => {
      if (!event.lengthComputable) return;
      bar.value = event.loaded / event.total;
      words.textContent = event.loaded < event.total ? "Sending" : "Looking at it";
    });
    const fail = (reason) => resolve({ results: [], error: reason });
    request.addEventListener("error", () => fail("The server could not be reached."));
    request.addEventListener("load", () => {
      try {
        resolve(JSON.parse(request.responseText));
      } catch {
        fail(
          request.status === 413
            ? "The server takes no file of this size."
            : "This was not taken. You may have been signed out.",
        );
      }
    });
    words.textContent = "Sending";
    request.send(data);
  });

const show = ({ item, bar, words }, { results: [told], error }) => {
  bar.remove();
  const refusal = error || told?.error || "";
  item.classList.toggle("library-refused", Boolean(refusal));
  words.textContent = refusal || ["Added.", ...(told?.notes ?? [])].join(" ");
  if (told?.url) {
    const link = document.createElement("a");
    link.href = told.url;
    link.textContent = told.title;
    item.append(link);
  }
  return !refusal;
};

form?.addEventListener("submit", async (event) => {
  const input = form.elements.files;
  if (!input.files.length) return;
  event.preventDefault();
  const button = form.querySelector("[type=submit]");
  button.disabled = true;
  const list = document.createElement("ul");
  results.replaceChildren(list);
  const waiting = [...input.files].map((file) => [file, line(list, file)]);
  let count = 0;
  for (const [file, parts] of waiting) {
    count += show(parts, await send(file, parts));
  }
  const summary = document.createElement("p");
  summary.textContent = `${count} of ${waiting.length} added.`;
  results.prepend(summary);
  input.value = "";
  button.disabled = false;
});
