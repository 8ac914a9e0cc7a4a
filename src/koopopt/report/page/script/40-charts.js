// Charts: drawn once, then only their data change; drawn anew for another size or language.
// What is in sight comes first, the others follow when there is nothing else to do.

const LOCALE = {
  de: { decimal: ",", thousands: ".", grouping: [3], currency: ["", " €"] },
  en: { decimal: ".", thousands: ",", grouping: [3], currency: ["€", ""] },
};
const drawn = new Map();
const wanted = new Map();  // charts that do not show yet what they should
let working = 0;

/**
 * Show a chart.
 * @param id of the element
 * @param part {label, spec, renderer, height(width), params(width), data, stamp, tip(value), click(event, item, view)}
 */
function chart(id, part) {
  if (!$(id)) return;
  delete document.documentElement.dataset.ready;
  $(id).setAttribute("aria-label", part.label);
  wanted.set(id, part);
  later();
}

let turn = null;

/** Let the charts catch up: at once if one is in sight, else when there is time. */
function later() {
  if (turn !== null) return;
  turn = setTimeout(async () => {
    turn = null;
    const ids = [...wanted.keys()];
    const next = ids.find(inSight) ?? ids[0];
    if (next === undefined) return;
    working += 1;
    const part = wanted.get(next);
    wanted.delete(next);
    try {
      await render(next, part);
    } catch (error) {
      fail(next, error);
    } finally {
      working -= 1;
      if (wanted.size) later();
      else if (!working) document.documentElement.dataset.ready = "yes";
    }
  });
}

/** Say in the place of a chart that it cannot be drawn; the rest of the page goes on. */
function fail(id, error) {
  console.warn(`${id}: ${error}`);
  drawn.delete(id);
  const place = $(id);
  place.removeAttribute("role");
  place.removeAttribute("aria-label");
  fill(place, el("p", { class: "warning" }, word("no_chart")));
}

function inSight(id) {
  const box = $(id).getBoundingClientRect();
  return box.top < innerHeight && box.bottom > 0;
}

/** Return how wide a chart will be that is folded away now, so that it is there for paper. */
function foldedWidth(place) {
  let around = place;
  while (!around.clientWidth && around.parentElement) around = around.parentElement;
  const pad = 40;
  const halves = place.closest(".pair") && around.clientWidth > 760 ? 2 : 1;
  return Math.max(240, Math.floor((around.clientWidth - pad) / halves));
}

// Unfolded it may have another width than was thought.
document.addEventListener("toggle", ({ target }) => {
  if (!target.open) return;
  for (const place of target.querySelectorAll(".chart[id]")) {
    const known = drawn.get(place.id);
    if (known && !wanted.has(place.id)) chart(place.id, known.part);
  }
}, true);

async function render(id, part) {
  const place = $(id);
  const width = Math.floor(place.clientWidth) || foldedWidth(place);
  const stamp = JSON.stringify([width, state.lang, part.stamp ?? null]);
  const known = drawn.get(id);
  if (known && known.stamp === stamp) {
    known.part = part;
    const seen = await known.view;
    if (drawn.get(id) === known) await renew(seen, part).runAsync();
    return;
  }
  known?.view.then((gone) => gone.finalize()).catch(() => {});
  const mine = { stamp, part };
  drawn.set(id, mine);
  const given = part.params?.(width) ?? {};
  const params = part.spec.params?.map((one) => ({ ...one, value: given[one.name] ?? one.value }));
  const spec = { ...part.spec, ...(params && { params }), datasets: { ...part.spec.datasets, ...part.data }, width, height: Math.round(part.height(width)) };
  // Asked of the item: as a value the library passes null for 0, which is a number here.
  // A chart that goes calls it without any event, to hide the tip.
  const tooltip = (_, event, item) => showTip(event, !event || event.type.endsWith("out") ? null : mine.part.tip?.(item.tooltip));
  mine.view = vegaEmbed(place, spec, { actions: false, renderer: part.renderer ?? "svg", formatLocale: LOCALE[state.lang], tooltip, defaultStyle: false }).then(({ view: made }) => {
    // An image with our label, not the library's: its hundreds of marks are nothing to read out.
    place.setAttribute("role", "img");
    place.setAttribute("aria-label", mine.part.label);
    place.removeAttribute("aria-roledescription");
    place.querySelector("svg, canvas").setAttribute("aria-hidden", "true");
    made.addEventListener("click", (event, item) => mine.part.click?.(event, item, made));
    mine.seen = made;
    return made;
  });
  await mine.view;
}

/** Give a chart its rows. */
function renew(seen, part) {
  for (const [name, rows] of Object.entries(part.data)) seen.data(name, rows);
  return seen;
}

/** Show lines beside the pointer, the first in bold; nothing hides them. */
function showTip(event, lines) {
  const tip = $("tip");
  tip.hidden = !lines;
  if (!lines) return;
  fill(tip, lines.map((line, k) => el(k ? "div" : "b", {}, line)));
  const room = document.documentElement.clientWidth - tip.offsetWidth - 8;
  tip.style.left = `${Math.max(4, Math.min(event.pageX + 14, room))}px`;
  tip.style.top = `${event.pageY + 16}px`;
}

// Paper does not wait: what is drawn shows the plan that is chosen, in sight or not.
window.addEventListener("beforeprint", () => {
  for (const [id, part] of wanted) {
    const known = drawn.get(id);
    if (known?.seen) renew(known.seen, part).run();
  }
});

let waiting;
window.addEventListener("resize", () => {
  clearTimeout(waiting);
  waiting = setTimeout(() => [...drawn].forEach(([id, { part }]) => chart(id, wanted.get(id) ?? part)), 150);
});
