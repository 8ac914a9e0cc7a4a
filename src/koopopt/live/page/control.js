// One control: what it is, its value, a way back to the instance's value, and what the rule costs.

import { app } from "./store.js";
import { act } from "./api.js";
import { button, el, fill } from "./elements.js";
import { capital, figure, gain, money, number, say, word } from "./text.js";
import { fieldOf } from "./fields.js";

/** Return the value in force: what the question says, else what the instance says. */
export const valueOf = (control) => (changed(control) ? app.question.settings[control.place] : control.value);
export const changed = (control) => Object.hasOwn(app.question.settings, control.place);

/** Whether a control matters now: it has a value, or had one. */
export const inForce = (control) => changed(control) || ![null, undefined, false, 0].includes(control.value);

const none = (value) => value === null || value === undefined || value === false;

/** Ask for a value; the instance's own needs no setting, and `false` lifts what the instance demands. */
function set(control, value) {
  const plain = JSON.stringify(value) === JSON.stringify(control.value) || (none(value) && none(control.value));
  if (plain && !changed(control)) return null;
  return act({ kind: "set", place: control.place, value: plain ? null : none(value) ? false : value });
}

/** Return a control with `element` and `update()`. */
export function controlOf(control) {
  const id = `c-${control.place.replace(/[^\w]/g, "-")}`;
  const title = capital(say(control.title));
  const unit = control.group === "weights" || control.group === "limits" ? say(control.unit) : "";
  const back = button(`${id}-back`, word("back"), () => act({ kind: "set", place: control.place, value: null }), { class: "small back", "aria-label": word("back_label", { what: title }), title: word("back_to", { value: shown(control, control.value) }) });
  const price = el("span", { class: "price" });
  const { label, field, update: show } = fieldOf(control, id, title, async (value) => { if (!await set(control, value)) update(); }, Boolean(unit));
  const element = el("div", { class: `control of-${control.kind}`, "data-place": control.place },
    el("div", { class: "control-head" }, label ?? el("label", { for: id }, title, unit ? el("span", { class: "quiet" }, ` ${unit}`) : null), back),
    field, price);
  const update = () => {
    show(valueOf(control));
    back.hidden = !changed(control);
    element.classList.toggle("changed", changed(control));
    fill(price, control.group === "limits" ? now(control) : priceOf(control.place));
  };
  update();
  return { element, update, control };
}

/** Return a value as it is read. */
export function shown(control, value) {
  if (none(value)) return word("not_set");
  if (value === true) return word("set");
  if (control.kind === "range") return value.map((end) => number(end)).join(" – ");
  if (Array.isArray(value)) return word("picked", { count: value.length });
  if (typeof value === "number") return control.group === "weights" ? number(value) : `${number(value)} ${say(control.unit)}`.trim();
  return typeof value === "object" ? word("by_table") : String(value);
}

/** Return what the plan that is shown has of what is limited. */
function now({ place }) {
  const k = app.case.criteria.findIndex((c) => c.name === place.split(".").at(-1));
  return k < 0 ? "" : word("at_now", { value: figure(app.plan.criteria[k], app.case.criteria[k].digits) });
}

/** Return in words what a rule costs, as far as that is known. */
function priceOf(place) {
  const own = app.prices.found?.find((price) => price.rule === place);
  if (!own) return "";
  const { low, high, exact, cost } = own;
  const value = cost ?? low;
  if (value === null || value === undefined) return "";
  if (exact || low === high) return Math.abs(value) < 0.5 ? word("price_none") : value > 0 ? word("price", { amount: money(value) }) : gain(value, true);
  return word("price_between", { low: money(low), high: money(high) });
}
