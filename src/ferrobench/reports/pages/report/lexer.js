// Rust's tokens, as far as colours need them. Total: any text has tokens, in time linear in its length.
"use strict";

const RUST_KEYWORDS = new Set(
  ("as async await break const continue crate dyn else enum extern false fn for if impl in let loop match mod move mut pub ref " +
    "return self Self static struct super trait true type union unsafe use where while yield").split(" "),
);
const RUST_TYPES = new Set(
  "bool char f32 f64 i8 i16 i32 i64 i128 isize str u8 u16 u32 u64 u128 usize".split(" "),
);
const RUST_NEXT = new RegExp(
  [
    "(?<line>\\/\\/[^\\n]*)",
    "(?<block>\\/\\*)",
    '(?<raw>(?:br|cr|r)(?<hashes>#*)")',
    '(?<quote>[bc]?")',
    "(?<char>b?'(?:\\\\(?:[^u\\n]|u\\{[^}\\n]{0,8}\\})[^'\\n]{0,2}|[^\\\\'\\n\\u{10000}-\\u{10ffff}]|[\\u{10000}-\\u{10ffff}])')",
    "(?<lifetime>'[\\p{XID_Start}_][\\p{XID_Continue}]*)",
    "(?<number>\\d[\\d_]*(?:[\\p{XID_Continue}]|\\.(?=\\d)|(?<=[eE])[+-](?=\\d))*)",
    "(?<word>(?:r#)?[\\p{XID_Start}_][\\p{XID_Continue}]*)",
    "(?<attribute>#!?\\[)",
  ].join("|"),
  "gu",
);

/**
 * @param {string} text
 * @returns {[number, number, string][]} From, to and kind of what has a colour, in order.
 */
function lexRust(text) {
  /** @type {[number, number, string][]} */
  const tokens = [];
  RUST_NEXT.lastIndex = 0;
  for (let match = RUST_NEXT.exec(text); match; match = RUST_NEXT.exec(text)) {
    const from = match.index;
    const { groups } = match;
    let to = from + match[0].length;
    let kind = "";
    if (groups.line !== undefined) kind = "comment";
    else if (groups.block !== undefined) [kind, to] = ["comment", endOfComment(text, to)];
    else if (groups.raw !== undefined) {
      const end = text.indexOf(`"${groups.hashes}`, to);
      [kind, to] = ["string", end < 0 ? text.length : end + 1 + groups.hashes.length];
    } else if (groups.quote !== undefined) [kind, to] = ["string", endOfString(text, to)];
    else if (groups.char !== undefined) kind = "string";
    else if (groups.lifetime !== undefined) kind = "lifetime";
    else if (groups.number !== undefined) kind = "number";
    else if (groups.attribute !== undefined) kind = "attribute";
    else [kind, to] = kindOfWord(text, match[0], to);
    if (kind) tokens.push([from, to, kind]);
    RUST_NEXT.lastIndex = to;
  }
  return tokens;
}

/** @param {string} text @param {number} place After the opening. @returns {number} Comments nest. */
function endOfComment(text, place) {
  const edge = /\/\*|\*\//g;
  edge.lastIndex = place;
  let depth = 1;
  for (let match = edge.exec(text); match; match = edge.exec(text)) {
    depth += match[0] === "/*" ? 1 : -1;
    if (!depth) return edge.lastIndex;
  }
  return text.length;
}

/** @param {string} text @param {number} place After the opening quote. @returns {number} */
function endOfString(text, place) {
  const edge = /["\\]/g;
  edge.lastIndex = place;
  for (let match = edge.exec(text); match; match = edge.exec(text)) {
    if (match[0] === '"') return edge.lastIndex;
    edge.lastIndex += 1;
  }
  return text.length;
}

/** @param {string} text @param {string} word @param {number} to @returns {[string, number]} Kind, and where it ends. */
function kindOfWord(text, word, to) {
  if (RUST_KEYWORDS.has(word)) return ["keyword", to];
  if (text[to] === "!" && text[to + 1] !== "=") return ["macro", to + 1];
  if (RUST_TYPES.has(word) || /^\p{Lu}/u.test(word)) return ["type", to];
  if (text[to] === "(") return ["function", to];
  return ["", to];
}
