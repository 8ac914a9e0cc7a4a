// What is chosen, who shows it, and how it survives: in the address, so that a link leads there.

const views = [];

/** Let `draw` run whenever one of the choices `keys` changes; `fold` is the section it is folded into. */
function view(keys, draw, fold = null) {
  views.push({ keys: new Set([...keys, "lang"]), draw, fold, due: false });
}

/** Draw a view; of a large case what is folded away waits until it is opened. */
function show(one) {
  one.due = D.large && one.fold !== null && !$(one.fold).querySelector("details").open;
  if (!one.due) attempt(one.draw);
}

/** Draw what waited and is open now. */
function catchUp() {
  for (const one of views) if (one.due) show(one);
}

document.addEventListener("toggle", ({ target }) => { if (target.open) catchUp(); }, true);

/** Draw a part; where that fails, say so and let the others go on. */
function attempt(draw) {
  try {
    draw();
  } catch (error) {
    console.error(error);
    $("broken").hidden = false;
  }
}

/** Choose, and show what follows from it; a button that is drawn anew keeps the focus. */
function choose(changes) {
  const changed = Object.keys(changes).filter((key) => state[key] !== changes[key]);
  if (!changed.length) return;
  Object.assign(state, changes);
  const back = wayBack();
  for (const one of views) if (changed.some((key) => one.keys.has(key))) show(one);
  back();
  clearTimeout(keeping);
  keeping = setTimeout(remember, 200);  // browsers allow only so many changes of the address
}

let keeping;

/** Return the plan that a choice names: a number, "today" or "alone". */
function planOf(which) {
  return typeof which === "number" ? D.plans[which] : D.others[which];
}

function planName(which) {
  if (which === "today") return word("today");
  if (which === "alone") return word(D.today_is_alone ? "alone_today" : "all_alone");
  return D.plans.length > 1 ? `${word("plan")} ${number(which + 1)}` : word("the_plan");
}

function remember() {
  const kept = { plan: state.plan + 1, with: typeof state.other === "number" ? state.other + 1 : state.other, service: state.service + 1, x: state.x + 1, y: state.y + 1, c: state.c + 1, lang: state.lang };
  if (state.town !== null) kept.town = state.town + 1;
  try {
    history.replaceState(null, "", "#" + new URLSearchParams(kept));
  } catch (error) {
    console.warn(`no address to keep choices in: ${error}`);  // a page within another has none
  }
}

/** Take from the address what it says and what exists. */
function recall() {
  const asked = new URLSearchParams(location.hash.slice(1));
  const place = (key, count, least = 0) => {
    const at = Number(asked.get(key)) - 1;
    return asked.has(key) && Number.isInteger(at) && at >= least && at < count ? at : null;
  };
  Object.assign(state, { lang: D.lang, plan: D.chosen, town: null });
  state.other = D.others.today ? "today" : "alone";
  state.x = D.front[0];
  state.y = D.front[1] ?? 1;
  state.c = D.front[2] ?? -1;
  const take = (key, name, count, least) => { const at = place(name, count, least); if (at !== null) state[key] = at; };
  take("plan", "plan", D.plans.length);
  state.service = Math.min(...D.plans[state.plan].bodies.map(([number]) => D.bodies[number].service), D.services.length - 1);
  take("service", "service", D.services.length);
  take("town", "town", D.towns.length);
  for (const axis of ["x", "y"]) take(axis, axis, D.criteria.length);
  take("c", "c", D.criteria.length, -1);
  const other = asked.get("with");
  if (other === "alone" || (other === "today" && D.others.today)) state.other = other;
  else if (D.several) take("other", "with", D.plans.length);
  if (Object.hasOwn(LOCALES, asked.get("lang") ?? "")) state.lang = asked.get("lang");
}
