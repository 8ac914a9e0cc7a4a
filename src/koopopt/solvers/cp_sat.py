"""CP-SAT of OR-Tools: pure integer programs, exactly and in parallel."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np

from koopopt.solvers.backend import BackEnd, missing
from koopopt.solvers.base import Control, Feature, Termination
from koopopt.solvers.integral import Integral, integral
from koopopt.solvers.options import (
    OUTPUT_RESERVED,
    PROOFS_DEPEND,
    SEED_INSTEAD,
    THREADS_INSTEAD,
    TIME_LIMIT_INSTEAD,
    Given,
    OptionPolicy,
    Value,
    unfit,
    unknown,
)
from koopopt.solvers.supervise import Brake
from koopopt.solvers.task import SolverAnswer, SolverTask


class CpSat(BackEnd):
    """CP-SAT on the model scaled to integers; see `koopopt.solvers.integral`."""

    name = "cp-sat"
    features = frozenset(Feature) - {Feature.CONTINUOUS, Feature.DUALS}
    precision = 0.0
    policy = OptionPolicy(
        ours={
            "max_time_in_seconds": TIME_LIMIT_INSTEAD,
            "num_workers": THREADS_INSTEAD,
            "num_search_workers": THREADS_INSTEAD,
            "random_seed": SEED_INSTEAD,
            "presolve_inclusion_work_limit": PROOFS_DEPEND,
            "catch_sigint_signal": OUTPUT_RESERVED,
            "log_*": OUTPUT_RESERVED,
        },
        steering=(
            "relative_gap_limit", "absolute_gap_limit", "max_deterministic_time",
            "max_number_of_conflicts", "stop_after_first_solution", "linearization_level",
            "search_branching", "symmetry_level", "cp_model_probing_level", "cp_model_presolve",
            "max_presolve_iterations", "*subsolvers", "interleave_search", "max_num_cuts",
            "cut_level", "randomize_search", "optimize_with_core", "use_lns*",
            "use_feasibility_jump", "use_objective_lb_search", "use_objective_shaving_search",
            "repair_hint", "hint_conflict_limit",
        ),
    )  # fmt: skip

    def version(self) -> str:
        """Return the version of OR-Tools."""
        try:
            return version("ortools")
        except PackageNotFoundError as error:
            raise missing(self.name, error) from error

    def _accepted(self, name: str, value: Value) -> Value:
        from ortools.sat import sat_parameters_pb2

        known = sat_parameters_pb2.SatParameters.DESCRIPTOR.fields_by_name
        if name not in known:
            unknown(self.name, name, known)
        try:
            _parameters({name: value})
        except (TypeError, ValueError, AttributeError):
            unfit(self.name, name, value)
        return value

    def _run(self, task: SolverTask, control: Control, brake: Brake) -> SolverAnswer:
        from ortools.sat.python import cp_model

        scaled = integral(task)
        if (scaled.row_lower > scaled.row_upper).any():
            return SolverAnswer(Termination.INFEASIBLE)
        model = _model(scaled, task)
        solver = cp_model.CpSolver()
        _set(solver.parameters, task)
        brake.pull = solver.stop_search
        watcher = _watch(solver, scaled, control)
        status = solver.solve(model, watcher)
        stopped = Termination.LIMIT if task.options and not control.stopped else control.why
        return _answer(status, solver.response_proto, scaled, stopped)


def _model(scaled: Integral, task: SolverTask) -> Any:
    """Write the model into CP-SAT's own structures, without one Python object a term."""
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    proto = model.proto
    for span in scaled.span.tolist():
        proto.variables.add().domain.extend([0, span])
    index, value, start = scaled.index.tolist(), scaled.value.tolist(), scaled.start.tolist()
    rows = zip(
        start[:-1], start[1:], scaled.row_lower.tolist(), scaled.row_upper.tolist(), strict=True
    )
    for begin, end, low, high in rows:
        linear = proto.constraints.add().linear
        linear.vars.extend(index[begin:end])
        linear.coeffs.extend(value[begin:end])
        linear.domain.extend([low, high])
    used = np.flatnonzero(scaled.cost)
    if len(used):
        proto.objective.vars.extend(used.tolist())
        proto.objective.coeffs.extend(scaled.cost[used].tolist())
        # With the true offset, CP-SAT's relative gap is the true relative gap.
        proto.objective.offset = scaled.base * scaled.scale
    if task.start is not None:
        known = np.flatnonzero(np.isfinite(task.start))
        hint = np.clip(np.rint(task.start[known]) - scaled.lower[known], 0, scaled.span[known])
        proto.solution_hint.vars.extend(known.tolist())
        proto.solution_hint.values.extend(hint.astype(np.int64).tolist())
    return model


