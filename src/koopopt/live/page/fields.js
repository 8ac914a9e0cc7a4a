// What a value is entered with: a box to tick, a number with or without a slider, its range, a list to choose from.

import { app } from "./store.js";
import { el, fill } from "./elements.js";
import { number, say, word } from "./text.js";

const SPAN = 1.5;  // powers of ten to either side that a weight's slider reaches
const LOOSE = 400;  // milliseconds without a further step of a slider, until its value is asked
const SHARE = 0.02;  // of all costs: what a weight that is not in use would move if it had its middle value

/** Return a field of a control: `field`, `update(value)`, and `label` where it brings its own; `bare` without a unit. */
export function fieldOf(control, id, title, set, bare) {
  const make = { flag, choice, several, range }[control.kind] ?? figure;
  return make(control, id, title, set, bare);
}

function flag(control, id, title, set) {
  const box = el("input", { type: "checkbox", id, "data-key": id, on: { change: () => set(box.checked) } });
  const part = el("span", { class: "quiet" });
  return {
    label: el("label", { class: "check", for: id }, box, " ", el("span", {}, title, part)), field: null,
    update: (value) => {
      box.checked = value === true;
      fill(part, value && typeof value === "object" ? ` (${word("by_table")})` : null);
    },
  };
}

function choice(control, id, title, set) {
  const select = el("select", { id, "data-key": id, on: { change: () => set(select.value || null) } },
    el("option", { value: "" }, word("not_set")), control.options.map((one) => el("option", { value: one.id }, say(one.title))));
  return { field: select, update: (value) => { select.value = typeof value === "string" ? value : ""; } };
}

function several(control, id, title, set) {
  const boxes = control.options.map((one) => el("input", { type: "checkbox", value: one.id, "data-key": `${id}-${one.id}`, on: { change: () => tell() } }));
  const tell = () => {
    const chosen = boxes.filter((box) => box.checked).map((box) => box.value);
    set(chosen.length ? chosen : null);
  };
  const count = el("span", { class: "quiet" });
  const field = el("details", { class: "several" }, el("summary", { "data-key": id }, el("span", {}, title), " ", count),
    el("div", { role: "group", "aria-label": title, class: "options" }, control.options.map((one, k) => el("label", { class: "check" }, boxes[k], " ", say(one.title)))));
  return {
    label: el("span", {}), field,
    update: (value) => {
      const chosen = Array.isArray(value) ? value : [];
      for (const box of boxes) box.checked = chosen.includes(box.value);
      fill(count, chosen.length ? word("picked", { count: chosen.length }) : word("any"));
    },
  };
}

/** Return the fields of a range: its least and its largest value, beside the number that counts. */
function range(control, id, title, set) {
  // Nothing gets between: not while somebody types or is being answered; into half a range only another value.
  let typing = false, half = false, asking = 0, latest, shown;
  const write = () => {
    const told = JSON.stringify(latest);
    if (typing || asking || (half && told === shown)) return;
    [half, shown] = [false, told];
    ends.forEach((one, k) => { one.value = Array.isArray(latest) ? String(latest[k]) : ""; });
  };
  const ask = async () => {
    const entered = ends.filter((end) => end.value !== "");
    [typing, half] = [false, entered.length === 1];
    if (half) return;
    asking += 1;
    await set(entered.length ? entered.map((end) => Number(end.value)) : null);
    asking -= 1;
    write();
  };
  const end = (key, [least, most]) => el("input", {
    type: "number", id: key === "low" ? id : `${id}-${key}`, "data-key": `${id}-${key}`, step: "any", inputmode: "decimal", min: least, max: most,
    placeholder: word(`range_${key}`), "aria-label": word(`range_${key}_label`, { what: title }),
    on: { input: () => { typing = true; }, change: ask },
  });
  const ends = [end("low", [control.least, control.number]), end("high", [control.number, control.most])];
  const counts = el("span", { class: "unit" }, word("range_counts", { value: number(control.number) }));
  return {
    label: el("span", {}, title), field: el("div", { class: "row", role: "group", "aria-label": title }, ends[0], el("span", { "aria-hidden": "true" }, "–"), ends[1], counts),
    update: (value) => {
      latest = value;
      write();
    },
  };
}

