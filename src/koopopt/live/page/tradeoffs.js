// The trade-off chart: it fills while the front is computed; a click takes a point as the plan.

import { app, change, view } from "./store.js";
import { act, tell } from "./api.js";
import { $, button, choice, el, fill, svg } from "./elements.js";
import { capital, figure, number, say, word } from "./text.js";
import { baseline, planOf } from "./plans.js";

const BOX = { width: 560, height: 330, left: 70, right: 18, top: 16, bottom: 48 };
const TICKS = 5;

const criterion = (k) => app.case.criteria[k];
const shown = (k, value) => `${figure(value, criterion(k).digits)} ${say(criterion(k).unit)}`.trim();

/** Return which criteria the next front shall be of. */
function chosen() {
  if (app.chosen) return app.chosen;
  return app.front.criteria.length ? app.front.criteria : [0, 1];
}

function drawAsk() {
  const picked = chosen();
  const running = app.front.status === "running";
  const boxes = app.case.criteria.map((c, k) => el("label", { class: "check" }, el("input", {
    type: "checkbox", checked: picked.includes(k), disabled: running, "data-key": `front-${k}`,
    on: { change: ({ target }) => change({ chosen: target.checked ? [...picked, k].sort((a, b) => a - b) : picked.filter((j) => j !== k) }) },
  }), " ", capital(say(c.title))));
  const { earlier } = app.front;
  const begin = button("front-begin", word(earlier ? "front_again" : "front_begin"), () => tell("api/front", { criteria: picked.map((k) => criterion(k).name) }), { class: "primary", disabled: picked.length < 2 });
  const stop = button("front-stop", word("front_stop"), () => tell("api/front", undefined, { method: "DELETE" }));
  const count = app.front.points.length;
  fill($("front-ask"), el("p", { class: "quiet" }, word("front_help")),
    el("fieldset", { class: "row" }, el("legend", {}, word("front_criteria")), boxes),
    el("div", { class: "row" }, running ? stop : begin, el("span", { class: "quiet", id: "front-state" }, word(`front_${app.front.status}`, { count }))),
    earlier ? el("p", { class: "banner", id: "front-earlier" }, word("front_earlier")) : null);
}

/** Return a scale from values to pixels, with round ticks. */
function scale(values, from, to) {
  let [least, most] = [Math.min(...values), Math.max(...values)];
  if (most - least < 1e-9 * (Math.abs(most) || 1)) [least, most] = [least - (Math.abs(least) * 0.05 || 1), most + (Math.abs(most) * 0.05 || 1)];
  const pad = 0.06 * (most - least);
  const [low, high] = [least - pad, most + pad];
  const raw = (high - low) / TICKS;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= raw);
  const ticks = [];
  for (let tick = Math.ceil(low / step) * step; tick <= high; tick += step) ticks.push(Number(tick.toPrecision(12)));
  return { at: (v) => from + ((v - low) / (high - low)) * (to - from), ticks };
}

