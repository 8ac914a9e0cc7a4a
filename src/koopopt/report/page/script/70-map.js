// Maps of one service: of the plan, and of two plans side by side; details of a municipality.

const feature = (geometry, id) => ({ type: "Feature", id, geometry });
const AREAS = D.areas.map(feature);
const NAMES = D.towns.map((t, id) => ({ id, lon: t.place[0], lat: t.place[1], name: t.name, from: t.from }));

/** Return the rows that a map of a plan's service shows. */
function territory(plan, service) {
  const here = placed(plan)[service];
  const at = (i) => PLACES[i].place;
  const pools = plan.bodies.map(([number]) => D.bodies[number]).filter((body) => body.service === service);
  return {
    areas: AREAS,
    names: [...NAMES, ...pools.filter((body) => body.seat >= D.towns.length).map(({ seat }) => ({ id: null, lon: at(seat)[0], lat: at(seat)[1], name: PLACES[seat].name, from: 0 }))],
    state: here.map((cell, id) => ({ id, tone: cell ? cell.tone : -1 })),
    borders: D.borders.filter(([a, b]) => !here[a] || here[a].body !== here[b]?.body).filter(([a, b]) => here[a] || here[b]).map(([, , line]) => feature(line)),
    today: D.today.filter(([s]) => s === service).map(([, outline]) => feature(outline)),
    ways: pools.flatMap((body) => body.members.filter((i) => i !== body.seat).map((i) => ({ lon: at(i)[0], lat: at(i)[1], lon2: at(body.seat)[0], lat2: at(body.seat)[1] }))),
    seats: pools.map((body) => ({ id: body.seat < D.towns.length ? body.seat : null, lon: at(body.seat)[0], lat: at(body.seat)[1] })),
    picked: state.town === null ? [] : [AREAS[state.town]],
  };
}

function drawMap(id, which) {
  const plan = planOf(which);
  const service = state.service;
  const data = territory(plan, service);
  const most = D.several ? 620 : 860;
  const height = (width) => Math.min(most, Math.max(240, width * D.proportion));
  chart(id, {
    label: word("map_label", { service: say(D.services[service]), plan: planName(which), count: data.seats.length }),
    spec: D.charts.territory, data, height,
    params: (width) => ({ across: Math.min(width, height(width) / D.proportion), grain: D.grain }),
    tip: (i) => tipOf(plan, service, i),
    click: (_, item) => { if (item && Number.isInteger(item.datum?.id)) choose({ town: item.datum.id }); },
  });
}

/** Return the lines that tell of a municipality in one service. */
function tipOf(plan, service, i) {
  const cell = placed(plan)[service][i];
  const now = plan.cost[service][i];
  const lines = [D.towns[i].name, `${word("inhabitants")}: ${whole(D.towns[i].population)}`];
  if (cell) {
    lines.push(`${word("partner")} ${joined(cell.body.members.filter((m) => m !== i))}`);
    lines.push(`${word("seat")}: ${joined([cell.body.seat])}, ${whole(cell.body.minutes[cell.at])} ${word("minutes")}`);
  } else lines.push(word("alone"));
  lines.push(`${word("cost_alone")}: ${whole(D.alone[service][i])} ${word("eur")}`);
  lines.push(`${word("cost_plan")}: ${whole(now)} ${word("eur")}`);
  return lines;
}

/** List the partnerships of the map's service. */
function drawPools() {
  const plan = D.plans[state.plan];
  const pools = plan.bodies.filter(([number]) => D.bodies[number].service === state.service);
  fill("pools",
    head(th(word("seat")), th(word("partner")), th(word("legal_form")), right(word("eur")), right(word("longest_way"))),
    el("tbody", {}, pools.map(([number, tone]) => {
      const body = D.bodies[number];
      const others = body.members.filter((i) => i !== body.seat);
      return row([
        side(el("span", { class: "seat" }, swatch(tone), town(body.seat))), td(joined(others)), td(say(D.forms[body.form]?.title)),
        figure(whole(body.cost)), figure(whole(Math.max(...body.minutes))),
      ]);
    })));
  fill("pools-service", say(D.services[state.service]));
  $("pools").hidden = !pools.length;
  $("pools-none").hidden = pools.length > 0;
}

let home = () => {};  // back to where the details were asked for

/** Show a municipality's details and lead there. */
function inspect(i) {
  home = wayBack();
  choose({ town: i });
  $("details").focus({ preventScroll: true });
  $("details").scrollIntoView({ block: "nearest" });
}

function drawDetails() {
  const i = state.town;
  $("details").classList.toggle("idle", i === null);
  if (i === null) {
    fill("details", el("p", { class: "quiet" }, word("details_help")));
    return;
  }
  const plan = D.plans[state.plan];
  const rows = D.services.map((title, s) => {
    const cell = placed(plan)[s][i];
    const who = cell ? joined(cell.body.members.filter((m) => m !== i)) : word("alone");
    const seat = cell ? el("span", { class: "seat" }, swatch(cell.tone), cell.body.seat === i ? `■ ${word("seat_here")}` : joined([cell.body.seat])) : "–";
    return row([
      side(say(title)), td(seat), td(who), td(cell ? say(D.forms[cell.body.form]?.title) : "–"),
      figure(cell ? whole(cell.body.minutes[cell.at]) : "–"),
      figure(whole(D.alone[s][i])), figure(whole(plan.cost[s][i])),
      td(votes(cell)), td(leaving(cell)),
    ]);
  });
  fill("details",
    el("h3", {}, el("bdi", {}, D.towns[i].name), el("button", { type: "button", on: { click: () => { choose({ town: null }); home(); } } }, word("close"))),
    el("p", { class: "quiet" }, `${word("inhabitants")}: ${whole(D.towns[i].population)} · ${planName(state.plan)}`),
    el("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": D.towns[i].name }, el("table", {},
      head(th(word("service")), th(word("seat")), th(word("partner")), th(word("legal_form")), right(word("minutes")), right(word("cost_alone")), right(word("cost_plan")), th(word("votes")), th(word("leaves"))),
      el("tbody", {}, rows))));
}

function votes(cell) {
  if (!cell) return "–";
  if (!cell.body.votes) return word("no_votes");
  return word("votes_of", { mine: cell.body.votes[cell.at], all: cell.body.votes.reduce((a, b) => a + b, 0) });
}

function leaving(cell) {
  if (!cell) return "–";
  const [own, rest, broken] = cell.body.leave[cell.at];
  const lines = [word("leaves_cost", { own: signed(own), rest: signed(rest) })];
  for (const rule of broken) lines.push(word("breaks", { rule: say(rule) }));
  return lines.map((line) => el("div", {}, line));
}

view(["plan", "service", "town"], () => {
  fill("map-service", say(D.services[state.service]));
  $("map-today").hidden = !D.today.some(([s]) => s === state.service);
  $("map-schematic").hidden = !D.schematic;
  drawMap("map-chart", state.plan);
});
view(["plan", "service"], drawPools);
view(["plan", "town"], drawDetails);
