"""The command line on a stage: a hand-made instance, and a solver that does what a test asks.

As a script it runs one command line in a process of its own: ``python stage.py SCENE ARGS…``.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from types import ModuleType
from typing import Any

import tiny
from koopopt.errors import InternalError, SolverError
from koopopt.reading import instance as real_reader
from koopopt.solvers.base import Progress
from koopopt.solving.optimise import Result, Status
from koopopt.text import T

Scene = Callable[..., Result]


def optimal(problem: Any, gap: float, time_limit: float | None, **_: Any) -> Result:
    return tiny.result(problem, gap_asked=gap, time_limit=time_limit)


def within(problem: Any, **_: Any) -> Result:
    objective = tiny.result(problem).objective
    assert objective is not None
    return tiny.result(problem, status=Status.FEASIBLE, bound=0.992 * objective)


def infeasible(problem: Any, **_: Any) -> Result:
    """As the instance ``ruled`` is: at least two pooled partnerships, at most one."""
    both = {"max_bodies", "min_bodies"} <= {rule.name for rule in problem.plan_rules}
    return tiny.nothing(problem, Status.INFEASIBLE) if both else _without_rules(problem)


def _without_rules(problem: Any) -> Result:
    return tiny.result(replace(problem, plan_rules=()))


def nothing(problem: Any, **_: Any) -> Result:
    return tiny.nothing(problem, Status.NO_SOLUTION)


def failed(problem: Any, **_: Any) -> Result:
    return tiny.nothing(problem, Status.NO_SOLUTION, message="out of paper")


def slow(problem: Any, cancel: Any, on_progress: Any, **_: Any) -> Result:
    """Work until it is asked to stop, then return the plan so far."""
    for k in range(600):
        on_progress(Progress(k / 10, 100.0 + k, 90.0, "columns"))
        if cancel.wait(0.1):
            return tiny.result(problem, status=Status.FEASIBLE, bound=None, interrupted=True)
    raise AssertionError("nobody stopped it")


def stubborn(problem: Any, cancel: Any, on_progress: Any, **_: Any) -> Result:
    """Hear nothing."""
    on_progress(Progress(0.0, None, None, "deaf"))
    time.sleep(60)
    raise AssertionError("nobody stopped it")


def noisy(problem: Any, **_: Any) -> Result:
    """Write to standard output as a library in C would."""
    os.write(1, b"Welcome to NOISYLP 1.0\n")
    return tiny.result(problem)


def crash(problem: Any, **_: Any) -> Result:
    raise RuntimeError("two\nlines \x1b[31m")


def defect(problem: Any, **_: Any) -> Result:
    raise InternalError(T("The plan found breaks {count} rule(s).", count=1))


def missing(problem: Any, **_: Any) -> Result:
    raise SolverError(T("Solver {name} is not available: {reason}.", name="x", reason="y"))


SCENES: dict[str, Scene] = {
    f.__name__: f
    for f in (
        optimal, within, infeasible, nothing, failed, slow, stubborn, noisy, crash, defect, missing,
    )
}  # fmt: skip


def instance(name: str) -> Any:
    """Return the instance that a command line names: ``tiny``, ``ruled`` or ``hostile``."""
    if name == "ruled":
        return tiny.instance(rules={"max_members": 2, "max_bodies": 1, "min_bodies": 2})
    if name == "hostile":
        return tiny.instance(tiny.HOSTILE, title={"en": "\x1b]0;pwned\x07[red]Title[/]"})
    return tiny.instance()


def modules(scene: str) -> dict[str, ModuleType]:
    """Return the modules to be put in place of the real ones."""
    reader = ModuleType("koopopt.reading.instance")
    vars(reader).update(vars(real_reader))
    reader.read = instance  # type: ignore[attr-defined]
    solver = ModuleType("koopopt.solving.optimise")
    vars(solver).update(vars(sys.modules["koopopt.solving.optimise"]))
    solver.solve = SCENES[scene]  # type: ignore[attr-defined]
    return {"koopopt.reading.instance": reader, "koopopt.solving.optimise": solver}


if __name__ == "__main__":
    from koopopt.cli import main

    sys.modules.update(modules(sys.argv.pop(1)))
    main(sys.argv[1:])
