// The partnerships of the service that is chosen.

/** List the partnerships of the map's service. */
function drawPools() {
  const plan = D.plans[state.plan];
  const pools = plan.bodies.filter(([number]) => D.bodies[number].service === state.service);
  const named = ([number]) => D.bodies[number].members.map((i) => D.towns[i].name).join(" ");
  tabled("pools",
    head(th(word("seat")), th(word("partner")), th(word("legal_form")), right(word("eur")), right(word("longest_way"))),
    el("tbody", {}, some("pools", pools, named, drawPools).map(([number, tone]) => {
      const body = D.bodies[number];
      const others = body.members.filter((i) => i !== body.seat);
      return row([
        side(el("span", { class: "seat" }, swatch(tone), town(body.seat))), td(joined(others)), td(say(D.forms[body.form]?.title)),
        figure(whole(body.cost)), figure(whole(Math.max(...body.minutes))),
      ]);
    })));
  $("pools").hidden = !pools.length;
  $("pools-none").hidden = pools.length > 0;
}

view(["service"], () => fill("pools-service", say(D.services[state.service])));
view(["plan", "service"], drawPools, "partnerships");
