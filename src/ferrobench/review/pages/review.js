// Shows samples one by one and sends what the rater says. What models wrote is put into the page as text and as nothing else.
"use strict";

const RATER_KEY = "ferrobench-review-rater";
const SINGLE_KEYS_KEY = "ferrobench-review-single-keys";
const CANNOT_SAY = "none";
const STATUS_MILLISECONDS = 4000;
const NO_ALPHA = "–";

const at = (id) => document.getElementById(id);

/** What the page knows. Places are the rater's samples in their own order: a label and how each stands. */
const state = { session: null, rater: null, places: [], place: 0, open: 0, rated: false, busy: false, shown: 0 };

/** @returns {HTMLElement} A new element with text in it. */
function make(tag, classes, text) {
  const element = document.createElement(tag);
  if (classes) element.className = classes;
  if (text !== undefined) element.textContent = text;
  return element;
}

class Refused extends Error {}

/** Ask the server; what it refuses, and what does not reach it, is told in words. */
async function ask(path, body) {
  const settings = body === undefined ? {} : { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  let answer;
  try {
    answer = await fetch(`api/${path}`, settings);
  } catch {
    throw new Refused("The server does not answer. Start the review again, and open its new link; what was saved is kept.");
  }
  const document_ = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Refused(document_.error ?? `The server refused it (${answer.status}).`);
  return document_;
}

/** Do one thing at a time, and show why it failed. */
async function attempt(action) {
  if (state.busy) return;
  state.busy = true;
  document.body.setAttribute("aria-busy", "true");
  try {
    await action();
    at("alert").hidden = true;
  } catch (fault) {
    if (!(fault instanceof Refused)) throw fault;
    at("alert").textContent = fault.message;
    at("alert").hidden = false;
    at("alert").scrollIntoView({ block: "nearest" });
  } finally {
    state.busy = false;
    document.body.removeAttribute("aria-busy");
  }
}

let statusTimer = 0;
function say(words) {
  at("status").textContent = words;
  clearTimeout(statusTimer);
  statusTimer = setTimeout(() => (at("status").textContent = ""), STATUS_MILLISECONDS);
}

function showOnly(id) {
  for (const section of ["welcome", "rating", "finished", "agreement-view"]) at(section).hidden = section !== id;
  const place = id === "agreement-view" ? "to-agreement" : "to-rate";
  for (const link of ["to-rate", "to-agreement"]) {
    if (link === place) at(link).setAttribute("aria-current", "page");
    else at(link).removeAttribute("aria-current");
  }
}

/* Who rates. */

function storedRater() {
  // Of this tab alone: two people may sit at two tabs.
  return sessionStorage.getItem(RATER_KEY);
}

function showWelcome() {
  showOnly("welcome");
  at("name").value = state.session.proposed ?? "";
  at("known").hidden = state.session.raters.length === 0;
  at("known-names").replaceChildren(
    ...state.session.raters.map((name) => {
      const button = make("button", "button", name);
      button.type = "button";
      button.addEventListener("click", () => attempt(() => join(name)));
      return button;
    }),
  );
  at("name").focus();
}

async function join(name) {
  const joined = await ask("join", { rater: name });
  state.rater = joined.rater;
  state.places = joined.places;
  sessionStorage.setItem(RATER_KEY, joined.rater);
  at("who").replaceChildren(make("span", "", joined.rater), make("span", "heard", "Rate under another name"));
  at("who").hidden = false;
  await goOn(-1);
}

function leave() {
  sessionStorage.removeItem(RATER_KEY);
  state.rater = null;
  at("who").hidden = true;
  return attempt(start);
}

/* Going from sample to sample. */

/** Go to the next open sample after a place, else to the end. */
async function goOn(place) {
  const count = state.places.length;
  for (let step = 1; step <= count; step++) {
    const next = (((place + step) % count) + count) % count;
    if (state.places[next].state === "open") return show(next);
  }
  return finish();
}

const number = (state_) => state.places.filter((place) => place.state === state_).length;
const samples = (count) => `${count} ${count === 1 ? "sample" : "samples"}`;

function finish() {
  if (state.places.length === 0) {
    at("finished-title").textContent = "Nothing for you";
    at("finished-words").textContent = "No sample is dealt to you: others have them all.";
  } else {
    const skipped = number("skipped");
    at("finished-title").textContent = skipped ? "Nearly done" : "All done";
    at("finished-words").textContent = `You have rated ${samples(number("rated"))}${skipped ? ` and skipped ${skipped}` : ""}. Thank you.`;
  }
  at("see-skipped").hidden = number("skipped") === 0;
  at("see-again").hidden = number("rated") === 0;
  showOnly("finished");
  at("finished-title").focus({ preventScroll: true });
  return undefined;
}

async function show(place) {
  const { label } = state.places[place];
  const sample = await ask("sample", { rater: state.rater, label });
  state.place = place;
  state.rated = sample.rating !== null;
  showOnly("rating");
  at("place").textContent = `Sample ${place + 1} of ${state.places.length}`;
  const skipped = number("skipped");
  at("counts").textContent = `${number("rated")} rated${skipped ? `, ${skipped} skipped` : ""}`;
  at("progress").max = state.places.length;
  at("progress").value = number("rated");
  showListing(sample);
  showScores(sample.rating);
  at("back").disabled = place === 0;
  at("withdraw").hidden = !state.rated;
  window.scrollTo({ top: 0, behavior: "instant" });
  at("place").focus({ preventScroll: true });
}

/* The code. */

function line(pieces, classes) {
  const row = make("div", `line ${classes}`);
  const code = make("code");
  for (const [given, kind, text] of pieces) {
    const classes_ = [given ? "given" : "", kind === "unseen" ? "unseen" : kind ? `token-${kind}` : ""].join(" ").trim();
    code.append(classes_ ? make("span", classes_, text) : document.createTextNode(text));
  }
  row.append(code);
  return row;
}

function showListing(sample) {
  const { prompt, completion, rest, cut } = sample.listing;
  const mark = (given) => (pieces) => pieces.map(([kind, text]) => [given, kind, text]);
  const before = prompt.map(mark(true));
  const after = completion.map(mark(false));
  const rows = [];
  // What ends in a line feed has no line after it.
  const last = after.length > 1 ? after.at(-1) : null;
  if (last?.length === 0 && cut === 0) after.pop();
  // One text: the first line of the completion goes on where the prompt's last one ends.
  const shared = sample.is_program ? null : [...before.pop(), ...after.shift()];
  rows.push(...before.map((pieces) => line(pieces, "given")));
  if (shared) {
    const kinds = new Set(shared.map(([given]) => given));
    rows.push(line(shared, kinds.size === 2 ? "both" : kinds.has(true) ? "given" : "written"));
  }
  const heard = make("p", "heard", "Here begins what the model wrote.");
  if (sample.is_program) rows.push(heard);
  rows.push(...after.map((pieces) => line(pieces, "written")));
  if (rest !== null) rows.push(line([[false, "", rest]], "written rest"));
  at("code").replaceChildren(...rows);
  at("code").scrollTop = 0;
  at("code-hint").replaceChildren(
    make("span", "key given", "The prompt"),
    " was given. ",
    make("span", "key written", sample.is_program ? "The program" : "What follows"),
    " is what the model wrote: rate that.",
  );
  at("cut").hidden = cut === 0 || rest !== null;
  at("cut-words").textContent = `${cut.toLocaleString("en")} more characters are not shown.`;
}

async function showAll() {
  const { label } = state.places[state.place];
  showListing(await ask("sample", { rater: state.rater, label, whole: true }));
  at("code").focus();
}

/* The scores. */

function criterion({ key, question, levels }, place) {
  const field = make("fieldset", "criterion");
  field.id = `criterion-${key}`;
  field.append(make("legend", "", key));
  const asked = make("p", "question", question);
  asked.id = `question-${key}`;
  field.setAttribute("aria-describedby", asked.id);
  const options = make("div", "levels");
  const all = [...levels.map((words, index) => [String(index + 1), words]), [CANNOT_SAY, "Cannot say"]];
  for (const [value, words] of all) {
    const label = make("label", "level");
    label.title = words;
    const input = make("input");
    input.type = "radio";
    input.name = key;
    input.value = value;
    label.append(input, make("span", "figure", value === CANNOT_SAY ? "?" : value), " ", make("span", "meaning", words));
    options.append(label);
  }
  field.append(asked, options);
  // By keys the criterion opens when it is reached; by a pointer only once it is let go, or it would open away from under it.
  field.addEventListener("focusin", () => !pointing && openCriterion(place));
  field.addEventListener("click", (event) => {
    if (event.target.tagName !== "INPUT") openCriterion(place);
  });
  options.addEventListener("change", () => pointing && advance(place));
  return field;
}

let pointing = false;
document.addEventListener("pointerdown", () => (pointing = true), true);
document.addEventListener("keydown", () => (pointing = false), true);

const criteria = () => [...document.querySelectorAll(".criterion")];
const chosen = (field) => field.querySelector("input:checked");

function openCriterion(place) {
  state.open = place;
  criteria().forEach((field, index) => field.classList.toggle("open", index === place));
}

/** Go on to the next criterion without a score, else to the button that saves. */
function advance(place) {
  const fields = criteria();
  const order = fields.map((_, step) => (place + 1 + step) % fields.length);
  const next = order.find((index) => !chosen(fields[index]));
  if (next === undefined) at("save").focus();
  else focusCriterion(next);
}

function focusCriterion(place) {
  const field = criteria()[place];
  openCriterion(place);
  (chosen(field) ?? field.querySelector("input")).focus();
}

function showScores(rating) {
  at("scores").reset();
  for (const field of criteria()) {
    const score = rating?.scores[field.querySelector("input").name];
    if (rating) field.querySelector(`input[value="${score ?? CANNOT_SAY}"]`).checked = true;
  }
  at("note").value = rating?.note ?? "";
  openCriterion(0);
}

function giveScore(value) {
  const field = criteria()[state.open];
  field.querySelector(`input[value="${value}"]`).checked = true;
  advance(state.open);
}

async function save() {
  const missing = criteria().findIndex((field) => !chosen(field));
  if (missing >= 0) {
    focusCriterion(missing);
    say(`${state.session.criteria[missing].key} has no score yet: 1 to 5, or 0 if you cannot say`);
    return;
  }
  const scores = Object.fromEntries(
    criteria().map((field) => {
      const { name, value } = chosen(field);
      return [name, value === CANNOT_SAY ? null : Number(value)];
    }),
  );
  const { label } = state.places[state.place];
  const answer = await ask("rate", { rater: state.rater, label, scores, note: at("note").value });
  state.places[state.place].state = answer.state;
  say("Saved.");
  await goOn(state.place);
}

async function skip() {
  const here = state.places[state.place];
  here.state = (await ask("skip", { rater: state.rater, label: here.label })).state;
  say(here.state === "skipped" ? "Skipped." : "Your rating stays.");
  await goOn(state.place);
}

async function withdraw() {
  const here = state.places[state.place];
  here.state = (await ask("withdraw", { rater: state.rater, label: here.label })).state;
  await show(state.place);
  say("Your rating was taken back.");
}

async function back() {
  if (state.place > 0) await show(state.place - 1);
}

async function seeSkipped() {
  await show(state.places.findIndex((place) => place.state === "skipped"));
}

/* How far raters agree. */

const fixed = (value) => value.toFixed(2).replace("-", "−");

async function showAgreement() {
  const found = await ask("agreement");
  at("agreement-words").textContent = found.ratings
    ? `${found.ratings} ${found.ratings === 1 ? "rating" : "ratings"} of ${samples(found.samples)}.`
    : "Nothing is rated yet.";
  at("alphas").replaceChildren(
    ...Object.entries(found.criteria).map(([key, { alpha, interval, samples: compared }]) => {
      const row = make("tr");
      const head = make("th", "", key[0].toUpperCase() + key.slice(1));
      head.scope = "row";
      row.append(
        head,
        make("td", "", alpha === null ? NO_ALPHA : fixed(alpha)),
        make("td", "", interval === null ? NO_ALPHA : `${fixed(interval[0])} to ${fixed(interval[1])}`),
        make("td", "", String(compared)),
      );
      row.dataset.criterion = key;
      return row;
    }),
  );
  at("raters").replaceChildren(
    ...found.raters.map(({ name, ratings }) => make("li", "", `${name}: ${ratings} ${ratings === 1 ? "rating" : "ratings"}`)),
  );
  showOnly("agreement-view");
  at("agreement-title").focus({ preventScroll: true });
}

async function follow() {
  if (location.hash === "#agreement") await showAgreement();
  else if (state.rater === null) showWelcome();
  else if (!at("agreement-view").hidden) await goOn(state.place - 1);
}

/* Keys. */

const singleKeys = () => at("single-keys").checked;
const typing = (element) => element.matches("textarea, input[type=text]");

/** @returns {boolean} Whether the key meant something while a sample is rated. */
function rateByKey(event) {
  const { key, target } = event;
  if (key === "ArrowDown" || key === "ArrowUp") {
    if (!target.closest(".criterion")) return false;
    const next = state.open + (key === "ArrowDown" ? 1 : -1);
    if (next >= criteria().length) at("note").focus();
    else if (next >= 0) focusCriterion(next);
    return true;
  }
  // A button that has the focus does what it says.
  if (key === "Enter" && !target.closest("button, a, summary")) {
    attempt(save);
    return true;
  }
  if (!singleKeys()) return false;
  if (/^[1-5]$/.test(key)) giveScore(key);
  else if (key === "0") giveScore(CANNOT_SAY);
  else if (key.toLowerCase() === "s") attempt(skip);
  else if (key.toLowerCase() === "b") attempt(back);
  else if (key.toLowerCase() === "n") at("note").focus();
  else return false;
  return true;
}

function onKey(event) {
  if (event.isComposing || event.altKey || at("keys").open) return;
  if (typing(event.target)) {
    if (event.target !== at("note")) return;
    if (event.key === "Escape") at("save").focus();
    else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) attempt(save);
    else return;
    event.preventDefault();
    return;
  }
  if (event.ctrlKey || event.metaKey) return;
  if (event.key === "?" && singleKeys()) {
    at("keys").showModal();
    event.preventDefault();
  } else if (!at("rating").hidden && rateByKey(event)) {
    event.preventDefault();
  }
}

