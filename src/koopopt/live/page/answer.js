// How far the answer to the question is, in one calm line; and what can be done about it.

import { app, change, view } from "./store.js";
import { act, tell } from "./api.js";
import { $, button, el, fill } from "./elements.js";
import { money, number, percent, say, word } from "./text.js";
import { speak } from "./spoken.js";

let before = "";

function sentence(answer) {
  if (!answer || answer.revision !== app.revision) return word("answer_waiting");
  const seconds = number(answer.seconds ?? 0, 1);
  const gap = answer.gap === null || answer.gap === undefined ? null : percent(answer.gap);
  switch (answer.status) {
    case "optimal": return word("answer_optimal", { seconds });
    case "feasible": return gap ? word("answer_feasible", { gap, seconds }) : word("answer_feasible_open", { seconds });
    case "solving": return gap ? word("answer_solving_gap", { gap }) : word("answer_solving");
    default: return word(`answer_${answer.status}`, { seconds });
  }
}

const searching = (answer) => !answer || answer.revision !== app.revision || ["waiting", "solving"].includes(answer.status);

const alike = (plan) => JSON.stringify(plan.partnerships.map((p) => [p.service, [...p.members].sort(), p.seat, p.form]).sort());

/** Return how the user's own plan stands beside the best one, and whether there is something to show. */
function ownPlan(answer) {
  const sure = word(answer.status === "optimal" ? "sure_optimal" : "sure_open");
  if (app.question.scenario) {  // values are of the case itself: they say nothing of the scenario
    const other = alike(app.plan) !== alike(answer.plan);
    return [word(app.plan.violations.length ? "hand_valid" : other ? "hand_scenario" : "hand_best", { sure }), other];
  }
  const by = app.plan.value - answer.plan.value;
  if (app.plan.violations.length) return [word("hand_valid", { sure }), true];
  return by > 0.5 ? [word("hand_better", { amount: money(by), sure }), true] : [word("hand_best", { sure }), false];
}

function draw() {
  const { answer, mode } = app;
  const open = searching(answer);
  const status = open ? "solving" : answer.status;
  const [text, offer] = mode === "hand" && !open && answer.plan ? ownPlan(answer) : [sentence(answer), false];
  const reasons = !open && answer.reasons?.length ? answer.reasons : [];
  fill("answer",
    el("div", { class: `answer ${status}` }, el("span", { class: "dot", "aria-hidden": "true" }), el("p", { id: "answer-text" }, text),
      offer ? button("show-best", word("show_it"), () => act({ kind: "start", from: "best" }), { class: "small primary" }) : null,
      open ? button("cancel", word("cancel"), () => tell("api/cancel", {}), { class: "small" }) : null,
      ["cancelled", "feasible", "unknown", "failed"].includes(status) ? button("resume", word("resume"), () => tell("api/resume", {}), { class: "small" }) : null),
    reasons.length ? el("ul", { class: "reasons" }, reasons.map((reason) => el("li", {}, say(reason)))) : null);
  if (status !== before && !open) speak(text);
  before = status;
}

function drawSaved() {
  const { saved, busy } = app;
  $("saved").textContent = busy ? word("saving_now") : saved.ok ? word("saved") : word(saved.problem ? "not_saved_short" : "nowhere");
  $("saved").title = saved.where ?? "";
}

/** Show what is wrong, or worth knowing, above everything else. */
function drawBanners() {
  const banners = [];
  if (app.link === "refused") banners.push(el("p", { class: "banner problem" }, word("link_refused")));
  if (app.link === "lost") banners.push(el("p", { class: "banner" }, word("link_lost")));
  if (app.saved.problem) banners.push(el("p", { class: "banner", id: "unsaved" }, say(app.saved.problem), ". ", word(app.saved.waits ? "not_saved_waits" : "not_saved_ever")));
  if (app.problem) banners.push(el("p", { class: "banner problem" }, say(app.problem), " ", button("close-problem", word("close"), () => change({ problem: null }), { class: "small" })));
  for (const notice of app.notices.filter((n) => !closed.has(JSON.stringify(n)))) {
    banners.push(el("p", { class: "banner notice" }, say(notice), " ", button(`close-${JSON.stringify(notice)}`, word("close"), () => { closed.add(JSON.stringify(notice)); drawBanners(); }, { class: "small" })));
  }
  fill("banners", banners);
}
const closed = new Set();

function drawUndo() {
  $("undo").disabled = !app.undo;
  $("redo").disabled = !app.redo;
}

/** Let buttons and keys undo and redo; in a field, the keys are the field's. */
export function undoable() {
  $("undo").addEventListener("click", () => act({ kind: "undo" }));
  $("redo").addEventListener("click", () => act({ kind: "redo" }));
  window.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.target.closest("input:not([type=range], [type=checkbox]), textarea, dialog")) return;
    const key = event.key.toLowerCase();
    const again = key === "y" || (key === "z" && event.shiftKey);
    if (!again && key !== "z") return;
    event.preventDefault();
    if (again ? app.redo : app.undo) act({ kind: again ? "redo" : "undo" });
  });
}

view(["answer", "revision", "mode", "plan"], draw);
view(["saved", "busy"], drawSaved);
view(["link", "saved", "problem", "notices"], drawBanners);
view(["undo", "redo"], drawUndo);
