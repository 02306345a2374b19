// The samples of the page: columns of all of them, and blocks of texts that are unpacked when somebody looks.
"use strict";

/**
 * @typedef {{stage: number[], flags: number[], codes: number[][], says: number[]}} ReadingColumns
 * @typedef {{prompts: string[], categories: string[], categoryOf: number[], stages: string[], codes: string[], words: string[],
 *   columns: {prompt: number[], index: number[], generated: ReadingColumns, extracted: ReadingColumns}, blockSamples: number,
 *   texts: string[]}} SampleIndex
 * @typedef {[number, string | null, string, number | null, number | null, number | null, number | null]} Place
 *   Whether it is a warning, code, message, line, column, end line, end column; lines and columns from 1.
 * @typedef {[string, string | number | null, number, Place[], Place[] | null]} TextEntry
 * @typedef {[string, [string, string][]]} Words What rustc renders, and its notes.
 * @typedef {[[string, string][], Words[], Words[] | null]} DetailEntry
 */

/** @param {string} text Base64. @returns {Uint8Array} */
function fromBase64(text) {
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(text);
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let place = 0; place < binary.length; place += 1) bytes[place] = binary.charCodeAt(place);
  return bytes;
}

/** @type {Promise<void>} Blocks lie behind the scripts: while the page is being read, one may be there in part. */
const PAGE_READ = new Promise((done) => {
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => done());
  else done();
});

/** @param {string} id Of the element that holds it. @returns {Promise<any>} */
async function unpack(id) {
  const packed = fromBase64(document.getElementById(id).textContent);
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return JSON.parse(await new Response(stream).text());
}

class Samples {
  /** @param {SampleIndex} index */
  constructor(index) {
    this.index = index;
    this.columns = index.columns;
    this.size = index.columns.prompt.length;
    /** @type {Map<string, Promise<any>>} */
    this.blocks = new Map();
    /** @type {Promise<string[]> | null} */
    this.haystack = null;
  }

  /** @param {string} id */
  block(id) {
    if (!this.blocks.has(id)) this.blocks.set(id, PAGE_READ.then(() => unpack(id)));
    return this.blocks.get(id);
  }

  /** @param {number} sample @returns {Promise<TextEntry>} */
  async text(sample) {
    const block = await this.block(`texts-${Math.floor(sample / this.index.blockSamples)}`);
    return block[sample % this.index.blockSamples];
  }

  /** @param {number} sample @returns {Promise<DetailEntry>} */
  async detail(sample) {
    const block = await this.block(`details-${Math.floor(sample / this.index.blockSamples)}`);
    return block[sample % this.index.blockSamples];
  }

  /** @returns {Promise<string[]>} For each sample what a search looks through, in small letters. */
  searched() {
    this.haystack ??= this.gather();
    return this.haystack;
  }

  async gather() {
    const count = Math.ceil(this.size / this.index.blockSamples);
    const blocks = await Promise.all(Array.from({ length: count }, (_, number) => this.block(`texts-${number}`)));
    const found = [];
    for (const block of blocks) {
      for (const [completion, kept, , generated, extracted] of block) {
        const parts = [completion, ...generated.map((one) => `${one[1] ?? ""} ${one[2]}`)];
        if (typeof kept === "string") parts.push(kept);
        if (extracted) parts.push(...extracted.map((one) => `${one[1] ?? ""} ${one[2]}`));
        found.push(parts.join("\n").toLowerCase());
      }
    }
    return found;
  }

  /** @param {number} sample @returns {string} */
  prompt(sample) {
    return this.index.prompts[this.columns.prompt[sample]];
  }

  /** @param {number} sample @returns {string} Its name in links. */
  name(sample) {
    return `${this.prompt(sample)}.${this.columns.index[sample]}`;
  }

  /** @param {string} name @returns {number} -1 where there is no such sample. */
  find(name) {
    const dot = name.lastIndexOf(".");
    const prompt = this.index.prompts.indexOf(name.slice(0, dot));
    const index = Number(name.slice(dot + 1));
    if (dot < 0 || prompt < 0) return -1;
    return this.columns.prompt.findIndex((one, place) => one === prompt && this.columns.index[place] === index);
  }

  /** @param {number} sample @param {"generated" | "extracted"} reading @returns {string} */
  stage(sample, reading) {
    return this.index.stages[this.columns[reading].stage[sample]];
  }
}
