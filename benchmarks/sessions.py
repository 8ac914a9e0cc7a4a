"""Random sessions in the decision room, each answer held against a fresh solve of its question.

    python benchmarks/sessions.py [--sessions N] [--actions N] [--cases NAME,...] [--from SEED]

The cases take turns; one that is named twice has two turns. A server and a page in Chromium for
each case, for all of its sessions: so what piles up is seen. Actions go to the server as the page's
do, and a good part of them cannot be done. Whenever one was done, its answer is awaited and has to
be that of `koopopt.solve`, in value, proof and rules kept.
Prints a line for each session: what was done, refused and compared, how many answers were not
proven in time (they have to lie around the proven one), memory of the server, and what the page's
console said. What the server logs goes to standard error, where nothing should stand. Stops where
answers differ.
"""

from __future__ import annotations

import os

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"  # one thread, before numpy is imported

import argparse
import json
import sys
import tempfile
import time
import urllib.error
from pathlib import Path
from typing import Any

import numpy as np

sys.path[0] = str(Path(__file__).parents[1] / "tests")  # there is a `live` in both folders

from playwright.sync_api import Page, sync_playwright

import koopopt
import living
from dice import Dice
from koopopt.evaluation import evaluate
from koopopt.live.question import Question
from koopopt.problem import Problem
from live.page.conftest import CHROMIUM, READY, _program
from live.page.serving import Serving

CASES = "werra-meissner,valley,border,three-villages,facility-teaching"
PLACES: dict[str, list[Any]] = {
    "weights.cost": [0.5, 2.0, None],
    "weights.travel": [0.0, 1.0, 5.0, 20.0, 60.0, None],
    "weights.bodies": [0.0, 4000.0, None],
    "rules.max_members": [2, 3, 4, 5, None],
    "rules.max_partner_seats": [1, 2, None],
    "rules.contiguous": [True, None],
    "services.water.rules.contiguous": [False, None],
    "rules.max_bodies": [4, 8, False, None],
    "limits.bodies": [2, 6, False, None],
    "limits.farthest": [25.0, 40.0, False, None],
    "ranges.office.cost": [[0.0, 1e6], [0, 2e6], False, None],
}
SHOWN = """async (at) => {
    const { app } = await import("/page/store.js");
    return app.revision === at.revision && app.answer.status === at.answer.status
        && JSON.stringify(app.plan) === JSON.stringify(at.plan);
}"""
"""Whether the page has the state that the server has."""


class Session:
    """Random actions on a case, and what each answer has to be.

    Attributes
    ----------
    done, refused, compared, open : int
        Actions and answers; open ones were not proven in the time that the server has.
    """

    def __init__(self, serving: Serving, case: str, seed: int) -> None:
        self._serving, self._instance = serving, koopopt.read(case)
        self._dice = Dice(np.random.default_rng([50, seed]))
        self._known: dict[str, koopopt.Result] = {}
        self.done = self.refused = self.compared = self.open = 0

    def act(self) -> None:
        """Do one action, and compare."""
        before = self._serving.state()
        action = living.some_action(self._dice, Problem.of(self._instance), before)
        refused = None
        try:
            self._serving.ask("api/actions", {"action": action, "note": "why"})
        except urllib.error.HTTPError as error:
            refused = error.code, json.loads(error.read())
        if refused is None:
            self.done += 1
            self._compare(self._serving.settled(120.0, after=before["revision"]))
            return
        assert refused[0] in (400, 422), (action, refused)
        assert self._serving.state()["revision"] == before["revision"], action
        self.refused += 1

    def __str__(self) -> str:
        counts = ("done", "refused", "compared", "open")
        return " ".join(f"{name} {getattr(self, name):3d}" for name in counts)

    def _compare(self, state: dict[str, Any]) -> None:
        told, answer = state["question"], state["answer"]
        question = Question.of(told, self._instance)
        problem, key = question.problem(self._instance), question.certain.key
        if key not in self._known:
            self._known[key] = koopopt.solve(problem, time_limit=300.0)
        fresh = self._known[key]
        shown = evaluate(problem, living.plan_of(self._instance, state["plan"]))
        assert list(shown.criteria.values()) == state["plan"]["criteria"], told
        assert bool(shown.violations) == bool(state["plan"]["violations"]), told
        if answer["status"] in ("feasible", "unknown") or fresh.status.value == "feasible":
            assert answer["bound"] is None or answer["bound"] <= fresh.objective, told
            assert answer["value"] is None or answer["value"] >= fresh.bound, told
            self.open += 1
            return
        self.compared += 1
        assert answer["status"] == fresh.status.value, (told, answer["status"], fresh.status)
        assert answer["value"] == fresh.objective, (told, answer["value"], fresh.objective)
        if fresh.evaluation is not None:
            found = evaluate(problem, living.plan_of(self._instance, answer["plan"]))
            assert found.feasible, told
            assert found.total == fresh.evaluation.total, told
            assert state["mode"] != "follow" or state["plan"] == answer["plan"], told


def resident(process: int) -> float:
    """Return the memory of a process in MB."""
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def opened(browser: Any, serving: Serving) -> tuple[Page, list[str]]:
    """Return a page in the room, and what its console will say."""
    page, said = browser.new_page(), []
    page.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: said.append(f"error: {error}"))
    page.goto(serving.address)
    page.wait_for_selector(READY)
    return page, said


def main() -> None:
    """Play what is asked for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--sessions", type=int, default=50)
    parser.add_argument("--actions", type=int, default=100)
    parser.add_argument("--cases", default=CASES)
    parser.add_argument("--from", dest="first", type=int, default=0)
    asked = parser.parse_args()
    living.PLACES = PLACES
    cases = asked.cases.split(",")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        path = _program("KOOPOPT_BROWSER", CHROMIUM)
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        servers = {case: Serving(case, Path(folder) / case) for case in dict.fromkeys(cases)}
        pages = {case: opened(browser, serving) for case, serving in servers.items()}
        for k in range(asked.first, asked.first + asked.sessions):
            case = cases[k % len(cases)]
            serving, (page, said) = servers[case], pages[case]
            began = time.perf_counter()
            serving.fresh()
            session = Session(serving, case, k)
            for _ in range(asked.actions):
                session.act()
                page.wait_for_timeout(1)  # lets the page say what it has to
            page.wait_for_function(SHOWN, arg=serving.state())
            taken = time.perf_counter() - began
            print(f"{k:3d} {case:16s} {session} server {resident(serving.process.pid):5.0f} MB"
                  f" console {len(said)} {taken:6.1f} s", flush=True)  # fmt: skip
            assert not said, said
        for serving in servers.values():
            serving.stop()
        browser.close()


if __name__ == "__main__":
    main()
