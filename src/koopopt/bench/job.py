"""One run in a process of its own: it reads its question and writes answers as lines of JSON.

    {"ready": true, …}                                        instance and libraries are there
    {"seconds": …, "value": …, "bound": …}                    each time one of them is better
    {"status": …, "seconds": …, "value": …, "bound": …, …}    the end

The clock starts when the instance is made. The process ends at once when standard input closes:
whoever asked is gone.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from koopopt.system.algebra import one_thread

if TYPE_CHECKING:
    from koopopt.problem import Problem
    from koopopt.solvers.base import Progress

PLAIN: Final = "plain-assignment"
"""What the formulation of a peer is called: the assignment model as it is written, one back end."""
WARM: Final = "three-villages"
"""Solved before the clock starts, so that loading libraries is no part of a run."""
SAME: Final = 1e-6
"""A relative gap that back ends computing in floats call none."""
Line = dict[str, Any]
Runner = Callable[["Problem", Mapping[str, Any], Callable[[Any], None]], Line]
"""Answers a question about a problem, and tells a track where it stands."""


class Track:
    """Tells each better value or bound once."""

    def __init__(self, tell: Callable[[Line], None]) -> None:
        self._tell = tell
        self._known: tuple[float | None, float | None] = (None, None)
        self._lock = threading.Lock()

    def __call__(self, progress: Progress) -> None:
        """Take where a run stands (from any thread)."""
        with self._lock:
            value, bound = self._known
            if progress.incumbent is not None and (value is None or progress.incumbent < value):
                value = progress.incumbent
            if progress.bound is not None and (bound is None or progress.bound > bound):
                bound = progress.bound
            if (value, bound) != self._known:
                self._known = value, bound
                seconds = round(progress.seconds, 3)
                self._tell({"seconds": seconds, "value": _finite(value), "bound": _finite(bound)})


def _finite(value: float | None) -> float | None:
    return value if value is not None and abs(value) < 1e300 else None


def main() -> None:
    """Read the question, run it, tell the end."""
    one_thread()
    asked = json.loads(sys.stdin.readline())
    out = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what libraries print is no answer
    lock = threading.Lock()

    def tell(line: Line) -> None:
        with lock:
            out.write(json.dumps(line) + "\n")
            out.flush()

    threading.Thread(target=_watch, daemon=True).start()
    from koopopt.bench.processes import own_peak
    from koopopt.errors import KoopoptError

    try:
        tell({**answer(asked, tell), "peak": own_peak()})
        code = 0
    except KoopoptError as error:
        tell({"status": "error", "message": error.render()})
        code = 1
    except MemoryError:
        tell({"status": "memory"})
        code = 1
    out.flush()
    os._exit(code)  # a solver that was left behind must not hold the process


def _watch() -> None:
    sys.stdin.read()
    os._exit(1)


def answer(asked: Mapping[str, Any], tell: Callable[[Line], None]) -> Line:
    """Run what is asked and return the end; see the module's docstring.

    Parameters
    ----------
    asked : mapping
        ``kind`` and ``given`` of a recipe, ``formulation``, ``solver``, ``seed``, ``time``
        (seconds), ``memory`` (bytes or None).
    tell : callable
        Takes the lines before the end.
    """
    from koopopt.bench.recipes import FRONT, GAME, Recipe, made
    from koopopt.formulations import FORMULATIONS
    from koopopt.problem import Problem
    from koopopt.reading.instance import read

    case = made(Recipe("", "", asked["kind"], asked["given"]))
    problem = Problem.of(case)
    run: Runner = _plain if asked["formulation"] == PLAIN else _solved
    run = {FRONT: _front, GAME: _game}.get(asked["kind"], run)
    warm = Problem.of(read(WARM))
    for formulation in FORMULATIONS if asked["formulation"] == "auto" else [asked["formulation"]]:
        run(warm, {**asked, "time": 10.0, "formulation": formulation}, lambda _: None)
    about = {"size": len(case.municipalities), "services": len(case.services),
             "fingerprint": case.fingerprint[:16]}  # fmt: skip
    tell({"ready": True, **about})
    return {**run(problem, asked, Track(tell)), **about}


def _solved(problem: Problem, asked: Mapping[str, Any], track: Callable[[Any], None]) -> Line:
    """Solve as koopopt does, by a formulation of its own."""
    from koopopt.solving.optimise import solve

    result = solve(
        problem, formulation=asked["formulation"], solver=asked["solver"],
        time_limit=asked["time"], memory=asked["memory"], seed=asked["seed"], on_progress=track,
    )  # fmt: skip
    return {
        "status": result.status.value, "seconds": round(result.seconds, 3),
        "value": result.objective, "bound": result.bound, "gap": result.gap,
        "used": result.formulation, "solver_version": result.solver, "message": result.message,
    }  # fmt: skip


def _front(problem: Problem, asked: Mapping[str, Any], _: Callable[[Any], None]) -> Line:
    """Ask for the complete front of some criteria; its gap is the coverage that is proven."""
    from koopopt.pareto.find import front

    found = front(
        problem, asked["given"]["criteria"], resolution=asked["given"].get("resolution"),
        solver=asked["solver"], formulation=asked["formulation"], time_limit=asked["time"],
        workers=1, seed=asked["seed"], memory=asked["memory"],
    )  # fmt: skip
    status = "feasible" if len(found) else "no_solution"
    return {
        "status": "optimal" if found.complete else status,
        "seconds": round(found.seconds, 3), "points": len(found),
        "gap": 0.0 if found.complete else _finite(found.certificate.coverage),
        "used": asked["formulation"], "solver_version": asked["solver"],
    }  # fmt: skip


def _game(problem: Problem, asked: Mapping[str, Any], _: Callable[[Any], None]) -> Line:
    """Share the cost of the first service among all municipalities by the nucleolus, proven.

    The value is what that group gains, in EUR a year, that gains most by going its own way: 0 where
    shares exist with which nobody does, and the less the better. No other shares make it less.
    """
    from time import monotonic

    import numpy as np

    from koopopt.errors import SolverError
    from koopopt.games.nucleolus import nucleolus
    from koopopt.sharing.standalone import StandAlone

    began = monotonic()
    own = StandAlone.of(problem, 0, np.arange(problem.facts.n))
    game = own.game(problem.facts.ids, int(own.value[-1]))
    told: Line = {"used": "nucleolus"}
    try:
        gain = float(nucleolus(game).levels[0] / 100)
    except SolverError as error:
        told |= {"status": "no_solution", "message": error.render()}
    else:
        told |= {"status": "optimal", "value": gain, "bound": gain, "gap": 0.0}
    return {**told, "seconds": round(monotonic() - began, 3)}


def _plain(problem: Problem, asked: Mapping[str, Any], track: Callable[[Any], None]) -> Line:
    """Hand the assignment model to a back end as it is written, and evaluate its plan.

    The model is a relaxation where costs bend or members have to be connected: its bound, which is
    what the back end claims within its tolerances, holds; a plan may cost more than it says, and is
    proven only as far as the bound reaches, or break a rule.
    """
    from koopopt.errors import UsageError
    from koopopt.evaluation import evaluate
    from koopopt.formulations import choose, explicit
    from koopopt.solvers import Control, Held, Termination, get, relative_gap

    solver = get(asked["solver"])
    control = Control.asked(
        gap=0.0, time_limit=asked["time"], threads=1, seed=asked["seed"], cancel=None, began=None,
        memory=asked["memory"], on_progress=track,
    )  # fmt: skip
    told: Line = {"used": "assignment", "solver_version": f"{solver.name} {solver.version()}"}
    try:
        written = explicit(choose("assignment", problem), problem)
    except UsageError as error:  # too large to be written
        return {**told, "status": "no_solution", "seconds": round(control.seconds, 3),
                "message": error.render()}  # fmt: skip
    weights = tuple(float(problem.weights.get(o.name, 0.0)) for o in written.model.objectives)
    found = solver.solve(written.model, control, weights=weights)
    told |= {"seconds": round(control.seconds, 3), "bound": _finite(found.bound),
             "message": found.message}  # fmt: skip
    if found.held is Held.NONE or found.values is None:
        proven = found.termination is Termination.INFEASIBLE
        return {**told, "status": "infeasible" if proven else "no_solution"}
    evaluation = evaluate(problem, written.plan(found.values))
    if evaluation.violations:
        first = evaluation.violations[0]
        return {**told, "status": "broken", "message": f"{first.rule}: {first.text}"}
    value = evaluation.objective
    gap = relative_gap(value, told["bound"])
    proven = gap is not None and gap <= SAME and found.termination is Termination.OPTIMAL
    return {**told, "status": "optimal" if proven else "feasible", "value": value, "gap": gap}


if __name__ == "__main__":
    main()
