/* Finds what a text mentions: what matching.py is in Python; lookup.py makes the data it reads.

   errbookMatcher(data).find(text) gives [{entry, kind, weight, start, end, params}], the most
   specific first. It reads a text once, in time that grows with the text alone; call it from a
   worker for long ones. Nothing here touches the page or the network. */
(function (root) {
  "use strict";

  const BLOCK = 32 * 1024; // searched for messages at once
  const TAIL = 2048; // looked at again, for messages that go on
  const REACH = 4096; // how far a message goes on behind one of its words
  const WRAPPED = 6; // over how many lines it may be wrapped
  const IN_WORD = /[a-z0-9_]/;
  const NO_PATH = ['"', "<", ">", "|", "*", "?"];

  /* Only A to Z: the length must stay. */
  const lower = (text) => (/[\u0080-\uffff]/.test(text)
    ? text.replace(/[A-Z]+/g, (run) => run.toLowerCase()) : text.toLowerCase());

  /* A hash of each word, in order, and where it is. A text has far more words than a book: none
     becomes a string. */
  const WORD = Uint8Array.from({ length: 128 }, (_, code) => Number(IN_WORD.test(String.fromCharCode(code))));
  const words = (low) => {
    const size = (low.length >> 1) + 1;
    const found = { count: 0, hashes: new Int32Array(size), starts: new Int32Array(size) };
    let hash = 0;
    let start = 0;
    for (let n = 0; n <= low.length; n += 1) {
      const code = low.charCodeAt(n); // NaN behind the end
      if (code < 128 && WORD[code]) {
        if (!hash) start = n;
        hash = Math.imul(hash ^ code, 0x01000193) | 1;
      } else if (hash) {
        found.hashes[found.count] = hash;
        found.starts[found.count] = start;
        found.count += 1;
        hash = 0;
      }
    }
    return found;
  };
  const both = (left, right) => (Math.imul(left, 31) + right) & 0x3fffffff;
  const SIEVE = 0xffff;

  const LINE_BREAK = 10;
  const linesBefore = (low, at) => {
    const least = Math.max(0, at - TAIL);
    let breaks = 0;
    for (let position = at - 1; position >= least; position -= 1) {
      if (low.charCodeAt(position) === LINE_BREAK) breaks += 1;
      if (breaks === WRAPPED) return position;
    }
    return least;
  };

  const linesAfter = (low, at) => {
    const most = Math.min(low.length, at + REACH);
    let breaks = 0;
    for (let position = at; position < most; position += 1) {
      if (low.charCodeAt(position) === LINE_BREAK) breaks += 1;
      if (breaks === WRAPPED) return position + 1;
    }
    return most;
  };

  const stripped = (low, start, end) => {
    while (start < end && /[ \t\r\n]/.test(low[start])) start += 1;
    while (end > start && /[ \t\r\n]/.test(low[end - 1])) end -= 1;
    return [start, end];
  };

  /* A phrase's steps as [gap, segment] pairs; either may be missing. */
  const pairs = (steps) => {
    const found = [];
    let gap = null;
    for (const step of steps) {
      if ("gap" in step) gap = step;
      else {
        found.push([gap, { ...step, regex: new RegExp(step.re, "gd") }]);
        gap = null;
      }
    }
    if (gap) found.push([gap, null]);
    return found;
  };

  const search = (segment, text, from) => {
    segment.regex.lastIndex = from;
    return segment.regex.exec(text);
  };

  const take = (spans, segment, match) => {
    segment.names.forEach((name, n) => { spans[name] = match.indices[n + 1]; });
  };

  /* The next place of a phrase in a window, and where to go on: [place or null, position]. */
  const next = (parts, low, position) => {
    const [gap, first] = parts[0];
    let match = search(first, low, position);
    if (!match) return [null, low.length];
    const start = first.starts === "group" ? match.indices[1][0] : match.index;
    let end = match.index + match[0].length;
    if (first.starts === "word" && start && IN_WORD.test(low[start - 1])) return [null, start + 1];
    const spans = {};
    take(spans, first, match);
    if (gap) spans[gap.gap] = stripped(low, Math.max(low.lastIndexOf("\n", start - 1) + 1, position), start);
    for (const [between, part] of parts.slice(1)) {
      const found = low.indexOf("\n", end);
      const lineEnd = found < 0 ? low.length : found;
      let stop = lineEnd;
      if (part) {
        match = search(part, low.length > lineEnd + REACH ? low.slice(0, lineEnd + REACH) : low, end);
        if (!match || match.index > lineEnd) return [null, Math.max(lineEnd, start + 1)];
        stop = match.index;
      }
      if (between && between.path) {
        const gapText = low.slice(end, stop);
        const barred = Math.max(...NO_PATH.map((character) => gapText.lastIndexOf(character)));
        if (barred >= 0 || stop === end) return [null, Math.max(barred < 0 ? -1 : end + barred, start + 1)];
      }
      if (between) spans[between.gap] = stripped(low, end, stop);
      if (part) {
        end = match.index + match[0].length;
        take(spans, part, match);
      } else end = stripped(low, end, stop)[1];
    }
    return [{ start, end, spans }, Math.max(end, start + 1)];
  };

  const mostSpecific = (places) => {
    const kept = [];
    let around = [];
    places.sort((a, b) => a.start - b.start || b.end - a.end || b.weight - a.weight || (a.entry < b.entry ? -1 : 1));
    for (const found of places) {
      around = around.filter((other) => other.end >= found.end);
      const inside = around.some((other) => other.entry === found.entry
        || (other.weight > found.weight && found.kind !== "handle"));
      around.push(found);
      if (!inside) kept.push(found);
    }
    const told = new Set(kept.filter((f) => f.kind === "message").map((f) => f.entry));
    const spans = new Set(kept.filter((f) => f.kind === "summary" && told.has(f.entry)).map((f) => `${f.start}-${f.end}`));
    return kept.filter((f) => f.kind !== "summary" || !spans.has(`${f.start}-${f.end}`))
      .sort((a, b) => b.weight - a.weight || a.start - b.start || (a.entry < b.entry ? -1 : 1));
  };

  root.errbookMatcher = (data) => {
    const codes = data.codes.map((pattern) => new RegExp(`(^|[^A-Za-z0-9_])(?:${pattern})(?![A-Za-z0-9_])`, "g"));
    const anchors = new Map(); // numbers of the phrases by the hash of their two rarest words
    const singles = new Map(); // the same for those that have one word only
    const sieve = new Uint8Array(SIEVE + 1); // says at once that a hash is in neither
    const wordless = [];
    const runs = data.phrases.map((phrase) => {
      const { hashes, count } = words(phrase.words.join(" "));
      return hashes.slice(0, count);
    });
    data.phrases.forEach(({ anchor }, number) => {
      if (!runs[number].length) { wordless.push(number); return; }
      const [first, second] = runs[number].subarray(anchor, anchor + 2);
      const table = second === undefined ? singles : anchors;
      const key = second === undefined ? first : both(first, second);
      if (!table.has(key)) table.set(key, []);
      table.get(key).push(number);
      sieve[key & SIEVE] = 1;
    });
    const parts = new Map(); // compiled when its words turn up for the first time
    const names = new Map(Object.entries(data.names));

    const findCodes = (text, found) => {
      for (const regex of codes) {
        regex.lastIndex = 0;
        for (let match = regex.exec(text); match; match = regex.exec(text)) {
          const start = match.index + match[1].length;
          const end = match.index + match[0].length;
          const name = text.slice(start, end);
          for (const entry of names.get(name.toLowerCase()) || []) {
            found.push({ entry, kind: "handle", weight: name.length, start, end, params: {} });
          }
          if (end && !/[A-Za-z0-9_]/.test(text[end - 1])) regex.lastIndex = end - 1;
        }
      }
    };

    /* For each phrase whose words stand side by side in a text, where: [number, places]. */
    const candidates = (low) => {
      const { hashes, starts, count } = words(low);
      const found = new Map();
      const add = (number, place) => {
        const places = found.get(number);
        if (places) places.push(place);
        else found.set(number, [place]);
      };
      const take = (numbers, at) => {
        for (const number of numbers || []) {
          const run = runs[number];
          const from = at - data.phrases[number].anchor;
          let n = 0;
          while (n < run.length && hashes[from + n] === run[n]) n += 1;
          if (n === run.length) add(number, starts[at]);
        }
      };
      for (let n = 0; n < count; n += 1) {
        if (sieve[hashes[n] & SIEVE]) take(singles.get(hashes[n]), n);
        const key = both(hashes[n], hashes[n + 1]);
        if (sieve[key & SIEVE]) take(anchors.get(key), n);
      }
      for (const number of wordless) {
        const { literal } = data.phrases[number];
        for (let at = low.indexOf(literal); at >= 0; at = low.indexOf(literal, at + literal.length)) add(number, at);
      }
      return found;
    };

    /* The parts of a text around some places, those that meet as one: [begin, end]. */
    const windows = (low, places) => {
      const found = [];
      for (const place of places) {
        const last = found[found.length - 1];
        const begin = last && place <= last[1] ? place : linesBefore(low, place);
        if (last && begin <= last[1]) last[1] = linesAfter(low, place);
        else found.push([begin, linesAfter(low, place)]);
      }
      return found;
    };

    const findPhrases = (text, base, skip, found) => {
      const low = lower(text);
      for (const [number, places] of candidates(low)) {
        const phrase = data.phrases[number];
        if (!parts.has(number)) parts.set(number, pairs(phrase.steps));
        for (const [begin, end] of windows(low, places)) {
          const window = low.slice(0, end);
          let position = begin;
          while (position < end) {
            const [place, following] = next(parts.get(number), window, position);
            position = following;
            if (place && place.end > skip) {
              const params = {};
              for (const [name, [from, to]] of Object.entries(place.spans)) params[name] = text.slice(from, to);
              found.push({ entry: phrase.entry, kind: phrase.kind, weight: phrase.weight,
                start: base + place.start, end: base + place.end, params });
            }
          }
        }
      }
    };

    return {
      find: (text) => {
        const found = [];
        findCodes(text, found);
        let start = 0;
        let tail = 0;
        while (data.phrases.length && start < text.length) {
          let end = start + BLOCK;
          if (end < text.length) {
            const line = text.lastIndexOf("\n", end - 1) + 1;
            end = line > start ? line : end;
          }
          findPhrases(text.slice(tail, end), tail, start - tail, found);
          start = end;
          tail = Math.max(text.indexOf("\n", Math.max(0, end - TAIL)) + 1, end - TAIL);
          if (tail >= end) tail = Math.max(0, end - TAIL);
        }
        return mostSpecific(found);
      },
    };
  };
})(typeof self === "undefined" ? globalThis : self);
