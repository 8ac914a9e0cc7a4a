"""Whatever Pyomo can run: HiGHS through its newer interface, and executables on the path.

Everything runs in a child process; see `koopopt.solvers.external`.
"""

from __future__ import annotations

import math
import shutil
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as version_of
from importlib.util import find_spec
from typing import Any, Final

import numpy as np

from koopopt.errors import SolverError
from koopopt.exchange import to_pyomo
from koopopt.solvers.backend import BackEnd, missing
from koopopt.solvers.base import Control, Feature, Termination
from koopopt.solvers.checking import infeasible_or_unbounded
from koopopt.solvers.external import Job, in_child
from koopopt.solvers.highs import POLICY, accepted
from koopopt.solvers.options import SEED_INSTEAD, THREADS_INSTEAD, OptionPolicy, Value
from koopopt.solvers.supervise import Brake
from koopopt.solvers.task import SolverAnswer, SolverTask
from koopopt.text import T

MODULES: Final = {"highs": "highspy", "gurobi_direct": "gurobipy", "scip_direct": "pyscipopt"}
"""Solvers of the newer interface, which reports bounds, and the module each needs."""
PROGRAMS: Final = {
    "glpk": ("glpsol",),
    "cbc": ("cbc",),
    "scip": ("scip", "scipampl"),
    "gurobi": ("gurobi_cl", "gurobi"),
    "cplex": ("cplex",),
}
"""Solvers of the older interface, and the programs each may be."""
PROOF: Final[dict[str, dict[str, float]]] = {
    "cbc": {"ratioGap": 0, "allowableGap": 0, "integerTolerance": 1e-9, "primalTolerance": 1e-9},
    "glpk": {"mipgap": 0},
    "scip": {"limits/gap": 0, "limits/absgap": 0},
    "gurobi": {"MIPGap": 0, "MIPGapAbs": 0, "IntFeasTol": 1e-9},
    "cplex": {"mip_tolerances_mipgap": 0, "mip_tolerances_absmipgap": 0},
}
"""What makes each of them prove optimality."""
THREADS_OPTIONS: Final = {"cbc": "threads", "gurobi": "Threads", "cplex": "threads"}
SEED_OPTIONS: Final = {"cbc": "randomCbcSeed", "gurobi": "Seed", "glpk": "seed"}


def offered(*, available: bool = False) -> list[str]:
    """Return the solvers known here, or those that are installed."""
    names = [*MODULES, *PROGRAMS]
    return [name for name in names if _found(name)] if available else names


def _found(which: str) -> bool:
    if which in MODULES:
        return find_spec(MODULES[which]) is not None
    return any(shutil.which(program) for program in PROGRAMS[which])


class Pyomo(BackEnd):
    """One of Pyomo's solvers.

    Solvers of the older interface report no bound that could be told from a guess, so they are
    always asked for a proof, and a bound is given only with the proof.

    Parameters
    ----------
    which : str
        One of `offered()`.
    """

    def __init__(self, which: str) -> None:
        self.which = which
        self.name = f"pyomo:{which}"
        own = {Feature.GAP, Feature.THREADS} if which in MODULES else set()
        if which in SEED_OPTIONS or which == "highs":
            own.add(Feature.SEED)
        if which in THREADS_OPTIONS:
            own.add(Feature.THREADS)
        self.features = frozenset({Feature.CONTINUOUS, Feature.INTERRUPT, Feature.TIME_LIMIT} | own)

        if which == "highs":
            self.policy = POLICY
        else:  # of others we cannot tell what their options leave of their word
            ours = ((SEED_OPTIONS, SEED_INSTEAD), (THREADS_OPTIONS, THREADS_INSTEAD))
            self.policy = OptionPolicy({names[which]: say for names, say in ours if which in names})

    def _accepted(self, name: str, value: Value) -> Value:
        # Only HiGHS can be asked; others say it when they are run.
        return accepted(self.name, name, value) if self.which == "highs" else value

    def version(self) -> str:
        """Return the version of Pyomo; the solver's own is not known before it runs."""
        try:
            found = f"pyomo {version_of('pyomo')}"
        except PackageNotFoundError as error:
            raise missing(self.name, error) from error
        if not _found(self.which):
            raise SolverError(T("Pyomo does not find {name} here.", name=self.which))
        return found

    def _run(self, task: SolverTask, control: Control, brake: Brake) -> SolverAnswer:
        self.version()
        return in_child(Job(run, task, (self.which,)), control, brake)


