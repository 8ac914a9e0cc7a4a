// Words, names and numbers in the language of the page. Nothing here makes markup.

import { app } from "./store.js";

const LOCALES = { de: "de-DE", en: "en-GB" };

/** Return a text of the server, which comes in both languages, or a name as it is. */
export function say(what) {
  if (what === null || what === undefined) return "";
  if (typeof what !== "object") return String(what);
  return what[app.lang] || what.en || Object.values(what)[0] || "";
}

/** Return a word of the page; `fields` fill its gaps, names isolated from the sentence around them. */
export function word(key, fields = {}) {
  const pattern = app.words[key]?.[app.lang];
  if (pattern === undefined) throw new Error(`no word ${key}`);
  return pattern.replace(/\{(\w+)\}/g, (_, name) => String(fields[name]));
}

/** Return a name from the data so that it cannot turn the sentence around it. */
export const name = (text) => `\u2068${text}\u2069`;

const formats = new Map();
function format(options) {
  const key = app.lang + JSON.stringify(options);
  if (!formats.has(key)) formats.set(key, new Intl.NumberFormat(LOCALES[app.lang], options));
  return formats.get(key);
}

/** Return a number with `digits` decimals, or as many as it needs; a dash where there is none. */
export function number(value, digits) {
  if (value === null || value === undefined || !Number.isFinite(value)) return "–";
  const shape = digits === undefined ? { maximumFractionDigits: 6 } : { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return format({ ...shape, signDisplay: "negative" }).format(value);
}

/** Return a figure of a criterion with no more decimals than somebody reads. */
export function figure(value, digits) {
  return number(value, Math.abs(value) >= 1000 || Number.isInteger(value) ? 0 : Math.min(digits, 1));
}

export const whole = (value) => number(value, 0);

/** Return in a cell, below a head that names the unit, how an amount differs: never by a sign. */
function differs(by, shown, less, more) {
  return ["–", number(0, 0), number(0, 1)].includes(shown) ? shown : word(by < 0 ? less : more, { amount: shown });
}

export const dearer = (by) => differs(by, whole(Math.abs(by)), "cell_saves", "cell_costs");
export const larger = (by, digits) => differs(by, figure(Math.abs(by), digits), "less_by", "more_by");

export function percent(share, digits = 1) {
  return format({ style: "percent", maximumFractionDigits: digits }).format(share);
}

/** Return an amount as people say it: "1.26 million EUR", "90,820 EUR". */
export function money(value) {
  const size = Math.abs(value);
  if (size >= 999_500) return word("millions", { amount: number(size / 1e6, 2) });
  return word("euros", { amount: whole(size) });
}

/** Return a sum rounded as an estimate deserves: to 1,000, below 20,000 to 100. */
export function rough(value) {
  const grain = Math.abs(value) >= 20_000 ? 1000 : 100;
  return Math.round(value / grain) * grain;
}

/** Return in words whether a difference is a gain: "Saves … a year", "costs … more a year". */
export function gain(difference, inside = false) {
  const key = Math.abs(difference) < 0.5 ? "costs_same" : difference < 0 ? "saves" : "costs_more";
  return word(inside ? `${key}_in` : key, { amount: money(difference) });
}

/** Return a text that begins with a capital letter. */
export const capital = (text) => text.charAt(0).toLocaleUpperCase(LOCALES[app.lang]) + text.slice(1);

/** Return names as a list, the last one joined by "and"; beyond `most` only how many more. */
export function list(names, most = Infinity) {
  const shown = names.slice(0, most).map(name);
  if (names.length > most) shown.push(word("others", { count: whole(names.length - most) }));
  return new Intl.ListFormat(LOCALES[app.lang], { type: "conjunction" }).format(shown);
}

/** Return when something happened: the time today, else with its date. */
export function when(iso) {
  const date = new Date(iso);
  if (Number.isNaN(date.valueOf())) return String(iso);
  const today = date.toDateString() === new Date().toDateString();
  const options = today ? { timeStyle: "short" } : { dateStyle: "medium", timeStyle: "short" };
  return new Intl.DateTimeFormat(LOCALES[app.lang], options).format(date);
}
