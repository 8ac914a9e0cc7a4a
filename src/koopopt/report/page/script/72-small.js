// Small maps of all services side by side, drawn plainly and at once, so that paper has them too.

const SMALL = 300;  // units across
const SVG = "http://www.w3.org/2000/svg";

const rings = ({ type, coordinates }) => (type === "Polygon" ? coordinates : coordinates.flat());
const BOX = D.areas.flatMap(rings).flat().reduce(([w, s, e, n], [x, y]) => [Math.min(w, x), Math.min(s, y), Math.max(e, x), Math.max(n, y)], [180, 90, -180, -90]);
const NARROW = Math.cos(((BOX[1] + BOX[3]) / 360) * Math.PI);
const SCALE = SMALL / Math.max((BOX[2] - BOX[0]) * NARROW, (BOX[3] - BOX[1]) / 1.6, 1e-9);

function onMap([lon, lat]) {
  return [(lon - BOX[0]) * NARROW * SCALE, (BOX[3] - lat) * SCALE].map((v) => Math.round(v * 10) / 10);
}

let outlines = null;

/** Return the areas as paths, made once. */
function areaPaths() {
  outlines ??= D.areas.map((area) => rings(area).map((ring) => `M${ring.map((point) => onMap(point).join(" ")).join("L")}Z`).join(""));
  return outlines;
}

function svg(tag, settings, ...children) {
  const made = document.createElementNS(SVG, tag);
  for (const [key, value] of Object.entries(settings)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/** Return the map of one service of a plan. */
function smallMap(plan, s) {
  const here = placed(plan)[s];
  const pools = plan.bodies.map(([number]) => D.bodies[number]).filter((body) => body.service === s);
  const label = word("map_label", { service: say(D.services[s]), plan: planName(state.plan), count: pools.length });
  const fillOf = (i) => (here[i] ? D.tones.shades[here[i].tone] : D.tones.alone);
  const parts = D.huge ? byColour(fillOf) : areaPaths().map((d, i) => svg("path", { d, fill: fillOf(i), stroke: i === state.town ? "#b2182b" : "#fff", "stroke-width": i === state.town ? 3 : 0.8 }));
  if (D.huge) parts.push(...waysAndSeats(pools));
  else for (const body of pools) {
    const [x, y] = onMap(PLACES[body.seat].place);
    for (const i of body.members.filter((one) => one !== body.seat)) parts.push(svg("path", { d: `M${onMap(PLACES[i].place).join(" ")}L${x} ${y}`, stroke: "#1b1b1b", "stroke-width": 0.9 }));
    parts.push(svg("rect", { x: x - 3, y: y - 3, width: 6, height: 6, fill: "#1b1b1b" }));
    if (pools.length <= 12) parts.push(svg("text", { x, y: y + 14, "text-anchor": "middle" }, PLACES[body.seat].name));
  }
  const height = Math.max(1, Math.round((BOX[3] - BOX[1]) * SCALE));
  return el("figure", { "data-service": s }, el("figcaption", {}, say(D.services[s])),
    svg("svg", { viewBox: `0 0 ${SMALL} ${height}`, role: "img", "aria-label": label }, ...parts));
}

/** Return all areas, one path a colour, and the chosen one: thousands of paths would be slow. */
function byColour(fillOf) {
  const all = new Map();
  areaPaths().forEach((d, i) => { if (!all.has(fillOf(i))) all.set(fillOf(i), []); all.get(fillOf(i)).push(d); });
  const parts = [...all].map(([fill, paths]) => svg("path", { d: paths.join(""), fill, stroke: "#fff", "stroke-width": 0.1 }));
  if (state.town !== null) parts.push(svg("path", { d: areaPaths()[state.town], fill: fillOf(state.town), stroke: "#b2182b", "stroke-width": 3 }));
  return parts;
}

/** Return all ways as one path, and all seats as one. */
function waysAndSeats(pools) {
  const ways = [];
  const seats = [];
  for (const { seat, members } of pools) {
    const [x, y] = onMap(PLACES[seat].place);
    for (const i of members) if (i !== seat) ways.push(`M${onMap(PLACES[i].place).join(" ")}L${x} ${y}`);
    seats.push(`M${x - 0.4} ${y - 0.4}h.8v.8h-.8Z`);
  }
  return [svg("path", { d: ways.join(""), stroke: "#1b1b1b", "stroke-width": 0.2 }), svg("path", { d: seats.join(""), fill: "#1b1b1b" })];
}

function drawAllMaps() {
  if ($("maps").querySelector("details").open) fill("all-maps", D.services.map((_, s) => smallMap(D.plans[state.plan], s)));
}

view(["plan", "town"], drawAllMaps);
$("maps").querySelector("details").addEventListener("toggle", drawAllMaps);
