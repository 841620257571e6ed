/* "Paste your log": shows what log-worker.js finds. What is pasted stays in this page's memory: it is
   in no URL, in no storage and in no request. */
(() => {
  "use strict";

  const root = document.querySelector(".eb-log");
  if (!root || root.dataset.ready) return;
  root.dataset.ready = "true";

  const LARGE = 100000; // characters that a text field still takes at once
  const PAUSE = 200; // milliseconds without a key before what was typed is read
  const MASK = "•••";
  const VALUE = 200; // characters of a value in a link
  const CARDS = 25; // entries shown at once
  const SHARED = 20; // entries in a link

  // Material changes pages in place and runs this file again: the worker and the log are still here.
  const kept = window.errbookLog || (window.errbookLog = { number: 0 });
  if (kept.leave) kept.leave.abort();
  kept.leave = new AbortController();

  const words = JSON.parse(root.dataset.words);
  const pick = (name) => root.querySelector(name);
  const [form, status, results, cards] = ["form", ".eb-log__status", ".eb-log__results", ".eb-log__cards"].map(pick);
  const [area, files, text, link] = ["textarea", "[type=file]", ".eb-log__text", "#eb-log-link"].map(pick);
  const [moreCards, moreLines] = root.querySelectorAll(".eb-log__more");
  const share = pick(".eb-log__share");
  const source = pick(".eb-log__source");
  const lang = document.documentElement.lang || "en";
  const number = new Intl.NumberFormat(lang);
  const plural = new Intl.PluralRules(lang);
  const counted = (kind, count) => {
    const forms = JSON.parse(root.dataset[kind]);
    return (forms[plural.select(count)] || forms.other).replace("%(count)s", number.format(count));
  };
  const fill = (word, name, value) => words[word].replace(`%(${name})s`, () => value);

  const make = (tag, className, ...inside) => {
    const element = document.createElement(tag);
    if (className) element.className = className;
    element.append(...inside);
    return element;
  };
  /* What a program wrote reads from left to right and is not translated. */
  const literal = (tag, className, written) => {
    const element = make(tag, className, written);
    element.dir = "ltr";
    element.translate = false;
    return element;
  };

  /* A text that may be a fallback in another language, in its own direction: errbook.js says why. */
  const apart = (written) => {
    const made = make("bdi", "", written);
    made.dir = document.documentElement.dir === "rtl" && /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/u.test(written) ? "rtl" : "auto";
    return made;
  };

  /* --- The entries. */

  const index = fetch(root.dataset.index).then((answer) => {
    if (!answer.ok) throw new Error(answer.statusText);
    return answer.json();
  }).then((data) => new Map(data.entries.map((entry) => [entry.id, entry])));

  const values = (params, hidden) => {
    const list = make("dl", "eb-log__params");
    for (const [name, value] of Object.entries(params)) {
      const inside = make("dd", "", literal("code", "", value));
      if (hidden(name)) inside.append(" ", make("span", "eb-badge", words.private));
      list.append(make("div", "", make("dt", "", literal("code", "", name)), inside));
    }
    return list.childElementCount ? [list] : [];
  };

  const card = (entry, details) => {
    const title = make("a", "");
    title.href = `${root.dataset.errors}${entry.id}/`;
    let name = entry.name;
    if (entry.code && name.startsWith(entry.code)) {
      title.append(literal("code", "", entry.code), " ");
      name = name.slice(entry.code.length).replace(/^: /, "");
    }
    title.append(apart(name));
    const item = make("li", `eb-severity--${entry.severity}`, make("h3", "", title), make("p", "", apart(entry.cause)), ...details);
    item.dataset.entry = entry.id;
    return item;
  };

  const go = (place) => {
    const marks = text.querySelectorAll(`[data-place="${place.id}"]`);
    if (!marks.length) { // far away in the log: the text goes on from there
      kept.worker.postMessage({ id: kept.number, place });
      return;
    }
    text.querySelectorAll(".eb-log__here").forEach((other) => other.classList.remove("eb-log__here"));
    marks.forEach((part) => part.classList.add("eb-log__here"));
    marks[0].scrollIntoView({ block: "center" });
    marks[0].focus({ preventScroll: true });
  };

  const found = (mention, entry) => {
    const places = mention.places.map((place) => {
      const button = make("button", "", fill("line", "number", number.format(place.line)));
      button.type = "button";
      button.addEventListener("click", () => go(place));
      return button;
    });
    const where = make("p", "eb-log__where", make("span", "", counted("times", mention.count)), ...places);
    return card(entry, [...values(mention.params, (name) => mention.hidden.includes(name)), where]);
  };

  /* --- The text. */

  const line = ({ number: at, parts }, entries) => {
    const written = make("span", "eb-log__line");
    written.dataset.n = number.format(at);
    for (const part of parts) {
      if (part.entry === undefined) written.append(part.text);
      else {
        const entry = entries.get(part.entry);
        const mark = make("mark", `eb-severity--${entry ? entry.severity : "info"}`, part.text);
        mark.dataset.entry = part.entry;
        mark.dataset.place = part.id;
        mark.tabIndex = -1;
        mark.title = entry ? entry.name : "";
        written.append(mark);
      }
    }
    written.append("\n");
    return written;
  };

  const lines = ({ blocks, more }, many, entries) => {
    for (const block of blocks) {
      if (block.begins && many) text.append(literal("p", "eb-log__name", block.name));
      if (block.skipped) text.append(make("p", "eb-log__skipped", counted("skipped", block.skipped)));
      text.append(literal("div", "", ""));
      text.lastChild.append(...block.lines.map((item) => line(item, entries)));
    }
    moreLines.hidden = !more;
  };

  /* --- The link: entries, and values that are not private. */

  const linkOf = (mentions) => {
    const query = new URLSearchParams();
    for (const mention of mentions.slice(0, SHARED)) {
      query.append("entry", mention.entry);
      for (const [name, value] of Object.entries(mention.params)) {
        query.append(`.${name}`, mention.hidden.includes(name) ? "" : value.slice(0, VALUE));
      }
    }
    return `${location.href.split("#")[0]}#${query}`;
  };

  const shared = async () => {
    const mentions = [];
    for (const [key, value] of new URLSearchParams(location.hash.slice(1))) {
      if (key === "entry") mentions.push({ entry: value, params: {} });
      else if (key.startsWith(".") && mentions.length) mentions[mentions.length - 1].params[key.slice(1)] = value || MASK;
    }
    if (!mentions.length) return;
    const entries = await index;
    const known = mentions.slice(0, SHARED).filter((mention) => entries.has(mention.entry));
    clear();
    cards.replaceChildren(...known.map((mention) => card(entries.get(mention.entry),
      values(mention.params, (name) => mention.params[name] === MASK))));
    results.hidden = !known.length;
    share.hidden = source.hidden = moreCards.hidden = true;
    status.textContent = known.length ? `${counted("found", known.length)}. ${words.shared}` : words.none;
  };

  /* --- From a log to what is shown. */

  const clear = () => {
    kept.number += 1; // what is under way is not wanted any more
    cards.replaceChildren();
    text.replaceChildren();
    results.hidden = true;
    status.textContent = "";
  };

  const show = async (result) => {
    const entries = await index;
    const mentions = result.found.filter((mention) => entries.has(mention.entry));
    const problems = result.failed.map((name) => fill("unreadable", "name", name));
    if (result.cut) problems.push(fill("cut", "size", new Intl.NumberFormat(lang, { style: "unit", unit: "megabyte" }).format(result.cut / 1048576)));
    if (mentions.length) problems.unshift(counted("found", mentions.length));
    else if (!result.failed.length) problems.unshift(words.none);
    status.textContent = problems.join(" · ");
    cards.replaceChildren();
    const further = () => {
      const next = mentions.slice(cards.children.length, cards.children.length + CARDS);
      cards.append(...next.map((mention) => found(mention, entries.get(mention.entry))));
      moreCards.hidden = cards.children.length === mentions.length;
    };
    moreCards.onclick = further;
    further();
    text.replaceChildren();
    text.scrollTop = 0;
    kept.many = result.many;
    lines(result, result.many, entries);
    results.hidden = !mentions.length;
    share.hidden = source.hidden = false;
    link.value = linkOf(mentions);
  };

  const broken = () => {
    status.textContent = words.broken;
  };

  const listen = async ({ data }) => {
    if (data.broken) broken();
    if (data.id !== kept.number) return;
    if (data.result) {
      await show(data.result).catch(broken);
    } else if (data.further) {
      const entries = await index;
      if (data.place) text.replaceChildren();
      lines(data.further, kept.many, entries);
      if (data.place) go(data.place);
    }
  };

  if (!kept.worker) {
    kept.worker = new Worker(root.dataset.worker);
    kept.worker.postMessage({ load: new URL(root.dataset.matcher, location.href).href });
  }
  kept.worker.onmessage = listen;
  kept.worker.onerror = broken;
  index.catch(broken);

  const take = (sources) => {
    clear();
    kept.sources = sources;
    if (!sources.length) return;
    status.textContent = words.reading;
    kept.worker.postMessage({ id: kept.number, sources });
  };

  const takeFiles = (list) => {
    area.value = "";
    take([...list].map((file) => ({ name: file.name, file })));
    area.placeholder = [...list].map((file) => file.name).join(", ");
  };

  const takeText = (written) => {
    area.placeholder = "";
    take(written.trim() ? [{ name: words.pasted, text: written }] : []);
  };

  let waiting = 0;
  area.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => takeText(area.value), PAUSE);
  });
  area.addEventListener("paste", (event) => {
    const pasted = event.clipboardData;
    if (pasted.files.length) takeFiles(pasted.files);
    else if (pasted.getData("text").length > LARGE) {
      // A field of text that long would stop the page for seconds.
      area.value = "";
      takeText(pasted.getData("text"));
      area.placeholder = words.pasted;
    } else return;
    event.preventDefault();
  });
  files.addEventListener("change", () => {
    if (files.files.length) takeFiles(files.files);
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => {
    clearTimeout(waiting);
    takeText("");
    area.focus();
  });
  const dropping = (on) => (event) => {
    if (![...event.dataTransfer.types].includes("Files")) return;
    event.preventDefault();
    form.classList.toggle("eb-log__form--over", on);
    if (event.type === "drop") takeFiles(event.dataTransfer.files);
  };
  form.addEventListener("dragover", dropping(true));
  form.addEventListener("dragleave", dropping(false));
  form.addEventListener("drop", dropping(false));
  moreLines.addEventListener("click", () => kept.worker.postMessage({ id: kept.number }));
  // From a place in the text to what it means.
  text.addEventListener("click", (event) => {
    const mark = event.target.closest("mark");
    const item = () => mark && [...cards.children].find((one) => one.dataset.entry === mark.dataset.entry);
    while (mark && !item() && !moreCards.hidden) moreCards.click();
    if (item()) item().querySelector("a").focus();
  });
  share.querySelector("button").addEventListener("click", async () => {
    link.select();
    try {
      await navigator.clipboard.writeText(link.value);
      status.textContent = words.copied;
    } catch (error) { /* it is selected, to be copied by key */ }
  });
  window.addEventListener("hashchange", shared, { signal: kept.leave.signal });

  root.hidden = false;
  if (location.hash.startsWith("#entry=")) shared().catch(broken);
  else if (kept.sources && kept.sources.length) {
    const [{ text: written = "" }] = kept.sources;
    if (written.length <= LARGE) area.value = written;
    take(kept.sources);
  }
})();
