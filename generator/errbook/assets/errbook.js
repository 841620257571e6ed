/* errbook in the browser: filter a catalog, look up a message, remember the reader's language and
   platform. Without it every page still shows all it has.

   A page with something that must be right before it is painted runs this file before that part,
   and then again at its end like every page. */
(() => {
  "use strict";

  if (window.errbook === true) return; // not a heading of that id
  window.errbook = true;

  /* What was chosen, for all locales of the site: Material's own memory is by locale. */
  const recall = (name) => {
    try {
      return localStorage.getItem(`errbook.${name}`) || "";
    } catch (error) {
      return ""; // storage is off
    }
  };
  const remember = (name, value) => {
    try {
      localStorage.setItem(`errbook.${name}`, value);
    } catch (error) { /* then it holds for this page alone */ }
  };

  /* Do it now and, while the page still arrives, after each piece of it: before that is painted. */
  const whilePageArrives = (task) => {
    task();
    if (document.readyState !== "loading") return;
    const pieces = new MutationObserver(() => {
      task();
      pieces.takeRecords(); // its own changes
    });
    pieces.observe(document.body, { childList: true, subtree: true });
    document.addEventListener("DOMContentLoaded", () => {
      pieces.disconnect();
      task();
    }, { once: true });
  };

  /* One form of a word for search: width, accents, case, quotes, spaces and the direction of code
     make no difference. */
  const fold = (text) => text.normalize("NFKD").replace(/[\p{M}\u2066\u2069]/gu, "").toLowerCase()
    .replace(/[‘’]/g, "'").replace(/[“”„«»]/g, '"').replace(/\s+/g, " ").trim();

  /* Which way a text runs that may be a fallback in another language. By its first letter alone a
     sentence in Arabic that begins with a product's name would run from left to right. */
  const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/u;
  const directionOf = (text) => (
    document.documentElement.dir === "rtl" && RIGHT_TO_LEFT.test(text) ? "rtl" : "auto"
  );

  /* "3 entries" in the page's language; the forms come from the page by plural category. */
  const counted = (form, count) => {
    const forms = JSON.parse(form.dataset.forms || "{}");
    const lang = document.documentElement.lang || "en";
    const text = forms[new Intl.PluralRules(lang).select(count)] || forms.other || "%(count)s";
    return text.replace("%(count)s", new Intl.NumberFormat(lang).format(count));
  };

  /* --- The filter of a catalog. */

  const filter = (form) => {
    const fields = [...form.elements].filter((field) => field.name);
    let rows = [];
    let texts = [];
    const status = document.querySelector(".eb-count");
    const all = status.textContent;

    const passes = (row, text, name, value) => {
      if (name === "text") return fold(value).split(" ").every((word) => text.includes(word));
      const has = row.dataset[name].split(" ").filter(Boolean);
      // An entry that names no platform is about every platform.
      return has.includes(value) || (name === "platform" && !has.length);
    };

    const apply = () => {
      const wanted = fields.filter((field) => field.value.trim());
      let shown = 0;
      rows.forEach((row, i) => {
        row.hidden = !wanted.every((field) => passes(row, texts[i], field.name, field.value));
        if (!row.hidden) shown += 1;
      });
      document.querySelectorAll(".eb-table").forEach((table) => {
        table.hidden = !table.querySelector(".eb-row:not([hidden])");
        const heading = table.previousElementSibling;
        if (heading && heading.tagName === "H2") heading.hidden = table.hidden;
      });
      status.textContent = wanted.length ? counted(form, shown) : all;
      const url = new URL(location.href);
      fields.forEach((field) => url.searchParams.delete(field.name));
      wanted.forEach((field) => url.searchParams.set(field.name, field.value.trim()));
      // Material keeps the scroll position in the state.
      if (url.href !== location.href) history.replaceState(history.state, "", url);
    };

    const query = new URLSearchParams(location.search);
    fields.forEach((field) => {
      const value = query.get(field.name) || "";
      if (field.tagName !== "SELECT" || [...field.options].some((o) => o.value === value)) field.value = value;
    });
    form.hidden = false;
    form.addEventListener("input", apply);
    form.addEventListener("submit", (event) => event.preventDefault());
    // The fields are emptied after this event.
    form.addEventListener("reset", () => setTimeout(apply));
    whilePageArrives(() => {
      rows = [...document.querySelectorAll(".eb-row")];
      texts = rows.map((row) => fold(row.textContent));
      apply();
    });
  };

  /* --- Tabs of platforms: the choice holds for the whole site, in every language. */

  const PLATFORMS = 8; // remembered at most, the latest first

  const platformOf = (input) => input.id.slice(input.id.indexOf("-") + 1);

  const choosePlatforms = () => {
    const chosen = recall("platforms").split(" ").filter(Boolean);
    if (!chosen.length) return;
    document.querySelectorAll(".eb-field > .tabbed-set").forEach((set) => {
      const inputs = [...set.querySelectorAll(":scope > input")];
      const name = chosen.find((platform) => inputs.some((input) => platformOf(input) === platform));
      const input = inputs.find((one) => platformOf(one) === name);
      if (!input || input.checked) return;
      input.checked = true;
      agree(set.querySelector(`label[for="${input.id}"]`).textContent.trim());
      input.dispatchEvent(new Event("change")); // Material moves its mark below the label
    });
  };

  /* Material remembers labels by locale, and would choose what was chosen there last. */
  const agree = (label) => {
    try {
      const labels = window.__md_get("__tabs") || [];
      window.__md_set("__tabs", [label, ...labels.filter((other) => other !== label)]);
    } catch (error) { /* no storage, or not Material's page */ }
  };

  /* --- The lookup box. */

  const NAMED = 1000; // a code or name in the text
  const NUMBERED = 900; // the number of a code alone
  const QUOTED = 500; // a whole message, whatever its parameters
  const QUOTED_IN_PART = 300; // a piece of a message
  const MENTIONED = 250; // the number among other words: perhaps, it may be a port as well
  const SHOWN = 10;

  const prepare = (entry) => ({
    ...entry,
    names: [...new Set(entry.names.map((name) => name.toLowerCase()))],
    number: (entry.code || "").replace(/\D/g, ""),
    runs: entry.messages.map((runs) => runs.map(fold)),
    title: fold(entry.name),
    words: fold([entry.name, entry.cause, ...entry.messages.flat()].join(" ")),
  });

  const inOrder = (runs, text) => {
    let from = 0;
    return runs.every((run) => {
      const at = text.indexOf(run, from);
      from = at + run.length;
      return at >= 0;
    });
  };

  /* Whether a name is in a text, and not as a part of a longer one: EB10 is not in EB106. */
  const names = (text, name) => {
    for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
      if (!/[a-z0-9_]/.test(text.charAt(at - 1)) && !/[a-z0-9_]/.test(text.charAt(at + name.length))) return true;
    }
    return false;
  };

  /* A word begins a word of the entry; where words have no spaces or grow prefixes, it is in it. */
  const LOOSE = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Arabic}\p{Script=Hebrew}]/u;
  const begins = (words, word) => {
    for (let at = words.indexOf(word); at >= 0; at = words.indexOf(word, at + 1)) {
      if (LOOSE.test(word) || !/[\p{L}\p{N}]/u.test(words.charAt(at - 1))) return true;
    }
    return false;
  };

  const rate = (entry, text, words) => {
    const name = entry.names.filter((n) => names(text, n)).sort((a, b) => b.length - a.length)[0];
    if (name) return NAMED + name.length;
    if (/^\d+$/.test(text) && entry.number && Number(text) === Number(entry.number)) {
      return NUMBERED + (text === entry.number ? 1 : 0);
    }
    const lengths = entry.runs.filter((runs) => runs.length && inOrder(runs, text)).map((runs) => runs.join("").length);
    const longest = Math.max(0, ...lengths);
    if (longest > 5) return QUOTED + Math.min(longest, 399);
    if (text.length > 5 && entry.runs.some((runs) => runs.some((run) => run.includes(text)))) {
      return QUOTED_IN_PART;
    }
    const few = words.length < 4;
    const isNumber = (word) => word === entry.number || (few && /^\d+$/.test(word) && Number(word) === Number(entry.number));
    if (entry.number && words.some(isNumber)) return MENTIONED;
    // Else by words. Of a long text a part is enough: its parameters are nobody's words.
    if (!words.length) return 0;
    const found = words.filter((word) => begins(entry.words, word));
    const weight = (list) => list.reduce((sum, word) => sum + word.length, 0);
    const share = weight(found) / weight(words);
    if (share < (words.length > 2 ? 0.5 : 1)) return 0;
    const inTitle = found.filter((word) => begins(entry.title, word));
    return 100 * share + (100 * weight(inTitle)) / weight(words);
  };

  const search = (entries, pasted) => {
    const text = fold(pasted);
    if (!text) return [];
    const words = [...new Set(text.match(/[\p{L}\p{N}]+/gu) || [])];
    return entries.map((entry) => ({ entry, score: rate(entry, text, words) }))
      .filter((hit) => hit.score > 0)
      .sort((a, b) => b.score - a.score);
  };

  /* A text on its own in a line that may run the other way. */
  const apart = (text) => {
    const made = document.createElement("bdi");
    made.dir = directionOf(text);
    made.textContent = text;
    return made;
  };

  const item = (entry, base) => {
    const row = document.createElement("li");
    row.className = `eb-severity--${entry.severity}`;
    const link = document.createElement("a");
    link.href = `${base}${entry.id}/`;
    let title = entry.name;
    if (entry.code && title.startsWith(entry.code)) {
      const code = document.createElement("code");
      code.translate = false;
      code.dir = "ltr";
      code.textContent = entry.code;
      link.append(code, " ");
      title = title.slice(entry.code.length).replace(/^: /, "");
    }
    const cause = document.createElement("small");
    cause.append(apart(entry.cause));
    link.append(apart(title), cause);
    row.append(link);
    return row;
  };

  /* The entries of an index, read once; again where that failed. */
  const indexes = new Map();
  const entriesAt = (url) => {
    if (!indexes.has(url)) {
      indexes.set(url, fetch(url).then((answer) => {
        if (!answer.ok) throw new Error(answer.statusText);
        return answer.json();
      }).then((data) => data.entries.map(prepare)));
      indexes.get(url).catch(() => indexes.delete(url));
    }
    return indexes.get(url);
  };

  const lookup = (form) => {
    const box = form.querySelector("textarea");
    const status = form.querySelector(".eb-lookup__status");
    const results = form.querySelector(".eb-lookup__results");
    const index = new URL(form.dataset.index, location.href).href;
    const load = () => entriesAt(index);

    /* The text stays out of the URL: a pasted message may hold a secret, and URLs are logged. */
    const show = async () => {
      box.style.blockSize = "auto";
      box.style.blockSize = `${box.scrollHeight + box.offsetHeight - box.clientHeight}px`;
      const asked = box.value;
      const hits = asked.trim() ? search(await load(), asked) : [];
      if (asked !== box.value) return null; // a later key was faster
      results.replaceChildren(...hits.slice(0, SHOWN).map((hit) => item(hit.entry, form.dataset.errors)));
      if (!asked.trim()) status.textContent = "";
      else status.textContent = hits.length ? counted(form, hits.length) : form.dataset.none;
      return hits;
    };

    const go = async () => {
      try {
        const hits = await show();
        const exact = hits ? hits.filter((hit) => hit.score >= QUOTED) : [];
        // A click, so that Material loads the page its own way.
        if (exact.length === 1) results.querySelector("a").click();
      } catch (error) {
        location.assign(form.dataset.errors); // no index, no lookup: the list of all entries
      }
    };

    form.hidden = false;
    box.addEventListener("focus", () => { load().catch(() => {}); }, { once: true });
    box.addEventListener("input", () => { show().catch(() => {}); });
    box.addEventListener("keydown", (event) => {
      // Enter that ends the input of a Japanese or Chinese word is not meant for us.
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      go();
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      go();
    });
    const query = new URLSearchParams(location.search);
    box.value = query.get("error") || query.get("q") || box.value;
    if (box.value) show().catch(() => {});
  };

  /* --- Material's search ranks by single words; a code, a number and a message are one whole. */

  const FIRST = 3;

  /* What readers type or paste are words. To the worker that searches, a dash in front of a word leaves
     out all that has it, a colon, ^ or ~ is an operator, and what is in quotes must be there exactly:
     that is meant only where the whole query is in quotes. */
  const QUERY = 2; // the type of a message that asks
  // The index keeps marks on its words: a * in front stands for any of them. Behind a word the worker
  // puts one itself, except in quotes: there it is the end that is given here.
  const bare = (words, end) => words
    .replace(/(^|[\s~^:\\"])[^\p{L}\p{M}\p{N}\p{So}\s]+(?=[\p{L}\p{M}\p{N}\p{So}])/gu, "$1*")
    .replace(/[^\p{L}\p{M}\p{N}\p{So}\s*#+]+(?=\s|$)/gu, end)
    .replace(/[~^:\\"]+/g, `${end} `)
    .replace(/(^|\s)[*#+]+(?=\s|$)/g, "$1");
  const asWords = (asked) => {
    const phrase = asked.match(/^\s*"([^"]+)"\s*$/);
    return phrase ? `"${bare(phrase[1], "*")}"` : bare(asked, "");
  };
  const post = Worker.prototype.postMessage;
  Worker.prototype.postMessage = function ask(message, ...others) {
    const asks = message && message.type === QUERY && typeof message.data === "string";
    post.call(this, asks ? { ...message, data: asWords(message.data) } : message, ...others);
  };

  /* An entry that Material did not find, looking like what it found. */
  const result = (entry, base) => {
    const row = item(entry, base);
    const link = row.querySelector("a");
    const cause = link.querySelector("small");
    const heading = document.createElement("h1");
    const article = document.createElement("article");
    row.className = "md-search-result__item eb-result";
    link.className = "md-search-result__link";
    article.className = "md-search-result__article md-typeset";
    cause.remove();
    heading.append(...link.childNodes);
    article.append(heading, cause.textContent);
    link.replaceChildren(article);
    return row;
  };

  const tell = (row, entry) => {
    const words = row && row.querySelector("article > h1 + p");
    if (!words) return;
    words.textContent = entry.cause;
  };

  /* Results have the words of sections, and not their language. A code leads its title, as on every
     list of entries. */
  const isEntry = (part) => part.tagName === "H1" && part.firstChild && part.firstChild.nodeName === "CODE";
  const direct = (list) => list.querySelectorAll("article, article :is(h1, h2, p, li)").forEach((part) => {
    part.classList.toggle("eb-foreign", directionOf(part.textContent) === "auto" && !isEntry(part));
  });

  /* Material says of a word that it is missing where it stands behind a mark, as in /etc/hosts. */
  const trust = (list) => list.querySelectorAll(".md-search-result__terms del").forEach((word) => {
    const article = word.closest("article").cloneNode(true);
    article.querySelector(".md-search-result__terms").remove();
    if (!article.textContent.toLowerCase().includes(word.textContent)) return;
    const missing = word.parentElement;
    word.remove();
    if (!missing.querySelector("del")) missing.remove();
  });

  const lead = (list) => {
    const field = document.querySelector(".md-search__input");
    const meta = document.querySelector(".md-search-result__meta");
    const toggle = document.getElementById("__search"); // checked while the search is open
    const config = JSON.parse(document.getElementById("__config").textContent);
    const base = new URL(`${config.base}/errors/`, location.href).href;

    /* Material's words for so many results. */
    const say = (count) => config.translations[`search.result.${count === 1 ? "one" : "other"}`]
      .replace("#", String(count));

    let found = ""; // what Material says it found

    /* What Material found, and the rows that it knows nothing of. */
    const count = (more) => {
      if (!more) return;
      if (found === config.translations["search.result.none"]) meta.textContent = say(more);
      else if (found === say(1)) meta.textContent = say(1 + more);
      else {
        const number = Number((found.match(/\d+/) || [0])[0]);
        // Above a thousand it says "1.2k".
        if (found === say(number)) meta.textContent = say(number + more);
      }
    };

    const pageOf = (link) => link.href.split(/[?#]/)[0];

    /* The result that is chosen by key. Results that come while a reader goes through them, and rows
       that move, would take the focus away; Enter would then do nothing. */
    let chosen = "";
    document.addEventListener("focusin", ({ target }) => {
      const row = list.contains(target) && target.closest(".md-search-result__item");
      chosen = row ? pageOf(row.querySelector("a")) : "";
    });
    document.addEventListener("pointerdown", () => { chosen = ""; });
    const keepChosen = () => {
      if (!chosen || !toggle.checked || document.activeElement !== document.body) return;
      const links = [...list.querySelectorAll("a")];
      const link = links.find((other) => pageOf(other) === chosen) || links[0];
      if (link) link.focus({ preventScroll: true });
    };

    const place = async () => {
      const asked = field.value;
      const entries = asked.trim() ? await entriesAt(`${base}lookup.json`) : [];
      if (asked !== field.value) return; // a later key was faster
      const hits = search(entries, asked).filter((hit) => hit.score >= QUOTED_IN_PART).slice(0, FIRST);
      list.querySelectorAll(".eb-result").forEach((row) => row.remove());
      const rows = new Map([...list.children].map((row) => [pageOf(row.querySelector("a")), row]));
      // Below its title Material shows the words that an entry is found by, which are no sentence.
      entries.forEach((entry) => tell(rows.get(`${base}${entry.id}/`), entry));
      let more = 0;
      hits.reverse().forEach(({ entry }) => {
        const own = rows.get(`${base}${entry.id}/`);
        more += own ? 0 : 1;
        list.prepend(own || result(entry, base));
      });
      direct(list);
      trust(list);
      count(more);
      keepChosen();
      changes.takeRecords();
    };

    const changes = new MutationObserver((records) => {
      direct(list);
      trust(list);
      keepChosen();
      if (records.some((record) => record.target === meta)) found = meta.textContent.trim();
      place().catch(() => {});
    });
    changes.observe(list, { childList: true });
    // Where there were no results and are none, only this line may change.
    changes.observe(meta, { childList: true });
    meta.setAttribute("role", "status");
  };

  /* --- The reader's language: what was chosen by hand, not what was merely visited. */

  document.addEventListener("click", (event) => {
    const link = event.target.closest && event.target.closest("a[hreflang]");
    if (!link) return;
    remember("locale", link.hreflang);
    const own = document.querySelector(`.md-select__link[hreflang="${document.documentElement.lang}"]`);
    if (!own || !link.matches(".md-select__link") || !location.href.startsWith(own.href)) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    // Every page exists in every language under the same path, so nothing need be asked: Material
    // looks into sitemaps, which do not know a preview's address.
    event.preventDefault();
    event.stopPropagation();
    location.assign(link.href + location.href.slice(own.href.length));
  }, true);

  document.addEventListener("change", (event) => {
    const input = event.target;
    if (!event.isTrusted || !input.matches(".eb-field > .tabbed-set > input")) return;
    const others = recall("platforms").split(" ").filter((name) => name && name !== platformOf(input));
    remember("platforms", [platformOf(input), ...others].slice(0, PLATFORMS).join(" "));
    choosePlatforms();
  });

  /* --- Paper shows where links lead. Material writes every link out in full; those within the site
     need no address there. */

  if (document.adoptedStyleSheets) {
    const paper = new CSSStyleSheet();
    paper.replaceSync(`@media print { a[href^="${location.origin}/"]::after { content: none !important; } }`);
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, paper];
  }

  /* --- On every page, also those that Material loads in place. */

  const once = (element, start) => {
    if (!element || element.dataset.ready) return;
    element.dataset.ready = "true";
    start(element);
  };

  const start = () => {
    choosePlatforms();
    once(document.querySelector(".eb-filter"), filter);
    once(document.querySelector(".eb-lookup"), lookup);
    once(document.querySelector(".md-search-result__list"), lead);
    // Material's search dialog has no name; its field has.
    const dialog = document.querySelector(".md-search[role=dialog]:not([aria-label])");
    const field = dialog && dialog.querySelector("input[aria-label]");
    if (field) dialog.setAttribute("aria-label", field.getAttribute("aria-label"));
    // What must be scrolled sideways must be reachable by key.
    document.querySelectorAll(".eb-table").forEach((table) => {
      if (table.scrollWidth > table.clientWidth) table.tabIndex = 0;
    });
  };

  // Material makes the buttons of each block of code a landmark, all of one name, as it comes into view.
  new MutationObserver(() => {
    document.querySelectorAll("nav.md-code__nav:not([role])").forEach((nav) => nav.setAttribute("role", "none"));
  }).observe(document.documentElement, { childList: true, subtree: true });

  once(document.querySelector(".eb-filter"), filter);
  whilePageArrives(choosePlatforms);

  const begin = () => {
    if (window.document$) window.document$.subscribe(start);
    else start();
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
})();
