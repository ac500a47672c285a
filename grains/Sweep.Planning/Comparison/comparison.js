// The table of nets sorts by any column.
(() => {
  const table = document.getElementById("trials");
  const value = (row, column) => {
    const cell = row.cells[column];
    return cell.dataset.v !== undefined ? Number(cell.dataset.v) : cell.classList.contains("num") ? null : cell.textContent;
  };

  // Cells without a value stay below whichever way the column is sorted.
  const compare = (a, b, direction) =>
    a === null ? (b === null ? 0 : 1) : b === null ? -1 : direction * (typeof a === "number" ? a - b : a.localeCompare(b));

  for (const head of table.tHead.rows[0].cells) {
    head.addEventListener("click", () => {
      const ascending = head.getAttribute("aria-sort") !== "ascending";
      for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", ascending ? "ascending" : "descending");
      const rows = [...table.tBodies[0].rows];
      rows.sort((a, b) => compare(value(a, head.cellIndex), value(b, head.cellIndex), ascending ? 1 : -1));
      table.tBodies[0].append(...rows);
    });
  }
})();
