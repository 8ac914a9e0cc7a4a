// All controls by group, made from what the server says there is.

import { app, view } from "./store.js";
import { $, el, fill } from "./elements.js";
import { say, word } from "./text.js";
import { changed, controlOf, inForce } from "./control.js";

const GROUPS = ["weights", "rule", "limits", "range", "service", "form", "site"];
const OPEN = ["weights", "rule"];
const opened = new Map();
let made = [];
let heads = [];

/** Return what controls of a group are about: a service, a legal form, a site; null where about all. */
function about({ group, of }) {
  if (of === null || of === undefined) return null;
  if (group === "form") return say(app.case.forms[of].title);
  if (group === "site") return app.case.sites[of]?.name ?? null;
  return say(app.case.services[of].title);
}

/** Return what folds away controls under a heading; it stays open or shut when it is drawn anew. */
function fold(key, level, title, controls, inside, open = false) {
  const badge = el("span", { class: "badge" });
  heads.push({ badge, controls });
  return el("details", { class: `group ${level}`, "data-group": key, open: opened.get(key) ?? open, on: { toggle: ({ target }) => opened.set(key, target.open) } },
    el("summary", { "data-key": `group-${key}` }, el(level, {}, title), badge), inside);
}

function built(controls) {
  const own = controls.map(controlOf);
  made.push(...own);
  return own.map(({ element }) => element);
}

/** Return a group: what matters now first, the rest folded away, by what it is about. */
function section(group, controls) {
  const title = word(`group_${group}`);
  const subjects = [...new Set(controls.map(about))];
  if (subjects[0] !== null) {
    const folds = subjects.map((subject, k) => { const own = controls.filter((c) => about(c) === subject); return fold(`${group}-${k}`, "h4", subject, own, built(own)); });
    return fold(group, "h3", title, controls, folds);
  }
  const [first, rest] = [controls.filter(inForce), controls.filter((c) => !inForce(c))];
  const help = app.words[`${group}_help`] ? el("p", { class: "quiet" }, word(`${group}_help`)) : null;
  if (!first.length) return fold(group, "h3", title, controls, [help, built(rest)], false);
  const more = rest.length ? fold(`${group}-more`, "h4", word("further", { count: rest.length }), rest, built(rest)) : null;
  return fold(group, "h3", title, controls, [help, built(first), more], OPEN.includes(group));
}

function draw() {
  made = [];
  heads = [];
  const groups = GROUPS.map((group) => [group, app.case.controls.filter((c) => c.group === group)]).filter(([, own]) => own.length);
  fill("controls", groups.map(([group, own]) => section(group, own)));
  update();
}

function update() {
  for (const one of made) one.update();
  for (const { badge, controls } of heads) {
    const count = controls.filter(changed).length;
    badge.textContent = count ? word("changed", { count }) : "";
  }
  const { status, done, of } = app.prices;
  $("prices-state").textContent = status === "running" ? word("prices_running", { done: done ?? 0, of: of ?? "…" }) : status === "done" ? word("prices_done") : word("controls_help");
}

view([], draw);
view(["question", "prices", "plan"], update);
