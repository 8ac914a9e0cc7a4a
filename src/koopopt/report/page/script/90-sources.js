// Where every figure comes from, and what happens if assumptions fail.

function drawCases() {
  fill("cases", head(th(word("cases")), th(word("changes_alone"))),
    el("tbody", {}, D.plans[state.plan].cases.map(([title, by]) => row([side(say(title)), td(say(change(by)), { class: better(by) })]))));
}

function drawSources() {
  fill("how", el("p", {}, say(D.run)), el("p", { class: "quiet" }, `koopopt ${D.origin.koopopt} · `, el("bdi", {}, D.origin.instance), ` · ${D.origin.fingerprint}`));
  fill("terms", ["term_efficient", "term_partnership", "term_identity", "term_proven"].map((key) => el("li", {}, word(key))));
  tabled("data-sources", head(th(word("what"), { class: "what" }), th(word("source")), th(word("year"), { class: "year" }), th(word("licence"))),
    el("tbody", {}, D.sources.map(([what, origin, year, licence]) => row([side(say(what), { class: "name what" }), td(say(origin)), td(say(year)), td(say(licence))]))));
  fill("figures", D.figures.map((group) => el("details", {},
    el("summary", {}, say(group.title)),
    el("p", { class: "quiet" }, say(group.description)),
    el("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": say(group.title) }, el("table", {},
      head(th(word("name")), right(word("value")), th(word("unit")), th(word("confidence")), right(word("source"))),
      el("tbody", {}, group.rows.map((r) => row([
        side(say(r.name)), valueOf(r), say(r.unit) || typeof r.value === "number" ? td(say(r.unit)) : null,
        td(el("span", { class: r.confidence === "assumption" ? "assumption" : null }, word(`sure_${r.confidence}`))), sourceOf(r),
      ]))))),
  )));
  fill("origins", D.origins.map((said, k) => el("li", { id: `source-${k + 1}` }, say(said))));
}

/** Return the cell of a value; words take the place of the unit as well. */
function valueOf({ value, unit }) {
  if (typeof value === "number") return figure(number(value));
  return say(unit) ? figure(say(value)) : td(say(value), { colspan: 2 });
}

/** Return the cell of a source: its number in the list below, in which each stands once. */
function sourceOf({ source }) {
  return figure(source === null ? "–" : el("a", { href: `#source-${source + 1}` }, `[${source + 1}]`));
}

view(["plan"], drawCases, "sources");
view([], drawSources, "sources");
