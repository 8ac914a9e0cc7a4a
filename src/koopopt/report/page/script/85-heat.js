// What nearly all plans agree on: shares of the efficient plans.

const MOST_ROWS = 15;

function shaded(share) {
  const strength = Math.round(255 * share).toString(16).padStart(2, "0");
  return el("td", { class: "share", style: { background: D.tones.share + strength } }, percent(share));
}

function drawPooled() {
  fill("heat-pooled",
    head(th(word("municipality")), D.services.map((title) => right(say(title)))),
    el("tbody", {}, someTowns("heat-pooled", D.towns.map((_, i) => i), drawPooled).map((i) => row([side(town(i)), D.services.map((_, s) => shaded(D.heat.pooled[s][i]))]))));
}

function drawPairs() {
  const title = { service: say(D.services[state.service]) };
  const pairs = D.heat.together[state.service];
  fill("heat-pairs-title", word("heat_pairs", title));
  const most = [...pairs].sort((one, two) => two[2] - one[2]).slice(0, MOST_ROWS);
  fill("heat-pairs",
    head(th(word("municipality")), th(word("municipality")), right(word("heat_share"))),
    el("tbody", {}, most.map(([a, b, share]) => row([side(town(a)), td(town(b)), shaded(share)]))));
  $("heat-chart").hidden = !D.heat.matrix;
  if (D.heat.matrix) drawPairMatrix(pairs);
}

function drawPairMatrix(pairs) {
  const order = D.heat.order;
  const at = new Map(order.map((i, k) => [i, k]));
  const share = new Map(pairs.flatMap(([a, b, part]) => [[`${a} ${b}`, part], [`${b} ${a}`, part]]));
  const rows = order.flatMap((i) => order.filter((j) => j !== i).map((j) => {
    const part = share.get(`${i} ${j}`) ?? 0;
    return { a: at.get(i), b: at.get(j), share: part, shown: `${D.towns[i].name}\n${D.towns[j].name}\n${percent(part)}` };
  }));
  const spec = structuredClone(D.charts.pairs);
  spec.layer[0].encoding.color.legend.title = word("heat_share");
  chart("heat-chart", {
    label: word("heat_label", { service: say(D.services[state.service]) }),
    spec, data: { pairs: rows }, stamp: state.service,
    params: () => ({ labels: order.map((i) => D.towns[i].name) }),
    height: (width) => Math.min(760, width * 0.75, 44 * order.length + 180),
    tip: (shown) => shown.split("\n"),
  });
}

if (D.heat) {
  view(["town"], drawPooled, "heat");
  view(["service"], drawPairs, "heat");
}
