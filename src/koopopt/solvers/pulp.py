"""Whatever PuLP can run: CBC and HiGHS as a rule, others where they are installed.

Status words are not believed as they are. For CBC the log is read, for HiGHS the solver object;
for any other solver "optimal" counts only where the time limit was not reached. Everything runs
in a child process; see `koopopt.solvers.external`.
"""

from __future__ import annotations

import math
import re
import time
import warnings
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as version_of
from pathlib import Path
from typing import Any, Final

import numpy as np

from koopopt.checking.typed import require
from koopopt.errors import SolverError
from koopopt.exchange import to_pulp
from koopopt.solvers.backend import BackEnd, missing
from koopopt.solvers.base import Control, Feature, Termination
from koopopt.solvers.checking import infeasible_or_unbounded
from koopopt.solvers.external import Job, in_child
from koopopt.solvers.highs import POLICY, accepted, why_stopped
from koopopt.solvers.options import (
    OUTPUT_RESERVED,
    PROOFS_DEPEND,
    THREADS_INSTEAD,
    TIME_LIMIT_INSTEAD,
    OptionPolicy,
    Value,
    unfit,
    unknown,
)
from koopopt.solvers.supervise import Brake
from koopopt.solvers.task import SolverAnswer, SolverTask
from koopopt.text import T

CBC: Final = ("COIN_CMD", "PULP_CBC_CMD")
"""CBC installed by itself, and the one PuLP 3 brings."""
WELL_KNOWN: Final = ("CBC", "HiGHS")
"""Solvers whose own words are read."""
GAPLESS_SOLVERS: Final = ("GLPK_CMD",)
"""Solvers without a parameter for the gap whose default is none."""
TEXT_PRECISION: Final = 1e-8
"""Relative precision of values in solution files: CBC writes eight digits."""

RESERVED_OPTIONS: Final = {
    "timeLimit": TIME_LIMIT_INSTEAD,
    "timeMode": TIME_LIMIT_INSTEAD,
    "threads": THREADS_INSTEAD,
    "msg": OUTPUT_RESERVED,
    "logPath": OUTPUT_RESERVED,
    **dict.fromkeys(("mip", "warmStart", "path", "keepFiles", "callback*", "_*"), PROOFS_DEPEND),
}
"""Parameters of PuLP's solvers that are ours."""
GAP_OPTIONS: Final = ("gapRel", "gapAbs")
STEERING_OPTIONS: Final = (*GAP_OPTIONS, "presolve", "cuts", "strong", "maxNodes")
OPTION_TYPES: Final[dict[str, type]] = {
    "presolve": bool, "cuts": bool, "options": str, "strong": int, "maxNodes": int,
    **dict.fromkeys(GAP_OPTIONS, float),
}  # fmt: skip
"""Parameters whose values PuLP does not check."""


def offered(*, available: bool = False) -> list[str]:
    """Return PuLP's solvers by our names: `CBC` for each way to run it, else PuLP's own."""
    import pulp

    found = pulp.listSolvers(onlyAvailable=available)
    others = {name for name in found if name not in CBC}
    return (["CBC"] if set(CBC) & set(found) else []) + sorted(others)


class Pulp(BackEnd):
    """One of PuLP's solvers.

    Parameters
    ----------
    which : str
        `CBC`, or the name PuLP gives it.
    """

    def __init__(self, which: str) -> None:
        self.which = which
        self.name = f"pulp:{which}"
        own = {Feature.SEED, Feature.GAP} if which in WELL_KNOWN else set()
        if which != "HiGHS":
            own.add(Feature.WARM_START)
        common = {Feature.CONTINUOUS, Feature.INTERRUPT, Feature.THREADS, Feature.TIME_LIMIT}
        self.features = frozenset(common | own)

        if which == "HiGHS":
            self.policy = OptionPolicy(
                {**RESERVED_OPTIONS, **POLICY.ours}, (*GAP_OPTIONS, *POLICY.steering)
            )
        else:  # of others we cannot tell what a gap leaves of their word
            self.policy = OptionPolicy(RESERVED_OPTIONS, STEERING_OPTIONS if which == "CBC" else ())

    def _accepted(self, name: str, value: Value) -> Value:
        import inspect

        import pulp

        solver = type(pulp.getSolver(_program(self.which)))
        known = inspect.signature(solver.__init__).parameters
        if name not in known or name in ("self", "solverParams"):
            if self.which == "HiGHS":
                return accepted(self.name, name, value)
            unknown(self.name, name, [n for n in known if n != "self"])
        require(OPTION_TYPES.get(name, object), value, f"{self.name}.{name}")
        if name in GAP_OPTIONS and float(value) < 0:
            unfit(self.name, name, value, T("{low} or more", low=0))
        return value

    def version(self) -> str:
        """Return the version of PuLP; the solver's own is not known before it runs."""
        try:
            found = f"pulp {version_of('pulp')}"
        except PackageNotFoundError as error:
            raise missing(self.name, error) from error
        if self.which not in offered(available=True):
            raise SolverError(T("PuLP does not find {name} here.", name=self.which))
        return found

    def _run(self, task: SolverTask, control: Control, brake: Brake) -> SolverAnswer:
        self.version()
        return in_child(Job(run, task, (self.which,)), control, brake)