def _parameters(options: Given) -> Any:
    """Return options as the message that they are fields of; of lists, words between commas."""
    from ortools.sat import sat_parameters_pb2

    message = sat_parameters_pb2.SatParameters()
    for name, value in options.items():
        field = getattr(message, name)
        if hasattr(field, "extend"):
            field.extend(str(value).split(","))
        else:
            setattr(message, name, value)
    return message


def _set(parameters: Any, task: SolverTask) -> None:
    parameters.num_workers = max(1, task.threads)
    parameters.random_seed = task.seed % 2**31
    parameters.relative_gap_limit = task.gap
    parameters.absolute_gap_limit = 0.0
    # Without a full linearisation the bound of location models hardly moves. One worker heeds the
    # level; several are given levels of their own, so one more of them is asked for.
    parameters.linearization_level = 2
    if task.threads > 1:
        parameters.extra_subsolvers.append("max_lp")
    parameters.catch_sigint_signal = False
    # This step of the presolve calls feasible programs infeasible where coefficients exceed 2^31
    # (OR-Tools 9.15, its issue 5293).
    parameters.presolve_inclusion_work_limit = 0
    if task.seconds is not None:
        parameters.max_time_in_seconds = task.seconds
    if task.options:
        parameters.merge_text_format(str(_parameters(task.options)))


def _watch(solver: Any, scaled: Integral, control: Control) -> Any:
    """Report every new solution and bound; return the callback for solutions."""
    from ortools.sat.python import cp_model

    shift = scaled.base * scaled.scale
    best: dict[str, float | None] = {"incumbent": None, "bound": None}

    def told(**news: float) -> None:
        best.update({key: scaled.bound(value - shift) for key, value in news.items()})
        control.report(best["incumbent"], best["bound"], "search")

    class Watcher(cp_model.CpSolverSolutionCallback):  # type: ignore[misc]
        def on_solution_callback(self) -> None:
            told(incumbent=self.objective_value, bound=self.best_objective_bound)

    if control.on_progress is None or not scaled.cost.any():
        return None
    solver.best_bound_callback = lambda bound: told(bound=bound)
    return Watcher()


def _answer(status: Any, response: Any, scaled: Integral, stopped: Termination) -> SolverAnswer:
    from ortools.sat.python import cp_model

    termination = {
        cp_model.OPTIMAL: Termination.OPTIMAL,
        cp_model.INFEASIBLE: Termination.INFEASIBLE,
        cp_model.FEASIBLE: stopped,
        cp_model.UNKNOWN: stopped,
    }.get(status, Termination.ERROR)
    found = status in (cp_model.OPTIMAL, cp_model.FEASIBLE)
    values = None
    if found:
        values = np.array(list(response.solution), float) + scaled.lower.astype(float)
    bound = scaled.bound(float(np.minimum(scaled.cost * scaled.span, 0).sum()))
    reached = response.inner_objective_lower_bound
    if scaled.cost.any() and (found or reached):  # 0 also means "nothing proven yet"
        bound = max(bound, scaled.bound(reached))
    message = response.solution_info if termination is Termination.ERROR else ""
    return SolverAnswer(
        termination, values, bound, message=message, least=_least(scaled, found, reached)
    )


def _least(scaled: Integral, found: bool, reached: int) -> int | None:
    """Return the proven bound of a program in whole numbers, as one."""
    if not scaled.whole:
        return None
    cost, span = scaled.cost.tolist(), scaled.span.tolist()
    least = sum(min(0, int(c) * int(s)) for c, s in zip(cost, span, strict=True))
    if scaled.cost.any() and (found or reached):
        least = max(least, int(reached))
    lower = scaled.lower.tolist()
    return least + sum(int(c) * int(x) for c, x in zip(cost, lower, strict=True))
