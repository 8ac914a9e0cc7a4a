"""HiGHS through highspy: the default back end, for linear and mixed-integer programs."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final

import numpy as np

from koopopt.linear import Floats
from koopopt.solvers.backend import BackEnd, missing
from koopopt.solvers.base import Control, Feature, Termination
from koopopt.solvers.checking import infeasible_or_unbounded
from koopopt.solvers.options import (
    OUTPUT_RESERVED,
    PROOFS_DEPEND,
    SEED_INSTEAD,
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

DUAL_TOLERANCE: Final = 1e-7
"""HiGHS' own tolerance for dual feasibility."""

ENUMERATION: Final = 1 << 16
"""A rule of the presolve that, together with the aggregator, loses optima (1.13.1: a wrong
optimum, noticed as "Solve error"; without probing a false "infeasible")."""

OBJECTIVE_BITS: Final = 13
"""The largest cost of an integer program is about 2 to this power, as HiGHS sees it: its absolute
tolerances make it crawl where costs are in cents. Of one with costs of 1e7 the root took more than
60 s, with the same costs divided by 2**10 half a second. Its relative precision, 1e-7 of its dual
tolerance over 2**13, stays below the `precision` that is counted with."""

POLICY: Final = OptionPolicy(
    ours={
        "time_limit": TIME_LIMIT_INSTEAD,
        "threads": THREADS_INSTEAD,
        "random_seed": SEED_INSTEAD,
        "*tolerance": PROOFS_DEPEND,
        "presolve_rule_off": PROOFS_DEPEND,
        # Coefficients beyond these are dropped; HiGHS 1.13 may crash on what is left.
        "small_matrix_value": PROOFS_DEPEND,
        "large_matrix_value": PROOFS_DEPEND,
        "output_flag": OUTPUT_RESERVED,
        "log_to_console": OUTPUT_RESERVED,
    },
    steering=(
        "mip_rel_gap", "mip_abs_gap", "mip_max_*", "mip_heuristic_*", "mip_pool_*",
        "mip_detect_symmetry", "mip_lp_age_limit", "mip_pscost_minreliable",
        "mip_min_cliquetable_entries_for_parallelism", "mip_min_logging_interval",
        "mip_report_level", "parallel", "presolve", "solver", "simplex_strategy",
        "simplex_price_strategy", "simplex_crash_strategy", "simplex_*_edge_weight_strategy",
        "simplex_*_concurrency", "simplex_iteration_limit", "ipm_iteration_limit",
    ),
)  # fmt: skip
"""Options of HiGHS, however it is reached."""


class Highs(BackEnd):
    """HiGHS, handed the matrix in bulk."""

    name = "highs"
    features = frozenset(Feature)
    precision = 1e-10
    policy = POLICY

    def version(self) -> str:
        """Return the version of highspy."""
        try:
            return version("highspy")
        except PackageNotFoundError as error:
            raise missing(self.name, error) from error

    def _accepted(self, name: str, value: Value) -> Value:
        return accepted(self.name, name, value)

    def _run(self, task: SolverTask, control: Control, brake: Brake) -> SolverAnswer:
        import highspy

        solver = highspy.Highs()
        try:
            for option, value in _options(task).items():
                solver.setOptionValue(option, value)
            factor = _factor(task)
            _pass(solver, task, factor)
            _watch(solver, control, factor)
            solver.run()
            return _answer(solver, task, factor)
        finally:
            solver.resetGlobalScheduler(True)


def accepted(solver: str, name: str, value: Value) -> Value:
    """Return an option's value if HiGHS takes it; `solver` is the back end that HiGHS is in."""
    import highspy

    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    found, kind = highs.getOptionType(name)
    if found != highspy.HighsStatus.kOk:
        unknown(solver, name, (n for n in dir(highspy.HighsOptions) if not n.startswith("_")))
    bound = {
        highspy.HighsOptionType.kBool: T("true or false"),
        highspy.HighsOptionType.kInt: T("a whole number"),
        highspy.HighsOptionType.kDouble: T("a number"),
    }.get(kind)
    fits = bound is None or not isinstance(value, str)  # else HiGHS reads numbers out of words
    if not fits:
        unfit(solver, name, value, bound)
    if highs.setOptionValue(name, value) != highspy.HighsStatus.kOk:
        unfit(solver, name, value)
    return value


def _options(task: SolverTask) -> dict[str, Any]:
    chosen: dict[str, Any] = {
        "output_flag": False,
        "threads": task.threads,
        "random_seed": task.seed % 2**31,
        "mip_rel_gap": task.gap,
        "mip_abs_gap": 0.0,
        "mip_feasibility_tolerance": 1e-9,
        "presolve_rule_off": ENUMERATION,
    }
    if task.seconds is not None:
        chosen["time_limit"] = task.seconds
    return chosen | dict(task.options)


