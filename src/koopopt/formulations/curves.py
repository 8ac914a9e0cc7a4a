"""What solves at thresholds proved, kept for the next questions of the same case.

Questions of a front differ in weights and limits, yet much of what they ask is the same: the least
sum of the other criteria where no value is above v. Where a looser question had an answer that is
inside, it is the answer; and where a looser one had none, there is none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import inf

from koopopt.criteria import CRITERIA
from koopopt.evaluation import evaluate
from koopopt.formulations.base import Outcome
from koopopt.problem import Problem
from koopopt.solvers.base import Termination


@dataclass(frozen=True, slots=True, eq=False)
class _Proven:
    """An answer: its threshold, its limits on other criteria, and the plan's amounts, if any."""

    most: int
    limits: Mapping[str, int]
    outcome: Outcome
    amounts: Mapping[str, int] | None


@dataclass(slots=True, eq=False)
class Curves:
    """Proven answers, by the criterion of the threshold and the weights of the others.

    All of them are of problems that differ in weights, order and limits only.
    """

    _proven: dict[tuple[str, tuple[int, ...]], list[_Proven]] = field(default_factory=dict)

    def find(self, problem: Problem, name: str, most: int) -> Outcome | None:
        """Return the answer to a problem where a criterion is at most this, if it is known."""
        limits = {**problem.plan_conditions.limits, name: most}
        for known in self._proven.get((name, problem.scale.weights), ()):
            loose = {**known.limits, name: known.most}
            if any(limits.get(n, inf) > bound for n, bound in loose.items()):
                continue
            if known.amounts is None:
                return known.outcome
            if all(known.amounts[n] <= bound for n, bound in limits.items()):
                return known.outcome
            if self._beyond(problem, known.amounts, limits):
                return Outcome(Termination.INFEASIBLE)
        return None

    @staticmethod
    def _beyond(problem: Problem, amounts: Mapping[str, int], limits: Mapping[str, int]) -> bool:
        """Whether the only criterion that has a weight is above its limit already at its least."""
        weighed = [n for n, w in zip(CRITERIA, problem.scale.weights, strict=True) if w]
        return len(weighed) == 1 and amounts[weighed[0]] > limits.get(weighed[0], inf)

    def keep(self, problem: Problem, name: str, most: int, outcome: Outcome) -> None:
        """Keep an answer if all of it is proven."""
        amounts = None
        if outcome.plan is not None:
            evaluation = evaluate(problem, outcome.plan)
            if not evaluation.feasible or outcome.least != evaluation.total:
                return
            amounts = dict(zip(CRITERIA, evaluation.amounts, strict=True))
        elif outcome.termination is not Termination.INFEASIBLE:
            return
        limits = {n: bound for n, bound in problem.plan_conditions.limits.items() if n != name}
        key = name, problem.scale.weights
        self._proven.setdefault(key, []).append(_Proven(most, limits, outcome, amounts))
