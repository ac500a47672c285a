"use strict";
(() => {
  const tip = document.getElementById("tip");

  const light = (trial, on) => {
    for (const element of document.querySelectorAll(`[data-trial="${CSS.escape(trial)}"]`)) {
      element.classList.toggle("lit", on);
    }
  };

  // Beside the point where there is room, else above it.
  const place = (x, y) => {
    const box = tip.getBoundingClientRect();
    const right = x + 18, left = x - 18 - box.width;
    const beside = right + box.width < innerWidth || left > 0;
    const at = !beside ? x - box.width / 2 : right + box.width < innerWidth ? right : left;
    tip.style.left = `${Math.max(8, Math.min(innerWidth - box.width - 8, at))}px`;
    tip.style.top = `${Math.max(8, beside ? y - box.height / 2 : y - box.height - 18)}px`;
  };

  const show = point => {
    const box = point.getBoundingClientRect();
    tip.textContent = point.getAttribute("aria-label");
    tip.hidden = false;
    place(box.left + box.width / 2, box.top + box.height / 2);
  };

  const hide = () => { tip.hidden = true; };

  for (const element of document.querySelectorAll("[data-trial]")) {
    const enter = () => { light(element.dataset.trial, true); if (element.matches(".pt")) show(element); };
    const leave = () => { light(element.dataset.trial, false); hide(); };
    element.addEventListener("pointerenter", enter);
    element.addEventListener("pointerleave", leave);
    element.addEventListener("focus", enter);
    element.addEventListener("blur", leave);
  }

  addEventListener("keydown", event => { if (event.key === "Escape") hide(); });
  addEventListener("scroll", hide, { passive: true });

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
