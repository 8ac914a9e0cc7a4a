// What a plan means for each municipality: money, minutes, tasks, votes.

// `total` stands for all municipalities together; most columns add up.
const COLUMNS = [
  { key: "difference", of: (plan, i) => difference(plan.shares, i), show: (v) => dearer(v), tint: true },
  { key: "per_head", of: (plan, i) => perHead(difference(plan.shares, i), i), show: (v) => dearer(v, 2), tint: true, total: (plan) => allHeads(plan.shares) },
  { key: "unsized", of: (plan, i) => perHead(difference(plan.upper, i), i), show: (v) => dearer(v), tint: true, total: (plan) => allHeads(plan.upper) },
  { key: "against_today", of: (plan, i) => plan.shares[state.key][i] - D.others.today.shares[state.key][i], show: (v) => dearer(v), tint: true },
  { key: "inhabitants", of: (_, i) => D.towns[i].population, show: (v) => whole(v) },
  { key: "cost_alone", of: (_, i) => D.alone.reduce((sum, costs) => sum + costs[i], 0), show: (v) => whole(v) },
  { key: "cost_plan", of: (plan, i) => plan.shares[state.key][i], show: (v) => whole(v) },
  { key: "mean", of: (plan, i) => plan.times[i][0], show: (v) => number(v, 1), total: (plan) => plan.everyone[0] },
  { key: "p95", of: (plan, i) => plan.times[i][1], show: (v) => whole(v), total: (plan) => plan.everyone[1] },
  { key: "longest", of: (plan, i) => plan.times[i][2], show: (v) => whole(v), total: (plan) => plan.everyone[2] },
  { key: "above", of: (plan, i) => plan.times[i][3], show: (v) => percent(v), total: (plan) => plan.everyone[3] },
  { key: "tasks", of: (plan, i) => plan.pooled[i], show: (v) => tasks(v, D.services.length), whole: (plan) => tasks(summed((i) => plan.pooled[i]), D.services.length * D.towns.length) },
].filter(({ key }) => key !== "against_today" || D.others.today);

/** Return how many tasks are pooled, and how many kept. */
const tasks = (pooled, all) => `${whole(pooled)} / ${whole(all - pooled)}`;

const summed = (of) => D.towns.reduce((total, _, i) => total + of(i), 0);

/** Return a difference per inhabitant of all municipalities. */
function allHeads(costs) {
  const people = summed((i) => D.towns[i].population);
  return people ? summed((i) => difference(costs, i)) / people : NaN;
}

function difference(costs, i) {
  return costs[state.key][i] - D.alone.reduce((sum, own) => sum + own[i], 0);
}

function perHead(value, i) {
  return D.towns[i].population ? value / D.towns[i].population : NaN;
}

/** Return the votes of a municipality wherever it has some; equal ones are counted. */
function allVotes(plan, i) {
  const has = D.services.map((_, s) => placed(plan)[s][i]).filter((cell) => cell?.body.votes);
  const times = new Map();
  for (const { body, at } of has) {
    const said = `${whole(body.votes[at])}/${whole(body.votes.reduce((a, b) => a + b, 0))}`;
    times.set(said, (times.get(said) ?? 0) + 1);
  }
  return [...times].map(([said, count]) => (count > 1 ? `${count} × ${said}` : said)).join(", ") || "–";
}

function drawTowns() {
  const plan = D.plans[state.plan];
  const order = D.towns.map((_, i) => i);
  const [by, up] = state.sort ? state.sort.split(" ") : [];
  const sorted = COLUMNS.find((column) => column.key === by);
  if (sorted) order.sort((a, b) => compared(sorted.of(plan, a), sorted.of(plan, b), up === "up" ? 1 : -1));
  else if (by === "name") order.sort((a, b) => (up === "up" ? 1 : -1) * D.towns[a].name.localeCompare(D.towns[b].name, state.lang));
  const tint = (column, v) => (column.tint && Math.abs(v) >= 0.005 ? (v < 0 ? "better" : "worse") : "");
  tabled("towns-table",
    head(heading("name", word("municipality"), ""), COLUMNS.map((column) => heading(column.key, word(column.key, column.key === "above" ? { limit: D.threshold } : undefined), "number")), th(word("votes"))),
    el("tbody", {}, someTowns("towns-table", order, drawTowns).map((i) => row([
      side(town(i)),
      COLUMNS.map((column) => { const v = column.of(plan, i); return figure(column.show(v, plan, i), { class: tint(column, v), "data-column": column.key }); }),
      td(allVotes(plan, i), { "data-column": "votes" }),
    ], { class: i === state.town ? "picked" : null, "data-town": D.towns[i].id }))),
    el("tfoot", {}, row(totals(plan))));
}

/** Compare two figures; what is none comes last, whichever way it is sorted. */
function compared(a, b, sign) {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.isNaN(a) - Number.isNaN(b);
  return sign * (a - b);
}

/** Return a heading that sorts. */
function heading(key, text, kind) {
  const [by, up] = state.sort ? state.sort.split(" ") : [];
  const next = by !== key ? `${key} up` : up === "up" ? `${key} down` : null;
  return el("th", { scope: "col", class: kind, "aria-sort": by === key ? (up === "up" ? "ascending" : "descending") : null },
    el("button", { type: "button", class: "sort", "data-sort": key, on: { click: () => choose({ sort: next }) } }, text));
}

function totals(plan) {
  const all = (column) => column.whole?.(plan) ?? column.show(column.total?.(plan) ?? summed((i) => column.of(plan, i)), plan);
  return [side(word("everyone")), COLUMNS.map((column) => figure(all(column))), td("")];
}

view(["plan", "key", "sort", "town"], drawTowns, "towns");
