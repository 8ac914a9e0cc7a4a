// Plans kept under a name, and any two of them side by side.

import { app, change, view } from "./store.js";
import { act } from "./api.js";
import { $, button, choice, el, fill, table } from "./elements.js";
import { capital, figure as shown, gain, larger, say, when, whole, word } from "./text.js";
import { differing, planChoices, planOf, serviceName, townName, withWhom } from "./plans.js";
import { askFor } from "./dialogs.js";
import { makeMap } from "./map.js";

const MOST_ROWS = 60;

function keep() {
  askFor(word("keep_title"), [["name", word("name"), word("variant_name", { number: whole(app.variants.length + 1) })], ["note", word("note"), ""]], word("keep"), ({ name, note }) => { if (name) act({ kind: "keep", name, note }); });
}

function rename(variant) {
  askFor(word("rename_title"), [["name", word("name"), variant.name]], word("rename"), ({ name }) => { if (name) act({ kind: "rename", id: variant.id, name }); });
}

function item(variant) {
  const key = `variant-${variant.id}`;
  return el("li", { class: "variant" },
    el("div", { class: "variant-name" }, el("b", {}, el("bdi", {}, variant.name)), variant.proven ? el("span", { class: "badge" }, word("proven")) : null),
    el("p", { class: "quiet" }, `${gain(variant.plan.alone)} ${word("against_alone")} · ${when(variant.when)}`),
    variant.note ? el("p", {}, el("bdi", {}, variant.note)) : null,
    el("div", { class: "row" },
      button(`${key}-show`, word("show"), () => act({ kind: "start", from: "variant", id: variant.id }), { "aria-label": word("show_variant", { name: variant.name }), class: "small" }),
      button(`${key}-compare`, word("compare_it"), () => change({ compare: [variant.id, "now"] }), { class: "small", "aria-label": word("compare_variant", { name: variant.name }) }),
      button(`${key}-rename`, word("rename"), () => rename(variant), { class: "small", "aria-label": word("rename_variant", { name: variant.name }) }),
      button(`${key}-drop`, word("drop"), () => act({ kind: "drop", id: variant.id }), { class: "small", "aria-label": word("drop_variant", { name: variant.name }) })));
}

function drawList() {
  fill($("variants-list"),
    button("keep", word("keep_this"), keep, { class: "primary" }),
    app.variants.length ? el("ul", { class: "plain variants" }, app.variants.map(item)) : el("p", { class: "quiet" }, word("no_variants")));
}

let maps = null;

function drawCompare() {
  const choices = planChoices();
  const valid = (which, other) => (planOf(which) ? which : other);
  const [a, b] = [valid(app.compare[0], "alone"), valid(app.compare[1], "now")];
  const [one, other] = [planOf(a), planOf(b)];
  const title = (which) => choices.find(([value]) => value === which)?.[1] ?? "";
  fill($("compare-choices"),
    choice("compare-a", word("compare"), choices, a, (value) => change({ compare: [value, b] })),
    choice("compare-b", word("with_plan"), choices, b, (value) => change({ compare: [a, value] })));
  if (!maps) maps = [makeMap($("compare-map-a")), makeMap($("compare-map-b"))];
  maps[0].show(one, app.service, { name: title(a) });
  maps[1].show(other, app.service, { name: title(b) });
  fill($("compare-name-a"), title(a));
  fill($("compare-name-b"), title(b));
  const rows = app.case.criteria.map((c, k) => {
    const by = other.criteria[k] - one.criteria[k];
    const tone = Math.abs(by) < 0.5 * 10 ** -c.digits ? "" : by < 0 ? "good" : "bad";
    return [`${capital(say(c.title))}${say(c.unit) ? ` (${say(c.unit)})` : ""}`, shown(one.criteria[k], c.digits), shown(other.criteria[k], c.digits), { text: larger(by, c.digits), class: tone }];
  });
  const differs = differing(one, other);
  fill($("compare-tables"),
    table(word("compare_criteria"), [word("criterion"), title(a), title(b), word("against_plan", { plan: title(a) })], rows, [1, 2, 3]),
    el("h3", {}, word("differs", { count: whole(differs.length), all: whole(app.case.services.length * app.case.towns.length) })),
    differs.length ? el("div", { class: "tall" }, table(word("differs_label"), [word("municipality"), word("service"), title(a), title(b)], differs.slice(0, MOST_ROWS).map(([s, i, x, y]) => [townName(i), serviceName(s), withWhom(x, i), withWhom(y, i)]))) : null,
    differs.length > MOST_ROWS ? el("p", { class: "quiet" }, word("more_rows", { count: whole(differs.length - MOST_ROWS) })) : null);
}

function figure(which) {
  return el("figure", {}, el("figcaption", { id: `compare-name-${which}` }), el("div", { class: "map small-map", id: `compare-map-${which}` }));
}

function make() {
  if ($("variants-list")) return;
  fill("variants-body", el("div", { class: "variants-grid" }, el("div", { id: "variants-list" }),
    el("div", {}, el("h3", { id: "compare-title" }), el("div", { id: "compare-choices", class: "row" }), el("div", { class: "side-by-side" }, figure("a"), figure("b"))),
    el("div", { id: "compare-tables" })));
}

function draw() {
  make();
  $("compare-title").textContent = word("side_by_side");
  drawList();
  drawCompare();
}

view(["variants", "compare", "plan", "answer", "service", "revision"], draw);
