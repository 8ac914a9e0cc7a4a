"""A weighted sum in two parts: one criterion that formulations do not know, and all the others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, inf

from koopopt.criteria import CRITERIA
from koopopt.exact import Number
from koopopt.problem import Problem


@dataclass(frozen=True, slots=True, eq=False)
class Beside:
    """What the weighted sum of a problem is, by that of the others and an amount of the criterion.

    Attributes
    ----------
    others : Problem
        With the weights of the others; where they have none, with those of a question that any plan
        answers.
    single : bool
        Whether the criterion alone has a weight.
    weight : int
        Of a unit of the criterion.
    per_sum : Fraction
        What one of the others' weighted sum is of the problem's; 0 where they have no weight.
    """

    others: Problem
    single: bool
    weight: int
    per_sum: Fraction

    @classmethod
    def of(
        cls, problem: Problem, name: str, others: Problem, any_plan: Mapping[str, Number]
    ) -> Beside:
        """Part the sum of a problem; `others` asks what it asks, its weights apart."""
        weights = {n: w for n, w in problem.weights.items() if n != name}
        single = not any(weights.values())
        others = replace(others, weights=any_plan if single else weights)
        weight = problem.scale.weights[list(CRITERIA).index(name)]
        grain = Fraction(0) if single else others.scale.grain
        return cls(others, single, weight, grain / problem.scale.grain)

    def sum(self, least: int | None, amount: int) -> float:
        """Return the weighted sum of so much of the others and an amount, rounded up."""
        return -inf if least is None else ceil(self.per_sum * least) + self.weight * amount
