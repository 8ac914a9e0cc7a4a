// One store: what the server said, what is chosen on this page, and who draws which part of it.

/** Everything that is shown follows from this. `state` of the server is kept part by part. */
export const app = {
  words: {}, case: null, lang: "en",
  // from the server: parts of its state, replaced where they differ
  revision: -1, question: { settings: {}, wishes: [], scenario: null }, mode: "follow", plan: null, draft: false, answer: null,
  undo: false, redo: false, variants: [], trail: [], front: { status: "none", criteria: [], points: [] },
  prices: { status: "none", found: [] }, saved: { ok: true }, notices: [],
  // chosen here
  service: 0, town: null, tool: "move", first: null, everywhere: false, held: null, look: null,
  key: "demand", compare: ["today", "now"], axes: [0, 1], chosen: null,
  link: "ok", problem: null, busy: 0,
};

const PARTS = ["revision", "question", "mode", "plan", "draft", "answer", "undo", "redo", "variants", "trail", "front", "prices", "saved", "notices"];
const views = [];

/** Let `draw` run whenever one of the parts `keys` changes; all run when the language does. */
export function view(keys, draw) {
  views.push({ keys: new Set([...keys, "lang"]), draw });
}

/** Draw everything, once the case and the first state are there. */
export function begin() {
  for (const { draw } of views) draw();
}

/** Change parts of the store and draw, once, what follows from them. */
export function change(parts) {
  const changed = Object.keys(parts).filter((key) => app[key] !== parts[key]);
  if (!changed.length) return;
  Object.assign(app, parts);
  if (!app.case || !app.plan) return;
  const back = wayBack();
  for (const { keys, draw } of views) if (changed.some((key) => keys.has(key))) draw();
  back();
}

/** Take a state of the server, unless a newer one is known; what did not change stays the same object. */
export function take(state) {
  if (state.revision < app.revision && !state.first) return;
  const parts = {};
  for (const key of PARTS) {
    if (state[key] === undefined) continue;
    if (JSON.stringify(state[key]) !== JSON.stringify(app[key])) parts[key] = state[key];
  }
  change(parts);
}

/** Return how to focus what has the focus now, or what was drawn in its place. */
function wayBack() {
  const held = document.activeElement;
  const key = held?.closest("[data-key]")?.dataset.key;
  return () => {
    if (!key || (held.isConnected && document.activeElement === held)) return;
    const again = [...document.querySelectorAll("[data-key]")].find((one) => one.dataset.key === key);
    again?.focus({ preventScroll: true });
  };
}
