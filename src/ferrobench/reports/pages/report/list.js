// The list of samples: only the rows in sight are in the document, however many there are.
"use strict";

const ROW_HEIGHT = 52;
const ROWS_AROUND = 8;

class SampleList {
  /**
   * @param {HTMLElement} frame @param {HTMLElement} space @param {Samples} samples
   * @param {(sample: number) => void} choose Told when the reader picks one.
   */
  constructor(frame, space, samples, choose) {
    this.frame = frame;
    this.space = space;
    this.samples = samples;
    /** @type {number[]} */
    this.shown = [];
    this.reading = "generated";
    this.picked = -1;
    this.drawn = "";
    frame.addEventListener("scroll", () => this.draw(), { passive: true });
    new ResizeObserver(() => this.draw()).observe(frame);
    space.addEventListener("click", (event) => {
      const row = event.target.closest("[role=option]");
      if (row) choose(this.shown[Number(row.dataset.place)]);
    });
    frame.addEventListener("keydown", (event) => {
      const page = Math.max(1, Math.floor(frame.clientHeight / ROW_HEIGHT) - 1);
      const here = this.shown.indexOf(this.picked);
      const last = this.shown.length - 1;
      const places = {
        ArrowDown: here + 1, ArrowUp: here - 1, PageDown: here + page, PageUp: here - page, Home: 0, End: last,
      };
      if (!Object.hasOwn(places, event.key) || event.ctrlKey || event.metaKey || event.altKey || last < 0) return;
      event.preventDefault();
      choose(this.shown[Math.min(last, Math.max(0, places[event.key]))]);
    });
  }

  /** @param {number[]} shown @param {"generated" | "extracted"} reading */
  show(shown, reading) {
    this.shown = shown;
    this.reading = reading;
    this.space.style.height = `${shown.length * ROW_HEIGHT}px`;
    this.drawn = "";
    this.draw();
  }

  /** @param {number} sample */
  pick(sample) {
    this.picked = sample;
    const place = this.shown.indexOf(sample);
    if (place >= 0) {
      const top = place * ROW_HEIGHT;
      const { scrollTop, clientHeight } = this.frame;
      if (top < scrollTop) this.frame.scrollTop = top;
      else if (top + ROW_HEIGHT > scrollTop + clientHeight) this.frame.scrollTop = top + ROW_HEIGHT - clientHeight;
    }
    this.drawn = "";
    this.draw();
  }

  draw() {
    const first = Math.max(0, Math.floor(this.frame.scrollTop / ROW_HEIGHT) - ROWS_AROUND);
    const count = Math.ceil(this.frame.clientHeight / ROW_HEIGHT) + 2 * ROWS_AROUND;
    const last = Math.min(this.shown.length, first + count);
    const drawn = `${first} ${last}`;
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    const rows = [];
    for (let place = first; place < last; place += 1) rows.push(this.row(place));
    this.space.replaceChildren(...rows);
    if (!this.shown.length) this.space.append(make("p", "none", "No sample passes these filters."));
    const active = this.shown.indexOf(this.picked);
    if (active >= first && active < last) this.frame.setAttribute("aria-activedescendant", `row-${active}`);
    else this.frame.removeAttribute("aria-activedescendant");
  }

  /** @param {number} place @returns {HTMLElement} */
  row(place) {
    const sample = this.shown[place];
    const { index, columns } = this.samples;
    const reading = columns[this.reading];
    const stage = index.stages[reading.stage[sample]];
    const row = make("div", "row");
    row.id = `row-${place}`;
    row.dataset.place = String(place);
    row.setAttribute("role", "option");
    row.setAttribute("aria-selected", String(sample === this.picked));
    row.setAttribute("aria-setsize", String(this.shown.length));
    row.setAttribute("aria-posinset", String(place + 1));
    row.style.top = `${place * ROW_HEIGHT}px`;
    const edge = make("span", `edge stage-${stage}`);
    edge.setAttribute("aria-hidden", "true");
    const codes = reading.codes[sample].map((code) => index.codes[code]).join(" ");
    const says = index.words[reading.says[sample]];
    const words = [codes, says].filter(Boolean).join(": ");
    row.append(
      edge,
      make("span", "", `${index.prompts[columns.prompt[sample]]} · ${columns.index[sample]}`),
      make("span", "got", stage),
      make("span", "says", words.slice(0, 200)),
    );
    return row;
  }
}
