// Mouse, pen and finger on the map. A finger has to rest a moment first, so that the page can be scrolled.

import { app } from "./store.js";
import { el } from "./elements.js";
import { townName } from "./plans.js";
import { consider, drop, joining, pickUp, putBack } from "./moving.js";
import { use } from "./tools.js";

const SLACK = 6;  // pixels that a click may tremble
const REST = 260;  // milliseconds that a finger has to rest before it drags

/** Let municipalities of a map be tapped and dragged. */
export function draggable(map) {
  let press = null;
  const ghost = el("div", { class: "ghost", "aria-hidden": "true", hidden: true });
  document.body.append(ghost);

  const townOf = (target) => { const group = target?.closest?.("[data-town]"); return group && map.drawing.contains(group) ? Number(group.dataset.town) : null; };
  const end = () => {
    clearTimeout(press?.timer);
    press = null;
    ghost.hidden = true;
  };
  const lift = () => {
    press.dragging = true;
    pickUp(press.town, "pointer");
    ghost.textContent = townName(press.town);
    ghost.hidden = false;
    follow(press.x, press.y);
  };
  const follow = (x, y) => {
    Object.assign(ghost.style, { left: `${x}px`, top: `${y}px` });
    const under = document.elementFromPoint(x, y);
    if (under?.closest(".alone-zone")) return consider(null);
    const other = townOf(under);
    return consider(other === null ? undefined : joining(press.town, other));
  };

  map.drawing.addEventListener("pointerdown", (event) => {
    if (!event.isPrimary || event.button !== 0) return;
    const town = townOf(event.target);
    if (town === null) return;
    press = { town, id: event.pointerId, x: event.clientX, y: event.clientY, touch: event.pointerType === "touch", dragging: false };
    if (app.tool === "move" && press.touch) press.timer = setTimeout(() => { if (press) lift(); }, REST);
  });
  window.addEventListener("pointermove", (event) => {
    if (!press || event.pointerId !== press.id) return;
    const moved = Math.hypot(event.clientX - press.x, event.clientY - press.y) > SLACK;
    if (press.dragging) follow(event.clientX, event.clientY);
    else if (moved && press.touch) end();  // it scrolls
    else if (moved && app.tool === "move") { lift(); follow(event.clientX, event.clientY); }
  });
  window.addEventListener("pointerup", (event) => {
    if (!press || event.pointerId !== press.id) return;
    const { dragging, town } = press;
    end();
    if (dragging) drop();
    else if (townOf(event.target) === town) use(town);
  });
  window.addEventListener("pointercancel", (event) => {
    if (!press || event.pointerId !== press.id) return;
    const { dragging } = press;
    end();
    if (dragging) putBack();
  });
  window.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && press?.dragging) { end(); putBack(); }
  });
  // Once a finger drags, the page must not scroll under it.
  map.drawing.addEventListener("touchmove", (event) => { if (press?.dragging) event.preventDefault(); }, { passive: false });
  map.drawing.addEventListener("contextmenu", (event) => { if (press?.touch) event.preventDefault(); });
}