function drawChart() {
  const { points, criteria: places } = app.front;
  $("front-chart").hidden = !points.length;
  $("front-chart").classList.toggle("earlier", Boolean(app.front.earlier));
  if (!points.length) return fill($("front-axes"));
  const [x, y] = app.axes.every((k) => places.includes(k)) ? app.axes : [places[0], places[1] ?? places[0]];
  const pairs = places.map((k) => [k, capital(say(criterion(k).title))]);
  fill($("front-axes"), places.length > 2 ? [choice("axis-x", word("across"), pairs, x, (k) => change({ axes: [Number(k), y] })), choice("axis-y", word("upwards"), pairs, y, (k) => change({ axes: [x, Number(k)] }))] : []);
  const value = (point, k) => point.criteria[k];
  const others = [["now", word("plan_now")], [baseline(), word(`plan_${baseline()}`)]].map(([which, text]) => ({ which, text, plan: planOf(which) })).filter(({ plan }) => plan?.criteria?.length);
  const all = (k) => [...points.map((p) => value(p, k)), ...others.map(({ plan }) => plan.criteria[k])];
  const across = scale(all(x), BOX.left, BOX.width - BOX.right);
  const up = scale(all(y), BOX.height - BOX.bottom, BOX.top);
  const label = (p) => word("point_label", { x: say(criterion(x).title), at_x: shown(x, value(p, x)), y: say(criterion(y).title), at_y: shown(y, value(p, y)) });
  const order = points.map((_, k) => k).sort((a, b) => value(points[a], x) - value(points[b], x));
  const dots = order.map((k, place) => svg("circle", {
    class: "point", cx: across.at(value(points[k], x)), cy: up.at(value(points[k], y)), r: 6, role: "button", tabindex: place ? "-1" : "0",
    "data-key": `point-${k}`, "aria-label": label(points[k]),
    on: { click: () => act({ kind: "start", from: "point", number: k }) },
  }, svg("title", {}, label(points[k]))));
  const marks = others.map(({ which, text, plan }) => {
    const [a, b] = [across.at(plan.criteria[x]), up.at(plan.criteria[y])];
    const right = a > BOX.width * 0.7;
    const low = b < BOX.top + 20;
    return svg("g", { class: `mark ${which}`, "aria-hidden": "true" }, svg("circle", { cx: a, cy: b, r: which === "now" ? 9 : 5 }), svg("text", { x: right ? a - 12 : a + 12, y: b + (which !== "now" || low ? 4 : -10), "text-anchor": right ? "end" : "start" }, text));
  });
  const chart = svg("svg", { viewBox: `0 0 ${BOX.width} ${BOX.height}`, role: "group", ...(app.front.earlier ? { "aria-describedby": "front-earlier" } : {}), "aria-label": word("chart_label", { count: points.length, x: say(criterion(x).title), y: say(criterion(y).title) }) }, axes(across, up, x, y), marks, dots);
  chart.addEventListener("keydown", (event) => walk(event, dots));
  return fill($("front-chart"), chart);
}

function walk(event, dots) {
  const at = dots.indexOf(event.target);
  if (at < 0) return;
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  if (step) dots[Math.min(dots.length - 1, Math.max(0, at + step))].focus();
  else if (event.key === "Enter" || event.key === " ") event.target.dispatchEvent(new MouseEvent("click"));
  else return;
  event.preventDefault();
}

function axes(across, up, x, y) {
  const floor = BOX.height - BOX.bottom;
  const unit = (k) => [capital(say(criterion(k).title)), say(criterion(k).unit)].filter(Boolean).join(", ");
  return svg("g", { class: "axes", "aria-hidden": "true" },
    across.ticks.map((tick) => [svg("line", { x1: across.at(tick), x2: across.at(tick), y1: BOX.top, y2: floor }), svg("text", { x: across.at(tick), y: floor + 17, "text-anchor": "middle" }, number(tick))]),
    up.ticks.map((tick) => [svg("line", { x1: BOX.left, x2: BOX.width - BOX.right, y1: up.at(tick), y2: up.at(tick) }), svg("text", { x: BOX.left - 7, y: up.at(tick) + 4, "text-anchor": "end" }, number(tick))]),
    svg("text", { class: "axis", x: BOX.width - BOX.right, y: BOX.height - 8, "text-anchor": "end" }, `${unit(x)} →`),
    svg("text", { class: "axis", x: 0, y: BOX.top - 4 }, `↑ ${unit(y)}`));
}

function draw() {
  if (!$("front-ask")) fill("tradeoffs-body", el("div", { id: "front-ask" }), el("div", { id: "front-axes", class: "row" }), el("div", { id: "front-chart", class: "chart", hidden: true }));
  drawAsk();
  drawChart();
}

view(["front", "chosen", "axes", "plan"], draw);
