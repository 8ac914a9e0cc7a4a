"""One case in all its scenarios: the problems, and what a plan costs in each, exactly."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from koopopt.case.plan import Plan
from koopopt.case.scenario import Scenario
from koopopt.errors import UsageError
from koopopt.evaluation import Evaluation, evaluate
from koopopt.language.hints import Names
from koopopt.problem import Problem
from koopopt.rules import Violation
from koopopt.solving.over_scenarios import broken, counts
from koopopt.text import T


@dataclass(frozen=True, eq=False)
class Cases:
    """A problem in its base case and in scenarios.

    Attributes
    ----------
    base : Problem
        In which rules are judged; plan rules and limits nowhere else.
    scenarios : tuple of Scenario
    problems : tuple of Problem
        One a scenario, of the same weights, without plan rules.
    """

    base: Problem
    scenarios: tuple[Scenario, ...]
    problems: tuple[Problem, ...]

    @classmethod
    def of(cls, base: Problem, scenarios: Sequence[Scenario] | None = None) -> Cases:
        """Return a problem in its instance's scenarios, or in given ones.

        Raises
        ------
        UsageError
            Where there are none.
        DataError
            Where sums would be too large to be exact in one of them.
        """
        chosen = tuple(base.instance.scenarios if scenarios is None else scenarios)
        if not chosen:
            raise UsageError(
                T("{name} has no scenarios; write [[scenario]] tables into its instance.toml.",
                  name=base.instance.name)
            )  # fmt: skip
        return cls(base, chosen, tuple(base.under(scenario) for scenario in chosen))

    @cached_property
    def judged(self) -> tuple[Problem, ...]:
        """The scenarios in which partnership-level rules have to hold, too."""
        pairs = zip(self.scenarios, self.problems, strict=True)
        return tuple(problem for scenario, problem in pairs if scenario.rules == "every")

    @cached_property
    def weights(self) -> tuple[int, ...]:
        """What each scenario counts in the mean, as whole numbers without a common divisor."""
        return counts(self.scenarios)

    def number(self, id_: str) -> int:
        """Return the number of a scenario; raise `UsageError` where there is none of this id."""
        ids = [scenario.id for scenario in self.scenarios]
        if id_ not in ids:
            raise UsageError(
                T("There is no scenario {name}. {remedy}",
                  name=repr(id_), remedy=Names(ids).remedy(id_))
            )  # fmt: skip
        return ids.index(id_)

    def totals(self, plan: Plan) -> tuple[int, ...]:
        """Return the weighted sum of a plan in each scenario, in whole numbers (`Scale`)."""
        return tuple(self.base.scale.total(problem.amounts(plan)) for problem in self.problems)

    def violations(self, plan: Plan) -> Iterator[tuple[Scenario | None, Violation]]:
        """Yield the rules that a plan breaks, and in which scenario; None is the base case."""
        yield from ((None, one) for one in evaluate(self.base, plan).violations)
        under = {
            scenario.id: there
            for scenario, there in zip(self.scenarios, self.problems, strict=True)
        }
        yield from broken(self.scenarios, lambda scenario: under[scenario.id], plan)

    def evaluations(self, plan: Plan) -> tuple[Evaluation, ...]:
        """Return what the evaluator says of a plan in each scenario."""
        return tuple(evaluate(problem, plan) for problem in self.problems)

    def mean(self, totals: Sequence[int]) -> Fraction:
        """Return the weighted mean of whole numbers, one a scenario."""
        weighed = sum(w * t for w, t in zip(self.weights, totals, strict=True))
        return Fraction(weighed, sum(self.weights))
