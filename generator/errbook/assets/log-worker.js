/* Reads logs beside the page, which stays free: the other half of log.js.

   It is told where the matcher's data are and loads them once; then it takes logs, says what they
   mention, and hands out the lines around that, as many as are asked for. It asks the network for
   nothing else. */
"use strict";

importScripts("matcher.js");

const LIMIT = 64 * 1024 * 1024; // characters or bytes of one log that are read
const WHOLE = 200; // a log with no more lines is shown from end to end
const AROUND = 2; // lines that are shown before and behind one that matters
const CHUNK = 200; // lines handed out at once
const LONG = 400; // characters of a line that are shown where nothing is found
const PLACES = 6; // places of an entry that the page can lead to

// Colours and links that programs write for terminals; the letter at their end hides a code.
const ESCAPES = /\x1b(?:\[[0-?]{0,32}[ -/]{0,4}[@-~]|\][^\x07\x1b\n]{0,512}(?:\x07|\x1b\\))/g;

let data = null;
let matcher = null;
let names = null; // ids by a code, id or alias in lower case
let sharing = null; // by entry, the entries that share a summary with it
let shown = { logs: [], ranges: [], next: 0 };

const prepare = (loaded) => {
  data = loaded;
  matcher = errbookMatcher(data);
  names = new Map(Object.entries(data.names));
  const groups = new Map();
  for (const phrase of data.phrases.filter((item) => item.kind === "summary")) {
    const key = JSON.stringify(phrase.steps);
    groups.set(key, (groups.get(key) || new Set()).add(phrase.entry));
  }
  sharing = new Map();
  for (const group of groups.values()) {
    for (const entry of group) sharing.set(entry, new Set([...(sharing.get(entry) || []), ...group]));
  }
};

/* --- Reading. */

const bytesOf = async (stream) => {
  const parts = [];
  let size = 0;
  for (let reader = stream.getReader(), part = await reader.read(); !part.done; part = await reader.read()) {
    parts.push(part.value);
    size += part.value.length;
    if (size > LIMIT) {
      reader.cancel();
      break;
    }
  }
  return new Blob(parts).slice(0, LIMIT + 1).arrayBuffer();
};

const read = async ({ name, text, file }) => {
  if (!file) return { name, text: text.slice(0, LIMIT), cut: text.length > LIMIT };
  const start = new Uint8Array(await file.slice(0, 3).arrayBuffer());
  const packed = start[0] === 0x1f && start[1] === 0x8b;
  const stream = file.stream();
  const bytes = packed ? await bytesOf(stream.pipeThrough(new DecompressionStream("gzip")))
    : await file.slice(0, LIMIT + 1).arrayBuffer();
  // PowerShell writes UTF-16 when it redirects.
  const [first, second] = new Uint8Array(bytes.slice(0, 2));
  const encoding = { "255 254": "utf-16le", "254 255": "utf-16be" }[`${first} ${second}`] || "utf-8";
  return { name, text: new TextDecoder(encoding).decode(bytes.slice(0, LIMIT)), cut: bytes.byteLength > LIMIT };
};

const lineStarts = (text) => {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0 && at + 1 < text.length; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
};

/* Number of the line, from 0, that holds an offset. */
const lineOf = (starts, offset) => {
  let low = 0;
  let high = starts.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (starts[middle] <= offset) low = middle;
    else high = middle;
  }
  return low;
};

/* --- What it mentions. */

