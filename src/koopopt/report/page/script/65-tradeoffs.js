// The chart of all plans in two criteria, coloured by a third.

const REACH = 26;  // pixels around a point that count as a click on it: fingers are wide

function axisTitle(k) {
  const { title, unit } = D.criteria[k];
  return `${say(title)} (${say(unit)})`;
}

/** Return the same in two lines, for units that are long. */
function axisLines(k) {
  return [say(D.criteria[k].title), `(${say(D.criteria[k].unit)})`];
}

function drawTradeoffs() {
  fill("tradeoffs-help", word("tradeoffs_help", { criteria: D.front.map((k) => say(D.criteria[k].title)).join(", ") }));
  const { x, y, c } = state;
  const of = (plan) => ({ x: plan.criteria[x], y: plan.criteria[y] });
  const marked = [{ ...of(D.plans[state.plan]), role: "first", label: planName(state.plan) }];
  if (typeof state.other === "number" && state.other !== state.plan) marked.push({ ...of(D.plans[state.other]), role: "second", label: planName(state.other) });
  const data = {
    plans: D.plans.map((plan, k) => ({ ...of(plan), c: c < 0 ? 0 : plan.criteria[c], plan: k })),
    references: Object.entries(D.others).filter(([, plan]) => plan).map(([name, plan]) => ({ ...of(plan), label: planName(name), below: name === "alone" && D.others.today !== null })),
    marked,
  };
  const label = word("chart_label", {
    count: D.plans.length, x: say(D.criteria[x].title), y: say(D.criteria[y].title), plan: planName(state.plan),
    at_x: value(D.plans[state.plan], x), at_y: value(D.plans[state.plan], y),
  });
  chart("tradeoffs-chart", {
    label,
    spec: tradeoffSpec(), data, stamp: [x, y, c],
    height: (width) => Math.min(400, Math.max(280, width * 0.75)),
    tip: (k) => [planName(k), ...D.criteria.map((one, i) => `${say(one.title)}: ${value(D.plans[k], i)} ${say(one.unit)}`)],
    click: pick,
  });
}

/** Return the chart with the titles of the chosen criteria. */
function tradeoffSpec() {
  const spec = structuredClone(D.charts.tradeoffs);
  const [a, b] = D.front;
  const steps = D.front.length === 2 && ((state.x === a && state.y === b) || (state.x === b && state.y === a));
  spec.layer = spec.layer.filter((layer) => steps || layer.mark.type !== "line");
  for (const { encoding } of spec.layer) {
    encoding.x.title = axisLines(state.x);
    encoding.y.title = axisLines(state.y);
    if (encoding.color?.field === "c") {
      if (state.c < 0) delete encoding.color;
      else encoding.color.legend.title = say(D.criteria[state.c].title);
    }
  }
  return spec;
}

/** Choose the plan nearest to a click. */
function pick(event, item, seen) {
  const box = $("tradeoffs-chart").querySelector("svg").getBoundingClientRect();
  const [[left, top], pad] = [seen.origin(), seen.padding()];
  const at = [event.clientX - box.left - left - pad.left, event.clientY - box.top - top - pad.top];
  const [x, y] = [seen.scale("x"), seen.scale("y")];
  let [nearest, least] = [null, REACH];
  D.plans.forEach((plan, k) => {
    const far = Math.hypot(x(plan.criteria[state.x]) - at[0], y(plan.criteria[state.y]) - at[1]);
    if (far < least) [nearest, least] = [k, far];
  });
  if (nearest !== null) choose({ plan: nearest });
}

if (D.several) view(["plan", "other", "x", "y", "c"], drawTradeoffs);
