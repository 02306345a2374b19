// Text that strangers wrote becomes text nodes only. What would not show, or would turn its neighbours around, shows by its number.
"use strict";

/** Control, format, private and separating characters but tab, line feed and blank; and letters and marks without a shape. */
const UNSEEN =
  /(?:(?![\t\n ])[\p{C}\p{Z}\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\ufe00-\ufe0f\u{e0100}-\u{e01ef}])+/gu;
/** From so many of the same in a row on they are counted. */
const MANY_UNSEEN = 8;

/** @param {string} run Characters of {@link UNSEEN}. @returns {string} */
function nameUnseen(run) {
  const points = Array.from(run);
  const named = (point) => `⟨U+${point.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}⟩`;
  if (points.length > MANY_UNSEEN && points.every((point) => point === points[0])) {
    return `${named(points[0])}×${points.length}`;
  }
  return points.map(named).join("");
}

/** @param {Node} parent @param {string} text */
function appendVisible(parent, text) {
  let done = 0;
  for (const match of text.matchAll(UNSEEN)) {
    if (match.index > done) parent.appendChild(document.createTextNode(text.slice(done, match.index)));
    const shown = document.createElement("i");
    shown.className = "unseen";
    shown.textContent = nameUnseen(match[0]);
    parent.appendChild(shown);
    done = match.index + match[0].length;
  }
  if (done < text.length) parent.appendChild(document.createTextNode(done ? text.slice(done) : text));
}

/** @param {string} text @returns {string} The same as one string, for titles and options. */
function visibleText(text) {
  return text.replace(UNSEEN, nameUnseen);
}

/**
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag @param {string} [style] @param {string} [text]
 * @returns {HTMLElementTagNameMap[T]}
 */
function make(tag, style = "", text = "") {
  const element = document.createElement(tag);
  if (style) element.className = style;
  if (text) appendVisible(element, text);
  return element;
}