async function start() {
  state.session = await ask("session");
  at("note").maxLength = state.session.longest_note;
  at("criteria").replaceChildren(...state.session.criteria.map(criterion));
  const stored = storedRater();
  // A file that was made anew does not know the names of the old one.
  if (stored !== null && state.session.raters.includes(stored)) await join(stored);
  await follow();
}

at("join").addEventListener("submit", (event) => {
  event.preventDefault();
  attempt(() => join(at("name").value));
});
at("scores").addEventListener("submit", (event) => {
  event.preventDefault();
  attempt(save);
});
at("who").addEventListener("click", leave);
at("skip").addEventListener("click", () => attempt(skip));
at("back").addEventListener("click", () => attempt(back));
at("withdraw").addEventListener("click", () => attempt(withdraw));
at("show-all").addEventListener("click", () => attempt(showAll));
at("see-skipped").addEventListener("click", () => attempt(seeSkipped));
at("see-again").addEventListener("click", () => attempt(() => show(0)));
at("show-keys").addEventListener("click", () => at("keys").showModal());
at("single-keys").checked = localStorage.getItem(SINGLE_KEYS_KEY) !== "off";
at("single-keys").addEventListener("change", () => localStorage.setItem(SINGLE_KEYS_KEY, singleKeys() ? "on" : "off"));
document.addEventListener("keydown", onKey);
addEventListener("hashchange", () => attempt(follow));
attempt(start);
