// The keys of the desk. Whatever a key does, a link or a button on the page does as well.

const rows = () => [...document.querySelectorAll("[data-row] a, [data-focus]")];

function move(step) {
  const all = rows();
  if (!all.length) return;
  const at = all.findIndex((row) => row === document.activeElement);
  const next = all[Math.min(Math.max(at + step, 0), all.length - 1)];
  next.focus();
  next.scrollIntoView({ block: "nearest" });
}

const follow = (selector) => document.querySelector(selector)?.click();
const keys = document.getElementById("keys");
let going = false;

document.addEventListener("keydown", (event) => {
  const target = event.target;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (target instanceof HTMLElement && target.matches("input, select, textarea")) {
    if (event.key === "Escape") target.blur();
    return;
  }
  if (going) {
    going = false;
    follow(`[data-go="${CSS.escape(event.key)}"]`);
    return;
  }
  const button = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (button instanceof HTMLElement) {
    event.preventDefault();
    button.click();
    return;
  }
  const does = {
    j: () => move(1),
    k: () => move(-1),
    "/": () => document.getElementById("find")?.focus(),
    "[": () => follow("[data-before]"),
    "]": () => follow("[data-after]"),
    u: () => follow("[data-back]"),
    g: () => { going = true; },
    "?": () => keys?.showModal(),
  }[event.key];
  if (does) {
    event.preventDefault();
    does();
  }
});

const shown = document.querySelector("[data-keys]");
if (shown instanceof HTMLElement) {
  shown.hidden = false;
  shown.addEventListener("click", () => keys?.showModal());
}

// Moments are shown in the reader's own time zone from the next page on.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (zone && !document.cookie.includes(`zone=${zone}`)) {
  const safe = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `zone=${zone}; path=/; max-age=31536000; samesite=lax${safe}`;
}
