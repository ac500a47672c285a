"use strict";
(() => {
  const one = selector => document.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const tip = one("#tip"), link = one("#link"), said = one("#said"), ask = one("#ask"), keys = one("#keys");

  document.documentElement.classList.add("scripted");

  // Parts: what the silo says has a newer version is asked for anew, and put where it was, with what the visitor was doing in it.
  let latest = {}, later = 0;
  const busy = new Set();

  const replace = (part, text) => {
    const fresh = document.createRange().createContextualFragment(text).firstElementChild;
    const active = part.contains(document.activeElement) ? document.activeElement : null;
    const scrolled = all(".scroll", part).map(box => [box.getAttribute("aria-label"), box.scrollLeft]);
    const open = all("details[open] > summary", part).map(summary => summary.textContent);
    const before = one("[data-say]")?.textContent;
    part.replaceWith(fresh);
    for (const summary of all("details > summary", fresh)) summary.parentElement.open = open.includes(summary.textContent);
    for (const box of all(".scroll", fresh)) box.scrollLeft = scrolled.find(([label]) => label === box.getAttribute("aria-label"))?.[1] ?? 0;
    if (active) restore(fresh, active);
    const after = one("[data-say]")?.textContent;
    if (after && after !== before) said.textContent = after;
    return fresh;
  };

  const restore = (fresh, active) => {
    const key = active.closest("tr")?.dataset.key, trial = active.dataset.trial;
    const href = active.getAttribute("href");
    const found = active.name ? all(`[name="${active.name}"]`, fresh)[0]
      : key ? all("tr", fresh).find(row => row.dataset.key === key)?.querySelector("a")
      : trial ? all(".pt", fresh).find(point => point.dataset.trial === trial)
      : href ? all("a", fresh).find(other => other.getAttribute("href") === href || (active.dataset.page && other.dataset.page === active.dataset.page)) : null;
    if (!found) return;
    if (found.type === "search") {
      found.value = active.value;
      found.setSelectionRange(active.selectionStart, active.selectionEnd);
    }
    found.focus({ preventScroll: true });
  };

  const refresh = async (part, whole = false) => {
    const name = part.dataset.part;
    if (busy.has(name)) return;
    busy.add(name);
    try {
      const query = new URLSearchParams(location.search);
      if (!whole) query.set("have", part.dataset.version);
      const answer = await fetch(`${part.dataset.src}?${query}`);
      if (answer.status === 200) part = replace(part, await answer.text());
      if (answer.status === 401 || answer.status === 404) location.reload();
    } catch {
      show("lost");
    } finally {
      busy.delete(name);
    }
    if (latest[name] && latest[name] !== part.dataset.version && !later) later = setTimeout(() => { later = 0; check(); }, 5000);
  };

  const check = () => {
    for (const part of all("[data-part]")) {
      const version = latest[part.dataset.part];
      if (version && version !== part.dataset.version) refresh(part);
    }
  };

  // The stream of events. A tab that nobody sees needs none.
  const words = { live: "live", lost: "Connection lost. Trying again…" };
  const show = state => { link.textContent = words[state]; link.className = `link ${state}`; };
  let events = null;
  const connect = () => {
    if (!document.body.dataset.events || events || document.hidden) return;
    events = new EventSource(document.body.dataset.events);
    events.onmessage = event => { show("live"); latest = JSON.parse(event.data); check(); };
    events.onerror = () => {
      show("lost");
      if (events?.readyState !== EventSource.CLOSED) return;
      events = null;
      all("[data-part]").slice(0, 1).forEach(part => refresh(part));
      setTimeout(connect, 5000);
    };
  };
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) { events?.close(); events = null; } else connect();
  });

  // Lists: another order, another page, another filter is another address, without loading the whole page again.
  const swap = (query, push = true) => {
    if (push) history.pushState(null, "", query);
    for (const form of all("form[data-live]")) refresh(form.closest("[data-part]"), true);
  };
  addEventListener("popstate", () => swap(location.search, false));
  const filter = form => swap("?" + new URLSearchParams([...new FormData(form)].filter(([, value]) => value !== "")));
  let typing = 0;
  document.addEventListener("input", event => {
    const form = event.target.closest("form[data-live]");
    if (!form) return;
    clearTimeout(typing);
    typing = setTimeout(() => filter(form), event.target.type === "search" ? 250 : 0);
  });
  document.addEventListener("submit", async event => {
    if (event.target.matches("form[data-live]")) { event.preventDefault(); filter(event.target); }
    if (event.target.matches("#ask form.question")) {
      event.preventDefault();
      const answer = await fetch(event.target.action, { method: "POST", redirect: "manual" });
      if (answer.type === "opaqueredirect" || answer.ok) { ask.close(); all("[data-part]").forEach(part => refresh(part)); }
      else event.target.querySelector("p").textContent = answer.headers.get("content-type")?.includes("html")
        ? new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("main .empty")?.textContent
        : (await answer.json()).detail;
    }
  });

  document.addEventListener("click", async event => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    const target = event.target.closest("a, .pt");
    if (target?.matches("a[data-swap]")) { event.preventDefault(); swap(target.getAttribute("href")); }
    if (target?.matches("#ask a[data-close]")) { event.preventDefault(); ask.close(); }
    if (target?.matches("a[data-ask]")) {
      event.preventDefault();
      const text = await (await fetch(target.href)).text();
      ask.replaceChildren(...all("form.question, main > h1, main > .empty", new DOMParser().parseFromString(text, "text/html")));
      ask.showModal();
    }
    if (target?.matches(".pt")) open(target);
  });
  ask.addEventListener("close", () => ask.replaceChildren());
  const open = point => {
    const base = one("[data-trials]")?.dataset.trials;
    if (base && point.dataset.trial && point.dataset.trial !== "dense") location.assign(base + point.dataset.trial);
  };

  // Points say what they are, and light up what is the same trial elsewhere.
  const light = (trial, on) => { if (trial) for (const element of all(`[data-trial="${CSS.escape(trial)}"]`)) element.classList.toggle("lit", on); };
  const enter = event => {
    const marked = event.target.closest?.("[data-trial]");
    if (!marked) return;
    light(marked.dataset.trial, true);
    if (!marked.matches(".pt")) return;
    tip.textContent = marked.getAttribute("aria-label");
    tip.hidden = false;
    const box = marked.getBoundingClientRect(), own = tip.getBoundingClientRect();
    const x = box.right + 12 + own.width < innerWidth ? box.right + 12 : box.left - 12 - own.width;
    tip.style.left = `${Math.max(8, Math.min(x, innerWidth - own.width - 8))}px`;
    tip.style.top = `${Math.max(8, Math.min(box.top + box.height / 2 - own.height / 2, innerHeight - own.height - 8))}px`;
  };
  const leave = event => { light(event.target.closest?.("[data-trial]")?.dataset.trial, false); tip.hidden = true; };
  for (const [name, handler] of [["pointerover", enter], ["focusin", enter], ["pointerout", leave], ["focusout", leave]]) document.addEventListener(name, handler);
  addEventListener("scroll", () => { tip.hidden = true; }, { passive: true });

  // Keys.
  const step = by => {
    const table = document.activeElement.closest("table.rows") ?? one("table.rows");
    const rows = table ? all("tbody tr", table) : [];
    const at = rows.indexOf(document.activeElement.closest("tr"));
    const row = rows[at < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.max(0, Math.min(rows.length - 1, at + by))];
    if (!row) return;
    const target = row.querySelector("th a") ?? row;
    if (target === row) row.tabIndex = -1;
    target.focus();
  };
  const pressed = {
    "/": () => one("[data-filter]")?.focus(), "j": () => step(1), "k": () => step(-1), "?": () => keys.showModal(),
    "n": () => one("[data-page=next]")?.click(), "p": () => one("[data-page=previous]")?.click(),
    "e": () => location.assign("/"), "c": () => location.assign("/cluster"),
  };
  addEventListener("keydown", event => {
    if (event.key === "Escape") { tip.hidden = true; if (event.target.matches("input, select")) event.target.blur(); }
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input, select, textarea") || one("dialog[open]")) return;
    if (event.key === "Enter" && event.target.matches(".pt")) open(event.target);
    const inRow = event.target.closest("table.rows tbody tr");
    const action = inRow && event.key === "ArrowDown" ? pressed.j : inRow && event.key === "ArrowUp" ? pressed.k : Object.hasOwn(pressed, event.key) ? pressed[event.key] : null;
    if (action) { event.preventDefault(); action(); }
  });
  const opener = one("#keys-open");
  opener.hidden = false;
  opener.addEventListener("click", () => keys.showModal());

  connect();
})();
