// What can be read from a plan: who is with whom, what everybody pays, what differs.

import { app } from "./store.js";
import { say, word } from "./text.js";

/** Seats by their numbers: municipalities, and behind them sites. */
export const places = () => [...app.case.towns, ...app.case.sites];
export const townName = (i) => places()[i].name;
export const names = (numbers) => numbers.map(townName);
export const serviceName = (k) => say(app.case.services[k].title);

const known = new WeakMap();

/** Return by service and municipality its pooled partnership with `at`, its place in it; null where alone. */
export function placed(plan) {
  if (!known.has(plan)) {
    const all = app.case.services.map(() => app.case.towns.map(() => null));
    for (const p of plan.partnerships) {
      if (!pooled(p)) continue;
      p.members.forEach((i, at) => { all[p.service][i] = { body: p, at }; });
    }
    known.set(plan, all);
  }
  return known.get(plan);
}

/** Whether a partnership is more than one municipality that keeps a service at home. */
export const pooled = (p) => p.members.length > 1 || p.seat !== p.members[0];
export const pools = (plan, service) => plan.partnerships.filter((p) => p.service === service && pooled(p));

/** Return a partnership as the server reads it. */
export function written(p) {
  const { services, towns, forms } = app.case;
  return {
    service: services[p.service].id, members: p.members.map((i) => towns[i].id), seat: places()[p.seat].id,
    legal_form: p.form === null ? null : forms[p.form].id,
  };
}

/** Return the plan that a choice names: "now", "today", "alone", "best" or the id of a variant. */
export function planOf(which) {
  if (which === "now") return app.plan;
  if (which === "best") return app.answer?.revision === app.revision ? app.answer.plan : null;
  if (which === "today" || which === "alone") return app.case[which];
  return app.variants.find((v) => v.id === which)?.plan ?? null;
}

/** Return what can be compared, as [value, text]. */
export function planChoices() {
  const fixed = [["now", word("plan_now")], ["best", word("plan_best")], ["today", word("plan_today")], ["alone", word("plan_alone")]];
  return [...fixed.filter(([which]) => planOf(which)), ...app.variants.map((v) => [v.id, v.name])];
}

/** Return what is compared against by habit: today where there is a status quo, else all alone. */
export const baseline = () => (app.case.today ? "today" : "alone");

/** Return by municipality the EUR a year by which a plan differs from another for it, by a key. */
export function shifts(plan, other, key = app.key) {
  const before = other === app.case.alone ? app.case.alone.towns_alone : other.shares[key];
  return plan.shares[key].map((value, i) => value - before[i]);
}

/** Return who would pay less without its partners: [municipality, service, EUR a year, rules it would break]. */
export function leavers(plan) {
  return plan.partnerships.filter(pooled).flatMap((p) => (p.leave ?? []).flatMap(([own, , broken], at) => (own < -0.5 ? [[p.members[at], p.service, own, broken]] : [])));
}

/** Return the longest way of a plan: minutes, municipality, partnership; null where everybody is alone. */
export function longest(plan) {
  let found = null;
  for (const p of plan.partnerships.filter(pooled)) {
    p.minutes.forEach((minutes, at) => { if (minutes > (found?.minutes ?? 0)) found = { minutes, town: p.members[at], body: p }; });
  }
  return found;
}

/** Return the mean minutes of all inhabitants' ways. */
export function meanWay(plan) {
  if (plan.everyone) return plan.everyone[0];
  let people = 0, sum = 0;
  app.case.towns.forEach(({ population }, i) => { people += population; sum += population * plan.times[i][0]; });
  return people ? sum / people : 0;
}

/** Return by how much a look at a move changes a criterion. */
export const difference = (look, name) => look.difference[app.case.criteria.findIndex((c) => c.name === name)] ?? 0;

/** Return the memberships in which two plans differ: [service, municipality, one, other]. */
export function differing(one, other) {
  const signature = (cell) => (cell ? `${cell.body.seat}:${cell.body.members.join(",")}` : "");
  const [a, b] = [placed(one), placed(other)];
  return a.flatMap((towns, s) => towns.flatMap((cell, i) => (signature(cell) === signature(b[s][i]) ? [] : [[s, i, cell, b[s][i]]])));
}

/** Return in words with whom a municipality is. */
export function withWhom(cell, i) {
  if (!cell) return word("alone");
  const others = names(cell.body.members.filter((m) => m !== i));
  const seat = cell.body.seat === i ? word("seat_here") : word("seat_in", { seat: townName(cell.body.seat) });
  return others.length ? `${others.join(", ")} (${seat})` : seat;
}
