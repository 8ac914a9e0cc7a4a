// The server: requests, the stream of events, and what is said when either fails.

import { app, change, take } from "./store.js";

/** What the server refused, in its own words. */
export class Refused extends Error {
  constructor(problem) {
    super(typeof problem === "string" ? problem : problem.en);
    this.problem = problem;
  }
}

/** Ask the server; return its answer. A refusal is thrown as `Refused`, a lost connection as `TypeError`. */
export async function ask(path, body, settings = {}) {
  const method = settings.method ?? (body === undefined ? "GET" : "POST");
  const request = { method, signal: settings.signal, credentials: "same-origin", cache: "no-store" };
  if (method !== "GET") {
    request.headers = { "Content-Type": "application/json" };
    request.body = JSON.stringify(body ?? {});
  }
  const reply = await fetch(new URL(path, document.baseURI), request);
  const said = reply.headers.get("Content-Type")?.includes("json") ? await reply.json() : null;
  if (reply.ok) return said;
  throw new Refused(said?.problem ?? app.words[reply.status === 401 || reply.status === 403 ? "not_allowed" : "server_failed"]);
}

/** Do what changes something; say what went wrong, if it did. Return the answer, or null. */
export async function tell(path, body, settings) {
  change({ busy: app.busy + 1, problem: null });
  try {
    const said = await ask(path, body, settings);
    // Of the same revision events tell newer things than this answer, which may have been under way longer.
    if (said?.question && said.revision > app.revision) take(said);
    return said ?? {};
  } catch (error) {
    if (error instanceof Refused) change({ problem: error.problem });
    else change({ problem: app.words.not_sent });
    return null;
  } finally {
    change({ busy: app.busy - 1 });
  }
}

/** Take an action: every change of the question or the plan is one. */
export const act = (action, note = "") => tell("api/actions", { action, note });

let source = null;
let waiting = 500;
let silent;

/** Look whether the server is there again; it may be another one, which does not know this page. */
async function retry() {
  try {
    take({ ...await ask("api/state"), first: true });
    listen();
  } catch (error) {
    change({ link: error instanceof Refused ? "refused" : "lost" });
    silent = setTimeout(retry, waiting);
    waiting = Math.min(5000, waiting * 2);
  }
}

/** Listen to the server; after a lost connection try again, later each time, but at least every five seconds. */
export function listen() {
  clearTimeout(silent);
  source?.close();
  source = new EventSource(new URL("api/events", document.baseURI));
  source.addEventListener("open", () => { waiting = 500; });
  source.addEventListener("error", () => {
    source.close();
    change({ link: app.link === "refused" ? "refused" : "lost" });
    silent = setTimeout(retry, waiting);
    waiting = Math.min(5000, waiting * 2);
  });
  const on = (name, use) => source.addEventListener(name, (event) => use(JSON.parse(event.data)));
  on("state", (state) => {
    change({ link: "ok" });
    take({ ...state, first: true });
  });
  on("answer", (event) => {
    const answer = event.answer ?? event;
    if (event.revision !== app.revision) return;  // to another question
    const { plan, draft } = event.answer ? event : {};
    take({ revision: event.revision, answer, ...(plan ? { plan } : {}), ...(draft === undefined ? {} : { draft }) });
  });
  for (const part of ["front", "prices"]) {
    on(part, (event) => take({ revision: app.revision, [part]: event[part] ?? event }));
  }
}
