// From degrees to the drawing: a flat map of a county, and how it fits into a box.

import { app } from "./store.js";

let frame = null;

/** Return the flat map: west and north edge, width and height, all in degrees of latitude. */
export function flat() {
  if (frame) return frame;
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
  const see = ([lon, lat]) => {
    west = Math.min(west, lon); east = Math.max(east, lon);
    south = Math.min(south, lat); north = Math.max(north, lat);
  };
  for (const area of app.case.areas) rings(area).flat().forEach(see);
  for (const { place } of app.case.sites) see(place);
  const narrow = Math.cos(((south + north) / 2) * (Math.PI / 180));
  frame = { west, north, narrow, wide: (east - west) * narrow || 1, high: north - south || 1 };
  return frame;
}

/** Return the lines of a GeoJSON geometry. */
function rings({ type, coordinates }) {
  if (type === "MultiPolygon") return coordinates.flat();
  if (type === "LineString") return [coordinates];
  return coordinates;  // Polygon, MultiLineString
}

/** Return how a box of pixels shows the map: `at(place)` in pixels and `path(geometry)`. */
export function fitted(width, height, margin) {
  const { west, north, narrow, wide, high } = flat();
  const scale = Math.min((width - 2 * margin) / wide, (height - 2 * margin) / high);
  const [left, top] = [(width - wide * scale) / 2, (height - high * scale) / 2];
  const at = ([lon, lat]) => [left + (lon - west) * narrow * scale, top + (north - lat) * scale];
  const pen = (place) => at(place).map((v) => v.toFixed(1)).join(" ");
  const path = (geometry) => rings(geometry).map((ring) => `M${ring.map(pen).join("L")}`).join("");
  return { at, path, across: wide * scale };
}
