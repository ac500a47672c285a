// What the page carries, as files; nothing leaves this machine.
(() => {
  const box = document.getElementById("downloads");
  if (!box) return;
  const { page } = trials;
  const quote = value => value === null ? "" : /[",\n]/.test(value) ? `"${String(value).replace(/"/g, '""')}"` : String(value);
  const rows = () => Array.from({ length: trials.length }, (_, i) => i);
  const files = {
    csv: () => [[...page.columns.map(column => column.key), "onFront"].join(","),
      ...rows().map(i => [...page.columns.map(column => quote(column.values[i])), trials.rank(i) !== null].join(","))].join("\n") + "\n",
    json: () => JSON.stringify({
      experiment: page.experiment, trials: page.trials, carried: page.carried, scope: page.scope, objectives: page.objectives, dense: page.dense, front: page.front,
      columns: page.columns.map(({ key, title, from }) => ({ key, title, from })),
      rows: rows().map(i => Object.fromEntries(page.columns.filter(column => column.values[i] !== null).map(column => [column.key, column.values[i]]))),
    }, null, 1),
    result: () => JSON.stringify(page.result, null, 2),
  };
  box.addEventListener("click", event => {
    const kind = event.target.closest("[data-download]")?.dataset.download;
    if (!kind) return;
    const url = URL.createObjectURL(new Blob([files[kind]()], { type: kind === "csv" ? "text/csv" : "application/json" }));
    make("a", { href: url, download: `${page.experiment}${kind === "result" ? "-result" : ""}.${kind === "csv" ? "csv" : "json"}` }).click();
    setTimeout(() => URL.revokeObjectURL(url), 10000);
  });
  box.querySelector("[data-download=result]").hidden = !page.result;
  box.hidden = false;
})();
