"""What a change does to the best plan: differences, and how far they are proven."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import inf, nextafter
from typing import Final

from koopopt.case.plan import Plan
from koopopt.criteria import LARGEST_LOSS
from koopopt.errors import DataError
from koopopt.evaluation import Evaluation, evaluate
from koopopt.inquiry.asking import Inquiry
from koopopt.problem import Problem
from koopopt.solving.optimise import Result, Status
from koopopt.text import Text


@dataclass(frozen=True, slots=True)
class Effect:
    """The best plan after a change, beside the best one before it.

    Attributes
    ----------
    status : Status
        Of the changed case.
    evaluation : Evaluation or None
        The best plan that was found after the change.
    low, high : float or None
        Bounds of the difference of the two optima's weighted sums, after less before; equal where
        both are proven. None where nothing is known: there is no plan, or no bound. Of other
        weights both are None: sums of other weights are not compared.
    criteria : mapping criterion name -> float
        Differences of the criteria between the two plans found, in exact whole units; empty where
        there is no plan.
    reasons : tuple of Text
        Why there is no plan, where that is known.
    solved : bool
        Whether it had to be solved; else it follows from what was known.
    """

    status: Status
    evaluation: Evaluation | None = None
    low: float | None = None
    high: float | None = None
    criteria: Mapping[str, float] = field(default_factory=dict)
    reasons: tuple[Text, ...] = ()
    solved: bool = True

    @property
    def exact(self) -> bool:
        """Whether the difference of the weighted sums is proven."""
        return self.low is not None and self.low == self.high

    @property
    def size(self) -> float:
        """How far the difference is from none, at the most that is possible."""
        return max((abs(x) for x in (self.low, self.high) if x is not None), default=0.0)

    @property
    def nothing(self) -> bool:
        """Whether it is proven that the change makes the best plan neither better nor worse."""
        return self.exact and self.low == 0

    @classmethod
    def of(cls, before: Result, after: Result, *, solved: bool = True) -> Effect:
        """Compare two results, the first of which has a plan."""
        old, new = before.evaluation, after.evaluation
        assert old is not None
        if new is None:
            return cls(after.status, reasons=after.reasons, solved=solved)
        if before.problem.weights == after.problem.weights:
            low, high = _interval(before, after)
        else:
            low = high = None
        differences = {
            c.name: float(c.shown(b - a))
            for c, a, b in zip(after.problem.criteria, old.amounts, new.amounts, strict=True)
        }
        return cls(after.status, new, low, high, differences, solved=solved)

    def within(self, low: float | None = None, high: float | None = None) -> Effect:
        """Return it with bounds of the difference that are known from elsewhere."""
        if self.evaluation is None or (self.low is None and self.high is None):
            return self
        lows = [x for x in (self.low, low) if x is not None]
        highs = [x for x in (self.high, high) if x is not None]
        return replace(self, low=max(lows, default=None), high=min(highs, default=None))

    @classmethod
    def impossible(cls, error: DataError) -> Effect:
        """Return that of a change whose rules contradict each other as they are written."""
        reasons = tuple(fault.rule for fault in error.faults)
        return cls(Status.INFEASIBLE, reasons=reasons, solved=False)


LATE: Final = Effect(Status.NO_SOLUTION, solved=False)
"""What there was no time for."""


def kept(before: Result, problem: Problem) -> Result | None:
    """Return the result of a problem that asks more than one that is solved, without solving it.

    None where its best plan breaks what is asked. A plan that is best among more plans, and is
    still one of those allowed, is best among them, and the bound holds.
    """
    assert before.plan is not None
    evaluation = evaluate(problem, before.plan)
    return replace(before, problem=problem, evaluation=evaluation) if evaluation.feasible else None


def monotone(problem: Problem) -> bool:
    """Whether asking more allows fewer plans, and asking less allows more.

    Not so where nobody may leave: whoever may not do something else leaves less. Nor where losses
    count, which another key counts otherwise, and it may not be so for what other packages ask.
    """
    return problem.stable is None and not problem.asks(LARGEST_LOSS) and not problem.foreign


def _interval(before: Result, after: Result) -> tuple[float | None, float | None]:
    """Return bounds of the difference of two optima with the same weights."""
    assert before.evaluation is not None
    assert after.evaluation is not None
    old, new = before.evaluation, after.evaluation
    # In whole units, by the weights as decimals: two sums may be scaled differently.
    scale = before.problem.scale
    difference = scale.shown(scale.total(new.amounts) - scale.total(old.amounts))
    low: float | None = difference
    high: float | None = difference
    if after.bound is None:
        low = None
    elif after.bound < new.objective:
        low = nextafter(difference - (new.objective - after.bound), -inf)
    if before.bound is None:
        high = None
    elif before.bound < old.objective:
        high = nextafter(difference + (old.objective - before.bound), inf)
    return low, high


def effects(
    inquiry: Inquiry,
    asked: Sequence[Problem | Effect],
    tell: Callable[[int], None],
    starts: Mapping[int, Plan] | None = None,
) -> list[Effect]:
    """Return the effect of each problem beside the case itself; what is known already stays.

    Parameters
    ----------
    asked : sequence of Problem or Effect
    tell : callable
        Called with how many are answered.
    starts : mapping, optional
        Plans to begin from, by the number of what is asked.
    """
    known = [LATE if isinstance(a, Problem) else a for a in asked]
    left = {k: a for k, a in enumerate(asked) if isinstance(a, Problem)}
    numbers, problems = list(left), list(left.values())
    begun = {n: starts[k] for n, k in enumerate(numbers) if starts and k in starts}
    done = len(asked) - len(left)
    tell(done)
    for n, result in inquiry.answers(problems, begun):
        done += 1
        tell(done)
        known[numbers[n]] = Effect.of(inquiry.best, settled(inquiry, problems[n], result))
    return known


def settled(inquiry: Inquiry, problem: Problem, result: Result) -> Result:
    """Return a result with the best plan of the case itself where that is as good.

    Of several best plans the one that changes nothing is told.
    """
    best = inquiry.best.evaluation
    if best is None or result.evaluation is None or result.problem.weights != best.problem.weights:
        return result
    evaluation = evaluate(problem, best.plan)
    same = evaluation.feasible and evaluation.objective == result.evaluation.objective
    return replace(result, evaluation=evaluation) if same else result
