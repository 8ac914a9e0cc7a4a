// Elements of the page, made from text only.

const SVG = "http://www.w3.org/2000/svg";

export const $ = (id) => document.getElementById(id);

function furnish(made, settings, children) {
  for (const [key, value] of Object.entries(settings)) {
    if (value === null || value === undefined || value === false) continue;
    if (key === "on") for (const [event, act] of Object.entries(value)) made.addEventListener(event, act);
    else if (key === "look") Object.assign(made.style, value);
    else made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...solid(children));
  return made;
}

const solid = (children) => children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false);

/** Return an element; a string among the children is text, whatever it holds. */
export function el(tag, settings = {}, ...children) {
  return furnish(document.createElement(tag), settings, children);
}

/** Return an element of a drawing. */
export function svg(tag, settings = {}, ...children) {
  return furnish(document.createElementNS(SVG, tag), settings, children);
}

/** Put children in the place of what an element holds. */
export function fill(place, ...children) {
  (typeof place === "string" ? $(place) : place).replaceChildren(...solid(children));
}

/** Return a button; `key` finds it again after it was drawn anew. */
export function button(key, text, act, settings = {}) {
  return el("button", { type: "button", "data-key": key, ...settings, on: { click: act } }, text);
}

/** Fill a select; an option is [value, text]. */
export function options(select, pairs, chosen) {
  fill(select, pairs.map(([value, text]) => el("option", { value, selected: String(value) === String(chosen) }, text)));
}

/** Return a labelled select. */
export function choice(key, label, pairs, chosen, act) {
  const select = el("select", { "data-key": key, on: { change: (event) => act(event.target.value) } });
  options(select, pairs, chosen);
  return el("label", { class: "choice" }, el("span", {}, label), " ", select);
}

/** Return a table in a box that scrolls sideways; rows are lists of cells, texts or `{ text, class }`; the first heads its row. */
export function table(label, heads, rows, numeric = []) {
  const kind = (k) => (numeric.includes(k) ? "number" : null);
  return el("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": label }, el("table", {},
    el("thead", {}, el("tr", {}, heads.map((text, k) => el("th", { scope: "col", class: kind(k) }, text)))),
    el("tbody", {}, rows.map((cells) => el("tr", {}, cells.map((cell, k) => {
      const toned = cell && Object.hasOwn(cell, "text");
      const settings = toned ? { class: `${kind(k) ?? ""} ${cell.class}`.trim() || null } : { class: kind(k) };
      const inside = toned ? cell.text : cell;
      return k ? el("td", settings, inside) : el("th", { scope: "row" }, inside);
    }))))));
}