def run(task: SolverTask, which: str) -> SolverAnswer:
    """Solve with Pyomo; called in the child process."""
    model = to_pyomo(task.model)
    return _newer(task, which, model) if which in MODULES else _older(task.now(), which, model)


def _values(task: SolverTask, model: Any) -> Any:
    """Return the values loaded into the model; a column without one may have any."""
    nearest = np.clip(0.0, task.model.lower, task.model.upper)
    raw = [np.nan if v.value is None else v.value for v in model.x.values()]
    return np.where(np.isnan(raw), nearest, raw)


def _newer(task: SolverTask, which: str, model: Any) -> SolverAnswer:
    from pyomo.contrib.solver.common.factory import SolverFactory
    from pyomo.contrib.solver.common.results import SolutionStatus
    from pyomo.contrib.solver.common.results import TerminationCondition as Why

    task = task.now()
    options: dict[str, Any] = {}
    if which == "highs":
        options = {"random_seed": task.seed % 2**31, "mip_feasibility_tolerance": 1e-9}
    result = SolverFactory(which).solve(
        model,
        load_solutions=False,
        raise_exception_on_nonoptimal_result=False,
        time_limit=task.seconds,
        threads=task.threads,
        rel_gap=task.gap,
        abs_gap=0.0,
        solver_options=options | dict(task.options),
    )
    why = result.termination_condition
    termination = {
        Why.convergenceCriteriaSatisfied: Termination.OPTIMAL,
        Why.maxTimeLimit: Termination.TIME_LIMIT,
        Why.provenInfeasible: Termination.INFEASIBLE,
        Why.unbounded: Termination.UNBOUNDED,
        Why.infeasibleOrUnbounded: infeasible_or_unbounded(task),
        Why.interrupted: Termination.INTERRUPTED,
        Why.iterationLimit: Termination.LIMIT,
    }.get(why, Termination.ERROR)
    values = None
    if result.solution_status in (SolutionStatus.optimal, SolutionStatus.feasible):
        result.solution_loader.load_vars()
        values = _values(task, model)
    bound = result.objective_bound
    linear = not task.model.integer.any()
    if bound is None and termination is Termination.OPTIMAL and linear and values is not None:
        bound = float(task.cost @ values) + task.offset
    return SolverAnswer(termination, values, bound, message=str(why) if values is None else "")


def _older(task: SolverTask, which: str, model: Any) -> SolverAnswer:
    import pyomo.environ as pyo
    from pyomo.opt import TerminationCondition as Why

    solver = pyo.SolverFactory(which)
    for option, value in PROOF[which].items():
        solver.options[option] = value
    if which in THREADS_OPTIONS and task.threads > 1:
        solver.options[THREADS_OPTIONS[which]] = task.threads
    if which in SEED_OPTIONS:
        solver.options[SEED_OPTIONS[which]] = task.seed % 10**6 + 1
    solver.options.update(task.options)
    # glpk counts whole seconds, and 0 as none at all
    limit = None if task.seconds is None else max(1, math.ceil(task.seconds))
    result = solver.solve(model, load_solutions=False, timelimit=limit)
    why = result.solver.termination_condition
    values = None
    if len(result.solution):
        model.solutions.load_from(result)
        values = _values(task, model)
    if why == Why.optimal and values is not None:
        rounded = np.where(task.model.integer, np.rint(values), values)
        bound = float(task.cost @ rounded) + task.offset
        return SolverAnswer(Termination.OPTIMAL, values, bound, precision=1e-8)
    termination = {
        Why.infeasible: Termination.INFEASIBLE,
        Why.unbounded: Termination.UNBOUNDED,
        Why.infeasibleOrUnbounded: infeasible_or_unbounded(task),
        Why.maxTimeLimit: Termination.TIME_LIMIT,
        Why.userInterrupt: Termination.INTERRUPTED,
        Why.resourceInterrupt: Termination.INTERRUPTED,
    }.get(why, Termination.ERROR)
    message = str(why) if termination is Termination.ERROR else ""
    return SolverAnswer(termination, values, message=message, precision=1e-8)
