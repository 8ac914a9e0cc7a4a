// A map of one service of a plan. The same drawing serves the large map and the small ones beside each other.

import { app } from "./store.js";
import { el, fill, svg } from "./elements.js";
import { word } from "./text.js";
import { placed, places, pools, serviceName, townName, withWhom } from "./plans.js";
import { fitted } from "./geometry.js";

const SEAT = 5;  // half the side of a seat's square, in pixels
const LETTER = 7;  // width of a letter, about, in pixels

/** Make a map in `home`; its `show(plan, service, marks)` draws, `areas` are its municipalities' groups. */
export function makeMap(home, { live = false } = {}) {
  const layer = (name) => svg("g", { class: name, "aria-hidden": "true" });
  const towns = app.case.towns.map((town, i) => svg("g", { class: "town", "data-town": i, ...(live ? { tabindex: "-1", role: "button", "data-key": `town-${i}` } : {}) }, svg("path", { class: "area" })));
  const layers = Object.fromEntries(["outline", "borders", "today", "ways", "wishes", "names", "seats"].map((name) => [name, layer(name)]));
  const ground = svg("g", { class: "ground" }, towns);
  const drawing = svg("svg", { class: live ? "live" : "small", ...(live ? { role: "application" } : { role: "img" }) }, ground, layers.outline, layers.borders, layers.today, layers.ways, layers.wishes, layers.names, layers.seats);
  fill(home, drawing);
  const map = { home, drawing, towns, last: null };
  map.show = (plan, service, marks = {}) => { map.last = [plan, service, marks]; draw(map, layers, live); };
  const again = () => { if (map.last) outline(map, layers, map.last[2]); };
  if (live) for (const event of ["focusin", "focusout"]) drawing.addEventListener(event, () => requestAnimationFrame(again));
  new ResizeObserver(() => { if (map.last) draw(map, layers, live); }).observe(home);
  return map;
}

function draw(map, layers, live) {
  const [plan, service, marks] = map.last;
  const { width, height } = map.home.getBoundingClientRect();
  if (!width || !height) return;
  const place = fitted(width, height, live ? 14 : 6);
  const here = placed(plan)[service];
  map.drawing.setAttribute("viewBox", `0 0 ${width} ${height}`);
  map.towns.forEach((group, i) => {
    const cell = here[i];
    const { tones, alone } = app.case.colours;
    const area = group.firstChild;
    area.setAttribute("d", place.path(app.case.areas[i]));
    area.setAttribute("fill", cell ? tones[cell.body.tone % tones.length] : alone);
    group.classList.toggle("held", marks.held === i);
    if (live) group.setAttribute("aria-label", word("town_label", { name: townName(i), who: withWhom(cell, i) }));
  });
  outline(map, layers, marks);
  const parts = (towns) => app.case.borders.filter(([a, b]) => (towns[a] || towns[b]) && towns[a]?.body !== towns[b]?.body);
  fill(layers.borders, parts(here).map(([, , line]) => svg("path", { d: place.path(line) })));
  fill(layers.today, live && app.case.today ? parts(placed(app.case.today)[service]).map(([, , line]) => svg("path", { d: place.path(line) })) : []);
  const at = (i) => place.at(places()[i].place);
  fill(layers.ways, pools(plan, service).flatMap((p) => p.members.filter((i) => i !== p.seat).map((i) => line(at(i), at(p.seat)))));
  const used = new Set(pools(plan, service).map((p) => p.seat));
  const free = app.case.sites.map((site, k) => [site, app.case.towns.length + k]).filter(([site, i]) => site.services.includes(service) && !used.has(i));
  fill(layers.seats, free.map(([, i]) => site(at(i))), pools(plan, service).map((p) => seat(at(p.seat), marks.locked?.includes(p.seat))));
  fill(layers.names, live ? names(at, width, place.across, pools(plan, service)) : []);
  fill(layers.wishes, (marks.pairs ?? []).map(({ kind, towns: [a, b] }) => wish(kind, at(a), at(b))));
  map.drawing.setAttribute("aria-label", word(live ? "map_live_label" : "map_label", { service: serviceName(service), count: pools(plan, service).length, plan: marks.name ?? "" }));
}

/** Draw edges around what is picked, held, or a target as one; the focus, too, which areas would hide. */
function outline(map, layers, marks) {
  const copy = (i, name) => svg("path", { class: name, d: map.towns[i].firstChild.getAttribute("d"), ...(name === "inside" ? { fill: map.towns[i].firstChild.getAttribute("fill") } : {}) });
  const whole = [...(marks.target ?? []), ...(marks.picked ?? [])];
  const focus = map.towns.findIndex((group) => group.matches(":focus-visible"));
  fill(layers.outline, whole.map((i) => copy(i, "edge")), whole.map((i) => copy(i, "inside")),
    marks.held >= 0 ? copy(marks.held, "held") : null, marks.first >= 0 ? copy(marks.first, "first") : null, focus >= 0 ? copy(focus, "focus") : null);
}

const line = ([x1, y1], [x2, y2]) => svg("line", { x1, y1, x2, y2 });

/** Return a seat; one of a locked partnership is drawn as a padlock. */
function seat([x, y], locked) {
  const box = svg("rect", { x: x - SEAT, y: y - SEAT, width: 2 * SEAT, height: 2 * SEAT });
  if (!locked) return box;
  return svg("g", { class: "locked" }, svg("path", { d: `M${x - 4} ${y - 4}v-4a4 4 0 0 1 8 0v4` }), svg("rect", { x: x - 7, y: y - 4, width: 14, height: 11, rx: 2 }));
}

/** Return a site where nobody has a seat. */
const site = ([x, y]) => svg("rect", { class: "site", x: x - SEAT, y: y - SEAT, width: 2 * SEAT, height: 2 * SEAT });

/** Return the line of a wish between two municipalities; "apart" is cut in its middle. */
function wish(kind, [x1, y1], [x2, y2]) {
  const [x, y] = [(x1 + x2) / 2, (y1 + y2) / 2];
  const cross = kind === "apart" ? svg("path", { d: `M${x - 5} ${y - 5}l10 10M${x + 5} ${y - 5}l-10 10` }) : null;
  return svg("g", { class: kind }, line([x1, y1], [x2, y2]), cross);
}

/** Return the names that fit: those of seats always, others from a width of the map on. */
function names(at, width, across, bodies) {
  const seats = new Set(bodies.map((p) => p.seat));
  const shown = places().map((place, i) => ({ ...place, i })).filter(({ i, from }) => seats.has(i) || (i < app.case.towns.length && across >= (from ?? 0)));
  return shown.map(({ i, name }) => {
    const [middle, y] = at(i);
    const half = LETTER * name.length / 2;
    const x = Math.max(half, Math.min(width - half, middle));
    return svg("text", { x, y: y + (seats.has(i) ? 19 : 4), "text-anchor": "middle", class: seats.has(i) ? "of-seat" : null }, name);
  });
}

/** Return the colour of a partnership as a small square. */
export function swatch(cell) {
  const { tones, alone } = app.case.colours;
  return el("span", { class: "swatch", "aria-hidden": "true", look: { background: cell ? tones[cell.body.tone % tones.length] : alone } });
}
