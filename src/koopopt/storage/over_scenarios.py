"""What a run says of scenarios: written beside the figures of the base case, checked when read.

The measure of the plan follows from the data and is computed anew. What no plan is below cannot be:
it is taken as it is said, as the bound of any other run, where it does not contradict the plan.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from pydantic import ConfigDict

from koopopt.case.facts import TOLERANCE
from koopopt.case.library import STRICT, NonNegative
from koopopt.case.scenario import MEASURES
from koopopt.errors import Fault
from koopopt.evaluation import Evaluation
from koopopt.language.hints import Names
from koopopt.problem import Problem
from koopopt.solvers.base import relative_gap
from koopopt.solving.over_scenarios import OverScenarios, broken, measured, sums
from koopopt.storage.stored import COMPUTE_ANEW, Noting, Number, close, slack
from koopopt.text import T

PLACE = "over_scenarios"


@dataclass(frozen=True, slots=True, kw_only=True)
class OverFile:
    """What was minimised over scenarios; the other figures are those of the base case."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    measure: str
    """`expected`, `worst`, `regret`, or the id of a scenario."""
    status: Literal["optimal", "feasible", "infeasible", "no_solution"]
    """What is known of the measure."""
    objective: Number | None
    """The measure of the plan; null without a plan."""
    bound: Number | None
    """Lower bound of the measure; null is none."""
    gap: NonNegative | None
    """Relative distance of objective and bound; null: unknown."""
    own: Mapping[str, Number | None] = field(default_factory=dict)
    """By scenario, what no plan is below there; null: unknown. Only where it is the regret."""

    def value(self) -> OverScenarios:
        """Return it as a part of a result."""
        return OverScenarios(
            measure=self.measure, status=self.status, objective=self.objective, bound=self.bound,
            own=self.own,
        )  # fmt: skip


def to_table(over: OverScenarios) -> dict[str, Any]:
    """Return it as an object that JSON can hold."""
    table = {
        "measure": over.measure,
        "status": over.status,
        "objective": over.objective,
        "bound": over.bound,
        "gap": over.gap,
    }
    return table | ({"own": dict(over.own)} if over.own else {})


@dataclass(frozen=True, slots=True)
class Claims:
    """What a run says of scenarios, held against the instance and the plan."""

    file: OverFile
    problem: Problem
    gap_asked: float
    fault: Noting

    def faults(self, evaluation: Evaluation | None) -> Iterator[Fault]:
        """Yield what is not as it is said."""
        file = self.file
        ids = [scenario.id for scenario in self.problem.instance.scenarios]
        known = Names([*MEASURES, *ids] if ids else ())
        if file.measure not in known:
            rule = T("The instance has no scenario of this name.")
            yield self.fault(rule, known.remedy(file.measure), f"{PLACE}.measure", file.measure)
            return
        if list(file.own) != (ids if file.measure == "regret" and file.own else []):
            rule = T("Regrets are counted from what is proven of every scenario, and nothing"
                     " else is.")  # fmt: skip
            yield self.fault(rule, COMPUTE_ANEW, f"{PLACE}.own", ", ".join(file.own))
            return
        found = file.status in ("optimal", "feasible")
        if found != (evaluation is not None) or found != (file.objective is not None):
            rule = T("There are partnerships exactly where a plan was found.")
            yield self.fault(rule, COMPUTE_ANEW, f"{PLACE}.status", file.status)
        elif evaluation is not None:
            yield from self._rules(evaluation)
            yield from self._figures(evaluation)

    def _rules(self, evaluation: Evaluation) -> Iterator[Fault]:
        """Yield the rules that are to hold in a scenario as well, and do not."""
        scenarios = self.problem.instance.scenarios
        for scenario, one in broken(scenarios, self.problem.under, evaluation.plan):
            rule = T("The plan breaks the rule {rule} in the scenario {id}: {text}",
                     rule=one.rule, id=scenario.id, text=one.text)  # fmt: skip
            yield self.fault(rule, COMPUTE_ANEW, "partnerships")

    def _figures(self, evaluation: Evaluation) -> Iterator[Fault]:
        """Yield where the measure is another one, or the proof does not follow from it."""
        file, scenarios = self.file, self.problem.instance.scenarios
        worth = sums(self.problem, scenarios, evaluation.plan)
        for scenario, there in zip(scenarios, worth, strict=True):
            own = file.own.get(scenario.id)
            if own is not None and own > float(there) + slack(float(there)):
                rule = T("The lower bound is above the objective.")
                yield self.fault(rule, COMPUTE_ANEW, f"{PLACE}.own.{scenario.id}", str(own))
        value = float(measured(file.measure, scenarios, worth, file.own))
        # A regret is a difference of sums that were rounded when they were written.
        room = slack(max((abs(float(v)) for v in worth), default=0.0))
        if file.objective is None or abs(file.objective - value) > room:
            rule = T("The plan's value is {value}.", value=value)
            yield self.fault(rule, COMPUTE_ANEW, f"{PLACE}.objective", str(file.objective))
        elif file.bound is not None and file.bound > value + room:
            rule = T("The lower bound is above the objective.")
            yield self.fault(rule, COMPUTE_ANEW, f"{PLACE}.bound", str(file.bound))
        elif not _same(file.gap, gap := relative_gap(file.objective, file.bound)):
            rule = T("The gap does not follow from objective and bound.")
            yield self.fault(rule, COMPUTE_ANEW, f"{PLACE}.gap", str(file.gap))
        elif file.status == "optimal" and (gap is None or gap > self.gap_asked + TOLERANCE):
            rule = T("The status does not follow from the gap.")
            yield self.fault(rule, COMPUTE_ANEW, f"{PLACE}.status", file.status)


def _same(said: float | None, value: float | None) -> bool:
    return said is None if value is None else close(said, value)
