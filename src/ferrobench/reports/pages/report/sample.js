// One sample: what became of it, its program, and facts about it.
"use strict";

/**
 * @param {Samples} samples @param {number} sample @param {"generated" | "extracted"} reading @param {string} found What was searched for.
 * @returns {Promise<HTMLElement[]>}
 */
async function sampleParts(samples, sample, reading, found) {
  const entry = await samples.text(sample);
  const program = programOf(samples, sample, entry, reading, found);
  const parts = [statusLine(samples, sample, reading)];
  const note = extractionNote(entry, reading, program.text);
  if (note) parts.push(make("p", "soft small legend-line", note));
  if (program.text) {
    parts.push(new Listing(program).element);
    if (program.given) parts.push(make("p", "soft small legend-line", "The tinted beginning is the prompt's, the rest the model's."));
  }
  parts.push(await factsOf(samples, sample));
  return parts;
}

/** @returns {Program} */
function programOf(samples, sample, [completion, kept, isProgram, generated, extracted], reading, found) {
  const prompt = isProgram ? "" : samples.index.texts[samples.columns.prompt[sample]];
  const whole = prompt + completion;
  const isExtracted = reading === "extracted";
  let text = whole;
  if (isExtracted) text = typeof kept === "string" ? kept : kept === null ? "" : whole.slice(0, kept);
  const places = isExtracted && extracted ? extracted : generated;
  return {
    text,
    given: prompt && text.startsWith(prompt) ? prompt.length : 0,
    places,
    found,
    words: async (number) => {
      const [, ofGenerated, ofExtracted] = await samples.detail(sample);
      return (isExtracted && ofExtracted ? ofExtracted : ofGenerated)[number];
    },
  };
}

/** @returns {string} What the other reading leaves or changes. */
function extractionNote([completion, kept], reading, text) {
  if (reading === "extracted") return text ? "" : "Nothing of the model is left after extraction.";
  if (kept === null) return completion ? "The extracted reading keeps nothing of it." : "There is no completion.";
  if (typeof kept === "string") return "The extracted reading is another text: chat or repeats were removed.";
  const cut = text.length - kept;
  if (cut <= 0) return "";
  return `The extracted reading cuts the last ${cut === 1 ? "character" : `${cut.toLocaleString("en")} characters`}.`;
}

/** @returns {HTMLElement} */
function statusLine(samples, sample, reading) {
  const line = make("p", "small");
  const { index, columns } = samples;
  for (const one of ["generated", "extracted"]) {
    const stage = samples.stage(sample, one);
    const chip = make("span", "stage-chip");
    const swatch = make("span", `swatch stage-${stage}`);
    swatch.setAttribute("aria-hidden", "true");
    chip.append(swatch, `${stage} ${one === "generated" ? "as generated" : "extracted"}`);
    if (one !== reading) chip.classList.add("soft");
    line.append(chip, " ");
  }
  const says = index.words[columns[reading].says[sample]];
  if (says && !columns[reading].codes[sample].length) line.append(make("span", "soft", says.slice(0, 500)));
  return line;
}

/** @returns {Promise<HTMLElement>} */
async function factsOf(samples, sample) {
  const list = make("dl", "facts");
  const [facts] = await samples.detail(sample);
  const prompt = samples.columns.prompt[sample];
  for (const [title, words] of [["category", samples.index.categories[samples.index.categoryOf[prompt]]], ...facts]) {
    const row = make("div");
    row.append(make("dt", "", title), make("dd", "", words.slice(0, 4000)));
    list.append(row);
  }
  return list;
}
