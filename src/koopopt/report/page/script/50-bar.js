// Language, the bar above all, and the choice of plans.

/** Put every fixed word of the page into the language. */
function speak() {
  document.documentElement.lang = state.lang;
  document.title = say(D.title);
  for (const place of document.querySelectorAll("[data-say]")) place.textContent = word(place.dataset.say);
  for (const place of document.querySelectorAll("[data-label]")) place.setAttribute("aria-label", word(place.dataset.label));
  for (const button of document.querySelectorAll("[data-lang]")) button.setAttribute("aria-pressed", String(button.dataset.lang === state.lang));
  fill("title", say(D.title));
  fill("made", word("made", { date: day(D.made), version: D.origin.koopopt }));
  options("service", D.services.map((title, s) => [s, say(title)]), state.service);
  options("key", Object.entries(D.keys).map(([key, title]) => [key, say(title)]), state.key);
  options("by", Object.entries(D.payments.keys).map(([key, title]) => [key, say(title)]), state.by);
  const named = D.criteria.map((c, k) => [k, say(c.title)]);
  options("x", named, state.x);
  options("y", named, state.y);
  options("c", [[-1, word("none")], ...named], state.c);
}

/** List the municipalities to choose one's own from. */
function drawMine() {
  const { compare } = new Intl.Collator(state.lang);
  const names = D.towns.map((t, i) => [i, t.name]).sort((a, b) => compare(a[1], b[1]));
  options("mine", [["", word("everyone_mine")], ...names], state.town ?? "");
}

function value(plan, k, digits = D.criteria[k].digits) {
  return number(plan.criteria[k], digits);
}

function drawBar() {
  const plan = D.plans[state.plan];
  const slider = $("slider");
  if (slider) {
    slider.max = D.plans.length - 1;
    slider.value = PLACE_OF[state.plan];
    slider.setAttribute("aria-valuetext", word("plan_of", { number: state.plan + 1, count: D.plans.length }));
    $("previous").disabled = PLACE_OF[state.plan] === 0;
    $("next").disabled = PLACE_OF[state.plan] === D.plans.length - 1;
    fill("end-first", `◂ ${say(D.ends[0])}`);
    fill("end-last", `${say(D.ends[1])} ▸`);
  }
  const shown = D.front.slice(0, 2).map((k) => `${say(D.criteria[k].title)} ${value(plan, k)} ${say(D.criteria[k].unit)}`).join(" · ");
  const which = D.several ? word("plan_of", { number: state.plan + 1, count: D.plans.length }) : word("the_plan");
  fill("current", el("b", {}, which), el("span", { class: "figures" }, ` ${shown}`));
  for (const id of ["start-plan", "plain-plan", "map-plan", "maps-plan", "matrix-plan", "towns-plan"]) fill(id, D.several ? ` – ${planName(state.plan)}` : "");
}

function drawOthers() {
  const figures = (plan) => D.front.slice(0, 2).map((k) => `${say(D.criteria[k].title)} ${value(plan, k)}`).join(", ");
  const plans = D.plans.map((plan, k) => [k, `${planName(k)} (${figures(plan)})`]);
  const known = Object.keys(D.others).filter((name) => D.others[name]).map((name) => [name, planName(name)]);
  options("with", D.several ? [...known, ...plans] : known, state.other);
}

// Where on the slider a plan lies, whose ends are true by the order of `D.order`.
const PLACE_OF = D.order.reduce((places, plan, k) => { places[plan] = k; return places; }, []);

/** Choose the plan at a place of the slider. */
function walk(place) {
  choose({ plan: D.order[Math.min(D.order.length - 1, Math.max(0, place))] });
}

listen("slider", "input", (event) => walk(Number(event.target.value)));
listen("previous", "click", () => walk(PLACE_OF[state.plan] - 1));
listen("next", "click", () => walk(PLACE_OF[state.plan] + 1));
listen("mine", "change", (event) => choose({ town: event.target.value === "" ? null : Number(event.target.value) }));
listen("service", "change", (event) => choose({ service: Number(event.target.value) }));
listen("key", "change", (event) => choose({ key: event.target.value }));
listen("by", "change", (event) => choose({ by: event.target.value }));
for (const axis of ["x", "y", "c"]) listen(axis, "change", (event) => choose({ [axis]: Number(event.target.value) }));
listen("with", "change", (event) => choose({ other: event.target.value in D.others ? event.target.value : Number(event.target.value) }));
listen("print", "click", () => window.print());
for (const button of document.querySelectorAll("[data-lang]")) button.addEventListener("click", () => choose({ lang: button.dataset.lang }));

view(["service", "key", "by", "x", "y", "c"], speak);
view([], drawMine);
view(["town"], () => { $("mine").value = state.town ?? ""; });
view(["plan"], drawBar);
view(["other"], drawOthers);
