// Three sentences: money, ways, people. While a municipality is held, what its move would mean.

import { app, view } from "./store.js";
import { $, el, fill } from "./elements.js";
import { gain, list, money, number, rough, say, whole, word } from "./text.js";
import { baseline, difference, leavers, longest, meanWay, planOf, serviceName, shifts, townName } from "./plans.js";
import { whereTo } from "./moving.js";

const MOST = 3;

/** Return the money of a plan: against today, and against all alone. */
function moneyLines(plan) {
  const lines = [];
  const tone = (difference) => (difference < -0.5 ? "good" : difference > 0.5 ? "bad" : "");
  const big = app.case.today ? plan.today : plan.alone;
  lines.push(el("p", { class: `figure ${tone(big)}` }, el("b", {}, gain(big)), " ", word(app.case.today ? "against_today" : "against_alone")));
  const ends = plan.cases?.[app.case.today ? "today" : "alone"];
  if (ends) lines.push(el("p", { id: "gist-cases" }, casesLine(ends.map(rough))));
  if (app.case.today) lines.push(el("p", { class: "quiet" }, word("and_alone", { gain: gain(plan.alone, true) })));
  return lines;
}

/** Say what a plan saves in each scenario where the best one in scenarios is asked for. */
function scenariosLine(plan) {
  const own = app.case.scenarios.slice(0, plan.scenarios.length);
  const lines = own.map((one, k) => el("li", {}, `${say(one.title)}: ${gain(plan.scenarios[k], true)}`));
  return el("div", { id: "gist-scenarios" }, el("p", {}, word("scenarios_line")), el("ul", {}, lines));
}

/** Say between what the difference lies where numbers are not certain. */
function casesLine([low, high]) {
  if (gain(low) === gain(high)) return word("cases_same", { gain: gain(low, true) });
  if (low > -0.5) return word("cases_cost", { low: money(low), high: money(high) });
  if (high < 0.5) return word("cases_save", { low: money(high), high: money(low) });
  return word("cases_both", { saved: money(low), more: money(high) });
}

function waysLine(plan) {
  const far = longest(plan);
  if (!far) return word("no_ways");
  return word("ways_line", { mean: number(meanWay(plan), 1), longest: whole(far.minutes), town: townName(far.town), seat: townName(far.body.seat), service: serviceName(far.body.service) });
}

/** Return who gains and who loses, the most first: [municipality, EUR a year]. */
function sides(plan, other) {
  const all = shifts(plan, other).map((value, i) => [i, value]).filter(([, value]) => Math.abs(value) >= 0.5);
  return [all.filter(([, v]) => v < 0).sort((a, b) => a[1] - b[1]), all.filter(([, v]) => v > 0).sort((a, b) => b[1] - a[1])];
}

const named = (side) => list(side.map(([i, value]) => `${townName(i)} (${word("euros", { amount: whole(Math.abs(value)) })})`), MOST);

function peopleLines(plan, other, against) {
  const [winners, losers] = sides(plan, other);
  const lines = [];
  const count = winners.length;
  const kind = count === 1 ? "winners_one" : count === app.case.towns.length ? "winners_all" : count ? "winners" : "no_winners";
  lines.push(word(kind, { count: whole(count), against }));
  lines.push(losers.length ? word("losers", { names: named(losers) }) : word("no_losers"));
  lines.push(leaversLine(plan));
  return lines;
}

/** Say who would gain by leaving a partnership, the most first. */
function leaversLine(plan) {
  const all = leavers(plan).sort((a, b) => a[2] - b[2]);
  const gone = all.filter(([i], k) => all.findIndex(([j]) => j === i) === k);  // each once, with its most
  const count = gone.length;
  if (!count) return word("no_leavers");
  return word(count === 1 ? "leavers_one" : "leavers", { count: whole(count), names: list(gone.map(([i, s, own]) => `${townName(i)} (${serviceName(s)}, ${money(own)})`), MOST) });
}

function drawPlan() {
  const { plan } = app;
  const which = baseline();
  fill("gist",
    el("h2", { id: "gist-title", class: "unseen" }, word("gist")),
    app.draft ? el("p", { class: "quiet" }, word("draft")) : null,
    moneyLines(plan),
    app.question.scenario ? scenariosLine(plan) : null,
    el("p", {}, waysLine(plan)),
    el("p", {}, peopleLines(plan, planOf(which), word(which === "today" ? "than_today" : "than_alone")).join(" ")),
    violations(plan));
}

function violations(plan) {
  if (!plan.violations.length) return null;
  return el("div", { class: "broken" }, el("b", {}, word("broken_rules")), el("ul", {}, plan.violations.slice(0, 6).map((text) => el("li", {}, say(text)))));
}

/** Say what a move would mean, beside the plan that is shown. */
function drawLook() {
  const { held, look, plan } = app;
  const title = held.to === undefined ? townName(held.town) : word("look_title", { name: townName(held.town), where: whereTo(held.to) });
  const parts = [el("h2", { id: "gist-title" }, title)];
  if (held.to === undefined) parts.push(el("p", { class: "quiet" }, word(held.how === "keys" ? "hold_keys" : "hold_pointer")));
  else if (!look) parts.push(el("p", { class: "quiet" }, word("looking")));
  else if (look.problem) parts.push(el("p", { class: "broken" }, say(look.problem)));
  else parts.push(...lookLines(look, plan));
  fill("gist", parts);
}

function lookLines(look, plan) {
  const cost = difference(look, "cost");
  const [winners, losers] = sides(look.plan, plan);
  const far = longest(look.plan);
  const before = meanWay(plan), after = meanWay(look.plan);
  return [
    el("p", { class: `figure ${cost < -0.5 ? "good" : cost > 0.5 ? "bad" : ""}` }, el("b", {}, gain(cost)), " ", word("against_shown")),
    el("p", {}, word("look_ways", { before: number(before, 1), after: number(after, 1), longest: whole(far?.minutes ?? 0) })),
    el("p", {}, [winners.length ? word("look_winners", { names: named(winners) }) : null, losers.length ? word("look_losers", { names: named(losers) }) : null].filter(Boolean).join(" ")),
    el("p", {}, leaversLine(look.plan)),
    violations(look.plan) ?? el("p", { class: "quiet" }, word("breaks_none")),
  ];
}

function draw() {
  $("gist").classList.toggle("looking", Boolean(app.held));
  $("gist").classList.toggle("draft", app.draft && !app.held);
  if (app.held) drawLook();
  else drawPlan();
}

view(["plan", "draft", "held", "look", "key", "question"], draw);
