// Elements of the page, made from text only.

const $ = (id) => document.getElementById(id);

/** Return an element; a string among the children is text, whatever it holds. */
function el(tag, settings = {}, ...children) {
  const made = document.createElement(tag);
  for (const [key, value] of Object.entries(settings)) {
    if (value === null || value === undefined || value === false) continue;
    if (key === "on") for (const [event, act] of Object.entries(value)) made.addEventListener(event, act);
    else if (key === "style") Object.assign(made.style, value);
    else made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  return made;
}

/** Put children in the place of what an element holds. */
function fill(id, ...children) {
  const place = typeof id === "string" ? $(id) : id;
  if (place) place.replaceChildren(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
}

/** Fill a select; an option is [value, text]. */
function options(id, pairs, chosen) {
  const select = $(id);
  if (!select) return;
  fill(select, pairs.map(([value, text]) => el("option", { value, selected: String(value) === String(chosen) }, text)));
}

function listen(id, event, act) {
  $(id)?.addEventListener(event, act);
}

/** Return how to focus again a button that has the focus now, or the one drawn in its place. */
function wayBack() {
  const held = document.activeElement;
  const home = held.closest("table[id], #details");
  const at = home ? [...home.querySelectorAll("button")].indexOf(held) : -1;
  if (at < 0) return () => {};
  return () => (held.isConnected ? held : $(home.id).querySelectorAll("button")[at])?.focus({ preventScroll: true });
}

/** Seats by their numbers: municipalities, and behind them sites. */
const PLACES = [...D.towns, ...D.sites];

/** Return a name that can be chosen: it opens the municipality's details. A site has none. */
function town(i) {
  if (i >= D.towns.length) return el("bdi", {}, PLACES[i].name);
  return el("button", { type: "button", class: "town", on: { click: () => inspect(i) } }, el("bdi", {}, D.towns[i].name));
}

/** Fill a table, without columns that hold nothing. */
function tabled(id, ...parts) {
  fill(id, ...parts);
  trimmed($(id));
}

/** Take columns from a table in which no row has anything; it must have no cell across several. */
function trimmed(table) {
  const rows = [...table.querySelectorAll("tbody tr")];
  const all = [...table.querySelectorAll("tr")];
  if (!rows.length || all.some((one) => [...one.cells].some((cell) => cell.colSpan > 1 || cell.rowSpan > 1))) return table;
  const width = rows[0].cells.length;
  if (all.some((one) => one.cells.length !== width)) return table;
  for (let k = width - 1; k > 0; k -= 1) {
    if (rows.every((one) => ["", "–"].includes(one.cells[k].textContent.trim()))) for (const one of all) one.cells[k].remove();
  }
  return table;
}

function row(cells, settings = {}) {
  return el("tr", settings, ...cells);
}

function head(...cells) {
  return el("thead", {}, row(cells));
}

const th = (text, settings = {}) => el("th", { scope: "col", ...settings }, text);
const right = (text, settings = {}) => th(text, { class: "number", ...settings });
const td = (text, settings = {}) => el("td", settings, text);
const figure = (text, settings = {}) => el("td", { ...settings, class: `number ${settings.class ?? ""}` }, text);
const side = (child, settings = {}) => el("th", { scope: "row", class: "name", ...settings }, child);

/** Return the colour of a partnership as a small square. */
function swatch(tone) {
  return el("span", { class: "swatch", "aria-hidden": "true", style: { background: tone < 0 ? D.tones.alone : D.tones.shades[tone] } });
}

function joined(numbers) {
  return numbers.map((i) => `\u2068${PLACES[i].name}\u2069`).join(", ");
}

/** Return by service and municipality the partnership and its colour; null where alone. */
function placed(plan) {
  if (plan.placed) return plan.placed;
  plan.placed = D.services.map(() => D.towns.map(() => null));
  for (const [number, tone] of plan.bodies) {
    const body = D.bodies[number];
    body.members.forEach((i, at) => { plan.placed[body.service][i] = { body, tone, at }; });
  }
  return plan.placed;
}
