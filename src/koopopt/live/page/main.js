// Begin: fetch the words, the case and the first state, then listen to what the server says.

import { app, begin, change, take, view } from "./store.js";
import { ask, listen, Refused } from "./api.js";
import { $, el, fill } from "./elements.js";
import { say, word } from "./text.js";
import { undoable } from "./answer.js";
import { putDown } from "./tools.js";
import { pools } from "./plans.js";
import "./controls.js";
import "./gist.js";
import "./saving.js";
import "./stage.js";
import "./town.js";
import "./tradeoffs.js";
import "./trail.js";
import "./variants.js";
import "./ways.js";
import "./wishes.js";

const KEPT = "koopopt-language";
const WIDE = matchMedia("(min-width: 900px)");

/** Return the language that was chosen before, else the browser's if the page speaks it. */
function language() {
  let kept = null;
  try {
    kept = localStorage.getItem(KEPT);
  } catch { /* nothing is kept here */ }
  const wanted = new URLSearchParams(location.search).get("lang") ?? kept ?? navigator.language.slice(0, 2);
  return wanted === "de" ? "de" : "en";
}

function speakLanguage(lang) {
  try {
    localStorage.setItem(KEPT, lang);
  } catch { /* nothing is kept here */ }
  change({ lang });
}

/** Write the page's own words into what stands in the markup. */
function drawWords() {
  document.documentElement.lang = app.lang;
  for (const place of document.querySelectorAll("[data-word]")) place.textContent = word(place.dataset.word);
  for (const place of document.querySelectorAll("[data-label]")) place.setAttribute("aria-label", word(place.dataset.label));
  for (const one of document.querySelectorAll("[data-lang]")) one.setAttribute("aria-pressed", String(one.dataset.lang === app.lang));
  $("title").textContent = say(app.case.title);
  document.title = `${say(app.case.title)} · ${word("room")}`;
}

async function start() {
  app.words = await (await fetch(new URL("words.json", import.meta.url))).json();
  app.lang = language();
  try {
    const [known, state] = await Promise.all([ask("api/case"), ask("api/state")]);
    take({ ...state, first: true });
    app.case = known;
    app.service = Math.max(0, known.services.findIndex((_, k) => pools(app.plan, k).length));
    app.compare = [known.today ? "today" : "alone", "now"];
  } catch (error) {
    const problem = error instanceof Refused ? error.problem : app.words.not_there;
    document.documentElement.lang = app.lang;
    fill("banners", el("p", { class: "banner problem" }, say(problem)));
    if (!(error instanceof Refused)) setTimeout(start, 2000);
    return;
  }
  fill("banners");
  $("room").hidden = false;
  for (const part of document.querySelectorAll("#more > details")) part.open = WIDE.matches;
  begin();
  undoable();
  for (const one of document.querySelectorAll("[data-lang]")) one.addEventListener("click", () => speakLanguage(one.dataset.lang));
  window.addEventListener("keydown", (event) => { if (event.key === "Escape" && !app.held && app.tool !== "move") putDown(); });
  listen();
  document.documentElement.dataset.ready = "yes";
}

view([], drawWords);
start();