def _factor(task: SolverTask) -> float:
    """Return the power of two, which changes no digit, that makes the costs handy."""
    largest = float(np.abs(task.cost).max(initial=0.0))
    if largest <= 2.0**OBJECTIVE_BITS or not task.model.integer.any():
        return 1.0
    return float(np.exp2(OBJECTIVE_BITS - np.ceil(np.log2(largest))))


def _pass(solver: Any, task: SolverTask, factor: float) -> None:
    """Hand over the matrix, costs times a factor, and the start where there is one."""
    import highspy

    model = task.model
    rows, columns = model.shape
    integer = model.integer.astype(np.int32)
    status = solver.passModel(
        columns,
        rows,
        len(model.value),
        int(highspy.MatrixFormat.kColwise),
        int(highspy.ObjSense.kMinimize),
        task.offset * factor,
        task.cost * factor,
        model.lower,
        model.upper,
        model.row_lower,
        model.row_upper,
        model.start.astype(np.int32),
        model.index.astype(np.int32),
        model.value,
        integer,
    )
    if status == highspy.HighsStatus.kError:
        raise ValueError("HiGHS rejected the model")
    if task.start is not None and integer.any():
        known = np.flatnonzero(np.isfinite(task.start)).astype(np.int32)
        solver.setSolution(len(known), known, task.start[known])


def _watch(solver: Any, control: Control, factor: float) -> None:
    """Let the solver ask whether to stop, and report now and then."""
    import highspy

    Kind = highspy.cb.HighsCallbackType
    last = -1.0
    mip = int(Kind.kCallbackMipInterrupt)

    def asked(kind: int, _message: str, seen: Any, say: Any, _data: Any) -> None:
        nonlocal last
        if control.cancel.is_set():
            say.user_interrupt = True
        elif kind == mip and control.on_progress is not None and seen.running_time > last + 0.1:
            last = seen.running_time
            best, bound = seen.mip_primal_bound / factor, seen.mip_dual_bound / factor
            control.report(_finite(best), _finite(bound), "search")

    solver.setCallback(asked, None)
    for kind in (
        Kind.kCallbackMipInterrupt,
        Kind.kCallbackSimplexInterrupt,
        Kind.kCallbackIpmInterrupt,
    ):
        solver.startCallback(kind)


def why_stopped(solver: Any, task: SolverTask) -> Termination:
    """Return why a HiGHS object stopped; PuLP's is asked as well."""
    from highspy import HighsModelStatus as Status

    known = {
        Status.kOptimal: Termination.OPTIMAL,
        Status.kInfeasible: Termination.INFEASIBLE,
        Status.kUnbounded: Termination.UNBOUNDED,
        Status.kUnboundedOrInfeasible: infeasible_or_unbounded(task),
        Status.kTimeLimit: Termination.TIME_LIMIT,
        Status.kInterrupt: Termination.INTERRUPTED,
        Status.kHighsInterrupt: Termination.INTERRUPTED,
        **dict.fromkeys((Status.kIterationLimit, Status.kSolutionLimit), Termination.LIMIT),
    }
    return known.get(solver.getModelStatus(), Termination.ERROR)


def _answer(solver: Any, task: SolverTask, factor: float) -> SolverAnswer:
    status, termination = solver.getModelStatus(), why_stopped(solver, task)
    info, solution = solver.getInfo(), solver.getSolution()
    mip = bool(task.model.integer.any())
    bound = duals = None
    if mip:
        bound = _finite(info.mip_dual_bound / factor)
    elif termination is Termination.OPTIMAL:
        duals = np.array(solution.row_dual, float)
        bound = dual_bound(task, duals)
        if bound is None:
            bound = _finite(info.objective_function_value)
    return SolverAnswer(
        termination,
        np.array(solution.col_value, float) if solution.value_valid else None,
        bound,
        duals,
        solver.modelStatusToString(status) if termination is Termination.ERROR else "",
    )


def dual_bound(task: SolverTask, duals: Floats) -> float | None:
    """Return the lower bound that any row duals prove: min over the boxes of cost - duals·A.

    With A x = r in its bounds, cost·x = duals·r + (cost - duals·A)·x. None where a dual meets an
    infinite bound by more than the solver's tolerance.
    """
    model = task.model
    entries = model.value * duals[model.index]
    column = model.column
    reduced = task.cost - np.bincount(column, weights=entries, minlength=model.shape[1])
    total = task.offset
    for price, low, high in (
        (duals, model.row_lower, model.row_upper),
        (reduced, model.lower, model.upper),
    ):
        side = np.where(price > 0, low, high)
        side = np.where(np.isinf(side) & (np.abs(price) <= DUAL_TOLERANCE), 0.0, side)
        total += float(np.where(price == 0, 0.0, price) @ np.where(price == 0, 0.0, side))
    return _finite(total)


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
