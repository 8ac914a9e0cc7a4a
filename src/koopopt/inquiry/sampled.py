"""A plan in a case with other numbers: what it saves there, and what the best plan would be.

Every case is solved to a proven optimum. Where the plan in hand is as good as that, in whole
numbers, it counts as the best one: of several plans that are equally good the one in hand comes
first, so another one is best only where it is better. Where others are equally good among each
other, the one found counts; every case begins from what the solve of the problem itself left and
from nothing else, so it is the same one for any number of workers. What is said of objectives
depends on no tie at all.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

from koopopt.case.instance import Instance
from koopopt.case.plan import Plan
from koopopt.case.ranges import Ranged, changed
from koopopt.errors import InternalError
from koopopt.evaluation import Evaluation, evaluate
from koopopt.inquiry.asking import Begun, Question, answers
from koopopt.problem import Problem
from koopopt.savings.samples import Values
from koopopt.session import Session
from koopopt.solving.optimise import Result, Status
from koopopt.text import T

NEAR: Final = Fraction(1, 100)
"""A plan is near the best one if its objective is within this share of that one's."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What a plan is worth in a case.

    Attributes
    ----------
    total : int
        The weighted sum as a whole number of the case's scale.
    amounts : tuple of int
        The criteria in their units.
    broken : tuple of str
        The rules that it breaks there, each once.
    """

    total: int
    amounts: tuple[int, ...]
    broken: tuple[str, ...]

    @classmethod
    def of(cls, evaluation: Evaluation) -> Judged:
        """Take what counts of an evaluation."""
        broken = tuple(dict.fromkeys(v.rule for v in evaluation.violations))
        return cls(evaluation.total, evaluation.amounts, broken)


@dataclass(frozen=True, slots=True)
class Case:
    """A plan, and the best one, where the numbers have certain values.

    Attributes
    ----------
    values : tuple of float
    status : Status
        Of the solve. Only what is optimal is proven to be the best.
    best : Plan or None
        The best plan that was found; the one in hand where it is as good.
    best_total : int or None
    best_cents, alone_cents : int or None, int
        Costs of the best plan and of all alone, cents a year.
    grain : Fraction
        What one of a total stands for.
    mine : Judged
        The plan in hand.
    cents : int
        Its costs, cents a year.
    """

    values: Values
    status: Status
    best: Plan | None
    best_total: int | None
    best_cents: int | None
    alone_cents: int
    grain: Fraction
    mine: Judged
    cents: int

    @property
    def proven(self) -> bool:
        """Whether `best` is proven to be the best plan."""
        return self.status is Status.OPTIMAL

    @property
    def saving(self) -> int:
        """What the plan in hand saves against all alone, cents a year."""
        return self.alone_cents - self.cents

    @property
    def best_saving(self) -> int | None:
        """What the best plan saves against all alone, cents a year."""
        return None if self.best_cents is None else self.alone_cents - self.best_cents

    @property
    def total_regret(self) -> int | None:
        """How much worse than the best plan the one in hand is; None where that is not known."""
        return self.regret_of(self.mine)

    @property
    def near(self) -> bool | None:
        """Whether the plan in hand is within 1 % of the best; None where that is not known."""
        return self.near_of(self.mine)

    def regret_of(self, plan: Judged) -> int | None:
        """Return how much worse than the best a plan is, in whole numbers; None: not known.

        Nor is it where the plan breaks a rule: it could not be had at that price.
        """
        if not self.proven or plan.broken or self.best_total is None:
            return None
        return plan.total - self.best_total

    def near_of(self, plan: Judged) -> bool | None:
        """Return whether a plan is near the best; False where it breaks a rule."""
        if not self.proven or self.best_total is None:
            return None
        regret = self.regret_of(plan)
        return regret is not None and regret <= NEAR * abs(self.best_total)


@dataclass(frozen=True, slots=True)
class Part:
    """Some cases of one problem.

    Attributes
    ----------
    problem : Problem
    plans : tuple of Plan
        That in hand, or plans to be judged.
    numbers : tuple of Ranged
    rows : tuple of Values
    memory : int or None
    begun : Begun or None
        What the solve of the problem itself left, where cases are to be solved.
    """

    problem: Problem
    plans: tuple[Plan, ...]
    numbers: tuple[Ranged, ...]
    rows: tuple[Values, ...]
    memory: int | None = None
    begun: Begun | None = None


def ends_of(numbers: Sequence[Ranged]) -> Iterator[Values]:
    """Yield values as they are, then with each number at its low and its high end."""
    as_they_are = tuple(r.value for r in numbers)
    yield as_they_are
    for k, r in enumerate(numbers):
        for end in (r.low, r.high):
            yield (*as_they_are[:k], end, *as_they_are[k + 1 :])


def question(instance: Instance, numbers: Sequence[Ranged], values: Values) -> Question:
    """Return the question in which the numbers have these values."""
    pairs = list(zip(numbers, values, strict=True))
    weights = {str(r.path[1]): value for r, value in pairs if r.path[0] == "weights"}
    others = [(r, value) for r, value in pairs if r.path[0] != "weights"]
    moved = changed(instance, [r for r, _ in others], [value for _, value in others])
    return Question(weights=weights, instance=moved)


def solved(part: Part, seconds: float | None, cancel: threading.Event | None) -> list[Case]:
    """Solve the cases of a part, one after the other, and judge its plan in them.

    Fewer come back where time is over or a stop is asked for.
    """
    asked = _questions(part)
    found = answers(
        part.problem,
        asked,
        workers=1,
        memory=part.memory,
        time_limit=seconds,
        cancel=cancel,
        begun=part.begun,
    )  # fmt: skip; parts are what is worked out side by side
    cases = {k: case_of(part.rows[k], r, part.plans[0]) for k, r in found}
    return [cases[k] for k in sorted(cases)]


def judged(part: Part, _: float | None, cancel: threading.Event | None) -> list[tuple[Judged, ...]]:
    """Judge all plans of a part in all of its cases; fewer come back where a stop is asked for."""
    found: list[tuple[Judged, ...]] = []
    with Session(part.problem) as session:
        for asked in _questions(part):
            if cancel is not None and cancel.is_set():
                break
            problem = session.problem(weights=asked.weights, instance=asked.instance)
            found.append(tuple(Judged.of(evaluate(problem, plan)) for plan in part.plans))
    return found


def _questions(part: Part) -> list[Question]:
    return [question(part.problem.instance, part.numbers, values) for values in part.rows]


def case_of(values: Values, result: Result, plan: Plan) -> Case:
    """Return what is known of a case that was solved, and of the plan in hand there.

    Raises
    ------
    InternalError
        Where the plan in hand is better than what was proven to be the best.
    """
    problem, status, best = result.problem, result.status, result.evaluation
    evaluation = evaluate(problem, plan)
    mine = Judged.of(evaluation)
    proven = status in (Status.OPTIMAL, Status.INFEASIBLE)
    found = best
    if not mine.broken and (best is None or mine.total <= best.total):
        if proven and (best is None or mine.total < best.total):
            raise InternalError(
                T("A plan is better than what was proven to be the best."
                  " This is a defect of koopopt; please report it.")
            )  # fmt: skip
        found = evaluation
        status = Status.FEASIBLE if status is Status.NO_SOLUTION else status
    return Case(
        values=values,
        status=status,
        best=None if found is None else found.plan,
        best_total=None if found is None else found.total,
        best_cents=None if found is None else found.amount("cost"),
        alone_cents=int(problem.facts.alone_cents.sum()),
        grain=problem.scale.grain,
        mine=mine,
        cents=evaluation.amount("cost"),
    )


def without_boundaries(problem: Problem) -> Problem:
    """Return a problem without what is large and only for maps: it is sent to other processes."""
    instance = replace(problem.instance, boundaries={})
    return replace(problem, facts=replace(problem.facts, instance=instance))