/** Return a number's field, with a slider where there is something to slide between. */
function figure(control, id, title, set, bare) {
  let open = false;  // somebody types or slides: what the server says meanwhile must not get between
  const read = () => {
    if (field.value === "") return null;
    const value = Number(field.value);
    return control.kind === "integer" ? Math.round(value) : value;
  };
  const field = el("input", {
    type: "number", id, "data-key": id, step: "any", inputmode: control.kind === "integer" ? "numeric" : "decimal",
    min: control.least, max: control.most, placeholder: word("not_set"),
    on: { input: () => { open = true; }, change: () => ask(), blur: () => { open = false; } },
  });
  const write = (value) => {
    if (open) return;
    field.placeholder = word(value && typeof value === "object" ? "by_table" : "not_set");
    field.value = typeof value === "number" ? String(value) : "";
  };
  const unit = bare ? null : el("span", { class: "unit" }, say(control.unit));
  let loose;
  const ask = () => {
    clearTimeout(loose);
    open = false;
    set(read());
  };
  const scale = scaleOf(control);
  if (!scale) return { field: el("div", { class: "row" }, field, unit), update: write };
  const spoken = () => slider.setAttribute("aria-valuetext", field.value === "" ? word("not_set") : number(Number(field.value)));
  const slider = el("input", {
    type: "range", min: "0", max: "1000", step: "1", "data-key": `${id}-slider`, "aria-label": title,
    on: {
      input: () => {
        open = true;
        field.value = String(scale.value(slider.value / 1000));
        spoken();
        clearTimeout(loose);
        loose = setTimeout(ask, LOOSE);
      },
      change: ask,
    },
  });
  return {
    field: el("div", { class: "row" }, slider, field, unit),
    update: (value) => {
      if (open) return;
      write(value);
      slider.value = String(Math.round(1000 * scale.place(typeof value === "number" ? value : scale.none)));
      spoken();
    },
  };
}

/** Return how a slider's place, 0 to 1, becomes a value: powers of ten around a weight, steps between bounds. */
function scaleOf({ group, place, value, least, most, kind }) {
  if (group === "weights") {
    const middle = value > 0 ? value : usual(place.split(".").at(-1));
    const rounded = (v) => Number(v.toPrecision(2));
    return { none: 0, value: (x) => (x === 0 ? 0 : rounded(middle * 10 ** ((2 * x - 1) * SPAN))), place: (v) => (v > 0 ? Math.min(1, Math.max(0, (Math.log10(v / middle) / SPAN + 1) / 2)) : 0) };
  }
  const top = most ?? (kind === "integer" && /members$/.test(place) ? app.case.towns.length : null);
  if (least === null || least === undefined || top === null || top - least > 1e5) return null;
  const unit = kind === "integer" ? 1 : (top - least) / 100;
  const stepped = (v) => Math.min(top, Number((least + Math.round((v - least) / unit) * unit).toPrecision(10)));
  return { none: top, value: (x) => stepped(least + x * (top - least)), place: (v) => (top > least ? (v - least) / (top - least) : 0) };
}

/** Return a weight that makes a criterion count for something beside the costs, as a power of ten. */
function usual(name) {
  const k = app.case.criteria.findIndex((c) => c.name === name);
  const cost = app.case.criteria.findIndex((c) => c.name === "cost");
  const values = [app.case.alone, app.case.today, app.plan].filter(Boolean).map((plan) => plan.criteria[k]);
  const spread = Math.max(...values) - Math.min(...values);
  if (!(spread > 0)) return 1;
  return 10 ** Math.round(Math.log10((SHARE * app.case.alone.criteria[cost]) / spread));
}
