// The browser of samples: the state, what changes it, and what shows it.
"use strict";

const SEARCH_AFTER_MS = 120;

class SampleBrowser {
  /** @param {Samples} samples */
  constructor(samples) {
    this.samples = samples;
    this.state = emptyState();
    /** @type {number[]} */
    this.shown = [];
    this.picked = -1;
    this.turn = 0;
    this.form = document.getElementById("filters");
    this.view = document.getElementById("sample");
    this.count = document.getElementById("count");
    this.section = document.getElementById("samples");
    this.list = new SampleList(
      document.getElementById("list"),
      document.getElementById("list-space"),
      samples,
      (sample) => this.pick(sample, true),
    );
    fillForm(this.form, samples);
    this.form.hidden = false;
    document.getElementById("browser").hidden = false;
    this.listen();
  }

  listen() {
    let waiting = 0;
    const { q } = this.form.elements;
    q.addEventListener("focus", () => this.samples.searched(), { once: true });
    this.form.addEventListener("submit", (event) => event.preventDefault());
    this.form.addEventListener("input", (event) => {
      clearTimeout(waiting);
      waiting = setTimeout(() => this.apply(readForm(this.form, this.state), true), event.target === q ? SEARCH_AFTER_MS : 0);
    });
    this.form.addEventListener("reset", (event) => {
      event.preventDefault();
      this.clear();
    });
    addEventListener("hashchange", () => this.follow());
  }

  clear() {
    this.apply({ ...emptyState(), sample: this.state.sample, reading: this.state.reading }, true);
  }

  /** Go where the address says. */
  follow() {
    const state = stateOf(location.hash);
    if (!state) return;
    this.apply(state, false);
    this.section.scrollIntoView({ block: "start" });
  }

  /** @param {State} state @param {boolean} told Whether the address is to say so. */
  async apply(state, told) {
    const turn = (this.turn += 1);
    this.state = state;
    showInForm(this.form, state);
    const searched = state.q ? await this.samples.searched() : null;
    if (turn !== this.turn) return; // overtaken by a later change
    this.shown = matching(this.samples, state, searched);
    const wanted = state.sample ? this.samples.find(state.sample) : this.picked;
    this.list.show(this.shown, state.reading);
    const drawn = this.pick(this.shown.includes(wanted) ? wanted : this.shown[0] ?? -1, told);
    const all = this.samples.size.toLocaleString("en");
    this.count.textContent = this.shown.length === this.samples.size ? `${all} samples` : `${this.shown.length.toLocaleString("en")} of ${all} samples`;
    await drawn;
  }

  /** @param {number} sample -1 for none. @param {boolean} told @returns {Promise<void>} When it is shown. */
  pick(sample, told) {
    this.picked = sample;
    this.state = { ...this.state, sample: sample < 0 ? "" : this.samples.name(sample) };
    this.list.pick(sample);
    if (told) history.replaceState(null, "", hashOf(this.state));
    return this.show();
  }

  async show() {
    const { picked, samples, state } = this;
    const stamp = (this.stamp = Symbol("shown"));
    if (picked < 0) {
      this.view.replaceChildren(make("p", "none", "Nothing to show."));
      return;
    }
    const parts = await sampleParts(samples, picked, state.reading, state.q);
    if (stamp === this.stamp) this.view.replaceChildren(this.head(), ...parts);
  }

  /** @returns {HTMLElement} */
  head() {
    const head = make("div", "sample-head");
    const place = this.shown.indexOf(this.picked);
    head.append(make("h3", "", `${this.samples.prompt(this.picked)} · sample ${this.samples.columns.index[this.picked]}`));
    head.append(make("span", "soft small", `${(place + 1).toLocaleString("en")} of ${this.shown.length.toLocaleString("en")}`));
    head.append(
      this.button("previous", "← Previous", () => this.step(-1), place <= 0),
      this.button("next", "Next →", () => this.step(1), place + 1 >= this.shown.length),
      this.button("copy", "Copy link", () => this.copy()),
    );
    return head;
  }

  /** @returns {HTMLButtonElement} */
  button(id, title, act, disabled = false) {
    const button = make("button", "button", title);
    button.type = "button";
    button.id = id;
    button.disabled = disabled;
    button.addEventListener("click", act);
    return button;
  }

  /** @param {number} way */
  step(way) {
    const place = this.shown.indexOf(this.picked) + way;
    if (place < 0 || place >= this.shown.length) return;
    const focused = document.activeElement?.id;
    this.pick(this.shown[place], true);
    this.section.scrollIntoView({ block: "nearest" });
    // The buttons are drawn anew.
    if (focused === "next" || focused === "previous") setTimeout(() => document.getElementById(focused)?.focus());
  }

  toggleReading() {
    this.apply({ ...this.state, reading: this.state.reading === "generated" ? "extracted" : "generated" }, true);
  }

  async copy() {
    history.replaceState(null, "", hashOf(this.state));
    let words = "Link copied";
    try {
      await navigator.clipboard.writeText(location.href);
    } catch {
      words = "The link is in the address bar";
    }
    this.count.textContent = words;
  }

  toggleWords() {
    const buttons = [...this.view.querySelectorAll("[data-more]")];
    const anyClosed = buttons.some((button) => button.getAttribute("aria-expanded") === "false");
    for (const button of buttons) {
      if ((button.getAttribute("aria-expanded") === "false") === anyClosed) button.click();
    }
  }
}

/** @param {SampleBrowser} browser */
function listenToKeys(browser) {
  const help = document.getElementById("help");
  const opener = document.getElementById("help-open");
  opener.hidden = false;
  opener.addEventListener("click", () => help.showModal());
  const search = browser.form.elements.q;
  /** @type {Record<string, () => void>} */
  const acts = {
    j: () => browser.step(1),
    k: () => browser.step(-1),
    "/": () => {
      browser.section.scrollIntoView({ block: "nearest" });
      search.focus();
      search.select();
    },
    r: () => browser.toggleReading(),
    n: () => browser.toggleWords(),
    c: () => browser.copy(),
    x: () => browser.clear(),
    t: () => toggleTheme(),
    "?": () => help.showModal(),
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || help.open) return;
    if (event.target.closest("input, select, textarea")) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    if (!Object.hasOwn(acts, event.key)) return;
    event.preventDefault();
    acts[event.key]();
  });
}

async function startReport() {
  const index = await unpack("index");
  const browser = new SampleBrowser(new Samples(index));
  listenToKeys(browser);
  const state = stateOf(location.hash);
  await browser.apply(state ?? emptyState(), false);
  if (state) browser.section.scrollIntoView({ block: "start" });
  document.documentElement.dataset.ready = "";
}

if (document.getElementById("index")) startReport();
