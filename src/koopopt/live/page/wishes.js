// What is asked for besides the numbers: locked, forbidden, together, apart. Each can be taken off.

import { app, view } from "./store.js";
import { act } from "./api.js";
import { button, el, fill } from "./elements.js";
import { list, word } from "./text.js";
import { names, places, serviceName } from "./plans.js";

const numberOf = (id) => places().findIndex((place) => place.id === id);
const same = (a, b) => a.length === b.length && a.every((id) => b.includes(id));

/** Return a wish of a kind about municipalities by their numbers. */
export function wishOf(kind, service, towns, seat) {
  const wish = { kind, service: service === null ? null : app.case.services[service].id };
  if (kind !== "no_seat") wish.towns = towns.map((i) => app.case.towns[i].id);
  if (seat !== undefined) wish.seat = places()[seat].id;
  return wish;
}

/** Return the wish of a kind that is in force about exactly these municipalities, or undefined. */
export function wished(kind, service, towns) {
  const ids = towns.map((i) => app.case.towns[i].id);
  const id = app.case.services[service].id;
  return app.question.wishes.find((w) => w.kind === kind && w.service === id && same(w.towns, ids));
}

/** Return the wish in force that a place is no seat of a service, or undefined. */
export function noSeat(service, seat) {
  return app.question.wishes.find((w) => w.kind === "no_seat" && w.service === app.case.services[service].id && w.seat === places()[seat].id);
}

/** Take a wish off; fields that say nothing are not sent. */
function takeOff({ kind, service, towns, seat }) {
  return act({ kind: "unwish", wish: { kind, service, ...(towns?.length ? { towns } : {}), ...(seat ? { seat } : {}) } });
}

/** Put a wish in force, or take it off if it is. */
export function toggle(found, wish) {
  return found ? takeOff(found) : act({ kind: "wish", wish });
}

/** Return what a map marks: seats of locked partnerships, pairs together or apart. */
export function marksOf(service) {
  const id = app.case.services[service].id;
  const here = app.question.wishes.filter((w) => w.service === id || w.service === null);
  return {
    locked: here.filter((w) => w.kind === "lock").map((w) => numberOf(w.seat)),
    pairs: here.filter((w) => w.kind === "together" || w.kind === "apart").map((w) => ({ kind: w.kind, towns: w.towns.map(numberOf) })),
  };
}

/** Return a wish in words. */
export function inWords(wish) {
  const who = list(names((wish.towns ?? []).map(numberOf)));
  const seat = wish.seat === undefined || wish.seat === null ? "" : names([numberOf(wish.seat)])[0];
  const service = wish.service === null ? word("everything") : serviceName(app.case.services.findIndex((s) => s.id === wish.service));
  return word(`wish_${wish.kind}`, { who, seat, service });
}

function draw() {
  const { wishes } = app.question;
  if (!wishes.length) return fill("wishes");
  fill("wishes", el("h3", { id: "wishes-title" }, word("wishes")), el("ul", { class: "chips", "aria-labelledby": "wishes-title" }, wishes.map((wish, k) => el("li", { class: `chip ${wish.kind}` },
    el("span", {}, inWords(wish)),
    button(`unwish-${k}`, "×", () => takeOff(wish), { "aria-label": word("take_off", { what: inWords(wish) }), title: word("take_off_short") })))));
}

view(["question"], draw);
