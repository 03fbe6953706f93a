// The editor of a playbook: the draft is saved as one types, and looked at; words are completed; a
// fault's button goes to its line. All of it works without this script, by the form's buttons.

const form = document.querySelector("[data-draft]");
const text = document.getElementById("text");
const look = document.getElementById("look");
const state = document.querySelector("[data-state]");
const strip = document.querySelector("[data-completion]");
const pause = 700;
const most = 8;
let timer = 0;
let sending = false;
let again = false;
let saves = 0;
let words = read(document);

function read(where) {
  const held = where.querySelector("[data-words]");
  return [...(held?.content?.querySelectorAll("i") ?? [])].map((word) => ({
    name: word.textContent,
    what: word.dataset.what,
    about: word.title,
  }));
}

async function save() {
  if (sending) {
    again = true;
    return;
  }
  sending = true;
  saves += 1;
  state.textContent = form.dataset.saving;
  const body = new FormData(form);
  body.set("do", "look");
  try {
    const answer = await fetch(form.action, { method: "POST", body });
    const kind = answer.headers.get("Content-Type") ?? "";
    if (answer.redirected || !kind.startsWith("text/html") || ![200, 409].includes(answer.status)) {
      throw new Error(answer.statusText);
    }
    look.innerHTML = await answer.text();
    enable();
    state.textContent = answer.ok ? form.dataset.saved : "";
    if (answer.ok) form.dataset.dirty = again ? "yes" : "";
  } catch {
    state.textContent = form.dataset.lost;
  }
  sending = false;
  if (again) {
    again = false;
    save();
  }
}

async function first(link) {
  try {
    const answer = await fetch(link.dataset.look);
    if (answer.ok && !answer.redirected && saves === 0) look.innerHTML = await answer.text();
  } catch {
    return; // the link does the same
  }
  enable();
}

function later() {
  form.dataset.dirty = "yes";
  clearTimeout(timer);
  timer = setTimeout(save, pause);
}

// Words that begin as what stands before the caret does, then those that hold it.
function stem() {
  const before = text.value.slice(0, text.selectionStart);
  return /[\p{L}_][\p{L}\p{N}_]*$/u.exec(before)?.[0] ?? "";
}

function fitting() {
  const begun = stem().toLowerCase();
  if (begun.length < 2) return [];
  const held = words.filter((w) => w.name.toLowerCase().includes(begun) && w.name !== stem());
  const first = held.filter((w) => w.name.toLowerCase().startsWith(begun));
  return [...first, ...held.filter((w) => !first.includes(w))].slice(0, most);
}

function insert(name) {
  const end = text.selectionStart;
  text.setRangeText(name, end - stem().length, end, "end");
  text.focus();
  suggest();
  later();
}

function suggest() {
  const found = fitting();
  strip.querySelectorAll("button").forEach((button) => button.remove());
  for (const word of found) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "plain";
    button.title = word.about;
    button.textContent = word.name;
    const what = document.createElement("span");
    what.className = "sub";
    what.textContent = ` ${word.what}`;
    button.append(what);
    button.addEventListener("click", () => insert(word.name));
    strip.append(button);
  }
  strip.hidden = found.length === 0;
}

function go(line, column) {
  const before = text.value.split("\n").slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
  const end = text.value.indexOf("\n", before);
  text.focus();
  text.setSelectionRange(before + column - 1, end < 0 ? text.value.length : end);
  const height = text.scrollHeight / Math.max(1, text.value.split("\n").length);
  text.scrollTop = Math.max(0, (line - 4) * height);
}

function enable() {
  document.querySelectorAll("[data-line]").forEach((button) => {
    button.disabled = false;
  });
}

if (form && text && look) {
  enable();
  const link = look.querySelector("[data-look]");
  if (link) first(link);
  form.addEventListener("input", (event) => {
    if (event.target === text) suggest();
    later();
  });
  form.addEventListener("submit", () => {
    form.dataset.dirty = "";
    clearTimeout(timer);
  });
  text.addEventListener("keydown", (event) => {
    if (event.ctrlKey && event.code === "Space") {
      event.preventDefault();
      const first = fitting()[0];
      if (first) insert(first.name);
    }
  });
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("[data-line]") : null;
    if (button) go(Number(button.dataset.line), Number(button.dataset.column));
  });
  window.addEventListener("beforeunload", (event) => {
    if (form.dataset.dirty === "yes") event.preventDefault();
  });
}
