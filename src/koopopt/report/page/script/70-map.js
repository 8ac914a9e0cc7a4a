// Maps of one service: of the plan, and of two plans side by side.

const feature = (geometry, id) => ({ type: "Feature", id, geometry });
const AREAS = D.areas.map(feature);
const NAMES = D.towns.map((t, id) => ({ id, lon: t.place[0], lat: t.place[1], name: t.name, from: t.from }));

const MOST_SEATS_NAMED = 6;
const SEATED = NAMES.map((one) => ({ ...one, from: 0 }));  // once: a chart keeps what stays the same

const AROUND = 0.4;  // degrees of latitude: some 45 kilometres

/** Return whether a place is on the map: of a huge one, what is around the chosen municipality. */
function onView() {
  if (!D.huge || state.town === null) return null;
  const [lon, lat] = D.towns[state.town].place;
  return ([x, y]) => Math.abs(y - lat) <= AROUND && Math.abs(x - lon) * NARROW <= AROUND;
}

/** Return the rows of a map without what is not on it. */
function around(rows, seen) {
  const here = PLACES.map(({ place }) => seen(place));
  const at = ({ lon, lat }) => seen([lon, lat]);
  const line = ({ geometry }) => seen(geometry.coordinates.flat(Infinity).slice(0, 2));
  return {
    ...rows,
    areas: rows.areas.filter(({ id }) => here[id]),
    state: rows.state.filter(({ id }) => here[id]),
    names: rows.names.filter(at),
    borders: rows.borders.filter(({ between }) => between.every((i) => here[i])),
    today: rows.today.filter(line),
    ways: rows.ways.filter((way) => at(way) && seen([way.lon2, way.lat2])),
    seats: rows.seats.filter(at),
  };
}

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
    borders: D.borders.filter(([a, b]) => !here[a] || here[a].body !== here[b]?.body).filter(([a, b]) => here[a] || here[b]).map(([a, b, line]) => ({ ...feature(line), between: [a, b] })),
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
  const seen = onView();
  const whole = territory(plan, service);
  const data = seen ? around(whole, seen) : whole;
  const proportion = seen ? 1 : D.proportion;
  const zoom = seen ? ((BOX[2] - BOX[0]) * NARROW) / (2 * AROUND) : 1;
  const grain = seen ? Math.min(1, Math.sqrt(60 / data.areas.length)) : D.grain;
  const height = (width) => Math.min(mapHeight(width), Math.max(220, width * proportion));
  chart(id, {
    label: word("map_label", { service: say(D.services[service]), plan: planName(which), count: whole.seats.length }),
    spec: D.charts.territory, data, height, stamp: seen && state.town,
    renderer: D.huge ? "canvas" : "svg",  // thousands of areas are drawn at once, not element by element
    params: (width) => ({ across: zoom * Math.min(width, height(width) / proportion), grain }),
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
  $("map-around").hidden = !onView();
  if (onView()) fill("map-around", word("map_around", { town: D.towns[state.town].name, all: part("everyone_mine") }));
  drawMap("map-chart", state.plan);
});
