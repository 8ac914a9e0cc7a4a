"""What a front is asked of, posed for the search: a subject, its criteria, and how to ask."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from koopopt.checking.request import shown
from koopopt.criteria import criterion
from koopopt.errors import UsageError
from koopopt.exact import fraction, integers
from koopopt.linear import LinearModel
from koopopt.pareto import models, plans, units
from koopopt.pareto.explore import SearchPolicy
from koopopt.pareto.grid import Amounts, Grid
from koopopt.problem import Problem
from koopopt.reading.whereabouts import source_of
from koopopt.solvers.base import Solver
from koopopt.solvers.options import Value, table
from koopopt.solvers.portfolio import solver_or_portfolio
from koopopt.solving.asked import Asked, problem_of
from koopopt.text import T

LARGEST_MIDDLE_WEIGHT: Final = 10**6
"""Weights so far apart are no middle."""


@dataclass(frozen=True, slots=True)
class Posed:
    """A front that is asked for.

    Attributes
    ----------
    source : Problem or LinearModel
    subject : Subject
    names : tuple of str
        The criteria.
    policy : SearchPolicy
    named : str or None
        How its instance was named, a file by its absolute path.
    """

    source: Problem | LinearModel
    subject: models.ModelSubject | plans.PlanSubject
    names: tuple[str, ...]
    policy: SearchPolicy
    named: str | None = None

    @property
    def fingerprint(self) -> str:
        """What its journal is told apart by."""
        told = self.subject.digest, self.names, self.subject.grid
        return hashlib.sha256(repr(told).encode()).hexdigest()

    def until(self, points: int | None, coverage: float | None, hurried: bool) -> Posed:
        """Return the same with its ends."""
        if coverage is not None and not 0 < coverage < 1:
            raise UsageError(
                T("The coverage is {value}; it must be between 0 and 1.", value=shown(coverage))
            )
        policy = replace(self.policy, points=points, coverage=coverage, hurried=hurried)
        return replace(self, policy=policy)


def posed(
    what: Asked | LinearModel,
    criteria: Sequence[str],
    resolution: Mapping[str, float],
    solver: str | Solver,
    formulation: str,
    seed: int,
    memory: int,
    options: Mapping[str, Mapping[str, Value]],
) -> Posed:
    """Return what is asked for; each process that works on it may take so much memory."""
    if options:
        solver_or_portfolio(solver, options)  # wrong ones are told before anything is done
    if isinstance(what, LinearModel):
        asked = of_model(what, criteria, resolution, solver, seed)
    else:
        problem = problem_of(what)
        asked = of_problem(problem, criteria, resolution, solver, formulation, seed, memory)
    subject = replace(asked.subject, options=table(options))
    return replace(asked, subject=subject, named=source_of(what))


def of_model(
    model: LinearModel,
    criteria: Sequence[str],
    resolution: Mapping[str, float],
    solver: str | Solver,
    seed: int,
) -> Posed:
    """Pose the front of a model."""
    model = models.with_objectives(model, criteria)
    names = tuple(o.name for o in model.objectives)
    _check(names, resolution)
    subject = models.ModelSubject(model, units.grid_of(model, resolution), solver, seed)
    ordered = all(subject.grid.exact)
    return Posed(model, subject, names, SearchPolicy(False, ordered, subject.highest()))


def of_problem(
    problem: Problem,
    criteria: Sequence[str],
    resolution: Mapping[str, float],
    solver: str | Solver,
    formulation: str,
    seed: int,
    memory: int | None = None,
) -> Posed:
    """Pose the front of a problem."""
    names = tuple(criteria) or ("cost", "travel")
    for name in names:
        criterion(name)
    _check(names, resolution)
    grid = plans.grid_of(names, resolution)
    plugins = plans.needed(problem, solver)
    subject = plans.PlanSubject(
        problem, names, grid, solver, formulation, seed, memory, plugins=plugins
    )
    policy = SearchPolicy(True, False, (None,) * len(names), opening=_middle(problem, names, grid))
    return Posed(problem, subject, names, policy)


def _middle(problem: Problem, names: tuple[str, ...], grid: Grid) -> Amounts | None:
    """Return the problem's own weights, a unit of the grid each; None where one has none.

    What `solve` minimises is in the middle of a front. Its ends, where one criterion alone counts,
    are the hard questions: there most seats of a coalition are worth the same.
    """
    wanted = [fraction(problem.weights.get(name, 0)) for name in names]
    if min(wanted) <= 0:
        return None
    whole, _ = integers([w * unit for w, unit in zip(wanted, grid.units, strict=True)])
    return tuple(whole) if max(whole) <= LARGEST_MIDDLE_WEIGHT else None


def _check(names: tuple[str, ...], resolution: Mapping[str, float]) -> None:
    if len(names) < 2:
        raise UsageError(T("A front needs two criteria at least."))
    if len(set(names)) < len(names):
        raise UsageError(T("A criterion stands twice."))
    for name, delta in resolution.items():
        if name not in names:
            raise UsageError(
                T("There is a resolution for {name}, which is no criterion of the front.",
                  name=repr(name))
            )  # fmt: skip
        if not 0 < delta < float("inf"):
            raise UsageError(
                T("The resolution of {name} is {value}; it must be more than 0.",
                  name=name, value=shown(delta))
            )  # fmt: skip
