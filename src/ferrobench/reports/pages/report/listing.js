// A program with line numbers, colours, and what rustc says below the very lines it speaks of.
"use strict";

/** A line is shown in pieces of so many characters: no browser lays out a million on one line in good time. */
const PIECE = 400;
const ROWS_AT_ONCE = 300;
/** Longer texts have no colours. */
const MOST_LEXED = 200_000;
const MESSAGES_AT_ONCE = 25;
const MOST_FOUND = 500;

/**
 * @typedef {{from: number, to: number, style: string}} Mark
 * @typedef {{text: string, given: number, places: Place[], found: string, words: (place: number) => Promise<Words>}} Program
 *   `given`: so many characters at the beginning are the prompt's.
 */

class Listing {
  /** @param {Program} program */
  constructor(program) {
    this.program = program;
    this.element = make("div", "listing code");
    this.element.tabIndex = 0;
    this.element.setAttribute("role", "region");
    this.element.setAttribute("aria-label", "Code with what rustc says");
    this.starts = lineStarts(program.text);
    this.tokens = program.text.length <= MOST_LEXED ? lexRust(program.text) : [];
    this.marks = this.findMarks();
    /** @type {Map<number, number[]>} Places of diagnostics by line, from 0. */
    this.messages = new Map();
    program.places.forEach((place, number) => {
      const line = this.lineOf(place);
      this.messages.set(line, [...(this.messages.get(line) ?? []), number]);
    });
    this.pieces = this.cut();
    this.appendMessages(this.element, -1, this.element);
    this.done = 0;
    this.token = 0;
    this.grow(ROWS_AT_ONCE);
    this.offerRest();
  }

  /** @param {Place} place @returns {number} From 0; -1 where it has none in this text. */
  lineOf(place) {
    const line = place[3];
    return line === null || line > this.starts.length ? -1 : line - 1;
  }

  /** @param {number} line @param {number} column From 1, in characters. @returns {number} */
  offset(line, column) {
    const from = this.starts[line];
    const to = this.starts[line + 1] ?? this.program.text.length + 1;
    const text = this.program.text.slice(from, to - 1);
    if (!/[\ud800-\udfff]/.test(text)) return Math.min(from + column - 1, to - 1);
    let units = 0;
    let left = column - 1;
    for (const point of text) {
      if (left-- <= 0) break;
      units += point.length;
    }
    return from + units;
  }

  /** @returns {Mark[]} In order. */
  findMarks() {
    /** @type {Mark[]} */
    const marks = [];
    for (const place of this.program.places) {
      const line = this.lineOf(place);
      if (line < 0 || place[4] === null) continue;
      const from = this.offset(line, place[4]);
      const lineEnd = (this.starts[line + 1] ?? this.program.text.length + 1) - 1;
      const isShort = place[5] === place[3] && place[6] !== null;
      const to = Math.max(from + 1, isShort ? this.offset(line, place[6]) : lineEnd);
      marks.push({ from, to: Math.min(to, Math.max(lineEnd, from + 1)), style: place[0] ? "mark-warning" : "mark-error" });
    }
    const needle = this.program.found.toLowerCase();
    if (needle) {
      const hay = this.program.text.toLowerCase();
      // Where small letters have another length, places would be wrong.
      const fits = hay.length === this.program.text.length;
      let at = fits ? hay.indexOf(needle) : -1;
      for (let count = 0; at >= 0 && count < MOST_FOUND; count += 1) {
        marks.push({ from: at, to: at + needle.length, style: "mark-found" });
        at = hay.indexOf(needle, at + needle.length);
      }
    }
    return marks.sort((one, other) => one.from - other.from);
  }

  /** @returns {{line: number, from: number, to: number, first: boolean, last: boolean}[]} */
  cut() {
    const { text } = this.program;
    const pieces = [];
    this.starts.forEach((start, line) => {
      const end = (this.starts[line + 1] ?? text.length + 1) - 1;
      let from = start;
      do {
        let to = Math.min(end, from + PIECE);
        // Not between the halves of a character.
        if (to < end && /[\ud800-\udbff]/.test(text[to - 1])) to += 1;
        pieces.push({ line, from, to, first: from === start, last: to === end });
        from = to;
      } while (from < end);
    });
    return pieces;
  }

  /** @param {number} rows */
  grow(rows) {
    const rowsOfNow = document.createDocumentFragment();
    const until = Math.min(this.pieces.length, this.done + rows);
    for (; this.done < until; this.done += 1) {
      const piece = this.pieces[this.done];
      rowsOfNow.append(this.row(piece));
      if (piece.last) this.appendMessages(rowsOfNow, piece.line, this.element);
    }
    this.element.append(rowsOfNow);
  }

