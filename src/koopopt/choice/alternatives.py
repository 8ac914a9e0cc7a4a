"""Other plans for one point of a front: as good, but with others together.

Two plans differ in the pairs of municipalities that share a partnership in one and not in the
other, summed over services. Within limits (the point's values and a tolerance) they are found
exactly, one after the other:

1. Bounds rule out the partnerships that no plan within the limits can have
   (`formulations.partition.bounds`); few are left, because the limits are tight.
2. Over these, an integer program maximises  t  subject to  t ≤ distance to h  for the point's
   plan and every plan held. A partnership M adds  |pairs of M| - 2 |pairs of M that are pairs of
   h|  to the distance, so that all is linear. If t < 1 there is no other plan.
   Back ends are witnesses here too: that there is none has to hold before `solvers.judge`.
3. What no plan can do without: as long as some pairs are common to all plans known, another
   program looks for the plan that parts most of them. Where it parts none, that is the proof that
   each of them is *necessary*: in every plan within the limits.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from koopopt.case.plan import Plan
from koopopt.checking.request import check_request
from koopopt.choice import pairs
from koopopt.choice.base import check, values, vector
from koopopt.coalitions.enumeration import TooMany
from koopopt.criteria import CRITERIA, LARGEST_LOSS
from koopopt.errors import UsageError
from koopopt.evaluation import Evaluation, evaluate
from koopopt.exact import whole_down
from koopopt.formulations.partition import pools
from koopopt.formulations.partition.bounds import Bounds
from koopopt.formulations.partition.columns import Columns
from koopopt.formulations.partition.model import whole
from koopopt.formulations.sites import joined
from koopopt.linear import Ints, LinearModel, ModelBuilder
from koopopt.pareto.front import Front
from koopopt.problem import Problem
from koopopt.shown import Brief, counted
from koopopt.solvers.base import Control, Solver, Termination
from koopopt.solvers.judge import decide, each_once
from koopopt.solvers.portfolio import solver_or_portfolio
from koopopt.text import T, Text

MAX_PROGRAM_PARTNERSHIPS: Final = 100_000
"""Partnerships over which an integer program still decides."""


@dataclass(frozen=True, slots=True)
class Bond:
    """Municipalities that share a partnership of a service in every plan within the limits.

    Others may be with them. `members` are ids.
    """

    service: str
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Alternatives(Brief):
    """Other plans for a point.

    Attributes
    ----------
    index : int
        Of the point.
    limits : mapping criterion -> upper bound
        What the plans keep.
    plans : tuple of Evaluation
        The most different one first; each as different from the point's plan and from those
        before as can be, or as was found in its share of the time.
    distance : tuple of int
        By how many pairs each differs from the point's own plan.
    all : bool
        Whether it is proven that there are no others (that differ in who is with whom).
    necessary : tuple of Bond
        Empty where not `decided`.
    decided : bool
        Whether it was proven who is necessary.
    seconds : float
    doubts : tuple of Text
        What back ends said that is known to be wrong, or could not be confirmed.
    """

    index: int
    limits: Mapping[str, float]
    plans: tuple[Evaluation, ...]
    distance: tuple[int, ...]
    all: bool
    necessary: tuple[Bond, ...]
    decided: bool
    seconds: float
    doubts: tuple[Text, ...] = ()

    def _said(self) -> str:
        found = counted(len(self.plans), "plan")
        return f" of point {self.index}: {found}{', all there are' if self.all else ''}"


def alternatives(
    front: Front,
    index: int,
    *,
    count: int = 3,
    tolerance: Mapping[str, float] | None = None,
    solver: str | Solver = "highs",
    time_limit: float | None = None,
    seed: int = 0,
    cancel: threading.Event | None = None,
) -> Alternatives:
    """Return plans as good as a point's, but as different as can be in who pools with whom.

    Parameters
    ----------
    index : int
        Of the point.
    count : int
        How many plans at most.
    tolerance : mapping criterion -> number, optional
        By how much a plan may be worse, in the criterion's unit; criteria that are not named
        must have the same value, as far as the front's resolution tells values apart.
    solver : str or Solver
        A back end; ``auto`` takes the faster one of HiGHS and CP-SAT.
    time_limit : float, optional
        Seconds. What is not proven by then is said not to be.
    cancel : threading.Event, optional
        Set it to stop early.

    Raises
    ------
    UsageError
        For a front of a linear model, where there are too many coalitions to enumerate, or where
        the tolerance leaves too much.
    """
    problem, plan = front.subject, _plan(front, index)
    assert isinstance(problem, Problem)
    check_request(time_limit=time_limit, seed=seed, points=count)
    control = Control(
        time_limit=time_limit, seed=seed, cancel=cancel if cancel is not None else threading.Event()
    )
    slack = vector(front, tolerance or {}, np.nan)
    # Half a resolution: to the front that is the same value, also of what is counted.
    slack = np.where(np.isnan(slack), 0.5 * np.array(front.resolution), slack)
    if not all(value >= 0 for value in (tolerance or {}).values()):
        raise UsageError(T("A tolerance must be 0 or more."))
    limits = dict(zip(front.criteria, (values(front)[index] + slack).tolist(), strict=True))
    chosen = solver_or_portfolio(solver)
    search = _Search.within(problem, limits, chosen, control)
    here = pairs.labels(problem, plan)
    search.known.append(here)
    found: list[Evaluation] = []
    none = False
    while len(found) < count and not none and not control.stopped:
        # What is left of the time is shared with the plans to come and the question after them.
        other, none = search.most_different(share=1 / (count - len(found) + 1))
        if other is None:
            break
        if other.feasible:
            found.append(other)
    necessary = search.necessary()
    distance = [pairs.distance(here, pairs.labels(problem, e.plan)) for e in found]
    return Alternatives(
        index,
        limits,
        tuple(found),
        tuple(distance),
        none,
        () if necessary is None else necessary,
        necessary is not None,
        control.seconds,
        each_once(search.doubts),
    )


def _plan(front: Front, index: int) -> Plan:
    if not isinstance(front.subject, Problem):
        raise UsageError(T("A front of a linear model has no plans, and so no decisions."))
    check(front, index)
    return front.plans[index]


@dataclass(slots=True, eq=False)
class _Search:
    """The partnerships that a plan within the limits can have, and the plans known.

    Attributes
    ----------
    known : list of label arrays (`pairs`)
        Of every plan seen.
    refused : bool
        Whether the evaluator found fault with a plan after all. Then nothing is claimed to be
        proven.
    doubts : list of Text
    """

    problem: Problem
    columns: Columns
    model: LinearModel
    solver: Solver
    control: Control
    known: list[Ints] = field(default_factory=list)
    refused: bool = False
    doubts: list[Text] = field(default_factory=list)

    @classmethod
    def within(
        cls, problem: Problem, limits: Mapping[str, float], solver: Solver, control: Control
    ) -> _Search:
        """Rule out what no plan within the limits can have."""
        if problem.stable is not None:
            raise UsageError(T("Other plans are not looked for where the rule stable holds."))
        if LARGEST_LOSS in limits or problem.asks(LARGEST_LOSS):
            raise UsageError(T("Other plans are not looked for under largest_loss."))
        limited = joined(replace(problem, lexicographic=()).within(limits))
        # Limits on largest values say which partnerships there are, the others are rows.
        sums = {n: most for n, most in limits.items() if CRITERIA[n].largest is None}
        far = {n: most for n, most in limits.items() if n not in sums}
        problem = joined(problem.within(far).additive)
        try:
            everything = pools(problem)
        except TooMany:
            raise UsageError(T("There are too many possible coalitions to enumerate.")) from None
        bounds = Bounds(problem, everything, tuple(sums))
        views = []
        most = {name: whole_down(v, CRITERIA[name].per_one) for name, v in sums.items()}
        for name in sums:  # each may rule out what the others do not
            scale = replace(problem, weights={name: 1}).scale
            own = Control(cancel=control.cancel)
            view = bounds.view(scale.floats, scale.step, most, own)
            if view is not None:
                views.append((view, bounds.most(view, most)))
        columns = bounds.few_columns(views, MAX_PROGRAM_PARTNERSHIPS)
        if columns is None:
            raise UsageError(
                T("With this tolerance too many partnerships remain possible. Allow less.")
            )
        nothing = np.zeros((len(everything), problem.facts.n))
        model = whole(limited.additive, columns, nothing).model
        return cls(limited, columns, model, solver, control)

    def most_different(self, share: float) -> tuple[Evaluation | None, bool]:
        """Return the plan farthest from those known, and whether there is proven to be none.

        It may take this share of the time that is left.
        """
        builder, x = self._again()
        n = self.problem.facts.towns
        own = pairs.within(self.columns, n)
        far = len(self.problem.facts.services) * n * (n - 1) / 2
        t = builder.columns(["distance"], lower=1.0, upper=max(1.0, far))
        for k, label in enumerate(self.known):
            row = builder.rows([f"distance[{k}]"], upper=float(pairs.number(label)))
            builder.entries(row, t, 1.0)
            builder.entries(row, x, 2.0 * pairs.common(self.columns, label) - own)
        builder.objective("likeness", t, -1.0)
        return self._solved(builder.build(), share)

    def necessary(self) -> tuple[Bond, ...] | None:
        """Return who is together in every plan within the limits; None if that stays open."""
        facts = self.problem.facts
        while not self.refused:
            label = pairs.shared(self.known)
            count = pairs.number(label)
            if not count:
                return ()
            builder, x = self._again()
            together = pairs.common(self.columns, label)
            row = builder.rows(["parted"], upper=count - 1.0)
            builder.entries(row, x, together)
            builder.objective("together", x, together)
            other, none = self._solved(builder.build())
            if none:
                return tuple(
                    Bond(facts.services[s].id, tuple(sorted(facts.ids[i] for i in who)))
                    for s, who in pairs.groups(label)
                )
            if other is None:
                return None
        return None

    def _again(self) -> tuple[ModelBuilder, Ints]:
        """Return a builder that holds the model, and the columns of partnerships in it."""
        model, builder = self.model, ModelBuilder(self.model.name)
        x = builder.columns(model.columns, model.lower, model.upper, model.integer)
        builder.rows(model.rows, model.row_lower, model.row_upper)
        builder.entries(model.index, np.repeat(x, np.diff(model.start)), model.value)
        return builder, x[: len(self.columns)]

    def _solved(self, model: LinearModel, share: float = 1.0) -> tuple[Evaluation | None, bool]:
        """Return the best plan of a model, and whether it is proven that there is none."""
        own = self.control.share(share)
        # Without a plan that could speak against it, two back ends have to agree.
        verdict = decide(model, self.solver, own, confirm=True)
        self.doubts += verdict.doubts
        if verdict.values is None:
            return None, verdict.termination is Termination.INFEASIBLE and not self.refused
        taken = np.flatnonzero(verdict.values[: len(self.columns)] > 0.5)
        plan = self.columns.plan(self.problem.facts, taken)
        evaluation = evaluate(self.problem, plan)
        self.refused = self.refused or not evaluation.feasible
        self.known.append(pairs.labels(self.problem, plan))
        return evaluation, False
