/* Large exports go up in pieces, and a page that waits for a worker looks by itself.
   Without this script the form sends the files whole, and a link looks again. */

const form = document.querySelector(".import-upload");
const box = document.querySelector(".import-sending");
const TRIES = 5;

const wait = (seconds) =>
  new Promise((resolve) => setTimeout(resolve, seconds * 1000));

const post = async (url, data) => {
  const response = await fetch(url, {
    method: "POST",
    body: data,
    headers: { Accept: "application/json" },
    credentials: "same-origin",
  });
  const told = await response.json().catch(() => ({}));
  return { status: response.status, told };
};

const sendPiece = async (url, file, offset, size) => {
  const data = new FormData();
  data.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  data.append("offset", offset);
  data.append("piece", file.slice(offset, offset + size), "piece");
  for (let attempt = 1; ; attempt += 1) {
    try {
      const { status, told } = await post(url, data);
      if (told.size !== undefined) return told.size;
      if (status < 500) {
        throw new Error(told.error ?? "This was not taken. You may be signed out.");
      }
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
    }
    if (attempt === TRIES) throw new Error("The server could not be reached.");
    await wait(2 ** attempt);
  }
};

const bar = (file) => {
  const label = document.createElement("label");
  label.textContent = `Sending ${file.name}`;
  const progress = document.createElement("progress");
  progress.max = file.size || 1;
  progress.value = 0;
  label.append(progress);
  box.append(label);
  return progress;
};

const send = async (part, file, run) => {
  const size = Number(form.dataset.pieceBytes);
  const url = form.dataset.pieces
    .replace("/0/", `/${run}/`)
    .replace("/file/", `/${part}/`);
  const progress = bar(file);
  let offset = 0;
  while (offset < file.size) {
    offset = await sendPiece(url, file, offset, size);
    progress.value = offset;
  }
};

const upload = async () => {
  const data = new FormData(form);
  for (const part of ["file", "media"]) {
    data.delete(part);
    data.append(`${part}_name`, form.elements[part].files[0]?.name ?? "");
  }
  const { told } = await post(form.action || window.location.href, data);
  if (!told.run) throw new Error(told.error ?? "This was not taken.");
  for (const part of ["file", "media"]) {
    const [file] = form.elements[part].files;
    if (file) await send(part, file, told.run);
  }
  const token = new FormData();
  token.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  await fetch(form.dataset.check.replace("/0/", `/${told.run}/`), {
    method: "POST",
    body: token,
    redirect: "manual",
    credentials: "same-origin",
  });
  window.location.assign(form.dataset.page.replace("/0/", `/${told.run}/`));
};

form?.addEventListener("submit", async (event) => {
  if (!form.elements.file.files.length) return;
  event.preventDefault();
  const button = form.querySelector("[type=submit]");
  button.disabled = true;
  box.replaceChildren();
  try {
    await upload();
  } catch (error) {
    const words = document.createElement("p");
    words.className = "errornote";
    words.textContent = error.message;
    box.replaceChildren(words);
    button.disabled = false;
  }
});

const waiting = document.querySelector(".import-waiting");

const look = async () => {
  const progress = waiting.querySelector("progress");
  for (;;) {
    await wait(2);
    const response = await fetch(waiting.dataset.status, {
      headers: { Accept: "application/json" },
      credentials: "same-origin",
    }).catch(() => null);
    const told = response?.ok ? await response.json().catch(() => null) : null;
    if (!told) continue;
    if (told.state !== waiting.dataset.state) {
      window.location.reload();
      return;
    }
    progress.max = told.total || 1;
    progress.value = told.done;
  }
};

if (waiting) look();
