// The large map: tabs for the services, the map itself, and where a municipality is dropped to be alone.

import { app, change, view } from "./store.js";
import { $, button, el, fill } from "./elements.js";
import { word } from "./text.js";
import { placed, pools, serviceName } from "./plans.js";
import { makeMap } from "./map.js";
import { draggable } from "./drag.js";
import { byKeys } from "./keys.js";
import { marksOf } from "./wishes.js";
import { consider, drop } from "./moving.js";

let map = null;

function make() {
  map = makeMap($("map"), { live: true });
  const { proportion } = app.case;
  $("map").style.setProperty("--proportion", String(proportion));
  $("map").append(el("div", { class: "alone-zone", id: "alone-zone", hidden: true, on: { click: () => { consider(null); drop(); } } }));
  draggable(map);
  byKeys(map);
}

function drawTabs() {
  const { services } = app.case;
  const to = (k) => { change({ service: (k + services.length) % services.length, first: null }); $("services").querySelector("[aria-selected=true]").focus(); };
  fill("services", services.map((_, k) => button(`service-${k}`, [serviceName(k), counted(k)], () => change({ service: k, first: null }), {
    role: "tab", id: `service-${k}`, "aria-selected": String(k === app.service), "aria-controls": "map-panel", tabindex: k === app.service ? "0" : "-1", class: "tab",
  })));
  $("services").onkeydown = ({ key }) => {
    if (key === "ArrowRight") to(app.service + 1);
    if (key === "ArrowLeft") to(app.service - 1);
  };
  $("map-panel").setAttribute("aria-labelledby", `service-${app.service}`);
  $("map-title").textContent = word("map_title", { service: serviceName(app.service) });
}

function counted(k) {
  const count = pools(app.plan, k).length;
  return el("span", { class: "count", title: word("partnerships", { count }) }, el("span", { class: "unseen" }, " "), String(count), el("span", { class: "unseen" }, ` ${word("partnerships_short")}`));
}

function drawMap() {
  if (!map) make();
  const { held, plan, service, town, first } = app;
  const target = held?.to ?? [];
  map.show(plan, service, {
    ...marksOf(service), picked: town === null ? [] : [town], held: held?.town ?? -1, target, first: first ?? -1,
  });
  map.drawing.classList.toggle("carrying", Boolean(held));
  map.drawing.dataset.tool = app.tool;
  const zone = $("alone-zone");
  zone.hidden = !held || !placed(plan)[service][held.town];
  zone.textContent = word("drop_alone");
  zone.classList.toggle("over", held?.to === null);
}

function drawLegend() {
  fill("legend", el("span", { class: "key-seat", "aria-hidden": "true" }), word("legend"),
    app.case.sites.some((site) => site.services.includes(app.service)) ? ` ${word("legend_sites")}` : null,
    app.case.today && pools(app.case.today, app.service).length ? ` ${word("legend_today")}` : null,
    app.case.schematic ? ` ${word("legend_schematic")}` : null);
}

view(["plan", "service"], drawTabs);
view(["plan", "service", "town", "held", "first", "question", "tool"], drawMap);
view(["service"], drawLegend);
