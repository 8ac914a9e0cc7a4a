"""Plans held against each other over all scenarios: none is solved anew but the own best plans."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from koopopt.case.plan import Plan
from koopopt.case.scenario import Scenario
from koopopt.evaluation import Evaluation
from koopopt.inquiry.scenarios.cases import Cases
from koopopt.inquiry.scenarios.solving import Optimum
from koopopt.inquiry.tables import Table, Tabled, of_comparison
from koopopt.rules import Violation
from koopopt.shown import counted


@dataclass(frozen=True, eq=False, repr=False)
class Comparison(Tabled):
    """What plans cost in every scenario.

    Attributes
    ----------
    cases : Cases
    plans : tuple of Plan
    evaluations : tuple (one a plan) of tuples (one a scenario) of Evaluation
    violations : tuple (one a plan) of tuples of (Scenario or None, Violation)
        The rules that plans break where rules are judged; see `Cases.violations`. Such a plan is
        none of those over which optima are taken, so it has no regret and no mark.
    optima : tuple of Optimum
        The scenarios' own best plans; empty where they were not asked for.
    """

    cases: Cases
    plans: tuple[Plan, ...]
    evaluations: tuple[tuple[Evaluation, ...], ...]
    violations: tuple[tuple[tuple[Scenario | None, Violation], ...], ...]
    optima: tuple[Optimum, ...] = ()

    @classmethod
    def of(cls, cases: Cases, plans: Sequence[Plan], optima: Sequence[Optimum] = ()) -> Comparison:
        """Evaluate plans in all scenarios."""
        evaluated = tuple(cases.evaluations(plan) for plan in plans)
        broken = tuple(tuple(cases.violations(plan)) for plan in plans)
        return cls(cases, tuple(plans), evaluated, broken, tuple(optima))

    def table(self, lang: str = "en") -> Table:
        """Return a row a plan and scenario; see `of_comparison`."""
        return of_comparison(self)

    def _said(self) -> str:
        plans = counted(len(self.plans), "plan")
        return f": {plans} in {counted(len(self.cases.scenarios), 'scenario')}"

    @cached_property
    def totals(self) -> list[tuple[int, ...]]:
        """The weighted sum of each plan in each scenario, in whole numbers."""
        scale = self.cases.base.scale
        return [tuple(scale.total(e.amounts) for e in row) for row in self.evaluations]

    @cached_property
    def kept(self) -> list[int]:
        """Plans that keep all rules where they are judged."""
        return [k for k, broken in enumerate(self.violations) if not broken]

    @cached_property
    def best(self) -> list[int | None]:
        """The least weighted sum that is known of a plan, by scenario, in whole numbers."""
        own = [o.total for o in self.optima] or [None] * len(self.cases.scenarios)
        rows = [own, *(self.totals[k] for k in self.kept)]
        by_scenario = zip(*rows, strict=True)
        return [min((t for t in each if t is not None), default=None) for each in by_scenario]

    def regrets(self, plan: int) -> list[tuple[int, int] | None]:
        """Return by how much a plan is dearer than a scenario's best one: from, to.

        The two are equal where that one is proven; None where nothing is known of it, and of a
        plan that breaks rules.
        """
        found: list[tuple[int, int] | None] = []
        rows = zip(self.optima, self.best, self.totals[plan], strict=True) if self.optima else ()
        for optimum, best, total in rows:
            if self.violations[plan] or best is None or optimum.least is None:
                found.append(None)
            else:
                found.append((total - best, total - optimum.least))
        return found

    @property
    def nondominated(self) -> list[int]:
        """Plans to which no other is as good in all scenarios and better in one."""
        rows = {k: self.totals[k] for k in self.kept}
        return [
            k
            for k, row in rows.items()
            if not any(
                other != row and all(a <= b for a, b in zip(other, row, strict=True))
                for other in rows.values()
            )
        ]

    @property
    def least_worst(self) -> list[int]:
        """Plans of which the largest weighted sum over the scenarios is least."""
        return _least({k: max(self.totals[k]) for k in self.kept})

    @property
    def least_mean(self) -> list[int]:
        """Plans of which the weighted mean over the scenarios is least."""
        return _least({k: self.cases.mean(self.totals[k]) for k in self.kept})

    @property
    def least_regret(self) -> list[int]:
        """Plans of the least largest regret; none unless all own best plans are proven."""
        if not self.optima or not all(o.proven for o in self.optima):
            return []
        return _least({k: max(e[1] for e in self.regrets(k) if e is not None) for k in self.kept})


def _least(values: Mapping[int, int | Fraction]) -> list[int]:
    best = min(values.values(), default=None)
    return [k for k, value in values.items() if value == best]
