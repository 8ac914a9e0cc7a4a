// What is shown as files: an instance, a plan, a workbook, a report page, the trail.

import { app, view } from "./store.js";
import { tell } from "./api.js";
import { $, button, el, fill } from "./elements.js";
import { say, word } from "./text.js";
import { speak } from "./spoken.js";

const KINDS = ["page", "workbook", "plan", "instance", "trail"];
const ready = [];
let leftOut = [];
let making = null;

async function make(what) {
  making = what;
  draw();
  const made = await tell("api/exports", { what, name: app.case.name, lang: app.lang });
  making = null;
  if (made?.url) {
    leftOut = made.left_out ?? [];
    ready.unshift([what, made.file, new URL(made.url, document.baseURI).href]);
    speak(word("file_ready", { file: made.file }));
  }
  draw();
  if (made?.url) $("saving-body").querySelector("a")?.click();
}

function draw() {
  fill("saving-body", el("p", { class: "quiet" }, word("saving_help")),
    el("div", { class: "exports" }, KINDS.map((what) => el("div", {}, button(`export-${what}`, word(`export_${what}`), () => make(what), { disabled: making !== null }), el("p", { class: "quiet" }, making === what ? word("making") : word(`export_${what}_help`))))),
    leftOut.length ? el("div", { class: "left-out", role: "note" }, word("left_out"), el("ul", {}, leftOut.map((one) => el("li", {}, say(one))))) : null,
    ready.length ? el("ul", { class: "plain" }, ready.slice(0, 5).map(([, file, href]) => el("li", {}, el("a", { href, download: file.split("/").pop() }, file)))) : null);
}

view([], draw);
