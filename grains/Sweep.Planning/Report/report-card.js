// What is known of the chosen net: its settings, figures with where they come from, its shape, and the commands that fetch it.
const card = (() => {
  const element = document.getElementById("card");
  const scope = trials.page.scope;
  const settings = trials.page.columns.filter(column => column.setting && column.key !== "seed");
  const apart = new Set(["trial", "state", "device", "stage"]);

  // The same picture as in the section of shapes, block for block.
  const shape = id => {
    const { shapes } = trials.page;
    const net = shapes?.nets[id];
    if (!net) return null;
    const [breadth, gap, height] = [26, 10, 46];
    const outline = `h${breadth}v${height}h-${breadth}z`;
    const parts = [make("path", { class: "was", d: net.map((_, i) => `M${i * (breadth + gap)} 0${outline}m0 ${height + gap}${outline}`).join("") })], words = [];
    net.forEach((place, i) => {
      const [heads, query, value, mlp, inputs, mlpInputs] = shapes.blocks[place];
      const [allHeads, allQuery, allValue, allMlp] = shapes.blocks[shapes.dense[i]];
      const x = i * (breadth + gap), tall = heads * (2 * query + value) / (allHeads * (2 * allQuery + allValue)) * height;
      const wide = inputs / shapes.width * breadth, low = mlp / allMlp * height;
      parts.push(make("rect", { class: "attn", x, y: height - tall, width: wide, height: tall }));
      const cuts = Array.from({ length: Math.max(0, heads - 1) }, (_, head) => `M${x} ${height - tall * (head + 1) / heads}h${wide}`);
      if (cuts.length) parts.push(make("path", { class: "cut", d: cuts.join("") }));
      parts.push(make("rect", { class: "mlp", x, y: 2 * height + gap - low, width: mlpInputs / shapes.width * breadth, height: low }));
      words.push(`block ${i + 1}: ${heads} of ${allHeads} heads, query width ${query} of ${allQuery}, value width ${value} of ${allValue}, MLP ${mlp} of ${allMlp}`);
    });
    const picture = make("svg", { class: "shape", viewBox: `-1 -1 ${net.length * (breadth + gap) - gap + 2} ${2 * height + gap + 2}`, role: "img", "aria-label": words.join("; ") }, ...parts);
    return make("div", { class: "netshape" }, picture, make("p", { class: "hint" }, "What is left of each block: attention above, MLP below; the outline is the dense net."),
      make("details", {}, make("summary", {}, "The same in words"), make("ul", {}, ...words.map(word => make("li", {}, word)))));
  };

  const figures = i => {
    const { dense } = trials.page;
    const rows = trials.page.columns.filter(column => !column.setting && !apart.has(column.key) && trials.value(column.key, i) !== null).map(column => {
      const value = trials.value(column.key, i);
      const points = key => { const by = (value - dense[key]) * 100; return `${by < 0 ? "−" : "+"}${Math.abs(by).toFixed(2)} points`; };
      const against = !dense || dense[column.key] === undefined ? "–" : column.form === "percent" ? points(column.key) : column.form === "count" ? trials.change(column.key, value) : "–";
      return make("tr", {}, make("th", { scope: "row" }, column.title), make("td", { class: "num" }, trials.text(column.key, i)),
        make("td", { class: "num" }, against), make("td", { class: "wrap" }, column.from ?? ""));
    });
    const head = ["Figure", "Value", "Against the dense net", "Where it comes from"].map((title, k) => make("th", { scope: "col", class: k === 1 || k === 2 ? "num" : null }, title));
    return make("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Figures of the chosen net" },
      make("table", {}, make("thead", {}, make("tr", {}, ...head)), make("tbody", {}, ...rows)));
  };

  const facts = i => {
    const id = trials.id(i), { seeds, paths } = trials.page;
    const seed = trials.value("seed", i) ?? scope.seeds[0];
    const together = seeds && seeds.at[i] >= 0 ? seeds.of[seeds.at[i]] : null;
    const path = paths[id] ?? (trials.value("stage", i) === null ? [] : [trials.value("stage", i)]);
    const fact = (term, ...text) => make("div", {}, make("dt", {}, term), make("dd", {}, ...text));
    return make("dl", { class: "facts" },
      ...settings.filter(({ key }) => trials.value(key, i) !== null).map(({ key, title }) => fact(title, trials.text(key, i))),
      fact("Seed", `training seed ${seed}: each figure below is of this one run`), together && fact("Over the seeds", together),
      trials.value("device", i) && fact("Device", `${trials.value("device", i)}, where it was evaluated`),
      path.length ? fact(paths[id] ? "Stages" : "Last stage", ...path.flatMap(stage => [make("code", {}, stage), " "])) : null);
  };

  const commands = i => {
    const of = `${trials.page.experiment} ${trials.id(i)}`;
    const lines = [["Its weights, ONNX file and proof", `sweep export ${of} --format all`], ["Why it was proposed, and what was decided on it", `sweep show ${of}`]];
    return make("dl", { class: "commands" }, ...lines.map(([what, command]) => make("div", {}, make("dt", {}, what),
      make("dd", {}, make("code", {}, command), make("button", { type: "button", "data-copy": command, "aria-label": `Copy: ${command}` }, "Copy")))));
  };

  const draw = i => {
    const rank = trials.rank(i), state = trials.text("state", i);
    const picture = shape(trials.id(i));
    element.replaceChildren(
      make("h3", {}, swatch(trials.text("method", i)), `${trials.id(i)}${rank ? ` · no. ${rank} on the front` : ""}`, state === "Complete" ? null : make("span", { class: "hint" }, state)),
      make("div", { class: "cardbody" }, facts(i), make("div", {}, picture ?? make("p", { class: "hint" }, "No shape: this file carries those of complete trials where they are few, else of the front."))),
      figures(i), commands(i));
    element.hidden = false;
  };

  return { draw, clear: () => { element.hidden = true; element.replaceChildren(); } };
})();

document.addEventListener("click", event => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const done = () => { button.textContent = "Copied"; };
  // Where the clipboard is refused, the text is selected for the reader's own copying.
  const select = () => getSelection().selectAllChildren(button.previousElementSibling);
  if (navigator.clipboard) navigator.clipboard.writeText(button.dataset.copy).then(done, select);
  else select();
});
