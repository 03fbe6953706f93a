// The list of leads: words are completed at the end of what was typed, and x chooses a lead.

const field = document.querySelector("[data-words]");
const list = document.getElementById("filter-words");
if (field instanceof HTMLInputElement && list) {
  const words = [...list.querySelectorAll("option")].map((option) => option.value);
  const show = () => {
    const text = field.value;
    const start = Math.max(...["(", " and ", " or ", " not ", "not "].map((mark) => {
      const at = text.toLowerCase().lastIndexOf(mark);
      return at < 0 || (mark === "not " && at > 0) ? 0 : at + mark.length;
    }));
    const part = text.slice(start).toLowerCase();
    const fitting = words.filter((word) => word.toLowerCase().includes(part)).slice(0, 40);
    list.replaceChildren(...fitting.map((word) => {
      const option = document.createElement("option");
      option.value = text.slice(0, start) + word;
      return option;
    }));
  };
  field.addEventListener("input", show);
}

const boxes = [...document.querySelectorAll("[data-choose]")];
const told = document.querySelector("[data-chosen]");
const count = () => { if (told) told.textContent = `(${boxes.filter((box) => box.checked).length})`; };
boxes.forEach((box) => box.addEventListener("change", count));
if (boxes.length) count();

document.addEventListener("keydown", (event) => {
  const target = event.target;
  if (event.key !== "x" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (!(target instanceof HTMLElement) || target.matches("input:not([type=checkbox]), select, textarea")) return;
  const box = target.closest("[data-row]")?.querySelector("[data-choose]");
  if (box instanceof HTMLInputElement) box.click();
});
