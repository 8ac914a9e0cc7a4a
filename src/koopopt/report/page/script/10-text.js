// Sentences, names and numbers in the language of the page. Nothing here makes markup.

const D = JSON.parse(document.getElementById("data").textContent);
const LOCALES = { de: "de-DE", en: "en-GB" };
const LANGUAGES = ["en", "de"];  // the order of the templates

const state = { lang: D.lang, plan: D.chosen, other: null, service: 0, town: null, x: 0, y: 1, c: -1, key: "demand", by: "demand", sort: null };

/** Return a sentence: a name as it is, a title in the language, a template with its fields. */
function say(what) {
  if (what === undefined) return "";
  if (what === null) return "–";
  if (typeof what === "number") return number(what);
  if (typeof what !== "object") return String(what);
  if (!Array.isArray(what)) return what[state.lang] || what.en || Object.values(what)[0] || "";
  const [which, fields] = what;
  if (which < 0) return say(D.parts[fields]);
  const pattern = D.templates[which][LANGUAGES.indexOf(state.lang)];
  return pattern.replace(/\{\{|\}\}|\{(\w+)\}/g, (found, field) => {
    if (!field) return found[0];
    const value = fields[field];
    // Isolated, so that a name written from right to left does not turn the sentence around.
    return typeof value === "string" ? `\u2068${value}\u2069` : say(value);
  });
}

/** Return a word of the page; `fields` fill it. */
function word(key, fields) {
  return say(fields ? [D.words[key][0], fields] : D.words[key]);
}

const formats = new Map();
function format(options) {
  const key = state.lang + JSON.stringify(options);
  if (!formats.has(key)) formats.set(key, new Intl.NumberFormat(LOCALES[state.lang], options));
  return formats.get(key);
}

/** Return a number with `digits` decimals, or as many as it needs; a dash where there is none. */
function number(value, digits) {
  if (value === null || value === undefined || !Number.isFinite(value)) return "–";
  const shape = digits === undefined ? { maximumFractionDigits: 6 } : { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return format({ ...shape, signDisplay: "negative" }).format(value);
}

const whole = (value) => number(value, 0);

function percent(share, digits = 0) {
  return format({ style: "percent", minimumFractionDigits: digits, maximumFractionDigits: digits }).format(share);
}

function day(iso) {
  const [year, month, date] = iso.split("-").map(Number);
  return new Intl.DateTimeFormat(LOCALES[state.lang], { dateStyle: "long" }).format(new Date(year, month - 1, date));
}
