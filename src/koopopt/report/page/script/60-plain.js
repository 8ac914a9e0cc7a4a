// The first words: three sentences, of all or of my municipality; what drives the plan; and, folded,
// figures that matter, what was proven, the questions of a council.

const MOST_NAMED = 3;  // services named in a sentence before they are only counted

function drawLead() {
  const plan = D.plans[state.plan];
  const i = state.town;
  fill("start-who", i === null ? word("in_short") : D.towns[i].name);
  fill("lead", (i === null ? plan.lead.map(say) : leadOf(plan, i)).map((sentence) => el("p", {}, sentence)));
  if (i !== null) $("lead").append(el("p", { class: "quiet small" }, word("mine_range", { key: D.keys[state.key] })));
  $("to-town").hidden = i === null;
  if (i !== null) fill("more", word("to_mine", { town: D.towns[i].name }));
}

/** Return the three sentences of a municipality: what it saves, its ways, where it gains and loses. */
function leadOf(plan, i) {
  const by = state.key;
  const ends = ["shares", "upper"].map((which) => plan[which][by][i] - BASE[which][by][i]);
  const [mean, , longest] = plan.times[i];
  const now = D.others.today?.times[i];
  const titles = (keep) => {
    const found = D.services.filter((_, s) => keep(s)).map(say);
    return found.length > MOST_NAMED ? part("services_count", { count: found.length }) : found.join(", ") || part("nothing");
  };
  const by_service = D.services.map((_, s) => plan.cost[s][i] - BASE.cost[s][i]);
  const pooled = D.services.map((_, s) => Boolean(placed(plan)[s][i]));
  const count = pooled.filter(Boolean).length;
  return [
    word(`mine_${D.base}`, { span: span(...ends), town: D.towns[i].name }),
    now ? word("mine_ways", { mean, longest: Math.round(longest), now: now[0], far: Math.round(now[2]) }) : word("mine_ways_new", { mean, longest: Math.round(longest) }),
    `${count > MOST_NAMED ? word("mine_pools_many", { count, all: D.services.length }) : count ? word("mine_pools", { count, all: D.services.length, services: titles((s) => pooled[s]) }) : word("mine_stays")} ${word("mine_gains", { less: titles((s) => by_service[s] < -0.5), more: titles((s) => by_service[s] > 0.5) })}`,
  ];
}

function drawPlain() {
  const plan = D.plans[state.plan];
  fill("drives", plan.words.drives.map((sentence) => el("li", {}, say(sentence))));
  fill("tiles", plan.tiles.map(([title, figure]) => el("div", { class: "tile" }, el("span", {}, say(title)), el("b", {}, say(figure)))));
  fill("answers", Object.entries(D.questions).filter(([key]) => plan.words[key].length).map(([key, question]) =>
    el("article", { "data-question": key }, el("h3", {}, say(question)), el("ul", {}, plan.words[key].map((sentence) => el("li", {}, say(sentence)))))));
}

/** Say which rules the state of today breaks, wherever plans are held against it. */
function drawBroken() {
  for (const id of ["today-breaks", "compare-breaks"]) {
    $(id).hidden = !D.broken || (id === "compare-breaks" && state.other !== "today");
    fill(id, D.broken ? say(D.broken) : "");
  }
}

document.querySelector(".proven").classList.toggle("open", !D.proven);
view([], () => fill("verdict", D.verdict.map((sentence) => el("p", {}, say(sentence)))));
view(["plan", "town", "key"], drawLead);
view(["plan"], drawPlain);
view(["other"], drawBroken);
listen("more", "click", () => inspect(state.town));
