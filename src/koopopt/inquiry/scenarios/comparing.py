"""Plans held against each other over all scenarios: none is solved anew but the own best plans."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from koopopt.case.plan import Plan
from koopopt.evaluation import Evaluation
from koopopt.inquiry.scenarios.cases import Cases
from koopopt.inquiry.scenarios.solving import Optimum
from koopopt.inquiry.tables import Table, Tabled, of_comparison
from koopopt.shown import counted


@dataclass(frozen=True, eq=False, repr=False)
class Comparison(Tabled):
    """What plans cost in every scenario.

    Attributes
    ----------
    cases : Cases
    plans : tuple of Plan
    evaluations : tuple (one a plan) of tuples (one a scenario) of Evaluation
    optima : tuple of Optimum
        The scenarios' own best plans; empty where they were not asked for.
    """

    cases: Cases
    plans: tuple[Plan, ...]
    evaluations: tuple[tuple[Evaluation, ...], ...]
    optima: tuple[Optimum, ...] = ()

    @classmethod
    def of(cls, cases: Cases, plans: Sequence[Plan], optima: Sequence[Optimum] = ()) -> Comparison:
        """Evaluate plans in all scenarios."""
        evaluated = tuple(cases.evaluations(plan) for plan in plans)
        return cls(cases, tuple(plans), evaluated, tuple(optima))

    def table(self, lang: str = "en") -> Table:
        """Return a row a plan and scenario; see `of_comparison`."""
        return of_comparison(self)

    def _said(self) -> str:
        plans = counted(len(self.plans), "plan")
        return f": {plans} in {counted(len(self.cases.scenarios), 'scenario')}"

    @property
    def totals(self) -> list[tuple[int, ...]]:
        """The weighted sum of each plan in each scenario, in whole numbers."""
        scale = self.cases.base.scale
        return [tuple(scale.total(e.amounts) for e in row) for row in self.evaluations]

    def regrets(self, plan: int) -> list[tuple[int, int] | None]:
        """Return by how much a plan is dearer than a scenario's best one: from, to.

        The two are equal where that one is proven; None where nothing is known of it.
        """
        found: list[tuple[int, int] | None] = []
        for optimum, total in zip(self.optima, self.totals[plan], strict=True):
            if optimum.total is None or optimum.least is None:
                found.append(None)
            else:
                best = min(optimum.total, *(row[len(found)] for row in self.totals))
                found.append((total - best, total - optimum.least))
        return found

    @property
    def nondominated(self) -> list[int]:
        """Plans to which no other is as good in all scenarios and better in one."""
        rows = self.totals
        return [
            k
            for k, row in enumerate(rows)
            if not any(
                other != row and all(a <= b for a, b in zip(other, row, strict=True))
                for other in rows
            )
        ]

    @property
    def least_worst(self) -> list[int]:
        """Plans of which the largest weighted sum over the scenarios is least."""
        return _least([max(row) for row in self.totals])

    @property
    def least_mean(self) -> list[int]:
        """Plans of which the weighted mean over the scenarios is least."""
        return _least([self.cases.mean(row) for row in self.totals])

    @property
    def least_regret(self) -> list[int]:
        """Plans of the least largest regret; none unless all own best plans are proven."""
        if not self.optima or not all(o.proven for o in self.optima):
            return []
        rows = [self.regrets(k) for k in range(len(self.plans))]
        return _least([max(ends[1] for ends in row if ends is not None) for row in rows])


def _least(values: Sequence[int | Fraction]) -> list[int]:
    best = min(values, default=None)
    return [k for k, value in enumerate(values) if value == best]
