"use strict";
// Sorts a table by a click on a column's head. Without this script the table is a plain one, best lead first.
for (const table of document.querySelectorAll("table.sortable")) {
  const body = table.tBodies[0];
  const heads = Array.from(table.tHead.rows[0].cells);
  const status = document.getElementById("sorted");
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const now = head.getAttribute("aria-sort");
      const first = head.dataset.first || "ascending";
      const other = first === "ascending" ? "descending" : "ascending";
      const order = now === first ? other : first;
      const sign = order === "ascending" ? 1 : -1;
      const key = (row) => {
        const cell = row.cells[column];
        if (!("value" in cell.dataset)) return cell.textContent.trim().toLowerCase();
        return cell.dataset.value === "" ? null : Number(cell.dataset.value);
      };
      const rows = Array.from(body.rows, (row, place) => ({ row, place, key: key(row) }));
      rows.sort((a, b) => {
        if (a.key === null || b.key === null) return (a.key === null) - (b.key === null) || a.place - b.place;
        const by = typeof a.key === "number" ? a.key - b.key : a.key.localeCompare(b.key);
        return sign * by || a.place - b.place;
      });
      body.append(...rows.map((r) => r.row));
      heads.forEach((h) => h.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", order);
      if (status) status.textContent = "Sorted by " + button.textContent.trim() + ", " + order + ".";
    });
  });
}
