// The translators' panel of the preview: every text of the page with its state, file and checks.
// Only the preview server serves this. All texts come from files and are never read as HTML.
(function () {
  "use strict";
  const UNITS = "/.errbook/units";
  const KEPT = "errbook.preview";
  /** What the panel shows now; null while nothing was loaded. */
  let data = null;
  let aside = null;
  let shown = "";

  // --- building ----------------------------------------------------------------------------------

  function make(tag, attributes, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (name === "onclick") element.addEventListener("click", value);
      else if (value === true) element.setAttribute(name, "");
      else if (value !== false && value != null) element.setAttribute(name, value);
    }
    element.append(...children.filter((child) => child != null));
    return element;
  }

  const literal = (text) => make("code", { translate: "no", dir: "ltr" }, text);
  const inSource = (...children) => make("p", data.source, ...children);

  function chip(kind, label, count) {
    return make("span", { class: `ebp-chip ebp-chip--${kind}` }, label,
      count ? make("b", null, count) : null);
  }

  function button(word, key, onclick, attributes) {
    const shortcut = key ? { "aria-keyshortcuts": key } : {};
    return make("button", { type: "button", onclick, ...shortcut, ...attributes }, word);
  }

  function bar() {
    const words = data.words;
    const chips = data.counts.map((count) => chip(...count));
    return make("div", { class: "ebp-bar" },
      make("strong", { class: "ebp-summary" }, data.summary), ...chips,
      make("span", { class: "ebp-tools" },
        button(words.previous, "p", () => step(-1)),
        button(words.next, "n", () => step(1)),
        button(words.texts, "t", () => toggle(), { class: "ebp-toggle", "aria-expanded": "false", "aria-controls": "errbook-preview-texts" })));
  }

  function alarm() {
    if (!data.problems.length) return null;
    const items = data.problems.map((found) => make("li", null, literal(found.place), finding(found)));
    return make("div", { class: "ebp-alarm", role: "alert" },
      make("p", null, make("strong", null, data.words.broken)), make("ul", null, ...items));
  }

  function finding(found) {
    const code = literal(found.code);
    const base = location.pathname.split("/")[1];
    const name = found.url ? make("a", { href: `/${base}/${found.url}` }, code) : code;
    return make("p", { lang: "en", dir: "ltr" }, name, ` ${found.text}. ${found.hint}`);
  }

  function unitItem(unit, number) {
    const id = `errbook-preview-${number}`;
    const head = make("button", { type: "button", class: "ebp-unit", "aria-expanded": "false", "aria-controls": id, onclick: () => open(shown === unit.id ? "" : unit.id) },
      make("span", { class: "ebp-text", ...(unit.translation ? data.locale : data.source) }, unit.translation || unit.source),
      make("span", { class: "ebp-context", translate: "no", dir: "ltr" }, unit.context.replace(/^page:[^|#]*/, "")),
      chip(unit.state, data.states[unit.state]),
      unit.draft ? chip("draft", data.words.draft) : null,
      unit.findings.length ? chip("checks", data.words.checks, String(unit.findings.length)) : null);
    const detail = make("div", { id, class: "ebp-detail", hidden: true });
    return make("li", { "data-unit": unit.id, "data-problem": unit.problem }, head, detail);
  }

  function details(unit) {
    const words = data.words, list = make("dl");
    const row = (word, ...content) => list.append(make("dt", null, word), make("dd", null, ...content));
    const place = make("span", { class: "ebp-place" }, literal(unit.place), " ",
      button(words.copy, "", (event) => copy(event.currentTarget, unit.place)));
    row(words.context, literal(unit.context));
    row(words.state, data.states[unit.state]);
    row(words.file, place, unit.in_file ? null : make("p", null, words.sync));
    if (unit.difference.length) {
      const marks = { "=": "span", "-": "del", "+": "ins" };
      row(words.changed, inSource(...unit.difference.map(([kind, text]) => make(marks[kind], null, text))));
    } else {
      row(words.source, inSource(unit.source));
    }
    if (unit.translation) row(words.translation, make("p", data.locale, unit.translation));
    if (unit.findings.length) row(words.checks, make("ul", null, ...unit.findings.map((found) => make("li", null, finding(found)))));
    if (unit.notes.length) row(words.notes, ...unit.notes.map((note) => make("p", { dir: "auto" }, note)));
    return [unit.located ? "" : make("p", { class: "ebp-unseen" }, words.unseen), list];
  }

  function keys() {
    const words = data.words;
    const pairs = [["n", words.next], ["p", words.previous], ["t", words.texts], ["Esc", words.close]];
    return make("p", { class: "ebp-keys" }, ...pairs.map(([key, word]) =>
      make("span", null, make("kbd", { dir: "ltr" }, key), " ", word)));
  }

  function build() {
    const list = make("ol", { class: "ebp-list" }, ...data.units.map(unitItem));
    const close = button("×", "Escape", () => toggle(false), { class: "ebp-close", "aria-label": data.words.close });
    const panel = make("div", { id: "errbook-preview-texts", class: "ebp-texts", hidden: true },
      make("div", { class: "ebp-head" }, make("h2", { id: "errbook-preview-title" }, data.words.texts), close), list, keys());
    const status = make("p", { class: "ebp-status", role: "status" });
    return make("aside", { id: "errbook-preview", "aria-label": data.words.preview, ...data.locale }, alarm(), bar(), status, panel);
  }

  // --- what the translator does ------------------------------------------------------------------

  const unitOf = (id) => data.units.find((unit) => unit.id === id);
  const itemOf = (id) => [...aside.querySelectorAll("[data-unit]")].find((item) => item.dataset.unit === id);
  const marksOf = (id) => [...document.querySelectorAll("[data-errbook-unit]")].filter((mark) => mark.dataset.errbookUnit === id);

  function remember() {
    const state = { open: !aside.querySelector(".ebp-texts").hidden, shown };
    try { sessionStorage.setItem(KEPT, JSON.stringify(state)); } catch (error) { /* storage is off */ }
  }

  function remembered() {
    try { return JSON.parse(sessionStorage.getItem(KEPT)) || {}; } catch (error) { return {}; }
  }

  function toggle(wanted) {
    const panel = aside.querySelector(".ebp-texts"), toggler = aside.querySelector(".ebp-toggle");
    const now = wanted === undefined ? panel.hidden : wanted;
    const held = aside.contains(document.activeElement);
    panel.hidden = !now;
    toggler.setAttribute("aria-expanded", String(now));
    document.documentElement.classList.toggle("ebp-open", now);
    if (!now && held) toggler.focus({ preventScroll: true });
    if (!now) point("");
    remember();
  }

  /** Show the details of one text; of none for an empty id. */
  function open(id, { focus = false, still = false } = {}) {
    if (id) toggle(true);
    shown = id;
    aside.querySelectorAll("[data-unit]").forEach((item) => {
      const head = item.querySelector(".ebp-unit"), detail = item.querySelector(".ebp-detail");
      const chosen = item.dataset.unit === id;
      head.setAttribute("aria-expanded", String(chosen));
      detail.hidden = !chosen;
      detail.replaceChildren(...(chosen ? details(unitOf(id)) : []));
      if (chosen) head.scrollIntoView({ block: "nearest" });
      if (chosen && focus) head.focus({ preventScroll: true });
    });
    point(id, still);
    remember();
  }

  /** Mark a text in the page and bring it into view, unless all is to stay where it is. */
  function point(id, still) {
    document.querySelectorAll("[data-errbook-chosen]").forEach((mark) => mark.removeAttribute("data-errbook-chosen"));
    const marks = id ? marksOf(id) : [];
    marks.forEach((mark) => mark.setAttribute("data-errbook-chosen", ""));
    const first = marks[0];
    if (!first || still) return;
    for (let box = first.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
    const block = first.closest(".tabbed-block");
    if (block) {
      const number = [...block.parentElement.children].indexOf(block);
      const input = block.closest(".tabbed-set").querySelectorAll(":scope > input")[number];
      if (input && !input.checked) input.click();
    }
    first.scrollIntoView({ block: "center" });
  }

  function step(by) {
    const wrong = data.units.filter((unit) => unit.problem);
    const status = aside.querySelector(".ebp-status");
    status.textContent = wrong.length ? "" : data.words.nothing;
    if (!wrong.length) return;
    const order = data.units.indexOf(unitOf(shown));
    const ahead = wrong.filter((unit) => by * (data.units.indexOf(unit) - order) > 0);
    const from = by > 0 ? 0 : -1;
    open((shown && ahead.length ? ahead : wrong).at(from).id, { focus: true });
  }

  function copy(pressed, text) {
    navigator.clipboard.writeText(text).then(() => {
      pressed.textContent = data.words.copied;
      setTimeout(() => { pressed.textContent = data.words.copy; }, 2000);
    }, () => getSelection().selectAllChildren(pressed.previousElementSibling));
  }

  // --- the page ----------------------------------------------------------------------------------

  function paint() {
    document.querySelectorAll("[data-errbook-unit]").forEach((mark) => {
      const unit = unitOf(mark.dataset.errbookUnit);
      if (unit && unit.problem) mark.setAttribute("data-errbook-state", unit.state);
    });
  }

  function show(found) {
    data = found;
    const next = build();
    if (aside) aside.replaceWith(next); else document.body.append(next);
    aside = next;
    sizes.disconnect();
    sizes.observe(aside);
    paint();
    const kept = remembered(), unit = kept.shown && unitOf(kept.shown);
    shown = "";
    toggle(Boolean(kept.open));
    if (kept.open && unit) open(unit.id, { still: true });
  }

  function load() {
    const page = location.pathname;
    fetch(UNITS + page).then((answer) => answer.ok ? answer.json() : null).then((found) => {
      if (page !== location.pathname) return;
      if (found) show(found);
      else if (aside) { aside.remove(); aside = null; document.documentElement.classList.remove("ebp-open"); }
    }).catch(() => { /* the server ended */ });
  }

  // The page keeps as much room below it as the bar takes.
  const sizes = new ResizeObserver(() => {
    document.documentElement.style.setProperty("--ebp-size", `${aside ? aside.offsetHeight : 0}px`);
  });

  const typing = (target) => target.closest("input, textarea, select, [contenteditable]");

  // Before the theme, for which n and p are the pages before and after.
  window.addEventListener("keydown", (event) => {
    if (!aside || event.ctrlKey || event.altKey || event.metaKey || (event.target.closest && typing(event.target))) return;
    const open = !aside.querySelector(".ebp-texts").hidden;
    if (event.key === "n") step(1);
    else if (event.key === "p") step(-1);
    else if (event.key === "t") toggle();
    else if (event.key === "Escape" && open) toggle(false);
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);

  document.addEventListener("click", (event) => {
    const mark = event.target.closest && event.target.closest("[data-errbook-unit]");
    if (!mark || !aside || event.target.closest("a, button, input, label, summary")) return;
    if (getSelection().isCollapsed && unitOf(mark.dataset.errbookUnit)) open(mark.dataset.errbookUnit);
  });

  // The theme loads pages in place.
  if (window.document$) window.document$.subscribe(load); else load();
})();
