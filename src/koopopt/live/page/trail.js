// The decision trail: what was changed, when, and why. A reason can be added to every step.

import { app, view } from "./store.js";
import { act } from "./api.js";
import { button, el, fill } from "./elements.js";
import { say, when, whole, word } from "./text.js";
import { askFor } from "./dialogs.js";

const MOST = 100;

function note(step) {
  askFor(say(step.what), [["text", word("why"), step.note ?? ""]], word("save_note"), ({ text }) => act({ kind: "note", number: step.number, text }));
}

function item(step) {
  return el("li", { class: "step" },
    el("span", { class: "quiet when" }, when(step.when)), el("span", { class: "what" }, say(step.what)),
    step.note ? el("q", {}, el("bdi", {}, step.note)) : null,
    button(`note-${step.number}`, word(step.note ? "change_note" : "add_note"), () => note(step), { class: "small", "aria-label": word("note_label", { what: say(step.what) }) }));
}

function draw() {
  const steps = [...app.trail].reverse();
  fill("trail-body", el("p", { class: "quiet" }, word("trail_help")),
    steps.length ? el("ol", { class: "plain trail", reversed: true }, steps.slice(0, MOST).map(item)) : el("p", {}, word("trail_empty")),
    steps.length > MOST ? el("p", { class: "quiet" }, word("more_rows", { count: whole(steps.length - MOST) })) : null);
}

view(["trail"], draw);