def run(task: SolverTask, which: str) -> SolverAnswer:
    """Solve with PuLP; called in the child process."""
    warnings.simplefilter("ignore")  # PuLP 3 announces PuLP 4 at every turn
    problem = to_pulp(task.model)
    variables = {variable.name: variable for variable in problem.variables()}
    task = task.now()
    # PuLP leaves columns out that occur nowhere, and sorts the others.
    chosen = [variables.get(name) for name in task.model.columns]
    name, wishes = _wishes(task, which)
    if task.start is not None and np.isfinite(task.start).all() and which != "HiGHS":
        for variable, value in zip(chosen, task.start.tolist(), strict=True):
            if variable is not None:
                variable.setInitialValue(value)
        wishes["warmStart"] = True
    began = time.monotonic()
    solver = _solver(name, wishes)
    try:
        problem.solve(solver)
    except KeyError:  # PuLP has no word for some ends of HiGHS; `_highs` asks that itself
        if which != "HiGHS":
            raise
    late = task.seconds is not None and time.monotonic() - began >= task.seconds
    raw = [
        np.nan if variable is None or variable.varValue is None else variable.varValue
        for variable in chosen
    ]
    # A column that occurs nowhere may have any value.
    anything = np.clip(0.0, task.model.lower, task.model.upper)
    values = np.where(np.isnan(raw), anything, raw)
    if which == "CBC":
        return _cbc(Path("log").read_text(errors="replace"), values, task)
    if which == "HiGHS":
        return _highs(problem.solverModel, values, task)
    proof = "gapRel" in wishes or which in GAPLESS_SOLVERS
    return _other(problem, values, task, late=late, proof=proof)


def _wishes(task: SolverTask, which: str) -> tuple[str, dict[str, Any]]:
    """Return PuLP's name of the solver, and the parameters to ask it for."""
    seconds = None if task.seconds is None else max(task.seconds, 0.01)
    gap = task.gap if which in WELL_KNOWN else 0.0  # of others we cannot tell what gap they reached
    wishes: dict[str, Any] = {"msg": False, "timeLimit": seconds, "gapRel": gap}
    if which != "CBC" or task.threads > 1:  # asked for one thread, CBC may wait 10 s for it
        wishes["threads"] = task.threads
    if which == "CBC":
        # Tolerances as tight as CBC allows: it takes a millionth for an integer otherwise.
        own = [word for word in str(task.options.get("options", "")).split(",") if word]
        options = ["integerT 1e-9", "primalT 1e-9", f"randomC {task.seed % 10**6}", *own]
        wishes |= {"gapAbs": 0.0, "logPath": "log", "options": options}
        wishes |= {name: value for name, value in task.options.items() if name != "options"}
        return _program(which), wishes
    if which == "HiGHS":
        wishes |= {"gapAbs": 0.0, "mip_feasibility_tolerance": 1e-9}
        wishes["random_seed"] = task.seed % 2**31
    elif seconds is not None:
        wishes["timeLimit"] = math.ceil(seconds)  # some programs know whole seconds only
    return which, {**wishes, **task.options}


def _program(which: str) -> str:
    """Return PuLP's name of a solver."""
    import pulp

    if which != "CBC":
        return which
    found = pulp.listSolvers(onlyAvailable=True)
    return next(name for name in CBC if name in found)


def _solver(name: str, wishes: dict[str, Any]) -> Any:
    """Make the solver; what it has no parameter for is struck from `wishes`."""
    import pulp

    while True:
        try:
            return pulp.getSolver(name, **wishes)
        except TypeError as error:
            word = re.search(r"argument '(\w+)'", str(error))
            if word is None or word[1] not in wishes:
                raise
            del wishes[word[1]]


def _objective(task: SolverTask, values: Any) -> float:
    rounded = np.where(task.model.integer, np.rint(values), values)
    return float(task.cost @ rounded) + task.offset


