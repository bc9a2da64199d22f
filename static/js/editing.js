/* Keeps what is typed, and says who else writes in the story.

   After a pause in typing the whole form goes to the server, one request at a time; the
   answer never touches the form, so a late one cannot put older words back. What the
   server cannot take, because the login has ended or the line is down, stays in this
   browser until it can. */

const PAUSE = 2500; // milliseconds without typing before an autosave
const LONGEST = 15000; // typing without a pause is saved this often
const RETRY = 10000;
const BEAT = 15000;
const KEPT_FOR = 30 * 24 * 60 * 60 * 1000;

const box = document.getElementById("editing");
const form = box && document.getElementById(box.dataset.form);
const OURS = new Set(["csrfmiddlewaretoken", "autosave_tab", "autosave_count", "restored"]);

const note = (name) => box.querySelector(`[data-note="${name}"]`);
const tell = (name, words) => {
  const element = note(name);
  const text = element.querySelector("[data-note-text]");
  // Said again, the same words would be read out again.
  if (text.textContent !== words) text.textContent = words;
  element.hidden = !words;
};
const saved = (words) => {
  box.querySelector("[data-saved]").textContent = words;
};
const clock = (date) =>
  date.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hour12: false });
const newTab = () => crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`.replace(".", "");

const entries = () =>
  [...new FormData(form)].filter(
    ([name, value]) => typeof value === "string" && !name.startsWith("_") && !OURS.has(name),
  );
const state = () => JSON.stringify(entries());

let tab = "";
let count = 0;
let sent = ""; // the state of the form that is safe on the server
let isSending = false;
let isLeaving = false;
let timer = 0;
let typingSince = 0;
let wasMine = false;

/* The server ------------------------------------------------------------------------ */

const token = () => form.elements.csrfmiddlewaretoken.value;
const ask = async (query = "") => {
  const response = await fetch(box.dataset.token + query, { redirect: "error" });
  return response.ok ? response.json() : null;
};

/* After a login in another tab the token is another one: every form gets it. */
const renewToken = async () => {
  const answer = await ask();
  for (const input of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) {
    if (answer) input.value = answer.token;
  }
  return Boolean(answer);
};

/* The status and the JSON of an answer; status 0 where there is none. */
const post = async (url, pairs) => {
  const send = () => {
    const body = new FormData();
    for (const [name, value] of pairs) body.append(name, value);
    body.set("csrfmiddlewaretoken", token());
    return fetch(url, { method: "POST", body, redirect: "error" });
  };
  try {
    let response = await send();
    const isOurs = response.headers.get("Content-Type") === "application/json";
    if (response.status === 403 && !isOurs) {
      if (!(await renewToken())) return { status: 401 };
      response = await send();
    }
    return { status: response.status, answer: response.ok ? await response.json() : null };
  } catch {
    return { status: 0 };
  }
};

/* Text kept in this browser ----------------------------------------------------------- */

const prefix = () => {
  // A new story's form gets another key each time; the page's address does not.
  const page = box.dataset.beat ? box.dataset.key : "new";
  return `newsroom:unsaved:${box.dataset.user}:${page}:`;
};
const keepHere = () => {
  try {
    localStorage.setItem(prefix() + tab, JSON.stringify({ at: Date.now(), entries: entries() }));
    return true;
  } catch {
    return false;
  }
};
const forgetHere = (name = tab) => {
  try {
    localStorage.removeItem(prefix() + name);
  } catch {
    /* Then nothing was kept there either. */
  }
};
const keptHere = () => {
  try {
    return Object.keys(localStorage)
      .filter((name) => name.startsWith(prefix()))
      .map((name) => ({ tab: name.slice(prefix().length), ...JSON.parse(localStorage[name]) }));
  } catch {
    return [];
  }
};

/* The server fills the form as if it had been sent, and saves nothing. */
const sendBack = (kept) => {
  const sender = document.createElement("form");
  sender.method = "post";
  sender.hidden = true;
  for (const [name, value] of [
    ...kept.entries,
    ["_show_text", "posted"],
    ["csrfmiddlewaretoken", token()],
  ]) {
    const field = document.createElement("textarea");
    field.name = name;
    field.value = value;
    sender.append(field);
  }
  document.body.append(sender);
  sender.submit();
};

const offerKept = async () => {
  for (const kept of keptHere()) {
    if (kept.tab === tab) continue;
    const answer = await ask(`?tab=${encodeURIComponent(kept.tab)}`).catch(() => null);
    if (!answer) continue;
    if (answer.is_saved || Date.now() - kept.at > KEPT_FOR) {
      forgetHere(kept.tab);
      continue;
    }
    const offer = note("offer").cloneNode(true);
    const [restore, discard] = offer.querySelectorAll("button");
    const time = clock(new Date(kept.at));
    offer.querySelector("[data-note-text]").textContent =
      `This browser has kept text of yours from ${time} that was never saved.`;
    restore.textContent = `Restore unsaved text from ${time}`;
    restore.addEventListener("click", () => sendBack(kept));
    discard.addEventListener("click", () => {
      forgetHere(kept.tab);
      offer.remove();
    });
    offer.hidden = false;
    note("offer").after(offer);
  }
};

/* Autosave ---------------------------------------------------------------------------- */

const later = (delay) => {
  clearTimeout(timer);
  timer = setTimeout(autosave, delay);
};

const CLOSED = "You may not change this story any more: its status has changed. Talk to the desk.";

const refused = (status) => {
  const where = keepHere() ? "Your text is kept in this browser. " : "Copy your text now. ";
  const why = {
    401: "You are logged out. Log in again in another tab; saving then goes on by itself.",
    403: CLOSED,
    413: "The text is too long for the server.",
  };
  tell("kept", where + (why[status] ?? "The server does not answer; it is asked again."));
  saved("");
};

const autosave = async () => {
  clearTimeout(timer);
  const now = state();
  if (isSending || isLeaving || now === sent) return;
  isSending = true;
  typingSince = 0;
  count += 1;
  const { status, answer } = await post(box.dataset.autosave, [
    ...entries(),
    ["autosave_tab", tab],
    ["autosave_count", count],
    ["restored", form.elements.restored.value],
  ]);
  isSending = false;
  if (isLeaving) return;
  if (status !== 200) {
    refused(status);
    later(RETRY);
    return;
  }
  if (!answer.saved_at) {
    // The text of this page was saved before; what is typed now is another one.
    tab = newTab();
    later(0);
    return;
  }
  sent = now;
  forgetHere();
  tell("kept", "");
  saved(`Autosaved ${answer.saved_at}`);
  if (state() === now) form.dispatchEvent(new Event("newsroom:saved"));
  typed();
};

const typed = () => {
  if (isLeaving || isSending || state() === sent) return;
  typingSince ||= Date.now();
  later(Math.min(PAUSE, Math.max(0, typingSince + LONGEST - Date.now())));
};

/* Who else ------------------------------------------------------------------------------ */

const beat = async (...more) => {
  const seen = form.elements.seen_version.value;
  const { status, answer } = await post(box.dataset.beat, [
    ["tab", tab],
    ["seen_version", seen],
    ...more,
  ]);
  tell(
    "login",
    status === 401 ? "You are logged out. Log in again in another tab before you save." : "",
  );
  if (!answer) return;
  if (answer.is_closed) {
    tell("other", "");
    tell("changed", CLOSED);
    return;
  }
  wasMine ||= answer.is_mine;
  const other = wasMine
    ? `${answer.name} has taken over this story at ${answer.since}. Your text is kept; if you ` +
      "both save, you choose whose words count."
    : `${answer.name} is editing this story since ${answer.since}.`;
  tell("other", answer.is_mine ? "" : other);
  tell(
    "changed",
    answer.is_changed
      ? "Somebody has saved this story since you opened it. Nothing is overwritten: when you " +
          "save, you see both versions and choose."
      : "",
  );
};

const leave = () => {
  if (isLeaving) return; // saving: the next page goes on
  const body = new FormData();
  body.set("tab", tab);
  body.set("leave", "1");
  body.set("csrfmiddlewaretoken", token());
  navigator.sendBeacon(box.dataset.beat, body);
};

/* Beginning ----------------------------------------------------------------------------- */

const begin = (isTyped) => {
  tab = form.elements.autosave_tab.value || newTab();
  count = Number(form.elements.autosave_count.value) || 0;
  sent = isTyped || "unsaved" in box.dataset ? "" : state();
  offerKept();
  for (const name of ["input", "change"]) form.addEventListener(name, typed);
  // Editors of rich text and pop-ups may write without an event.
  setInterval(() => typingSince || typed(), 5000);
  typed();
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") autosave();
  });
  window.addEventListener("submit", (event) => {
    if (event.target !== form || event.defaultPrevented) return;
    if (event.submitter?.formTarget) return; // the preview opens beside this page
    form.elements.autosave_tab.value = tab;
    form.elements.autosave_count.value = count;
    // Should no answer come, the text is still here.
    if (state() !== sent) keepHere();
    isLeaving = true;
    clearTimeout(timer);
  });
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    isLeaving = false;
    tab = newTab();
    sent = "";
    typed();
  });
  if (!box.dataset.beat) return;
  beat();
  setInterval(() => beat(), BEAT);
  window.addEventListener("pagehide", leave);
  box.querySelector("[data-take-over]").addEventListener("click", (event) => {
    event.preventDefault();
    beat(["take_over", "1"]);
  });
};

if (form) {
  let isTyped = false;
  const watch = () => {
    isTyped = true;
  };
  form.addEventListener("input", watch, { once: true });
  // The editor of the body writes its own form of the same text a moment after the page.
  setTimeout(() => begin(isTyped), 600);
}
