"""The plans that are known of a case: each new problem may begin with the best of them.

What a plan is worth and which rules it breaks is for the evaluator to say, of every problem anew;
only where nothing but weights and limits differ are its amounts taken from before.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

from koopopt.case.plan import Plan
from koopopt.evaluation import evaluate
from koopopt.problem import Problem

MAX_KNOWN_PLANS: Final = 5000
MAX_REEVALUATED_PLANS: Final = 100
"""Plans, the last ones, that are evaluated again for other rules or numbers."""

Amounts = tuple[int, ...]


@dataclass(slots=True, eq=False)
class Plans:
    """Known plans with their amounts; None where they break a rule, limits on criteria apart."""

    _amounts: dict[Plan, Amounts | None] = field(default_factory=dict)
    _for: Problem | None = None

    def __len__(self) -> int:
        return len(self._amounts)

    def twin(self) -> Plans:
        """Return those that are known now, to go their own way."""
        return Plans(dict(self._amounts), self._for)

    def offer(self, problem: Problem, plan: Plan | None) -> None:
        """Remember a plan that was found for a problem."""
        if plan is not None:
            self._turn_to(problem)
            if plan not in self._amounts:
                assert self._for is not None
                self._amounts[plan] = _evaluated(self._for, plan)
                if len(self._amounts) > MAX_KNOWN_PLANS:
                    del self._amounts[next(iter(self._amounts))]

    def best(self, problem: Problem) -> Plan | None:
        """Return the best plan known that keeps all rules of a problem."""
        self._turn_to(problem)
        limits = [problem.plan_conditions.limits.get(c.name) for c in problem.criteria]
        inside = [
            (problem.scale.total(amounts), amounts, plan)
            for plan, amounts in self._amounts.items()
            if amounts is not None
            and all(u is None or a <= u for a, u in zip(amounts, limits, strict=True))
        ]
        return min(inside, key=lambda entry: entry[:2])[2] if inside else None

    def forget(self) -> None:
        """Forget all plans."""
        self._amounts, self._for = {}, None

    def _turn_to(self, problem: Problem) -> None:
        """Evaluate what is known again where more differs than weights, order and limits."""
        if self._for is None or not self._for.differs_little(problem):
            now = replace(problem, lexicographic=(), plan_rules=problem.other_rules)
            last = list(self._amounts)[-MAX_REEVALUATED_PLANS:]
            amounts = {plan: _evaluated(now, plan) for plan in last}
            self._for, self._amounts = now, amounts  # together: evaluating may be interrupted


def _evaluated(problem: Problem, plan: Plan) -> Amounts | None:
    evaluation = evaluate(problem, plan)
    return evaluation.amounts if evaluation.feasible else None
