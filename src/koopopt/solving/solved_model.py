"""A solved PuLP or Pyomo model becomes a plan again, whoever extended and solved it.

The model comes from `koopopt.solving.export`; only the values of koopopt's own columns are read,
and all figures are the evaluator's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from math import nan
from typing import Any, Final

import numpy as np

from koopopt.checking.request import shown
from koopopt.checking.typed import checked
from koopopt.errors import MAX_EXAMPLES, UsageError, some
from koopopt.evaluation import Evaluation, evaluate
from koopopt.exchange.names import safe_names, unique_names
from koopopt.formulations import FORMULATIONS, Written, choose, explicit
from koopopt.linear import Floats
from koopopt.problem import Problem
from koopopt.solving.asked import Asked, problem_of
from koopopt.solving.export import ORIGIN, Origin
from koopopt.text import T, Text

INTEGRALITY: Final = 1e-4
"""How far from 0 or 1 a value may be that stands for it: solvers allow themselves 1e-5 or less."""


@checked
def plan_from(model: Any, what: Asked | None = None, *, check: bool = True) -> Evaluation:
    """Return the plan that a solved PuLP or Pyomo model stands for, evaluated.

    The model comes from `to_pulp` or `to_pyomo`. It may have got rows, columns and another
    objective since, been copied or been in another process, and whoever may have solved it: only
    the values of koopopt's own columns are read. All figures are the evaluator's.

    Parameters
    ----------
    model : pulp.LpProblem or pyomo ConcreteModel
    what : Problem, Instance, str or Path, optional
        By what to evaluate; by default what the model was made from. It has to be given where the
        model does not know that any more.
    check : bool
        Whether a plan that breaks a rule is an error.

    Raises
    ------
    UsageError
        For a model that is not solved, is not koopopt's, was made from another instance or whose
        values stand for no plan; with `check`, for a plan that breaks a rule.
    """
    given = None if what is None else problem_of(what)
    values = _values(model)
    origin = getattr(model, ORIGIN, None)
    problem = origin.problem if isinstance(origin, Origin) else given
    if problem is None:
        raise UsageError(
            T("The model does not say what it was made from. Give the problem or the instance,"
              " too.")
        )  # fmt: skip
    if isinstance(origin, Origin):
        _demand_same(problem, given)
        written, names = _named(model, problem, origin.formulation)
    else:
        written, names = _recognised(model, values, problem)
    evaluation = evaluate(given or problem, written.plan(_chosen(values, names, written)))
    if check and not evaluation.feasible:
        raise UsageError(_broken(evaluation))
    return evaluation


def _is_pulp(model: Any) -> bool:
    return hasattr(model, "variables") and hasattr(model, "sol_status")


def _values(model: Any) -> dict[str, float | None]:
    """Return the values of a model's variables by their names."""
    if _is_pulp(model):
        if model.sol_status < 0:
            raise UsageError(
                T("The model has no solution: its solver says that it is infeasible or unbounded.")
            )
        found = model.variables()
        _demand_unlike(Counter(v.name for v in found))
        return {v.name: v.varValue for v in found}
    columns: Any = getattr(model, "x", None)
    if not hasattr(columns, "items") or not all(hasattr(v, "value") for _, v in columns.items()):
        raise UsageError(
            T("This is no model of koopopt.to_pulp or koopopt.to_pyomo, but {what}.",
              what=shown(model))
        )  # fmt: skip
    return {str(index): v.value for index, v in columns.items()}


def _demand_unlike(names: Counter[str]) -> None:
    """Raise `UsageError` where nobody can tell which variable is meant by a name."""
    twice = [name for name, count in names.items() if count > 1]
    if twice:
        raise UsageError(
            T("Several variables of the model have the same name: {names}. Rename those that you"
              " added.", names=some(twice))
        )  # fmt: skip


def _named(model: Any, problem: Problem, formulation: str) -> tuple[Written, list[str]]:
    """Write the model once more; return it with the names that its columns got on their way."""
    written = explicit(choose(formulation, problem), problem)
    named = (
        safe_names(written.model.columns, "x")
        if _is_pulp(model)
        else unique_names(written.model.columns)
    )
    return written, named


def _recognised(
    model: Any, values: Mapping[str, object], problem: Problem
) -> tuple[Written, list[str]]:
    """Find out in which formulation a model is written that does not say it."""
    for name in FORMULATIONS:
        with suppress(UsageError):  # too large to write down, so it is not this one
            written, named = _named(model, problem, name)
            if values.keys() >= set(named[: written.count]):
                return written, named
    raise UsageError(T("The model was not made from this problem: its variables are others."))


def _demand_same(made: Problem, given: Problem | None) -> None:
    if given is not None and made.instance.fingerprint != given.instance.fingerprint:
        raise UsageError(
            T("The model was made from another instance than {name}, or that has changed since."
              " Make the model anew, or leave the instance out.", name=given.instance.name)
        )  # fmt: skip


def _chosen(values: Mapping[str, Any], names: Sequence[str], written: Written) -> Floats:
    """Return the values of the columns that say which plan it is, as 0 and 1."""
    wanted = names[: written.count]
    without = [name for name in wanted if values.get(name) is None]
    if len(without) == len(wanted):
        raise UsageError(T("The model has no solution yet: solve it first."))
    if without:
        raise UsageError(T("These variables have no value: {names}.", names=some(without)))
    found = np.array([_number(values[name]) for name in wanted])
    whole = (found > 0.5).astype(float)
    unclear = np.flatnonzero(~(np.abs(found - whole) <= INTEGRALITY))
    if len(unclear):
        name = wanted[int(unclear[0])]
        raise UsageError(
            T("The variable {name} is {value}; it must be 0 or 1. Solve the model in whole"
              " numbers.",
              name=name, value=shown(values[name]))
        )  # fmt: skip
    rest = np.zeros(len(names) - len(whole))  # what follows from the plan does not say it
    return np.append(whole, rest)


def _number(value: Any) -> float:
    """Return a value as a number, NaN where it is none: somebody may have set it by hand."""
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        return nan


def _broken(evaluation: Evaluation) -> Text:
    """Return which rules a plan breaks, the first few in words."""
    said = Text("")
    for violation in evaluation.violations[:MAX_EXAMPLES]:
        said = Text("{said} {rule}: {text}",
                    {"said": said, "rule": violation.rule, "text": violation.text})  # fmt: skip
    return T("The plan of the model breaks {count} rule(s):{said} With check=False it is returned"
             " all the same.", count=len(evaluation.violations), said=said)  # fmt: skip
