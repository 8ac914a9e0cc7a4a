// Charts: drawn once, then only their data change; drawn anew for another size or language.

const LOCALE = {
  de: { decimal: ",", thousands: ".", grouping: [3], currency: ["", " €"] },
  en: { decimal: ".", thousands: ",", grouping: [3], currency: ["€", ""] },
};
const drawn = new Map();

/**
 * Show a chart.
 * @param id of the element
 * @param part {label, spec, height(width), params(width), data, stamp, tip(value), click(event, item, view)}
 */
async function chart(id, part) {
  const place = $(id);
  if (!place) return;
  place.setAttribute("aria-label", part.label);
  const width = Math.floor(place.clientWidth);
  if (!width) return;
  const stamp = JSON.stringify([width, state.lang, part.stamp ?? null]);
  const known = drawn.get(id);
  if (known && known.stamp === stamp) {
    known.part = part;
    const seen = await known.view;
    if (drawn.get(id) !== known) return;
    for (const [name, rows] of Object.entries(part.data)) seen.data(name, rows);
    await seen.runAsync();
    return;
  }
  const mine = { stamp, part };
  drawn.set(id, mine);
  const given = part.params?.(width) ?? {};
  const params = part.spec.params?.map((one) => ({ ...one, value: given[one.name] ?? one.value }));
  const spec = { ...part.spec, ...(params && { params }), datasets: { ...part.spec.datasets, ...part.data }, width, height: Math.round(part.height(width)) };
  const tooltip = (_, event, item, value) => showTip(event, item && value !== null && value !== undefined ? mine.part.tip?.(value) : null);
  mine.view = vegaEmbed(place, spec, { actions: false, renderer: "svg", formatLocale: LOCALE[state.lang], tooltip, defaultStyle: false }).then(({ view: made }) => {
    // An image with our label, not the library's: its hundreds of marks are nothing to read out.
    place.setAttribute("role", "img");
    place.setAttribute("aria-label", mine.part.label);
    place.removeAttribute("aria-roledescription");
    place.querySelector("svg").setAttribute("aria-hidden", "true");
    made.addEventListener("click", (event, item) => mine.part.click?.(event, item, made));
    return made;
  });
  await mine.view;
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

let waiting;
window.addEventListener("resize", () => {
  clearTimeout(waiting);
  waiting = setTimeout(() => [...drawn].forEach(([id, { part }]) => chart(id, part)), 150);
});
