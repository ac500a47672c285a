// The trials that the page carries, column by column, and how their values are written.
const trials = (() => {
  const page = JSON.parse(document.getElementById("document").textContent);
  for (const column of page.columns) {
    if (column.start) column.values = column.values.map(value => value === null ? null : column.start + value);
    column.values ??= Array.from({ length: page.carried }, (_, i) => column.of[column.at ? column.at[i] : 0] ?? null);
  }
  const columns = new Map(page.columns.map(column => [column.key, column]));
  const places = new Map(columns.get("trial").values.map((id, i) => [id, i]));
  const ranks = new Map(page.front.map((id, i) => [id, i + 1]));
  const listed = page.columns.filter(column => column.listed);

  const digits = ms => ms >= 100 ? ms.toFixed(0) : ms >= 10 ? ms.toFixed(1) : ms >= 1 ? ms.toFixed(2) : ms.toFixed(3);
  const count = value => Math.round(value).toLocaleString("en-US");
  const forms = {
    percent: value => `${(value * 100).toFixed(2)}\u00a0%`,
    share: value => `${(value * 100).toFixed(0)}\u00a0%`,
    coefficient: value => value !== 0 && Math.abs(value) < 1e-4
      ? value.toExponential(3).replace(/\.?0*e/, "e") : String(+value.toFixed(6)),
    count,
    times: value => `${value.toFixed(2)}×`,
    milliseconds: value => `${digits(value * 1000)}\u00a0ms`,
  };
  const write = (key, value) => value === null || value === undefined ? "–" : (forms[columns.get(key).form] ?? String)(value);
  const change = (key, value) => {
    const percent = Math.round(100 * value / page.dense[key] - 100);
    return percent === 0 ? "±0\u00a0%" : `${percent < 0 ? "−" : "+"}${Math.abs(percent)}\u00a0%`;
  };
  const short = value => {
    const [scaled, unit] = value >= 1e9 ? [value / 1e9, "G"] : value >= 1e6 ? [value / 1e6, "M"] : value >= 1e3 ? [value / 1e3, "k"] : [value, ""];
    return (unit === "" || scaled >= 100 ? scaled.toFixed(0) : scaled >= 10 ? scaled.toFixed(1) : scaled.toFixed(2)) + unit;
  };

  return {
    page, columns, listed, ranks, short, count, change, write,
    length: page.carried,
    place: id => places.get(id),
    id: i => columns.get("trial").values[i],
    value: (key, i) => columns.get(key)?.values[i] ?? null,
    text: (key, i) => write(key, columns.get(key)?.values[i]),
    rank: i => ranks.get(columns.get("trial").values[i]) ?? null,
  };
})();

// An element with attributes and children; what is null is left out, and text is never markup.
const make = (name, attributes = {}, ...children) => {
  const picture = ["svg", "g", "rect", "line", "circle", "path"].includes(name);
  const element = picture ? document.createElementNS(document.querySelector("svg").namespaceURI, name) : document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) if (value !== null) element.setAttribute(key, value);
  element.append(...children.filter(child => child !== null));
  return element;
};
const swatch = method => document.querySelector(`.legend .swatch.${CSS.escape(method)}`)?.cloneNode(true) ?? null;
