/* Finds what a text mentions: the browser's half of lookup.py, which makes the data it reads.

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

  const lower = (text) => text.replace(/[A-Z]+/g, (run) => run.toLowerCase());

  const linesBefore = (low, at) => {
    const least = Math.max(0, at - TAIL);
    let position = at;
    for (let n = 0; n < WRAPPED; n += 1) {
      position = position > 0 ? low.lastIndexOf("\n", position - 1) : -1;
      if (position < least) return least;
    }
    return position;
  };

  const linesAfter = (low, at) => {
    const most = Math.min(low.length, at + REACH);
    let position = at;
    for (let n = 0; n < WRAPPED; n += 1) {
      position = low.indexOf("\n", position) + 1;
      if (!position || position > most) return most;
    }
    return position;
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
    const anchors = new Map();
    const wordless = [];
    data.phrases.forEach((phrase, number) => {
      if (!phrase.words.length) { wordless.push(number); return; }
      const key = phrase.words.slice(phrase.anchor, phrase.anchor + 2).join(" ");
      if (!anchors.has(key)) anchors.set(key, []);
      anchors.get(key).push(number);
    });
    const neighbours = data.phrases.map((phrase) => phrase.words.join(" "));
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

    const candidates = (low) => {
      const words = low.match(/[a-z0-9_]+/g) || [];
      const present = new Map();
      for (let n = 0; n < words.length; n += 1) {
        const pair = `${words[n]} ${words[n + 1]}`;
        if (anchors.has(pair)) present.set(pair, words[n].length >= words[n + 1].length ? words[n] : words[n + 1]);
        if (anchors.has(words[n])) present.set(words[n], words[n]);
      }
      const found = [];
      if (present.size) {
        const normal = words.join(" ");
        for (const [key, literal] of present) {
          for (const number of anchors.get(key)) {
            if (normal.includes(neighbours[number])) found.push([number, literal]);
          }
        }
      }
      for (const number of wordless) {
        if (low.includes(data.phrases[number].literal)) found.push([number, data.phrases[number].literal]);
      }
      return found;
    };

    const findPhrases = (text, base, skip, found) => {
      const low = lower(text);
      for (const [number, literal] of candidates(low)) {
        const phrase = data.phrases[number];
        if (!parts.has(number)) parts.set(number, pairs(phrase.steps));
        const begin = linesBefore(low, low.indexOf(literal));
        const window = low.slice(0, linesAfter(low, low.lastIndexOf(literal)));
        let position = begin;
        while (position < window.length) {
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
