// The palette: leads by name, e-mail or company, and pages. The search and the bar do the same.

const palette = document.getElementById("palette");
const goal = document.getElementById("goal");
const goals = document.getElementById("goals");
const none = document.getElementById("goals-none");
const button = document.querySelector("[data-palette]");
const wait = 120;
let timer = 0;
let turn = 0;

const pages = () =>
  [...document.querySelectorAll("[data-go]")].map((link) => ({
    url: link.getAttribute("href"),
    name: link.textContent.trim(),
    company: `g ${link.dataset.go}`,
  }));

function show(found) {
  goals.replaceChildren(
    ...found.map((each, at) => {
      const line = document.createElement("li");
      line.id = `goal-${at}`;
      line.role = "option";
      const link = document.createElement("a");
      link.href = each.url;
      link.tabIndex = -1;
      link.textContent = each.name;
      const more = document.createElement("span");
      more.className = "sub";
      more.textContent = each.company ?? "";
      link.append(" ", more);
      line.append(link);
      return line;
    }),
  );
  none.hidden = found.length > 0;
  choose(0);
}

function choose(at) {
  const lines = [...goals.children];
  lines.forEach((line, number) => line.setAttribute("aria-selected", String(number === at)));
  const line = lines[at];
  if (line) {
    goal.setAttribute("aria-activedescendant", line.id);
    line.scrollIntoView({ block: "nearest" });
  } else {
    goal.removeAttribute("aria-activedescendant");
  }
}

const chosen = () =>
  [...goals.children].findIndex((line) => line.getAttribute("aria-selected") === "true");

async function find() {
  const text = goal.value.trim().toLowerCase();
  const fitting = pages().filter((page) => page.name.toLowerCase().includes(text));
  const mine = ++turn;
  show(fitting);
  if (text.length < 2) return;
  const answer = await fetch(`${button.dataset.palette}?q=${encodeURIComponent(text)}`);
  // An answer that comes after the next question is nobody's.
  if (mine !== turn || !answer.ok || answer.redirected) return;
  show([...fitting, ...(await answer.json()).leads]);
}

function open() {
  goal.value = "";
  find();
  palette.showModal();
  goal.focus();
}

if (palette && button instanceof HTMLElement) {
  button.hidden = false;
  button.addEventListener("click", open);
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      open();
    }
  });
  goal.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(find, wait);
  });
  goal.addEventListener("keydown", (event) => {
    const last = goals.children.length - 1;
    if (event.key === "ArrowDown") choose(Math.min(chosen() + 1, last));
    else if (event.key === "ArrowUp") choose(Math.max(chosen() - 1, 0));
    else if (event.key === "Enter") goals.children[chosen()]?.querySelector("a")?.click();
    else return;
    event.preventDefault();
  });
}
