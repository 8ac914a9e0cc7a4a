// The tools of the map, and what a tap on a municipality does with each of them.

import { app, change, view } from "./store.js";
import { act } from "./api.js";
import { button, choice, el, fill } from "./elements.js";
import { word } from "./text.js";
import { placed, townName } from "./plans.js";
import { noSeat, toggle, wished, wishOf } from "./wishes.js";
import { speak } from "./spoken.js";

const TOUCH = matchMedia("(pointer: coarse)");
const TOOLS = ["move", "together", "apart", "lock", "forbid", "seat", "no_seat"];

/** Use the chosen tool on a municipality. */
export function use(i) {
  const { service, tool, plan } = app;
  const cell = placed(plan)[service][i];
  if (tool === "move") return change({ town: i });
  if (tool === "together" || tool === "apart") return pair(i);
  if (tool === "seat") return cell ? act({ kind: "seat", service: app.case.services[service].id, town: app.case.towns[i].id, seat: app.case.towns[i].id }) : speak(word("is_alone", { name: townName(i) }));
  if (tool === "no_seat") return toggle(noSeat(service, i), wishOf("no_seat", service, [], i));
  if (tool === "lock") return lock(service, i);
  return forbid(service, i);
}

/** Lock the partnership that a municipality is in, or let it go again. */
export function lock(service, i) {
  const cell = placed(app.plan)[service][i];
  if (!cell) return toggle(wished("alone", service, [i]), wishOf("alone", service, [i]));
  const { members, seat } = cell.body;
  return toggle(wished("lock", service, members), wishOf("lock", service, members, seat));
}

/** Forbid the partnership that a municipality is in, with exactly these members. */
export function forbid(service, i) {
  const cell = placed(app.plan)[service][i];
  if (!cell) return speak(word("is_alone", { name: townName(i) }));
  const { members } = cell.body;
  return toggle(wished("forbid", service, members), wishOf("forbid", service, members));
}

/** Take the first of two municipalities, or wish with the second. */
function pair(i) {
  const { first, tool, service, everywhere } = app;
  if (first === null) {
    change({ first: i });
    return speak(word(`${tool}_second`, { name: townName(i) }));
  }
  change({ first: null });
  if (first === i) return null;
  return act({ kind: "wish", wish: wishOf(tool, everywhere ? null : service, [first, i]) });
}

/** Go back to moving, with nothing half done. */
export const putDown = () => change({ tool: "move", first: null });

function draw() {
  const { tool, first, everywhere } = app;
  const buttons = TOOLS.map((name) => button(`tool-${name}`, word(`tool_${name}`), () => change({ tool: name, first: null }), { "aria-pressed": String(name === tool), class: "tool" }));
  const paints = tool === "together" || tool === "apart";
  const scope = paints ? choice("scope", word("for_what"), [["one", word("this_service")], ["all", word("all_services")]], everywhere ? "all" : "one", (value) => change({ everywhere: value === "all" })) : null;
  fill("tools", buttons, scope);
  const help = first === null ? word(tool === "move" && TOUCH.matches ? "help_move_touch" : `help_${tool}`) : word(`${tool}_second`, { name: townName(first) });
  fill("tool-help", el("span", { class: tool === "move" ? "plain-help" : null }, help), tool === "move" ? el("span", { class: "keys" }, ` ${word("help_keys")}`) : null);
}

view(["tool", "first", "everywhere"], draw);
