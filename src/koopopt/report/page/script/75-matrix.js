// Who with whom: municipalities by services, for one plan and for two.

function cellOf(plan, s, i, differs = false) {
  const cell = placed(plan)[s][i];
  const mark = differs ? "differs" : "";
  if (!cell) return td(word("alone"), { class: `alone ${mark}`, "data-seat": "" });
  const seat = cell.body.seat;
  return td(el("span", { class: "seat" }, swatch(cell.tone), el("span", {}, seat === i ? "■ " : "", el("bdi", {}, PLACES[seat].name))), { class: mark, "data-seat": PLACES[seat].id, title: `\u2068${say(D.forms[cell.body.form]?.title)}\u2069` });
}

function drawMatrix() {
  const plan = D.plans[state.plan];
  fill("matrix-table",
    head(th(word("municipality")), D.services.map((title) => th(say(title)))),
    el("tbody", {}, D.towns.map((t, i) => row([side(town(i)), D.services.map((_, s) => cellOf(plan, s, i))], { class: i === state.town ? "picked" : null, "data-town": t.id }))));
}

/** Return whether two plans serve a municipality differently: by seat or by partners. */
function differ(a, b, s, i) {
  const [one, two] = [placed(a)[s][i], placed(b)[s][i]];
  if (!one || !two) return Boolean(one || two);
  return one.body.seat !== two.body.seat || one.body.members.join() !== two.body.members.join();
}

/** Return what a plan costs if size brings no advantage: the other end of every saving. */
function without(plan) {
  return plan.upper.demand.reduce((a, b) => a + b, 0);
}

function drawCompare() {
  const [a, b] = [D.plans[state.plan], planOf(state.other)];
  const names = [planName(state.plan), planName(state.other)];
  fill("compare-criteria",
    head(th(word("criterion")), right(names[0]), right(names[1]), right(word("difference"))),
    el("tbody", {}, D.criteria.map((c, k) => row([
      side(axisTitle(k)), figure(value(a, k)), figure(value(b, k)), figure(signed(a.criteria[k] - b.criteria[k], c.digits)),
    ], { "data-criterion": c.name })), row([
      side(word("without")), ...[a, b].map((plan) => figure(whole(without(plan)))), figure(signed(without(a) - without(b))),
    ], { "data-criterion": "without" }), a.saving && b.saving && row([
      side(word("saving")), figure(say(a.saving)), figure(say(b.saving)), td(""),
    ], { "data-criterion": "saving" })));
  fill("first-name", names[0]);
  fill("second-name", names[1]);
  const changed = D.towns.map((_, i) => i).filter((i) => D.services.some((_, s) => differ(a, b, s, i)));
  const count = D.towns.reduce((sum, _, i) => sum + D.services.filter((_, s) => differ(a, b, s, i)).length, 0);
  fill("differs-count", word("differs_count", { count, all: D.towns.length * D.services.length }));
  fill("compare-matrix",
    el("thead", {},
      row([el("th", { rowspan: 2, scope: "col" }, word("municipality")), D.services.map((title) => el("th", { colspan: 2, scope: "colgroup" }, say(title)))]),
      row(D.services.flatMap(() => names.map((name) => th(name))))),
    el("tbody", {}, changed.map((i) => row([side(town(i)), D.services.flatMap((_, s) => [cellOf(a, s, i, differ(a, b, s, i)), cellOf(b, s, i, differ(a, b, s, i))])], { "data-town": D.towns[i].id }))));
  $("compare-matrix").hidden = !changed.length;
}

view(["plan", "town"], drawMatrix);
view(["plan", "other"], drawCompare);
view(["plan", "service", "town"], () => drawMap("first-chart", state.plan));
view(["other", "service", "town"], () => drawMap("second-chart", state.other));
