// A form whose answer follows as one types. Without this script its button does the same.

const form = document.querySelector("form[data-live]");
const target = form && document.querySelector(form.dataset.live);
const PAUSE = 350;
let timer;
let asked = null;

async function look() {
  asked?.abort();
  asked = new AbortController();
  const query = new URLSearchParams(new FormData(form));
  try {
    const answer = await fetch(`${form.action}?${query}&part=count`, { signal: asked.signal });
    if (!answer.ok || answer.redirected) return;
    target.innerHTML = await answer.text();
    history.replaceState(null, "", `?${query}`);
  } catch (fault) {
    if (fault.name !== "AbortError") throw fault;
  }
}

if (form && target) {
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(look, PAUSE);
  });
  document.addEventListener("click", (event) => {
    const word = event.target instanceof HTMLElement && event.target.dataset.word;
    const text = form.querySelector("textarea");
    if (!word || !text) return;
    const { selectionStart: start, selectionEnd: end } = text;
    const before = start && !/[\s(]$/.test(text.value.slice(0, start)) ? " " : "";
    text.setRangeText(before + word, start, end, "end");
    text.focus();
    text.dispatchEvent(new Event("input", { bubbles: true }));
  });
}
