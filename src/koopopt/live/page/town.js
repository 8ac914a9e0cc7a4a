// The card of one municipality: with whom, where to, what it pays, what changes, who would leave; and what can be done.

import { app, change, view } from "./store.js";
import { act } from "./api.js";
import { $, button, choice, el, fill, table } from "./elements.js";
import { dearer, list, money, number, say, whole, word } from "./text.js";
import { baseline, names, placed, places, planOf, serviceName, shifts, townName } from "./plans.js";
import { move, targets, whereTo } from "./moving.js";
import { forbid, lock } from "./tools.js";
import { noSeat, toggle, wished, wishOf } from "./wishes.js";
import { swatch } from "./map.js";

const STILL = matchMedia("(prefers-reduced-motion: reduce)");

/** Return in words whether a municipality would be better off without its partners. */
function staying(cell) {
  const leave = cell?.body.leave?.[cell.at];
  if (!leave) return null;
  const [own, rest, broken] = leave;
  const lines = [own < -0.5 ? word("would_leave", { amount: money(own) }) : word("would_stay", { amount: money(own) })];
  if (rest > 0.5) lines.push(word("others_pay", { amount: money(rest) }));
  if (broken?.length) lines.push(word("leaving_breaks", { rule: say(broken[0]) }));
  return el("div", { class: own < -0.5 ? "bad" : "quiet" }, lines.join("; "));
}

/** Return by service with whom a municipality is, where to, what was before, and whether it would leave. */
function memberships(i, now, before) {
  const others = (cell) => (cell ? list(names(cell.body.members.filter((m) => m !== i)), 6) : word("alone"));
  return app.case.services.map((_, s) => {
    const cell = placed(now)[s][i];
    const was = before && others(placed(before)[s][i]) !== others(cell) ? word("before", { who: others(placed(before)[s][i]) }) : null;
    const where = !cell ? null : cell.body.seat === i ? word("seat_is_here") : word("seat_there", { seat: townName(cell.body.seat), minutes: whole(cell.body.minutes[cell.at]) });
    return [
      el("dt", {}, swatch(cell), serviceName(s)),
      el("dd", {}, el("div", {}, cell ? word("to_with", { who: others(cell) }) : word("alone"), where ? ` · ${where}` : null),
        staying(cell), was ? el("div", { class: "quiet" }, was) : null),
    ];
  });
}

/** Return what a municipality pays by each key, and how that differs from today. */
function payments(i, now) {
  const other = baseline();
  return Object.entries(app.case.keys ?? {}).filter(([key]) => now.shares[key]).map(([key, title]) => {
    const shift = shifts(now, planOf(other), key)[i];
    return [say(title), whole(now.shares[key][i]), { text: dearer(shift), class: shift < -0.5 ? "good" : shift > 0.5 ? "bad" : "" }];
  });
}

/** Return what can be done with a municipality in the service that is shown, without dragging. */
function deeds(i) {
  const { service } = app;
  const cell = placed(app.plan)[service][i];
  const id = app.case.towns[i].id, serviceId = app.case.services[service].id;
  const where = targets(i);
  const moving = choice("town-move", word("move_to"), [["", cell ? word("stays") : word("stays_alone")], ...where.map((to, k) => [k, whereTo(to)])], "", (k) => { if (k !== "") move(service, i, where[Number(k)]); });
  const mine = cell?.body.members ?? [i];
  const seats = cell ? [...mine, ...app.case.sites.flatMap((site, k) => (site.services.includes(service) ? [app.case.towns.length + k] : []))] : [];
  const seat = cell ? choice("town-seat", word("seat"), seats.map((k) => [k, townName(k)]), cell.body.seat, (k) => act({ kind: "seat", service: serviceId, town: id, seat: places()[Number(k)].id })) : null;
  const form = cell && app.case.forms.length > 1 && app.mode === "hand" ? choice("town-form", word("legal_form"), app.case.forms.map((f, k) => [k, say(f.title)]), cell.body.form, (k) => act({ kind: "form", service: serviceId, town: id, form: app.case.forms[Number(k)].id })) : null;
  const held = cell ? wished("lock", service, mine) : wished("alone", service, [i]);
  return el("div", { class: "deeds" }, moving, seat, form, el("div", { class: "row" },
    button("town-lock", word(held ? "unlock" : cell ? "lock" : "lock_alone"), () => lock(service, i), { "aria-pressed": String(Boolean(held)) }),
    cell ? button("town-forbid", word("forbid"), () => forbid(service, i)) : null,
    cell?.body.seat >= app.case.towns.length ? button("town-no-site", word("forbid_site", { seat: townName(cell.body.seat) }), () => toggle(noSeat(service, cell.body.seat), wishOf("no_seat", service, [], cell.body.seat))) : null,
    button("town-no-seat", word("forbid_seat"), () => toggle(noSeat(service, i), wishOf("no_seat", service, [], i)), { "aria-pressed": String(Boolean(noSeat(service, i))) })));
}

function draw() {
  const { town, plan } = app;
  $("town").hidden = town === null;
  if (town === null) return fill("town");
  const { name, population } = app.case.towns[town];
  const time = plan.times[town];
  const pay = payments(town, plan);
  const against = word(baseline() === "today" ? "to_today" : "to_alone_short");
  return fill("town",
    el("div", { class: "control-head" }, el("h2", { id: "town-title" }, el("bdi", {}, name)), button("town-close", word("close"), close, { class: "small" })),
    el("p", { class: "quiet" }, word("town_line", { people: whole(population), mean: number(time[0], 1), longest: whole(time[2]) })),
    el("h3", {}, word("in_service", { service: serviceName(app.service) })), deeds(town),
    el("dl", { class: "memberships" }, memberships(town, plan, app.case.today)),
    pay.length ? table(word("pays"), [word("shared"), word("pays"), against], pay, [1, 2]) : null);
}

function close() {
  const i = app.town;
  change({ town: null });
  document.querySelector(`[data-key="town-${i}"]`)?.focus();
}

/** Bring a card that was just opened into sight where it is not. */
let last = null;
function reveal() {
  if (app.town !== null && app.town !== last) {
    const side = $("side");
    if (getComputedStyle(side).overflowY === "auto") side.scrollTop = $("town").offsetTop - side.offsetTop;
    else $("town").scrollIntoView({ block: "nearest", behavior: STILL.matches ? "auto" : "smooth" });
  }
  last = app.town;
}

view(["town", "plan", "service", "question", "mode"], draw);
view(["town"], reveal);
