// How to work: follow the optimiser or plan by hand, where to start from, in which scenario.

import { app, view } from "./store.js";
import { act, tell } from "./api.js";
import { button, choice, el, fill } from "./elements.js";
import { say, word } from "./text.js";

const STARTS = ["best", "today", "alone"];

/** Return the plan that a file holds: the server looks into it. */
async function fromFile(file) {
  await tell("api/plan", { name: file.name, text: await file.text() });
}

function draw() {
  const modes = ["follow", "hand"].map((mode) => button(`mode-${mode}`, word(`mode_${mode}`), () => act({ kind: "mode", value: mode }), { "aria-pressed": String(app.mode === mode), title: word(`mode_${mode}_help`) }));
  const starts = STARTS.filter((from) => from !== "today" || app.case.today);
  const file = el("input", { type: "file", accept: ".json,application/json", class: "unseen", tabindex: "-1", "aria-label": word("start_file"), on: { change: ({ target }) => { if (target.files[0]) fromFile(target.files[0]); target.value = ""; } } });
  const start = choice("start", word("start_from"), [["", word("start_choose")], ...starts.map((from) => [from, word(`start_${from}`)]), ["file", word("start_file")]], "", (from) => {
    if (from === "file") file.click();
    else if (from) act({ kind: "start", from });
    draw();
  });
  const { scenarios } = app.case;
  const scenario = scenarios.length ? choice("scenario", word("scenario"), [["", word("no_scenario")], ...scenarios.map((s) => [s.id, say(s.title)])], app.question.scenario ?? "", (value) => act({ kind: "scenario", value: value || null })) : null;
  fill("modes", modes);
  fill("ways", start, file, scenario, asked() ? button("reset", word("reset_all"), () => act({ kind: "reset" }), { class: "quiet-button" }) : null);
}

/** Whether anything is asked that the instance does not ask. */
function asked() {
  const { settings, wishes, scenario } = app.question;
  return Boolean(Object.keys(settings).length || wishes.length || scenario);
}

view(["mode", "question"], draw);
