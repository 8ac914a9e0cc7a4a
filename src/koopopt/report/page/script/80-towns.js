// What a plan means for each municipality: money, minutes, tasks, votes.

const COLUMNS = [
  { key: "inhabitants", of: (_, i) => D.towns[i].population, show: (v) => whole(v) },
  { key: "cost_alone", of: (_, i) => D.alone.reduce((sum, costs) => sum + costs[i], 0), show: (v) => whole(v) },
  { key: "cost_plan", of: (plan, i) => plan.shares[state.key][i], show: (v) => whole(v) },
  { key: "difference", of: (plan, i) => difference(plan.shares, i), show: (v) => signed(v, 0), tint: true },
  { key: "per_head", of: (plan, i) => perHead(difference(plan.shares, i), i), show: (v) => signed(v, 2), tint: true },
  { key: "range", of: (plan, i) => perHead(difference(plan.upper, i), i), show: (v, plan, i) => range(perHead(difference(plan.shares, i), i), v) },
  { key: "against_today", of: (plan, i) => plan.shares[state.key][i] - D.others.today.shares[state.key][i], show: (v) => signed(v, 0), tint: true },
  { key: "mean", of: (plan, i) => plan.times[i][0], show: (v) => number(v, 1) },
  { key: "p95", of: (plan, i) => plan.times[i][1], show: (v) => whole(v) },
  { key: "longest", of: (plan, i) => plan.times[i][2], show: (v) => whole(v) },
  { key: "above", of: (plan, i) => plan.times[i][3], show: (v) => percent(v) },
  { key: "tasks", of: (plan, i) => plan.pooled[i], show: (v) => tasks(v, D.services.length) },
].filter(({ key }) => key !== "against_today" || D.others.today);

/** Return how many tasks are pooled, and how many kept. */
const tasks = (pooled, all) => `${whole(pooled)} / ${whole(all - pooled)}`;

/** Return a range, rounded as an estimate deserves. */
const range = (from, to) => `${signed(from, 0)} … ${signed(to, 0)}`;

function difference(costs, i) {
  return costs[state.key][i] - D.alone.reduce((sum, own) => sum + own[i], 0);
}

function perHead(value, i) {
  return D.towns[i].population ? value / D.towns[i].population : NaN;
}

/** Return the votes of a municipality wherever it has some. */
function allVotes(plan, i) {
  const has = D.services.map((_, s) => placed(plan)[s][i]).filter((cell) => cell?.body.votes);
  return has.map((cell) => `${whole(cell.body.votes[cell.at])}/${number(cell.body.votes.reduce((a, b) => a + b, 0), 0)}`).join(", ") || "–";
}

function drawTowns() {
  const plan = D.plans[state.plan];
  const order = D.towns.map((_, i) => i);
  const [by, up] = state.sort ? state.sort.split(" ") : [];
  const sorted = COLUMNS.find((column) => column.key === by);
  if (sorted) order.sort((a, b) => (up === "up" ? 1 : -1) * (sorted.of(plan, a) - sorted.of(plan, b)));
  else if (by === "name") order.sort((a, b) => (up === "up" ? 1 : -1) * D.towns[a].name.localeCompare(D.towns[b].name, state.lang));
  const tint = (column, v) => (column.tint && Math.abs(v) >= 0.005 ? (v < 0 ? "better" : "worse") : "");
  fill("towns-table",
    head(heading("name", word("municipality"), ""), COLUMNS.map((column) => heading(column.key, word(column.key, column.key === "above" ? { limit: D.threshold } : undefined), "number")), th(word("votes"))),
    el("tbody", {}, order.map((i) => row([
      side(town(i)),
      COLUMNS.map((column) => { const v = column.of(plan, i); return figure(column.show(v, plan, i), { class: tint(column, v), "data-column": column.key }); }),
      td(allVotes(plan, i)),
    ], { class: i === state.town ? "picked" : null, "data-town": D.towns[i].id }))),
    el("tfoot", {}, row(totals(plan))));
}

/** Return a heading that sorts. */
function heading(key, text, kind) {
  const [by, up] = state.sort ? state.sort.split(" ") : [];
  const next = by !== key ? `${key} up` : up === "up" ? `${key} down` : null;
  return el("th", { scope: "col", class: kind, "aria-sort": by === key ? (up === "up" ? "ascending" : "descending") : null },
    el("button", { type: "button", class: "sort", "data-sort": key, on: { click: () => choose({ sort: next }) } }, text));
}

function totals(plan) {
  const sum = (of) => D.towns.reduce((total, _, i) => total + of(i), 0);
  const people = sum((i) => D.towns[i].population);
  const [mean, p95, longest, above] = plan.everyone;
  const by = sum((i) => difference(plan.shares, i));
  return [
    side(word("everyone")), figure(whole(people)), figure(number(sum((i) => D.alone.reduce((all, own) => all + own[i], 0)), 0)),
    figure(number(sum((i) => plan.shares[state.key][i]), 0)), figure(signed(by, 0)),
    figure(people ? signed(by / people, 2) : "–"), figure(people ? range(by / people, sum((i) => difference(plan.upper, i)) / people) : "–"),
    D.others.today ? figure(signed(sum((i) => plan.shares[state.key][i] - D.others.today.shares[state.key][i]), 0)) : null,
    figure(number(mean, 1)), figure(whole(p95)), figure(whole(longest)), figure(percent(above)),
    figure(tasks(sum((i) => plan.pooled[i]), D.services.length * D.towns.length)), td(""),
  ];
}

view(["plan", "key", "sort", "town"], drawTowns);
