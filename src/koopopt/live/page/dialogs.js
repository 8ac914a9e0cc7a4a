// A small dialog that asks for words, such as a name; Esc closes it, and the focus goes back.

import { $, button, el, fill } from "./elements.js";
import { word } from "./text.js";

/** Ask for texts: `fields` are [key, label, value]; `done` gets them by key. */
export function askFor(title, fields, submit, done) {
  const dialog = $("dialog");
  const inputs = fields.map(([key, label, value], k) => [key, el("input", { type: "text", value, maxlength: "200", required: k === 0, id: `dialog-${key}`, autocomplete: "off" }), label]);
  const form = el("form", { method: "dialog", on: { submit: () => done(Object.fromEntries(inputs.map(([key, input]) => [key, input.value.trim()]))) } },
    el("h2", { id: "dialog-title" }, title),
    inputs.map(([key, input, label]) => el("p", {}, el("label", { for: `dialog-${key}` }, label), input)),
    el("div", { class: "row" }, el("button", { type: "submit", class: "primary" }, submit), button("dialog-cancel", word("cancel"), () => dialog.close())));
  fill(dialog, form);
  dialog.showModal();
  inputs[0]?.[1].select();
}