  offerRest() {
    const left = this.pieces.length - this.done;
    if (left <= 0) return;
    const shown = this.pieces[this.done].from;
    const more = make("button", "button more", `Show all (${(this.program.text.length - shown).toLocaleString("en")} more characters)`);
    more.type = "button";
    more.addEventListener("click", () => {
      more.remove();
      const step = () => {
        this.grow(ROWS_AT_ONCE);
        if (this.done < this.pieces.length && this.element.isConnected) setTimeout(step);
      };
      step();
    });
    this.element.append(more);
  }

  /** @param {{line: number, from: number, to: number, first: boolean}} piece @returns {HTMLElement} */
  row(piece) {
    const wrong = piece.first && (this.messages.get(piece.line) ?? []).some((one) => !this.program.places[one][0]);
    const row = make("div", wrong ? "line wrong" : "line");
    row.append(make("span", "number", piece.first ? String(piece.line + 1) : "↪"));
    const code = make("span");
    for (const [from, to, style] of this.segments(piece.from, piece.to)) {
      const text = this.program.text.slice(from, to);
      if (!style) appendVisible(code, text);
      else code.append(make("span", style, text));
    }
    row.append(code);
    return row;
  }

  /** @param {number} from @param {number} to @returns {[number, number, string][]} What looks the same together. */
  segments(from, to) {
    const { given } = this.program;
    while (this.token < this.tokens.length && this.tokens[this.token][1] <= from) this.token += 1;
    const tokens = [];
    for (let at = this.token; at < this.tokens.length && this.tokens[at][0] < to; at += 1) tokens.push(this.tokens[at]);
    const marks = this.marks.filter((mark) => mark.from < to && mark.to > from);
    const edges = new Set([from, to, given]);
    for (const [start, end] of tokens) edges.add(start).add(end);
    for (const mark of marks) edges.add(mark.from).add(mark.to);
    const sorted = [...edges].filter((edge) => edge >= from && edge <= to).sort((one, other) => one - other);
    /** @type {[number, number, string][]} */
    const segments = [];
    let at = 0;
    for (let place = 0; place + 1 < sorted.length; place += 1) {
      const [start, end] = [sorted[place], sorted[place + 1]];
      while (at < tokens.length && tokens[at][1] <= start) at += 1;
      const styles = marks.filter((mark) => mark.from <= start && mark.to >= end).map((mark) => mark.style);
      if (at < tokens.length && tokens[at][0] <= start) styles.push(`token-${tokens[at][2]}`);
      if (start < given) styles.push("given");
      segments.push([start, end, styles.join(" ")]);
    }
    return segments;
  }

  /** @param {Node} parent @param {number} line @param {HTMLElement} listing */
  appendMessages(parent, line, listing) {
    const numbers = this.messages.get(line) ?? [];
    for (const number of numbers.slice(0, MESSAGES_AT_ONCE)) parent.appendChild(this.message(number));
    const left = numbers.length - MESSAGES_AT_ONCE;
    if (left > 0) parent.appendChild(make("div", "message", `and ${left} more here`));
  }

  /** @param {number} number @returns {HTMLElement} */
  message(number) {
    const [isWarning, code, text] = this.program.places[number];
    const message = make("div", isWarning ? "message warning" : "message");
    const kind = isWarning ? "⚠ warning" : "✖ error";
    message.append(make("span", "kind", code ? `${kind} ${code}: ` : `${kind}: `));
    appendVisible(message, text.slice(0, 2000));
    const more = make("button", "", "all that rustc says");
    more.type = "button";
    more.setAttribute("aria-expanded", "false");
    more.dataset.more = "";
    more.addEventListener("click", async () => {
      const open = message.querySelector("pre");
      if (open) open.remove();
      else {
        const [rendered, notes] = await this.program.words(number);
        const said = rendered || notes.map(([level, note]) => `${level}: ${note}`).join("\n");
        message.querySelector("pre")?.remove();
        message.append(make("pre", "", said.slice(0, 20_000)));
      }
      more.setAttribute("aria-expanded", String(!open));
    });
    message.append(more);
    return message;
  }
}

/** @param {string} text @returns {number[]} Where lines start. */
function lineStarts(text) {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  // What stands after the last line end is a line only if it is there.
  if (starts.length > 1 && starts[starts.length - 1] === text.length) starts.pop();
  return starts;
}
