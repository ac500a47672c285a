// Choosing a net by limits, or by pointing at it; the address after # says what was chosen, so that it can be sent.
(() => {
  const form = document.getElementById("choose");
  if (!form) return;
  const answer = document.getElementById("answer"), want = document.getElementById("want");
  const inputs = [...form.querySelectorAll("[data-limit]")];
  const names = { accuracy: "accuracy", parameters: "parameters", flops: "FLOPs", latency: "latency" };
  const complete = Array.from({ length: trials.length }, (_, i) => i).filter(i => trials.value("state", i) === "Complete" && trials.value("accuracy", i) !== null);
  const pictures = [...document.querySelectorAll("svg[data-x]")];
  let chosen = null;

  // 2.5G, 1.2M, 90k, 90,000, 85 %, 3 ms; NaN for what is none of these.
  const units = { count: { "": 1, k: 1e3, m: 1e6, g: 1e9, t: 1e12 }, milliseconds: { "": 1e-3, ms: 1e-3, s: 1, "µs": 1e-6, us: 1e-6 } };
  const read = (text, shape) => {
    const parts = /^(\d+(?:,\d{3})+|\d*\.?\d+(?:e[-+]?\d+)?|\d+\.)([a-zµ%]*)$/i.exec(text.replace(/[\s_]/g, ""));
    if (!parts) return NaN;
    const value = Number(parts[1].replace(/,/g, "")), unit = parts[2].toLowerCase();
    if (shape === "percent") return unit === "%" ? value / 100 : unit === "" ? (value > 1 ? value / 100 : value) : NaN;
    return value * (units[shape][unit] ?? NaN);
  };
  const shapeOf = key => trials.columns.get(key).form;
  const say = (key, value) => `${trials.write(key, value)}${key === "parameters" || key === "flops" ? ` ${names[key]}` : ""}`;
  const phrase = limit => `${limit.key === "accuracy" ? "an accuracy of " : limit.key === "latency" ? "a latency of " : ""}at ${limit.sense} ${say(limit.key, limit.value)}`;

  // Limits that are typed; null where one cannot be read.
  const limits = () => {
    let fault = false;
    const typed = inputs.filter(input => input.value.trim()).map(input => {
      const key = input.dataset.limit, value = read(input.value, shapeOf(key));
      const wrong = Number.isNaN(value);
      fault ||= wrong;
      return { key, sense: input.dataset.sense, value };
    });
    for (const input of inputs) {
      const wrong = input.value.trim() && Number.isNaN(read(input.value, shapeOf(input.dataset.limit)));
      input.setAttribute("aria-invalid", wrong ? "true" : "false");
      document.getElementById(`fault-${input.dataset.limit}`).textContent = wrong ? `A number is needed, such as ${input.placeholder.slice(10)}.` : "";
    }
    return fault ? null : typed;
  };

  const holds = (limit, i) => {
    const value = trials.value(limit.key, i);
    return value !== null && (limit.sense === "least" ? value >= limit.value : value <= limit.value);
  };
  const cost = (key, i) => { const value = trials.value(key, i); return value === null ? Infinity : key === "accuracy" ? -value : value; };
  const best = (among, key) => among.reduce((found, i) => {
    for (const by of [key, "accuracy", "parameters", "flops"]) {
      const difference = cost(by, i) - cost(by, found);
      if (difference) return difference < 0 ? i : found;
    }
    return found;
  }, among[0]);

  // The chosen trial over the settings, where its line is not among those that are drawn.
  const drawLine = () => {
    const picture = document.querySelector("svg.parallel");
    if (!picture || picture.querySelector(".pl.picked") || trials.value("accuracy", chosen) === null) return;
    const places = [...picture.querySelectorAll("[data-axis]")].map(axis => {
      const { axis: key, at, words } = axis.dataset, [low, high, floor, top, none] = axis.dataset.up.split(",").map(Number);
      const value = words ? words.split(",").indexOf(trials.value(key, chosen)) : trials.value(key, chosen);
      if (value === null || value < 0 && words) return `${at},${none}`;
      const share = high <= low ? 0.5 : axis.dataset.log ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
      return `${at},${floor - Math.min(1, Math.max(0, share)) * (floor - top)}`;
    });
    picture.querySelector("g").before(make("path", { class: `choice pl front picked ${trials.text("method", chosen)}`, "data-trial": trials.id(chosen), d: `M${places.join("L")}` }));
  };

  // Its column among the rungs, where columns are of several trials and the file carries all.
  const drawColumn = () => {
    const picture = document.querySelector("svg.ladder[data-group]");
    if (!picture || trials.length !== trials.page.trials) return;
    const [left, step, group, top, floor] = picture.dataset.group.split(",").map(Number);
    picture.append(make("rect", { class: "choice hit picked", x: left + Math.floor(chosen / group) * step, y: top, width: step, height: floor - top }));
  };

  const mark = (typed = []) => {
    for (const old of document.querySelectorAll(".choice")) old.remove();
    for (const picture of pictures) {
      const scale = (text, value) => { const [low, high, from, to] = text.split(",").map(Number); return from + (Math.min(high, Math.max(low, value)) - low) / (high - low) * (to - from); };
      const { x: key, across, up } = picture.dataset;
      const [, , left, right] = across.split(","), [, , bottom, top] = up.split(",");
      for (const limit of typed) {
        const line = limit.key === key ? { x1: scale(across, limit.value), x2: scale(across, limit.value), y1: top, y2: bottom }
          : limit.key === "accuracy" ? { x1: left, x2: right, y1: scale(up, limit.value), y2: scale(up, limit.value) } : null;
        if (line) picture.append(make("line", { class: "choice limitline", ...line }));
      }
      if (chosen === null || trials.value(key, chosen) === null || trials.value("accuracy", chosen) === null) continue;
      const [x, y] = [scale(across, trials.value(key, chosen)), scale(up, trials.value("accuracy", chosen))];
      picture.append(make("g", { class: "choice ring", transform: `translate(${x} ${y})`, "data-trial": trials.id(chosen) },
        make("circle", { r: 11 }), make("path", { d: "M0 -19V-11M0 11V19M-19 0H-11M11 0H19" })));
    }
    for (const element of document.querySelectorAll(".picked")) element.classList.remove("picked");
    if (chosen !== null) for (const element of pointing.all(trials.id(chosen))) if (!element.matches("tr, .choice")) element.classList.add("picked");
    for (const line of document.querySelectorAll(".parallel .pl.picked")) line.parentNode.querySelector("g").before(line);
    if (chosen !== null) { drawLine(); drawColumn(); }
    table.choose(chosen === null ? null : trials.id(chosen));
  };

  const address = text => history.replaceState(null, "", text ? `#${text}` : location.pathname + location.search);
  const describe = i => `${trials.text("accuracy", i)} of ${trials.count(trials.page.scope.validationImages)} validation images, ${say("parameters", trials.value("parameters", i))}, ${trials.short(trials.value("flops", i))} FLOPs`;

  const pick = (i, typed, text) => {
    chosen = i;
    answer.textContent = text;
    if (i === null) card.clear(); else card.draw(i);
    mark(typed);
  };

  const choose = keep => {
    const typed = limits();
    if (typed === null) return pick(null, [], "A limit cannot be read.");
    if (!typed.length && want.selectedIndex === 0) { if (!keep) address(""); return pick(null, [], ""); }
    const fit = complete.filter(i => typed.every(limit => holds(limit, i)) && trials.value(want.value, i) !== null);
    const asked = typed.length ? `with ${typed.map(phrase).join(" and ")}` : "of all";
    if (!keep) address(`choose=${typed.map(limit => `${limit.key}${limit.sense === "least" ? ">=" : "<="}${inputs.find(input => input.dataset.limit === limit.key).value.replace(/[\s,]/g, "")}`).join(",")}&want=${want.value}`);
    if (fit.length) {
      const i = best(fit, want.value);
      const error = Math.sqrt(trials.value("accuracy", i) * (1 - trials.value("accuracy", i)) / trials.page.scope.validationImages);
      const level = fit.filter(j => j !== i && Math.abs(trials.value("accuracy", j) - trials.value("accuracy", i)) <= error).length;
      return pick(i, typed, `${trials.id(i)} has ${want.selectedOptions[0].textContent} ${asked}: ${describe(i)}. ${trials.count(fit.length)} of ${trials.count(complete.length)} complete trials${trials.length < trials.page.trials ? " that this file carries" : ""} qualify`
        + `${level ? `, ${trials.count(level)} more of them within one standard error of its accuracy (${(error * 100).toFixed(2)} points)` : ""}.`);
    }
    const nearest = typed.map(limit => {
      const known = complete.filter(i => trials.value(limit.key, i) !== null);
      const i = known.length ? best(known, limit.key) : null;
      return i === null ? `No trial has a ${names[limit.key]}.` : `The ${limit.sense === "least" ? "highest" : "least"} is ${say(limit.key, trials.value(limit.key, i))} (${trials.id(i)}).`;
    });
    return pick(null, typed, `No complete trial ${asked}. ${nearest.join(" ")}`);
  };

  // A slider steps over the nets of the front; its end without a limit is where everything qualifies.
  const slides = new Map(inputs.map(input => {
    const key = input.dataset.limit, slide = form.querySelector(`[data-slide="${key}"]`);
    const values = [...new Set(complete.filter(i => trials.rank(i)).map(i => trials.value(key, i)).filter(value => value !== null))].sort((a, b) => input.dataset.sense === "least" ? b - a : a - b);
    slide.max = values.length;
    slide.value = values.length;
    slide.addEventListener("input", () => {
      const value = values[slide.value];
      const exact = shapeOf(key) === "percent" ? `${Math.floor(value * 1e4 + 1e-6) / 100} %` : shapeOf(key) === "milliseconds" ? `${Math.ceil(value * 1e6) / 1e3} ms` : trials.count(value);
      input.value = value === undefined ? "" : exact;
      slide.setAttribute("aria-valuetext", input.value || "no limit");
      choose();
    });
    slide.setAttribute("aria-valuetext", "no limit");
    return [key, { slide, values }];
  }));
  const follow = () => {
    for (const input of inputs) {
      const { slide, values } = slides.get(input.dataset.limit), value = read(input.value, shapeOf(input.dataset.limit));
      const out = Number.isNaN(value) ? -1 : values.findIndex(other => input.dataset.sense === "least" ? other < value : other > value);
      slide.value = out < 0 ? values.length : Math.max(0, out - 1);
      slide.setAttribute("aria-valuetext", input.value || "no limit");
    }
  };

  const clear = () => { for (const input of inputs) input.value = ""; want.selectedIndex = 0; follow(); };
  const take = (id, keep) => {
    const i = trials.place(id);
    if (i === undefined) return;
    clear();
    limits();
    if (!keep) address(`trial=${id}`);
    const measured = trials.value("accuracy", i) !== null;
    pick(i, [], `${id} is chosen${measured ? `: ${describe(i)}` : ", which is not complete"}.`);
  };

  // #trial=t0009, or #choose=flops<=2.5G,accuracy>=85%&want=parameters
  const open = () => {
    const text = decodeURIComponent(location.hash.slice(1).replace(/%(?![0-9a-f]{2})/gi, "%25"));
    const trial = /^trial=(.+)$/.exec(text), wanted = /&want=(\w+)/.exec(text), asked = /^choose=([^&]*)/.exec(text);
    if (trial) return take(trial[1], true);
    if (!asked) return;
    clear();
    const unknown = [];
    for (const condition of asked[1].split(/,(?!\d{3}(?!\d))/)) {
      const [, key, , value] = /^\s*(\w+)\s*([<>]=?)\s*(.+)$/.exec(condition) ?? [];
      const input = inputs.find(one => one.dataset.limit === (key === "params" ? "parameters" : key));
      if (input) input.value = value;
      else unknown.push(condition);
    }
    const floor = inputs.some(input => input.dataset.sense === "least" && input.value), ceiling = inputs.some(input => input.dataset.sense === "most" && input.value);
    want.value = [...want.options].some(option => option.value === wanted?.[1]) ? wanted[1] : floor && !ceiling ? "parameters" : "accuracy";
    follow();
    if (unknown.length) pick(null, [], `The address asks for “${unknown.join(", ")}”, but this report chooses by ${inputs.map(one => names[one.dataset.limit]).join(", ")}.`);
    else choose(true);
  };

  for (const input of inputs) input.addEventListener("input", () => { follow(); choose(); });
  want.addEventListener("change", () => choose());
  form.addEventListener("submit", event => event.preventDefault());
  form.addEventListener("reset", event => { event.preventDefault(); clear(); choose(); });
  addEventListener("hashchange", open);

  // A click takes what the pointer was told, though its coordinates are rounded.
  let told = null;

  // The nearest trial to the pointer where points are too many to be drawn singly.
  const nearest = event => {
    const picture = event.target.closest?.("svg[data-x]");
    if (!picture || event.target.closest(".pt") || !picture.querySelector(".cells")) return null;
    const { x: key, across, up } = picture.dataset, matrix = picture.getScreenCTM();
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix.inverse());
    const back = (text, place) => { const [low, high, from, to] = text.split(",").map(Number); return [low + (place - from) / (to - from) * (high - low), (high - low) / Math.abs(to - from)]; };
    const [value, unit] = back(across, at.x), [accuracy, rise] = back(up, at.y);
    const far = i => Math.hypot((trials.value(key, i) - value) / unit, (trials.value("accuracy", i) - accuracy) / rise);
    const i = complete.reduce((found, other) => found === null || far(other) < far(found) ? other : found, null);
    return i !== null && far(i) < 8 ? i : null;
  };
  document.addEventListener("pointermove", event => {
    const i = nearest(event);
    told = i;
    if (i === null) return;
    pointing.light(trials.id(i));
    pointing.say(`${trials.id(i)}\n${trials.text("method", i)}, ${trials.text("sparsity", i)}\naccuracy ${trials.text("accuracy", i)}\n${say("parameters", trials.value("parameters", i))}\n${trials.text("flops", i)} FLOPs`, event.clientX, event.clientY);
  });
  document.addEventListener("click", event => {
    if (event.target.closest("a, button, input, select, summary, details, .card")) return;
    const id = event.target.closest("[data-trial]")?.dataset.trial ?? null, i = id === null ? told ?? nearest(event) : trials.place(id);
    if (i !== null && i !== undefined) take(trials.id(i));
  });
  addEventListener("keydown", event => {
    const point = event.key === "Enter" || event.key === " " ? event.target.closest?.(".pt") : null;
    if (point) { event.preventDefault(); take(point.dataset.trial); }
  });

  form.hidden = false;
  open();
})();