/* In a short text without a match, codes and names count in any letter case, as people type them. */
const named = (text) => {
  const places = [];
  if (text.length > 200) return places;
  for (const word of text.matchAll(/[^\s,;()"']+/g)) {
    for (const entry of names.get(word[0].toLowerCase()) || []) {
      places.push({ entry, kind: "handle", weight: word[0].length, start: word.index, end: word.index + word[0].length, params: {} });
    }
  }
  return places;
};

const search = (log) => {
  let places = matcher.find(log.text);
  if (!places.length) places = named(log.text);
  log.starts = lineStarts(log.text);
  log.places = places.sort((a, b) => a.start - b.start || b.end - a.end);
  for (const place of log.places) place.line = lineOf(log.starts, place.start);
};

/* Values that the book calls private; what is shorter is in everything. */
const privateValues = (logs) => {
  const found = new Set();
  for (const { entry, params } of logs.flatMap((log) => log.places)) {
    for (const name of data.redact[entry] || []) {
      if ((params[name] || "").length > 2) found.add(params[name].toLowerCase());
    }
  }
  return [...found];
};

/* The names of the values that stay out of a link: the private ones, and those that hold one, as a
   sentence holds an address. */
const hidden = ({ entry, params }, secrets) => Object.keys(params).filter((name) => (data.redact[entry] || []).includes(name)
  || secrets.some((secret) => params[name].toLowerCase().includes(secret)));

/* Adds up what is found, as explain does: a line with an entry's code and its message counts once,
   and a summary that several entries share only where nothing else tells which of them it is. */
const tally = (logs) => {
  const mentions = new Map();
  const summaries = new Map();
  let id = 0;
  logs.forEach((log, number) => {
    const coded = new Set(log.places.filter((p) => p.kind === "handle").map((p) => `${p.entry} ${p.line}`));
    for (const place of log.places) {
      const held = place.kind === "summary" ? summaries : mentions;
      if (!held.has(place.entry)) {
        held.set(place.entry, { entry: place.entry, weight: 0, count: 0, params: {}, places: [], first: id });
      }
      const mention = held.get(place.entry);
      place.id = id;
      id += 1;
      const counted = place.kind !== "handle" && coded.has(`${place.entry} ${place.line}`);
      if (!counted) {
        mention.count += 1;
        if (mention.places.length < PLACES) mention.places.push({ id: place.id, log: number, line: place.line + 1 });
      }
      mention.weight = Math.max(mention.weight, place.weight);
      if (!Object.keys(mention.params).length) mention.params = place.params;
    }
  });
  const secrets = privateValues(logs);
  const told = (entry) => [...(sharing.get(entry) || [entry])].some((other) => mentions.has(other));
  const weak = [...summaries.values()].filter((mention) => !told(mention.entry));
  const kept = new Set(weak.map((mention) => mention.entry));
  for (const log of logs) log.places = log.places.filter((p) => p.kind !== "summary" || kept.has(p.entry));
  return [...mentions.values(), ...weak]
    .sort((a, b) => b.weight - a.weight || a.first - b.first || (a.entry < b.entry ? -1 : 1))
    .map((mention) => ({ ...mention, hidden: hidden(mention, secrets) }));
};

/* --- What is shown of it. */

/* The lines of a log that are shown: [first, behind the last]. */
const ranges = (log, number) => {
  const lines = log.starts.length;
  if (lines <= WHOLE) return [{ log: number, from: 0, to: lines }];
  const found = [];
  for (const place of log.places) {
    const from = Math.max(0, place.line - AROUND);
    const to = Math.min(lines, lineOf(log.starts, Math.max(place.start, place.end - 1)) + AROUND + 1);
    const last = found[found.length - 1];
    if (last && from <= last.to) last.to = Math.max(last.to, to);
    else found.push({ log: number, from, to });
  }
  return found;
};

const shorten = (text, keep) => {
  if (text.length <= LONG) return text;
  if (keep === "start") return `${text.slice(0, LONG)}…`;
  if (keep === "end") return `…${text.slice(-LONG / 2)}`;
  return `${text.slice(0, LONG / 2)}…${text.slice(-LONG / 2)}`;
};

/* A line in parts; where places overlap, the smallest counts. */
const parts = (log, number, places) => {
  const start = log.starts[number];
  const text = log.text.slice(start, log.starts[number + 1]).replace(/\r?\n$/, "");
  const end = start + text.length;
  const here = places.filter((place) => place.start < end && place.end > start);
  const cuts = [...new Set([start, end, ...here.flatMap((p) => [Math.max(p.start, start), Math.min(p.end, end)])])].sort((a, b) => a - b);
  return cuts.slice(0, -1).map((from, n) => {
    const over = here.filter((place) => place.start <= from && place.end > from)
      .sort((a, b) => (a.end - a.start) - (b.end - b.start))[0];
    const edge = n === cuts.length - 2 ? "start" : n === 0 ? "end" : "";
    const shownText = shorten(text.slice(from - start, cuts[n + 1] - start), over ? "" : edge);
    return over ? { text: shownText, entry: over.entry, id: over.id } : { text: shownText };
  });
};

/* The next lines, or those from a place on. */
const hand = (place) => {
  if (place) shown.next = shown.ranges.findIndex((r) => r.log === place.log && r.from < place.line && place.line <= r.to);
  const blocks = [];
  let lines = 0;
  while (shown.next < shown.ranges.length && lines < CHUNK) {
    const { log: number, from, to } = shown.ranges[shown.next];
    const before = shown.ranges[shown.next - 1];
    const log = shown.logs[number];
    const limit = log.starts[to] === undefined ? log.text.length : log.starts[to];
    const near = log.places.filter((p) => p.start < limit && p.end > log.starts[from]);
    const begins = (place && !blocks.length) || !before || before.log !== number;
    const block = { name: log.name, begins, skipped: begins ? from : from - before.to, lines: [] };
    for (let line = from; line < to; line += 1) block.lines.push({ number: line + 1, parts: parts(log, line, near) });
    lines += to - from;
    blocks.push(block);
    shown.next += 1;
  }
  return { blocks, more: shown.next < shown.ranges.length };
};

/* Long runs of lines are handed out in pieces too. */
const inPieces = (range) => {
  const found = [];
  for (let from = range.from; from < range.to; from += CHUNK) {
    found.push({ ...range, from, to: Math.min(range.to, from + CHUNK) });
  }
  return found;
};

const work = async (sources) => {
  const logs = [];
  const failed = [];
  for (const source of sources) {
    try {
      const log = await read(source);
      log.text = log.text.replace(ESCAPES, "");
      search(log);
      logs.push(log);
    } catch (error) {
      failed.push(source.name);
    }
  }
  const found = tally(logs);
  shown = { logs, ranges: logs.flatMap(ranges).flatMap(inPieces), next: 0 };
  return { found, failed, cut: logs.some((log) => log.cut) ? LIMIT : 0, many: logs.length > 1, ...hand() };
};

let ready = null;
self.onmessage = async ({ data: asked }) => {
  try {
    if (asked.load) {
      ready = fetch(asked.load).then((answer) => {
        if (!answer.ok) throw new Error(answer.statusText);
        return answer.json();
      }).then(prepare);
    }
    await ready;
  } catch (error) {
    self.postMessage({ broken: true });
    return;
  }
  if (asked.load) self.postMessage({ ready: true });
  else if (asked.sources) self.postMessage({ id: asked.id, result: await work(asked.sources) });
  else self.postMessage({ id: asked.id, further: hand(asked.place), place: asked.place });
};
