// The card of a municipality: with whom, where to, what it pays and what changes, who would leave.

let home = () => {};  // back to where the card was asked for

/** Show a municipality's card and lead there. */
function inspect(i) {
  home = wayBack();
  choose({ town: i });
  $("details").focus({ preventScroll: true });
  $("details").scrollIntoView({ block: "start" });
}

/** Lead back to the map; the municipality stays chosen. */
function toMap() {
  $("start").focus({ preventScroll: true });
  $("map").scrollIntoView({ block: "center" });
}

function drawDetails() {
  const i = state.town;
  $("details").classList.toggle("idle", i === null);
  if (i === null) return fill("details", el("p", { class: "quiet" }, word("details_help")), everyone());
  const plan = D.plans[state.plan];
  fill("details",
    el("h3", {}, el("bdi", {}, D.towns[i].name),
      el("span", { class: "buttons" },
        el("button", { type: "button", on: { click: () => { choose({ town: null }); home(); } } }, word("close")),
        el("button", { type: "button", class: "to-map", on: { click: toMap } }, word("to_map")))),
    el("p", { class: "quiet" }, `${word("inhabitants")}: ${whole(D.towns[i].population)} · ${planName(state.plan)}`),
    framed(i, byKey(plan, i)), framed(i, byService(plan, i)));
}

const MOST_NAMED_HERE = 40;  // municipalities that can be chosen by buttons beside each other

/** Return the municipalities to choose from, where they are not too many to be looked through. */
function everyone() {
  if (D.towns.length > MOST_NAMED_HERE) return null;
  const names = D.towns.map((t, i) => [t.name, i]).sort((a, b) => a[0].localeCompare(b[0], state.lang));
  return el("ul", { class: "everyone" }, names.map(([name, i]) => el("li", {}, el("button", { type: "button", on: { click: () => inspect(i) } }, el("bdi", {}, name)))));
}

const framed = (i, table) => el("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": D.towns[i].name }, table);

/** Return what it pays under each key, and what that changes. */
function byKey(plan, i) {
  return headed(el("table", { class: "by-key" },
    head(th(word("key")), right(word("pays")), right(word(D.base === "today" ? "today" : "cost_alone")), th(word(D.base === "today" ? "changes" : "changes_alone"))),
    el("tbody", {}, Object.keys(plan.shares).map((key) => {
      const by = plan.shares[key][i] - BASE.shares[key][i];
      return row([side(say(D.keys[key])), figure(whole(plan.shares[key][i])), figure(whole(BASE.shares[key][i])), td(say(change(by)), { class: better(by) })], { "data-key": key });
    }))));
}

/** Return its services: with whom, where to, what each costs it shared by demand, what if it left. */
function byService(plan, i) {
  const rows = D.services.map((title, s) => {
    const cell = placed(plan)[s][i];
    const by = plan.cost[s][i] - BASE.cost[s][i];
    const cells = {
      partner: td(cell ? joined(cell.body.members.filter((m) => m !== i)) : word("alone"), { class: cell ? null : "alone" }),
      seat: el("td", {}, cell ? el("span", { class: "seat" }, swatch(cell.tone), cell.body.seat === i ? `■ ${word("seat_here")}` : joined([cell.body.seat])) : "–"),
      minutes: figure(cell ? whole(cell.body.minutes[cell.at]) : "–"),
      pays: figure(whole(plan.cost[s][i])),
      changes: td(say(change(by)), { class: better(by) }),
      form: td(cell ? say(D.forms[cell.body.form]?.title) : "–"),
      votes: td(votes(cell)),
      leaves: td(leaving(cell)),
    };
    for (const [key, one] of Object.entries(cells)) one.setAttribute("data-column", key);
    return row([side(say(title)), ...Object.values(cells)]);
  });
  return headed(trimmed(el("table", { class: "by-service" },
    head(th(word("service")), th(word("partner")), th(word("seat")), right(word("minutes")), right(word("pays_key", { key: D.keys.demand })), th(word(D.base === "today" ? "changes" : "changes_alone")), th(word("legal_form")), th(word("votes")), th(word("leaves"))),
    el("tbody", {}, rows))));
}

/** Let every cell know its heading, for narrow screens on which rows become lists. */
function headed(table) {
  const heads = [...table.tHead.rows[0].cells].map((cell) => cell.textContent);
  for (const one of table.tBodies[0].rows) [...one.cells].forEach((cell, k) => cell.setAttribute("data-head", heads[k]));
  return table;
}

function votes(cell) {
  if (!cell) return "–";
  if (!cell.body.votes) return word("no_votes");
  return word("votes_of", { mine: cell.body.votes[cell.at], all: cell.body.votes.reduce((a, b) => a + b, 0) });
}

function leaving(cell) {
  if (!cell) return "–";
  const [own, rest, broken] = cell.body.leave[cell.at];
  const lines = [word("leaves_says", { own: change(own), rest: change(rest) })];
  for (const rule of broken) lines.push(word("breaks", { rule: say(rule) }));
  return lines.map((line) => el("div", {}, line));
}

view(["plan", "town"], drawDetails);
