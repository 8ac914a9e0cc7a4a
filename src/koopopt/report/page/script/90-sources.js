// Where every figure comes from, and what happens if assumptions fail.

function drawCases() {
  fill("cases", head(th(word("cases")), th(word("changes_alone"))),
    el("tbody", {}, D.plans[state.plan].cases.map(([title, by]) => row([side(say(title)), td(say(change(by)), { class: better(by) })]))));
}

function drawSources() {
  fill("how", el("p", {}, say(D.run)), el("p", { class: "quiet" }, `koopopt ${D.origin.koopopt} · `, el("bdi", {}, D.origin.instance), ` · ${D.origin.fingerprint}`));
  fill("terms", ["term_efficient", "term_partnership", "term_identity", "term_proven"].map((key) => el("li", {}, word(key))));
  tabled("data-sources", head(th(word("what")), th(word("source")), th(word("year")), th(word("licence"))),
    el("tbody", {}, D.sources.map(([what, origin, year, licence]) => row([side(what, { class: "name what" }), td(origin), td(year), td(licence)]))));
  fill("figures", D.figures.map((group) => el("details", {},
    el("summary", {}, say(group.title)),
    el("p", { class: "quiet" }, say(group.description)),
    el("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": say(group.title) }, el("table", {},
      head(th(word("name")), right(word("value")), th(word("unit")), th(word("confidence")), th(word("source"))),
      el("tbody", {}, group.rows.map((r, k) => row([
        side(say(r.name)), figure(typeof r.value === "number" ? number(r.value) : say(r.value)), td(say(r.unit)),
        td(el("span", { class: r.confidence === "assumption" ? "assumption" : null }, word(`sure_${r.confidence}`))), sourceOf(group.rows, k),
      ]))))),
  )));
}

/** Return the cell of a source, one for all neighbouring rows that share it. */
function sourceOf(rows, k) {
  const same = (other) => rows[other]?.source === rows[k].source;
  if (same(k - 1)) return null;
  let end = k + 1;
  while (same(end)) end += 1;
  return td(rows[k].source || word("own_assumption"), { rowspan: end - k, class: "source" });
}

view(["plan"], drawCases);
view([], drawSources);