def _cbc(log: str, values: Any, task: SolverTask) -> SolverAnswer:
    """Read CBC's log.

    "Integer infeasible" and the like say "infeasible or unbounded"; where the linear relaxation
    has an optimum, it is not unbounded.
    """
    relaxed = re.search(r"Continuous objective value is (\S+)", log)
    lower = re.search(r"^Lower bound:\s+(\S+)", log, re.MULTILINE)
    bound = float(lower[1]) + task.offset if lower else None
    has_solution = "No feasible solution found" not in log
    held = values if has_solution else None
    if re.search(r"^Result - Optimal", log, re.MULTILINE):
        if bound is None:
            bound = _objective(task, values)
        return SolverAnswer(Termination.OPTIMAL, values, bound, precision=TEXT_PRECISION)
    if re.search(r"^Result - Stopped on time", log, re.MULTILINE):
        return SolverAnswer(Termination.TIME_LIMIT, held, bound, precision=TEXT_PRECISION)
    if re.search(r"^Result - Stopped on (node|iteration|solution)", log, re.MULTILINE):
        return SolverAnswer(Termination.LIMIT, held, bound, precision=TEXT_PRECISION)
    if re.search(r"^Result - User ctrl-c", log, re.MULTILINE):
        return SolverAnswer(Termination.INTERRUPTED, held, bound, precision=TEXT_PRECISION)
    if re.search(r"relaxation unbounded|is unbounded|DualInfeasible|^Dual infeasible", log, re.M):
        return SolverAnswer(Termination.UNBOUNDED)
    if re.search(r"Solution found|Cbc0012I|Cbc0016I", log):
        # It happens that CBC finds a solution and then proves that there is none.
        return SolverAnswer(
            Termination.ERROR, held, message="CBC contradicts itself", precision=TEXT_PRECISION
        )
    if re.search(r"proven infeasible|relaxation infeasible|PrimalInfeasible", log) or re.search(
        r"Problem is infeasible|^Primal infeasible", log, re.MULTILINE
    ):
        return SolverAnswer(Termination.INFEASIBLE)
    if "infeasible or unbounded" in log:
        return SolverAnswer(Termination.INFEASIBLE if relaxed else infeasible_or_unbounded(task))
    optimal = re.search(r"^Optimal - objective value (\S+)", log, re.MULTILINE)
    if optimal:  # a linear program
        return SolverAnswer(
            Termination.OPTIMAL, values, _objective(task, values), precision=TEXT_PRECISION
        )
    lines = log.strip().splitlines()
    return SolverAnswer(Termination.ERROR, message=lines[-1] if lines else "CBC said nothing")


def _highs(solver: Any, values: Any, task: SolverTask) -> SolverAnswer:
    """Ask the HiGHS object: PuLP calls a time limit "optimal" and unbounded "infeasible"."""
    status, info = solver.getModelStatus(), solver.getInfo()
    termination = why_stopped(solver, task)
    held = values if solver.getSolution().value_valid else None
    bound = None
    if task.model.integer.any():
        bound = info.mip_dual_bound + task.offset  # PuLP does not pass the constant on
    elif termination is Termination.OPTIMAL:
        bound = _objective(task, values)
    message = "" if termination is not Termination.ERROR else solver.modelStatusToString(status)
    return SolverAnswer(termination, held, bound, message=message)


def _other(problem: Any, values: Any, task: SolverTask, *, late: bool, proof: bool) -> SolverAnswer:
    """Take the word of a solver we know nothing about, as far as it goes."""
    import pulp

    sol_status = problem.sol_status
    found = sol_status in (pulp.LpSolutionOptimal, pulp.LpSolutionIntegerFeasible)
    held = values if found else None
    if late:
        return SolverAnswer(Termination.TIME_LIMIT, held, precision=TEXT_PRECISION)
    if sol_status == pulp.LpSolutionOptimal and proof:
        return SolverAnswer(
            Termination.OPTIMAL, values, _objective(task, values), precision=TEXT_PRECISION
        )
    # The solution's status is "infeasible" also where nothing is known.
    if problem.status == pulp.LpStatusInfeasible:  # PuLP says so of unbounded programs, too
        return SolverAnswer(infeasible_or_unbounded(task))
    if sol_status == pulp.LpSolutionUnbounded:
        return SolverAnswer(Termination.UNBOUNDED)
    message = f"PuLP's status is {pulp.LpStatus.get(problem.status, problem.status)}"
    return SolverAnswer(Termination.ERROR, held, message=message, precision=TEXT_PRECISION)
