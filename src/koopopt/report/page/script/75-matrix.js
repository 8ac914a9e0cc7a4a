// Who with whom: municipalities by services, for one plan and for two.

function cellOf(plan, s, i) {
  const cell = placed(plan)[s][i];
  if (!cell) return td(word("alone"), { class: "alone", "data-seat": "" });
  const seat = cell.body.seat;
  return td(el("span", { class: "seat" }, swatch(cell.tone), el("span", {}, seat === i ? "■ " : "", el("bdi", {}, PLACES[seat].name))), { "data-seat": PLACES[seat].id, title: `\u2068${say(D.forms[cell.body.form]?.title)}\u2069` });
}

const MOST_UPRIGHT = 6;  // services beside each other on paper that is not turned

function drawMatrix() {
  const plan = D.plans[state.plan];
  $("matrix").classList.toggle("turned", D.services.length > MOST_UPRIGHT);
  fill("matrix-table",
    head(th(word("municipality")), D.services.map((title) => th(say(title)))),
    el("tbody", {}, someTowns("matrix-table", D.towns.map((_, i) => i), drawMatrix).map((i) => row([side(town(i)), D.services.map((_, s) => cellOf(plan, s, i))], { class: i === state.town ? "picked" : null, "data-town": D.towns[i].id }))));
}

/** Return whether two plans serve a municipality differently: by seat or by partners. */
function differ(a, b, s, i) {
  const [one, two] = [placed(a)[s][i], placed(b)[s][i]];
  if (!one || !two) return Boolean(one || two);
  return one.body.seat !== two.body.seat || one.body.members.join() !== two.body.members.join();
}

/** Return the services in which two plans serve a municipality differently, together where in the same way. */
function alike(a, b, i) {
  const groups = [];
  for (const s of D.services.keys()) {
    if (!differ(a, b, s, i)) continue;
    const same = groups.find(([first]) => [a, b].every((plan) => servedAlike(plan, first, s, i)));
    if (same) same.push(s);
    else groups.push([s]);
  }
  return groups;
}

/** Return whether a plan serves a municipality by the same seat and partners in two services. */
function servedAlike(plan, one, other, i) {
  const [first, second] = [one, other].map((s) => placed(plan)[s][i]);
  if (!first || !second) return first === second;
  return first.body.seat === second.body.seat && first.body.members.join() === second.body.members.join();
}

/** Return a cell that names the seat that serves a municipality, and its partners. */
function servedIn(plan, s, i) {
  const made = cellOf(plan, s, i);
  const cell = placed(plan)[s][i];
  if (cell) made.append(el("span", { class: "quiet" }, ` ${word("partner")} ${joined(cell.body.members.filter((m) => m !== i))}`));
  return made;
}

/** Return what a plan costs if size brings no advantage: the other end of every saving. */
function without(plan) {
  return plan.upper.demand.reduce((a, b) => a + b, 0);
}

function drawCompare() {
  const [a, b] = [D.plans[state.plan], planOf(state.other)];
  const names = [planName(state.plan), planName(state.other)];
  tabled("compare-criteria",
    head(th(word("criterion")), right(names[0]), right(names[1]), right(word("against_plan", { plan: names[1] }))),
    el("tbody", {}, D.criteria.map((c, k) => row([
      side(axisTitle(k)), figure(value(a, k)), figure(value(b, k)), figure(larger(a.criteria[k] - b.criteria[k], c.digits)),
    ], { "data-criterion": c.name })), row([
      side(word("without")), ...[a, b].map((plan) => figure(whole(without(plan)))), figure(larger(without(a) - without(b))),
    ], { "data-criterion": "without" }), a.saving && b.saving && row([
      side(word("saving")), td(say(a.saving)), td(say(b.saving)), td(""),
    ], { "data-criterion": "saving" })));
  fill("first-name", names[0]);
  fill("second-name", names[1]);
  const changed = D.towns.map((_, i) => i).filter((i) => D.services.some((_, s) => differ(a, b, s, i)));
  const count = D.towns.reduce((sum, _, i) => sum + D.services.filter((_, s) => differ(a, b, s, i)).length, 0);
  fill("differs-count", word("differs_count", { count, all: D.towns.length * D.services.length }));
  // A row for all services in which the same differs: so it fits on paper however many there are.
  fill("compare-matrix",
    head(th(word("municipality")), th(word("service")), ...names.map((name) => th(word("in_plan", { plan: name })))),
    el("tbody", {}, someTowns("compare-matrix", changed, drawCompare).flatMap((i) => alike(a, b, i).map((same) =>
      row([side(town(i)), td(same.map((s) => say(D.services[s])).join(", ")), servedIn(a, same[0], i), servedIn(b, same[0], i)], { "data-town": D.towns[i].id, "data-services": same.join(" ") })))));
  $("compare-matrix").hidden = !changed.length;
}

view(["plan", "town"], drawMatrix, "matrix");
view(["plan", "other"], drawCompare, "compare");
view(["plan", "service", "town"], () => drawMap("first-chart", state.plan), D.huge ? "compare" : null);
view(["other", "service", "town"], () => drawMap("second-chart", state.other), D.huge ? "compare" : null);
