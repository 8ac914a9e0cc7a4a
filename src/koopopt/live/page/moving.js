// A municipality that is held over the map: where it may go, what that would mean, and the drop.

import { app, change } from "./store.js";
import { act, ask, Refused } from "./api.js";
import { gain, list, word } from "./text.js";
import { difference, names, placed, pools, townName } from "./plans.js";
import { speak } from "./spoken.js";

let looking = null;

/** Pick up a municipality; `how` is "pointer" or "keys". */
export function pickUp(town, how) {
  change({ held: { town, how, to: undefined }, look: null, town: null });
}

/** Return whom a municipality would join at another: its partnership, itself, or undefined for "stays". */
export function joining(town, other) {
  const here = placed(app.plan)[app.service];
  const theirs = here[other]?.body.members ?? [other];
  return theirs.includes(town) ? undefined : theirs;
}

/** Return where a municipality can go, the nearest first: partnerships, neighbours who are alone, alone. */
export function targets(town) {
  const here = placed(app.plan)[app.service];
  const [x, y] = app.case.towns[town].place;
  const far = (members) => Math.min(...members.map((i) => { const [a, b] = app.case.towns[i].place; return Math.hypot((a - x) * 0.65, b - y); }));
  const near = new Set(app.case.borders.flatMap(([a, b]) => (a === town ? [b] : b === town ? [a] : [])));
  const others = pools(app.plan, app.service).filter((p) => !p.members.includes(town)).map((p) => p.members);
  const lonely = app.case.towns.map((_, i) => i).filter((i) => i !== town && !here[i] && near.has(i)).map((i) => [i]);
  const found = [...others, ...lonely].sort((a, b) => far(a) - far(b));
  return here[town] ? [...found, null] : found;
}

/** Return in words where to. */
export function whereTo(to) {
  return to === null ? word("to_alone") : word("to_with", { who: list(names(to), 4) });
}

const same = (a, b) => a === b || (Array.isArray(a) && Array.isArray(b) && a.join() === b.join());

const order = (service, town, to) => ({
  service: app.case.services[service].id, town: app.case.towns[town].id,
  to: to === null ? null : to.map((i) => app.case.towns[i].id),
});

/** Hold the municipality over a target, and ask at once what that would mean. */
export async function consider(to) {
  const { held } = app;
  if (!held || same(held.to, to)) return;
  looking?.abort();
  change({ held: { ...held, to }, look: null });
  if (to === undefined) return;
  looking = new AbortController();
  const mine = app.held;
  try {
    const look = await ask("api/look", order(app.service, held.town, to), { signal: looking.signal });
    if (app.held !== mine) return;
    change({ look });
    if (held.how === "keys") speak(`${whereTo(to)}: ${gain(difference(look, "cost"))}. ${look.plan.violations.length ? word("breaks_rules", { count: look.plan.violations.length }) : word("breaks_none")}`);
  } catch (error) {
    if (error.name === "AbortError" || app.held !== mine) return;
    change({ look: { problem: error instanceof Refused ? error.problem : app.words.not_sent } });
  }
}

/** Drop the municipality where it is held; nothing happens where it came from. */
export async function drop() {
  const { held } = app;
  if (!held) return;
  looking?.abort();
  change({ held: null, look: null });
  if (held.to === undefined) return;
  await move(app.service, held.town, held.to);
}

/** Move a municipality, and say so. */
export async function move(service, town, to) {
  const moved = await act({ kind: "move", ...order(service, town, to) });
  if (moved) speak(word("moved", { name: townName(town), where: whereTo(to) }));
}

/** Put the municipality back. */
export function putBack() {
  if (!app.held) return;
  looking?.abort();
  change({ held: null, look: null });
  speak(word("put_back"));
}
