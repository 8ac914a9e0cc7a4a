// Maps of one service: of the plan, and of two plans side by side.

const feature = (geometry, id) => ({ type: "Feature", id, geometry });
const AREAS = D.areas.map(feature);
const NAMES = D.towns.map((t, id) => ({ id, lon: t.place[0], lat: t.place[1], name: t.name, from: t.from }));

const MOST_SEATS_NAMED = 6;
const SEATED = NAMES.map((one) => ({ ...one, from: 0 }));  // once: a chart keeps what stays the same

/** Return the rows that a map of a plan's service shows. */
function territory(plan, service) {
  const here = placed(plan)[service];
  const at = (i) => PLACES[i].place;
  const pools = plan.bodies.map(([number]) => D.bodies[number]).filter((body) => body.service === service);
  const seats = new Set(pools.map((body) => body.seat));
  // Seats are named however small the map is, unless they are too many.
  const named = seats.size <= MOST_SEATS_NAMED ? NAMES.map((one, i) => (seats.has(i) ? SEATED[i] : one)) : NAMES;
  return {
    areas: AREAS,
    names: [...named, ...pools.filter((body) => body.seat >= D.towns.length).map(({ seat }) => ({ id: null, lon: at(seat)[0], lat: at(seat)[1], name: PLACES[seat].name, from: 0 }))],
    state: here.map((cell, id) => ({ id, tone: cell ? cell.tone : -1 })),
    borders: D.borders.filter(([a, b]) => !here[a] || here[a].body !== here[b]?.body).filter(([a, b]) => here[a] || here[b]).map(([, , line]) => feature(line)),
    today: D.today.filter(([s]) => s === service).map(([, outline]) => feature(outline)),
    ways: pools.flatMap((body) => body.members.filter((i) => i !== body.seat).map((i) => ({ lon: at(i)[0], lat: at(i)[1], lon2: at(body.seat)[0], lat2: at(body.seat)[1] }))),
    seats: pools.map((body) => ({ id: body.seat < D.towns.length ? body.seat : null, lon: at(body.seat)[0], lat: at(body.seat)[1] })),
    picked: state.town === null ? [] : [AREAS[state.town]],
  };
}

/** Return how high a map may be so that it is seen whole beside what is said of it. */
function mapHeight(width) {
  return Math.min(600, Math.max(260, innerHeight * (width < 500 ? 0.36 : 0.64)));
}

function drawMap(id, which) {
  const plan = planOf(which);
  const service = state.service;
  const data = territory(plan, service);
  const height = (width) => Math.min(mapHeight(width), Math.max(220, width * D.proportion));
  chart(id, {
    label: word("map_label", { service: say(D.services[service]), plan: planName(which), count: data.seats.length }),
    spec: D.charts.territory, data, height,
    renderer: D.huge ? "canvas" : "svg",  // thousands of areas are drawn at once, not element by element
    params: (width) => ({ across: Math.min(width, height(width) / D.proportion), grain: D.grain }),
    tip: (i) => tipOf(plan, service, i),
    click: (_, item) => { if (item && Number.isInteger(item.datum?.id)) inspect(item.datum.id); },
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

view(["plan", "service", "town"], () => {
  fill("map-service", say(D.services[state.service]));
  $("map-today").hidden = !D.today.some(([s]) => s === state.service);
  $("map-schematic").hidden = !D.schematic;
  drawMap("map-chart", state.plan);
});
