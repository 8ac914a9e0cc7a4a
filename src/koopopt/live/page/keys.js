// The keyboard on the map: walk from municipality to municipality, pick one up, choose a target, drop it.

import { app, change } from "./store.js";
import { word } from "./text.js";
import { placed, townName, withWhom } from "./plans.js";
import { consider, drop, pickUp, putBack, targets } from "./moving.js";
import { putDown, use } from "./tools.js";
import { speak } from "./spoken.js";

const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/** Return the nearest municipality in a direction, or the same where there is none. */
function next(i, [dx, dy]) {
  const [x, y] = app.case.towns[i].place;
  let [best, least] = [i, Infinity];
  app.case.towns.forEach(({ place: [a, b] }, j) => {
    const [east, north] = [(a - x) * 0.65, b - y];
    const along = east * dx + north * dy;
    const aside = Math.abs(east * dy) + Math.abs(north * dx);
    if (j === i || along <= 1e-9 || aside > 1.5 * along) return;
    if (along + 2 * aside < least) [best, least] = [j, along + 2 * aside];
  });
  return best;
}

/** Let a map be used with keys; one municipality at a time can be reached with Tab. */
export function byKeys(map) {
  const stop = (i) => map.towns.forEach((group, j) => group.setAttribute("tabindex", i === j ? "0" : "-1"));
  stop(0);
  map.drawing.addEventListener("focusin", (event) => {
    const group = event.target.closest("[data-town]");
    if (group) stop(Number(group.dataset.town));
  });
  map.drawing.addEventListener("keydown", (event) => {
    const group = event.target.closest("[data-town]");
    if (!group || event.ctrlKey || event.metaKey || event.altKey) return;
    const i = Number(group.dataset.town);
    if (app.held ? carrying(event.key) : walking(event.key, i, map)) event.preventDefault();
  });
  map.drawing.addEventListener("focusout", (event) => {
    if (app.held?.how === "keys" && event.relatedTarget && !map.drawing.contains(event.relatedTarget)) putBack();
  });
}

function walking(key, i, map) {
  if (WAYS[key]) {
    map.towns[next(i, WAYS[key])].focus();
    return true;
  }
  if (key === " " && app.tool === "move") return show(i);
  if (key === "Enter" || key === " ") {
    if (app.tool !== "move") use(i);
    else {
      pickUp(i, "keys");
      speak(word("picked_up", { name: townName(i), who: withWhom(placed(app.plan)[app.service][i], i) }));
    }
    return true;
  }
  if (key === "Escape") {
    putDown();
    change({ town: null });
    return true;
  }
  return false;
}

function show(i) {
  change({ town: i });
  return true;
}

let at = -1;

function carrying(key) {
  const choices = targets(app.held.town);
  if (key === "Enter" || key === " ") {
    at = -1;
    drop();
    return true;
  }
  if (key === "Escape") {
    at = -1;
    putBack();
    return true;
  }
  if (!WAYS[key]) return false;
  if (app.held.to === undefined) at = -1;
  const step = key === "ArrowRight" || key === "ArrowDown" ? 1 : -1;
  at = (at === -1 && step === -1 ? choices.length - 1 : at + step + choices.length) % choices.length;
  if (choices.length) consider(choices[at]);
  return true;
}
