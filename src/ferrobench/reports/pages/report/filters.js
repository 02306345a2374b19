// What is shown: the filters, their form, and the link that says the same.
"use strict";

/**
 * @typedef {{q: string, prompt: string, category: string, stage: string, code: string, reading: "generated" | "extracted",
 *   sample: string}} State
 */

const COMPILES = 1;
const PASSES = 2;
const HAS_TESTS = 4;
const ANCHOR = "#samples?";

/** Groups of outcomes, by their names in links. @type {Record<string, {title: string, holds: (flags: number) => boolean}>} */
const OUTCOMES = {
  compiles: { title: "compiles", holds: (flags) => Boolean(flags & COMPILES) },
  rejected: { title: "does not compile", holds: (flags) => !(flags & COMPILES) },
  passes: { title: "passes its tests", holds: (flags) => Boolean(flags & PASSES) },
  fails: {
    title: "compiles, fails its tests",
    holds: (flags) => Boolean(flags & COMPILES) && Boolean(flags & HAS_TESTS) && !(flags & PASSES),
  },
};

/** @returns {State} */
function emptyState() {
  return { q: "", prompt: "", category: "", stage: "", code: "", reading: "generated", sample: "" };
}

/** @param {string} hash @returns {State | null} None where it is the address of something else. */
function stateOf(hash) {
  if (!hash.startsWith(ANCHOR)) return null;
  const state = emptyState();
  for (const [key, value] of new URLSearchParams(hash.slice(ANCHOR.length))) {
    if (key === "reading") state.reading = value === "extracted" ? "extracted" : "generated";
    else if (Object.hasOwn(state, key)) state[key] = value;
  }
  return state;
}

/** @param {State} state @returns {string} */
function hashOf(state) {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(state)) {
    if (value && !(key === "reading" && value === "generated")) query.set(key, value);
  }
  return ANCHOR + query;
}

/**
 * @param {Samples} samples @param {State} state @param {string[] | null} searched None without a search.
 * @returns {number[]} Places of the samples that pass.
 */
function matching(samples, state, searched) {
  const { index, columns } = samples;
  const reading = columns[state.reading];
  const prompt = state.prompt ? index.prompts.indexOf(state.prompt) : null;
  const category = state.category ? index.categories.indexOf(state.category) : null;
  const code = state.code ? index.codes.indexOf(state.code) : null;
  const outcome = OUTCOMES[state.stage];
  const stage = state.stage && !outcome ? index.stages.indexOf(state.stage) : null;
  const unjudged = index.stages.indexOf("unjudged");
  const needle = state.q.toLowerCase();
  const prompts = needle ? index.prompts.map((one) => one.toLowerCase().includes(needle)) : [];
  const found = [];
  for (let sample = 0; sample < samples.size; sample += 1) {
    if (prompt !== null && columns.prompt[sample] !== prompt) continue;
    if (category !== null && index.categoryOf[columns.prompt[sample]] !== category) continue;
    if (stage !== null && reading.stage[sample] !== stage) continue;
    if (outcome && (reading.stage[sample] === unjudged || !outcome.holds(reading.flags[sample]))) continue;
    if (code !== null && !reading.codes[sample].includes(code)) continue;
    if (searched && !searched[sample].includes(needle) && !prompts[columns.prompt[sample]]) continue;
    found.push(sample);
  }
  return found;
}

/** @param {HTMLSelectElement} select @param {[string, string][]} options Values and titles. */
function fill(select, options) {
  for (const [value, title] of options) {
    const option = document.createElement("option");
    option.value = value;
    option.textContent = visibleText(title);
    select.append(option);
  }
}

/** @param {Iterable<number>} places @param {number} size @returns {number[]} */
function tally(places, size) {
  const counts = new Array(size).fill(0);
  for (const place of places) counts[place] += 1;
  return counts;
}

/** @param {HTMLFormElement} form @param {Samples} samples */
function fillForm(form, samples) {
  const { index, columns } = samples;
  const { generated } = columns;
  const byPrompt = tally(columns.prompt, index.prompts.length);
  const byCategory = tally(columns.prompt.map((prompt) => index.categoryOf[prompt]), index.categories.length);
  const byStage = tally(generated.stage, index.stages.length);
  const byCode = tally(generated.codes.flat(), index.codes.length);
  const counted = (names, counts) => names.map((name, place) => [name, `${name} (${counts[place]})`]);
  const { elements } = form;
  fill(elements.prompt, [["", "all"], ...counted(index.prompts, byPrompt)]);
  fill(elements.category, [["", "all"], ...counted(index.categories, byCategory)]);
  fill(elements.stage, [["", "all"], ...Object.entries(OUTCOMES).map(([name, one]) => [name, one.title])]);
  const group = document.createElement("optgroup");
  group.label = "stage reached, as generated";
  fill(group, counted(index.stages, byStage).filter((_, place) => byStage[place] || samples.columns.extracted.stage.includes(place)));
  elements.stage.append(group);
  const codes = counted(index.codes, byCode)
    .map((option, place) => ({ option, count: byCode[place] }))
    .sort((one, other) => other.count - one.count);
  fill(elements["code-filter"], [["", "all"], ...codes.map(({ option }) => option)]);
}

/** @param {HTMLFormElement} form @param {State} state */
function showInForm(form, state) {
  const fields = { q: state.q, prompt: state.prompt, category: state.category, stage: state.stage, "code-filter": state.code };
  for (const [name, value] of Object.entries({ ...fields, reading: state.reading })) {
    const field = form.elements[name];
    if (field.value !== value) field.value = value;
    field.classList.toggle("set", Boolean(value) && value !== "generated");
  }
}

/** @param {HTMLFormElement} form @param {State} state @returns {State} */
function readForm(form, state) {
  const { elements } = form;
  return {
    ...state,
    q: elements.q.value,
    prompt: elements.prompt.value,
    category: elements.category.value,
    stage: elements.stage.value,
    code: elements["code-filter"].value,
    reading: elements.reading.value,
  };
}
