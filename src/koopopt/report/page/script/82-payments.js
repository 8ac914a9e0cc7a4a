// Who pays what of each partnership, under one key, in the plan that the report begins with.

const euros = (cents) => (cents === null ? "–" : number(cents / 100, 2));
const total = (cents) => cents && [cents.reduce((sum, part) => sum + part, 0)];

/** Return the cell of what is paid against a reference, which may not be known. */
function paidAgainst(paid, reference) {
  const by = reference === null ? null : paid - reference;
  return figure(by === null ? "–" : dearer(by / 100, 2), { class: by < 0 ? "better" : by > 0 ? "worse" : "" });
}

/** Return the figures of member `k`: alone, today, share, both differences, office. */
function paymentsOf({ pays, office, today }, alone, k) {
  const now = today && today[k];
  return [
    figure(euros(alone[k])), figure(euros(now)), figure(euros(pays[k]), { class: "pays" }),
    paidAgainst(pays[k], alone[k]), paidAgainst(pays[k], now), figure(euros(office[k])),
  ];
}

/** Return a partnership: its members' shares, who loses, who would leave, what holds of any key. */
function drawShared(pool) {
  const paid = pool.keys[state.by];
  const seat = word("seat_of", { seat: PLACES[pool.seat].name });
  const heads = ["cost_alone", "today", "pays", "to_alone", "against_today", "of_office"].map((key) => right(word(key)));
  const sums = paid && { pays: total(paid.pays), office: total(paid.office), today: total(paid.today) };
  return el("article", { "data-seat": PLACES[pool.seat].id },
    el("h3", {}, seat),
    paid && el("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": seat }, trimmed(el("table", {},
      head(th(word("municipality")), heads),
      el("tbody", {}, pool.members.map((i, k) => row([side(town(i)), paymentsOf(paid, pool.alone, k)], { "data-town": D.towns[i].id }))),
      el("tfoot", {}, row([side(word("everyone")), paymentsOf(sums, total(pool.alone), 0)]))))),
    sentences([...(paid ? paid.words : []), ...pool.words]),
    pool.grant && drawGrant(pool.grant));
}

const sentences = (all) => el("ul", {}, all.map((sentence) => el("li", {}, say(sentence))));

/** Return how a partnership stands before the grant programme: each criterion, its verdict, its figures. */
function drawGrant({ counted, criteria, amounts }) {
  const title = word("grant_of", { programme: D.payments.programme.title });
  return el("section", { class: "grant" },
    el("h4", {}, title),
    el("p", {}, say(counted)),
    el("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": title }, el("table", {},
      head(["criterion", "judged", "judged_by"].map((key) => th(word(key)))),
      el("tbody", {}, criteria.map((one) => row([
        side(say(one.title)), td(`${one.mark} ${say(one.verdict)}`),
        el("td", {}, one.words.map((sentence) => el("p", {}, say(sentence)))),
      ]))))),
    amounts.length ? sentences(amounts) : null);
}

function drawPayments() {
  const pools = D.payments.pools.filter((pool) => pool.service === state.service);
  fill("payments-plan", word("payments_plan", { number: D.chosen + 1 }));
  const programme = pools.length ? D.payments.programme : null;
  fill("payments-programme", programme && [el("h3", {}, word("grant_of", { programme: programme.title })), sentences(programme.words)]);
  fill("payments-pools", pools.length ? pools.map(drawShared) : el("p", { class: "quiet" }, D.payments.unshared ? say(D.payments.unshared) : word("payments_none")));
}

view(["service"], () => {
  fill("payments-service", say(D.services[state.service]));
  fill("payments-number", D.several ? ` – ${planName(D.chosen)}` : "");
});
view(["service", "by"], drawPayments, "payments");
