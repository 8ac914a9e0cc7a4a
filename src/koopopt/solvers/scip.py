"""SCIP through MathOpt, which ships it inside OR-Tools: linear and mixed-integer programs."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

import numpy as np

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

UNKNOWN: Final = "unknown"
PARAMETER_MAPS: Final[dict[type, tuple[str, ...]]] = {
    bool: ("bool_params",),
    int: ("int_params", "long_params", "real_params"),
    float: ("real_params",),
    str: ("char_params", "string_params"),
}
"""Where MathOpt may take a value for a parameter of SCIP, by its type."""


class Scip(BackEnd):
    """SCIP, handed the matrix in bulk as a protocol buffer.

    The SCIP inside OR-Tools is built without a parallel mode that works, so it has no threads.
    """

    name = "scip"
    features = frozenset(Feature) - {Feature.DUALS, Feature.THREADS}
    policy = OptionPolicy(
        ours={
            "limits/time": TIME_LIMIT_INSTEAD,
            "timing/*": TIME_LIMIT_INSTEAD,
            "randomization/*": SEED_INSTEAD,
            "parallel/*": THREADS_INSTEAD,
            "lp/threads": THREADS_INSTEAD,
            "numerics/*": PROOFS_DEPEND,
            "display/*": OUTPUT_RESERVED,
        },
        steering=(
            "limits/gap", "limits/absgap", "limits/*nodes", "limits/*sol*", "heuristics/*",
            "branching/*", "nodeselection/*", "separating/*", "presolving/max*",
        ),
    )  # fmt: skip

    def version(self) -> str:
        """Return the version of OR-Tools, which says which SCIP it is."""
        try:
            return f"ortools {version('ortools')}"
        except PackageNotFoundError as error:
            raise missing(self.name, error) from error

    def _accepted(self, name: str, value: Value) -> Value:
        kind = _kind(name, value)
        if kind == UNKNOWN:
            unknown(self.name, name)
        if not kind:
            unfit(self.name, name, value)
        return value

    def _run(self, task: SolverTask, control: Control, brake: Brake) -> SolverAnswer:
        from ortools.math_opt.python import mathopt
        from ortools.util.python.solve_interrupter import SolveInterrupter

        _quiet()
        model = mathopt.Model.from_model_proto(_proto(task))
        columns = list(model.variables())
        interrupter = SolveInterrupter()
        brake.pull = interrupter.interrupt
        try:
            result = mathopt.solve(
                model,
                mathopt.SolverType.GSCIP,
                params=_parameters(task),
                model_params=_start(task, columns),
                msg_cb=_listener(control) if control.on_progress is not None else None,
                interrupter=interrupter,
            )
        except AttributeError as error:  # how MathOpt's own errors surface in this version
            said = str(error.__context__ or error)
            if "objective_value" in said and "-inf" in said:
                return SolverAnswer(
                    Termination.UNBOUNDED
                )  # SCIP's answer, which MathOpt cannot hold
            raise ValueError(f"MathOpt failed: {said}") from error
        return _answer(task, result, columns)


def _quiet() -> None:
    """Keep SCIP from printing to standard error by itself.

    The SCIP 10 of OR-Tools 9.15 complains there about its own interrupter at every solve, though
    that works. Real errors arrive as exceptions all the same.
    """
    import ortools

    with suppress(OSError, AttributeError):
        library = next(iter(Path(ortools.__path__[0]).glob("*libs/libscip*")), None)
        if library is not None:
            ctypes.CDLL(str(library)).SCIPmessageSetErrorPrinting(None, None)


def _proto(task: SolverTask) -> Any:
    from ortools.math_opt import model_pb2

    model = task.model
    rows, columns = model.shape
    proto = model_pb2.ModelProto()
    proto.variables.ids.extend(range(columns))
    proto.variables.lower_bounds.extend(model.lower.tolist())
    proto.variables.upper_bounds.extend(model.upper.tolist())
    proto.variables.integers.extend(model.integer.tolist())
    used = np.flatnonzero(task.cost)
    proto.objective.offset = task.offset
    proto.objective.linear_coefficients.ids.extend(used.tolist())
    proto.objective.linear_coefficients.values.extend(task.cost[used].tolist())
    proto.linear_constraints.ids.extend(range(rows))
    proto.linear_constraints.lower_bounds.extend(model.row_lower.tolist())
    proto.linear_constraints.upper_bounds.extend(model.row_upper.tolist())
    start, column, value = model.by_row()
    matrix = proto.linear_constraint_matrix
    matrix.row_ids.extend(np.repeat(np.arange(rows), np.diff(start)).tolist())
    matrix.column_ids.extend(column.tolist())
    matrix.coefficients.extend(value.tolist())
    return proto


@lru_cache(maxsize=None, typed=True)
def _kind(name: str, value: Value) -> str:
    """Return where SCIP takes the value: it has to be tried; empty where it takes it nowhere."""
    from ortools.math_opt.python import mathopt

    _quiet()
    for kind in PARAMETER_MAPS[type(value)]:
        parameters = mathopt.SolveParameters()
        try:
            getattr(parameters.gscip, kind)[name] = value
            mathopt.solve(mathopt.Model(), mathopt.SolverType.GSCIP, params=parameters)
        except (AttributeError, TypeError, ValueError) as error:
            if "error code -12" in str(error.__context__ or error):
                return UNKNOWN
        else:
            return kind
    return ""


def _parameters(task: SolverTask) -> Any:
    from ortools.math_opt.python import mathopt

    parameters = mathopt.SolveParameters(
        relative_gap_tolerance=task.gap,
        absolute_gap_tolerance=0.0,
        random_seed=task.seed % 2**31,
        time_limit=None if task.seconds is None else timedelta(seconds=task.seconds),
    )
    parameters.gscip.real_params["numerics/feastol"] = 1e-9
    for name, value in task.options.items():
        getattr(parameters.gscip, _kind(name, value))[name] = value
    return parameters


def _start(task: SolverTask, columns: Sequence[Any]) -> Any:
    from ortools.math_opt.python import mathopt

    parameters = mathopt.ModelSolveParameters()
    if task.start is not None:
        known = {
            column: value
            for column, value in zip(columns, task.start.tolist(), strict=True)
            if np.isfinite(value)
        }
        parameters.solution_hints.append(mathopt.SolutionHint(variable_values=known))
    return parameters


def _listener(control: Control) -> Callable[[Sequence[str]], None]:
    """Read the bounds from SCIP's table: MathOpt offers no other progress for it."""
    last = -1.0

    def heard(lines: Sequence[str]) -> None:
        nonlocal last
        for line in lines:
            cells = line.split("|")
            if len(cells) > 10 and control.seconds > last + 0.1:
                try:
                    bound = float(cells[-4])
                except ValueError:
                    continue  # the heading
                last = control.seconds
                control.report(_number(cells[-3]), bound, "search")

    return heard


def _number(cell: str) -> float | None:
    try:
        return float(cell)
    except ValueError:
        return None


def _answer(task: SolverTask, result: Any, columns: Sequence[Any]) -> SolverAnswer:
    from ortools.math_opt.python.mathopt import Limit, TerminationReason

    why = result.termination
    termination = {
        TerminationReason.OPTIMAL: Termination.OPTIMAL,
        TerminationReason.INFEASIBLE: Termination.INFEASIBLE,
        TerminationReason.UNBOUNDED: Termination.UNBOUNDED,
        TerminationReason.INFEASIBLE_OR_UNBOUNDED: infeasible_or_unbounded(task),
    }.get(why.reason)
    if termination is None:
        termination = {
            Limit.TIME: Termination.TIME_LIMIT,
            Limit.INTERRUPTED: Termination.INTERRUPTED,
        }.get(why.limit, Termination.LIMIT if why.limit and task.options else Termination.ERROR)
    held = result.has_primal_feasible_solution()
    return SolverAnswer(
        termination,
        np.array(result.variable_values(columns), float) if held else None,
        result.best_objective_bound(),
        message=why.detail if termination is Termination.ERROR else "",
    )
