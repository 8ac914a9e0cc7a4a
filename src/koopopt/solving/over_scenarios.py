"""What a plan was chosen for where it is the best over scenarios, and what is proven of that.

A `Result` is about the base case: its criteria, its bound, its status. The least mean, the least
worst case or the least regret is another question, whose bound says nothing of the base case. It
stands here, beside.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from koopopt.evaluation import evaluate
from koopopt.exact import fraction, integers
from koopopt.solvers.base import relative_gap

if TYPE_CHECKING:
    from koopopt.case.plan import Plan
    from koopopt.case.scenario import Scenario
    from koopopt.problem import Problem
    from koopopt.rules import Violation


@dataclass(frozen=True, slots=True, kw_only=True)
class OverScenarios:
    """What was minimised over scenarios.

    Attributes
    ----------
    measure : str
        ``expected``, ``worst``, ``regret``, or the id of one scenario.
    status : str
        A `Status` by its value: what is known of the measure.
    objective : float or None
        The measure of the plan, in the weighted sum's unit; None without a plan.
    bound : float or None
        What is proven of the measure of every plan.
    own : mapping of str to float or None
        By scenario, what no plan is below there: regrets are counted from it, from 0 where it is
        not known. Empty unless the measure is the regret.
    """

    measure: str
    status: str
    objective: float | None
    bound: float | None
    own: Mapping[str, float | None] = field(default_factory=dict)

    @property
    def gap(self) -> float | None:
        """(objective - bound) / |objective|."""
        return relative_gap(self.objective, self.bound)


def counts(scenarios: Sequence[Scenario]) -> tuple[int, ...]:
    """Return what each scenario counts in the mean, as whole numbers without a common divisor."""
    return tuple(integers([fraction(float(s.weight)) for s in scenarios])[0])


def broken(
    scenarios: Iterable[Scenario], under: Callable[[Scenario], Problem], plan: Plan
) -> Iterator[tuple[Scenario, Violation]]:
    """Yield the rules that are to hold in a scenario as well, and that a plan breaks there.

    `under` is the problem in a scenario, asked only where its rules are judged.
    """
    for scenario in scenarios:
        if scenario.rules == "every":
            yield from ((scenario, one) for one in evaluate(under(scenario), plan).violations)


def sums(problem: Problem, scenarios: Sequence[Scenario], plan: Plan) -> tuple[Fraction, ...]:
    """Return the weighted sum of a plan in each scenario, exactly."""
    grain = problem.scale.grain
    return tuple(
        problem.scale.total(problem.under(scenario).amounts(plan)) * grain for scenario in scenarios
    )


def measured(
    measure: str,
    scenarios: Sequence[Scenario],
    sums: Sequence[Fraction],
    own: Mapping[str, float | None],
) -> Fraction:
    """Return the measure of a plan, exactly.

    Parameters
    ----------
    measure : str
    scenarios : sequence of Scenario
    sums : sequence of Fraction
        The plan's weighted sum in each.
    own : mapping
        As in `OverScenarios`.
    """
    if measure == "expected":
        weights = counts(scenarios)
        return sum((w * v for w, v in zip(weights, sums, strict=True)), Fraction(0)) / sum(weights)
    if measure == "worst":
        return max(sums)
    if measure == "regret":
        pairs = zip(scenarios, sums, strict=True)
        return max(value - fraction(own.get(s.id) or 0.0) for s, value in pairs)
    return sums[[s.id for s in scenarios].index(measure)]
