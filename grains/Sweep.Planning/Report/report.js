"use strict";
// Pointing at a trial anywhere lights it everywhere; a point in a plot says itself. Shared by the report and the comparison.
const pointing = (() => {
  const tip = document.getElementById("tip");
  const all = trial => document.querySelectorAll(`[data-trial="${CSS.escape(trial)}"]`);
  let lit = null;

  const light = trial => {
    if (trial === lit) return;
    if (lit !== null) for (const element of all(lit)) element.classList.remove("lit");
    if (trial !== null) for (const element of all(trial)) element.classList.add("lit");
    lit = trial;
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

  const say = (text, x, y) => { tip.textContent = text; tip.hidden = false; place(x, y); };
  const hide = () => { tip.hidden = true; };
  const tell = point => {
    const box = point.getBoundingClientRect();
    say(point.getAttribute("aria-label"), box.left + box.width / 2, box.top + box.height / 2);
  };

  const enter = event => {
    const element = event.target.closest?.("[data-trial]");
    if (!element) return;
    light(element.dataset.trial);
    const point = event.target.closest(".pt");
    if (point) tell(point);
  };
  const leave = event => { if (event.target.closest?.("[data-trial]")) { light(null); hide(); } };
  for (const name of ["pointerover", "focusin"]) document.addEventListener(name, enter);
  for (const name of ["pointerout", "focusout"]) document.addEventListener(name, leave);

  // Going to a point by keyboard may scroll the page; what it says goes along.
  addEventListener("scroll", () => {
    const point = document.activeElement?.closest(".plot .pt");
    if (point && !tip.hidden) tell(point);
    else hide();
  }, { passive: true });

  // A plot is one stop of the tab key; the arrows go from point to point.
  for (const plot of document.querySelectorAll(".plot")) {
    for (const point of [...plot.querySelectorAll('.pt[tabindex="0"]')].slice(1)) point.setAttribute("tabindex", "-1");
  }
  const steps = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
  addEventListener("keydown", event => {
    if (event.key === "Escape") hide();
    const point = event.target.closest?.(".plot .pt");
    if (!point || !(event.key in steps || event.key === "Home" || event.key === "End")) return;
    const points = [...point.ownerSVGElement.querySelectorAll(".pt")]
      .map(other => [other, other.getBoundingClientRect().left]).sort((a, b) => a[1] - b[1]).map(pair => pair[0]);
    const to = event.key === "Home" ? 0 : event.key === "End" ? points.length - 1
      : (points.indexOf(point) + steps[event.key] + points.length) % points.length;
    for (const other of points) other.setAttribute("tabindex", other === points[to] ? "0" : "-1");
    points[to].focus();
    event.preventDefault();
  });

  return { light, say, hide, all };
})();
