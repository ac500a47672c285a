// The table of trials: sorted, searched and turned over the whole of what the page carries.
const table = (() => {
  const element = document.getElementById("trials");
  const body = element.tBodies[0];
  const dense = [...body.querySelectorAll(".denserow")];
  const size = Number(element.dataset.page);
  const pager = document.getElementById("pager");
  const usual = Array.from({ length: trials.length }, (_, i) => i).sort((a, b) => (trials.rank(a) ?? 1e9) - (trials.rank(b) ?? 1e9) || a - b);
  let order = usual, page = 0, sorted = null, ascending = true, chosen = null;

  const cell = (column, i) => {
    const value = trials.value(column.key, i);
    const text = trials.write(column.key, value);
    if (column.key === "trial") return make("th", { scope: "row" }, text);
    if (column.form === "method") return make("td", {}, swatch(text), text);
    if (column.form === "state") return make("td", { class: `state ${text}` }, text);
    if (column.form === "word") return make("td", {}, text);
    const zeros = column.key === "parameters" ? trials.value("zeros", i) : null;
    const aside = value === null || column.form !== "count" || !trials.page.dense ? null
      : make("small", {}, zeros === null ? trials.change(column.key, value) : `${trials.count(zeros)} zeros`);
    return make("td", { class: "num" }, text, aside && " ", aside);
  };

  const row = i => make("tr", { "data-trial": trials.id(i), class: trials.rank(i) ? "onfront" : null, "aria-current": trials.id(i) === chosen ? "true" : null },
    make("td", { class: "num" }, trials.rank(i) ?? "–"), ...trials.listed.map(column => cell(column, i)));

  const pages = () => Math.max(1, Math.ceil(order.length / size));
  const tell = () => {
    if (!pager) return;
    pager.hidden = false;
    document.getElementById("pageof").textContent = order.length === 0 ? "none found"
      : `${page * size + 1} to ${Math.min(order.length, (page + 1) * size)} of ${trials.count(order.length)}`;
    pager.querySelector(".pages").hidden = trials.length <= size && order.length === trials.length;
    for (const button of pager.querySelectorAll("button")) button.disabled = !(page + Number(button.dataset.turn) in Array(pages()).fill(0));
  };
  const draw = () => { body.replaceChildren(...dense, ...order.slice(page * size, (page + 1) * size).map(row)); tell(); };

  // Cells without a value stay below whichever way the column is sorted.
  const compare = (a, b) => a === null ? (b === null ? 0 : 1) : b === null ? -1
    : (ascending ? 1 : -1) * (typeof a === "number" ? a - b : a.localeCompare(b, "en", { numeric: true }));
  const arrange = () => {
    const words = (document.getElementById("find")?.value ?? "").toLowerCase().split(/\s+/).filter(word => word);
    const text = i => trials.page.columns.filter(column => column.form === "word" || column.form === "method" || column.form === "state")
      .map(column => column.values[i] ?? "").join(" ").toLowerCase();
    order = words.length ? usual.filter(i => words.every(word => text(i).includes(word))) : [...usual];
    const value = i => sorted === "front" ? trials.rank(i) : trials.value(sorted, i);
    if (sorted) order.sort((a, b) => compare(value(a), value(b)));
    page = 0;
    draw();
  };

  const sort = key => {
    ascending = sorted !== key || !ascending;
    sorted = key;
    for (const head of element.tHead.rows[0].cells) {
      if (head.dataset.key === key) head.setAttribute("aria-sort", ascending ? "ascending" : "descending");
      else head.removeAttribute("aria-sort");
    }
    arrange();
  };

  element.tHead.addEventListener("click", event => {
    const head = event.target.closest("button")?.closest("th");
    if (head) sort(head.dataset.key);
  });
  pager?.addEventListener("click", event => {
    const turn = Number(event.target.closest("button")?.dataset.turn ?? 0);
    if (turn) { page += turn; draw(); }
  });
  document.getElementById("find")?.addEventListener("input", arrange);
  for (const note of document.querySelectorAll(".note.static")) note.hidden = true;
  tell();

  return {
    // Turns to the page that has the trial, and marks it.
    choose: id => {
      chosen = id;
      const at = id === null ? -1 : order.indexOf(trials.place(id));
      if (at >= 0 && Math.floor(at / size) !== page) { page = Math.floor(at / size); draw(); }
      for (const line of body.rows) {
        if (id !== null && line.dataset.trial === id) line.setAttribute("aria-current", "true");
        else line.removeAttribute("aria-current");
      }
    },
    sort,
  };
})();
