"""Numbers that are not certain: how far a plan, and what it saves, depend on them.

Of an instance whose numbers have ranges (`koopopt.case.ranges`) it is asked twice what follows.
One at a time, each number at the ends of its range and all others as they are: what drives the
result (`Bar`). And all at once, by Latin hypercube samples, every value of a range being as likely
as any other and independent of the other numbers: how often a partnership is part of the best plan,
what the plan saves, how much worse than the best it is, and which plan stands up best.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Any, Final

from koopopt.case.facts import euros
from koopopt.case.instance import Instance
from koopopt.case.plan import Partnership, Plan
from koopopt.case.ranges import Ranged, ranged
from koopopt.checking.request import check_request
from koopopt.checking.typed import checked
from koopopt.errors import DataError, Fault, UsageError
from koopopt.evaluation import Evaluation
from koopopt.inquiry.asking import Begun, Inquiry
from koopopt.inquiry.records import Record, candidates, records
from koopopt.inquiry.sampled import (
    Case,
    Judged,
    Part,
    case_of,
    ends_of,
    judged,
    solved,
    without_boundaries,
)
from koopopt.inquiry.spreading import spread
from koopopt.inquiry.tables import Table, Tabled, of_ranges
from koopopt.problem import Problem
from koopopt.savings.samples import SAMPLES, SEED, Samples
from koopopt.savings.sampling import quantile
from koopopt.savings.saving import Saving
from koopopt.system.memory import usual
from koopopt.text import T

PART: Final = 10
"""Cases that a process works out before it tells of them."""
MOST_SAMPLES: Final = 100_000

Pair = tuple[str, str, str]
"""Service and two municipalities, in the order of their ids."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One number at both ends of its range, all others as they are: a bar of the tornado.

    Attributes
    ----------
    number : Ranged
    low, high : Case or None
        None where there was no time for it.
    """

    number: Ranged
    low: Case | None
    high: Case | None

    @property
    def ends(self) -> tuple[Case, ...]:
        """The ends that were worked out."""
        return tuple(case for case in (self.low, self.high) if case is not None)

    @property
    def swing(self) -> int:
        """By how much the plan's saving differs between the ends, cents a year."""
        savings = [case.saving for case in self.ends]
        return max(savings, default=0) - min(savings, default=0)

    @property
    def regret(self) -> Fraction:
        """How much worse than the best the plan is at one of the ends, in the weighted sum."""
        return max((r * c.grain for c in self.ends if (r := c.total_regret)), default=Fraction(0))


@dataclass(frozen=True, slots=True, repr=False)
class Ranges(Tabled):
    """What the ranges of numbers mean for a plan.

    Attributes
    ----------
    evaluation : Evaluation
        The plan in hand, in its own problem.
    numbers : tuple of Ranged
        What was varied.
    held : tuple of Ranged
        Weights whose ranges were not asked: the problem's weights are not the instance's.
    base : Case or None
        The numbers as they are; None where there was no time for it.
    bars : tuple of Bar
        What moves the plan's saving most comes first, then what costs the plan its rank.
    samples : tuple of Case
        Those that were worked out, in their order.
    asked, seed : int
        How many samples were asked for, and their seed.
    records : tuple of Record
        The plan in hand and those found most often, the most robust one first; empty where there
        was no time for it.
    """

    evaluation: Evaluation
    numbers: tuple[Ranged, ...]
    held: tuple[Ranged, ...]
    base: Case | None
    bars: tuple[Bar, ...]
    samples: tuple[Case, ...]
    asked: int
    seed: int
    records: tuple[Record, ...] = ()

    def table(self, lang: str = "en") -> Table:
        return of_ranges(self)

    @property
    def proven(self) -> tuple[Case, ...]:
        """The samples whose best plan is proven."""
        return tuple(case for case in self.samples if case.proven)

    @property
    def without_plan(self) -> int:
        """In how many samples it is proven that no plan keeps all rules."""
        return sum(case.status.value == "infeasible" for case in self.samples)

    @property
    def unproven(self) -> int:
        """How many samples were begun and not proven: nothing is said of their best plan."""
        return len(self.samples) - len(self.proven) - self.without_plan

    @property
    def broken(self) -> Counter[str]:
        """In how many samples the plan in hand breaks which rule."""
        return Counter(rule for case in self.samples for rule in case.mine.broken)

    @property
    def pairs(self) -> Counter[Pair]:
        """In how many proven samples the best plan has a pair together, by service and ids."""
        return Counter(
            (p.service, *pair)
            for case in self.proven
            if case.best is not None
            for p in case.best.pooled
            for pair in combinations(p.members, 2)
        )

    @property
    def partnerships(self) -> tuple[tuple[Partnership, int, int], ...]:
        """The plan's pooled partnerships, and in how many proven samples the best plan has them.

        First with the same members, then with these and maybe more together.
        """
        best = [case.best for case in self.proven if case.best is not None]
        parts = [{(p.service, p.members, p.pooled) for p in plan.partnerships} for plan in best]
        return tuple(
            (
                p,
                sum((p.service, p.members, True) in part for part in parts),
                sum(
                    any(s == p.service and pooled and set(p.members) <= set(members)
                        for s, members, pooled in part)
                    for part in parts
                ),
            )
            for p in self.evaluation.plan.pooled
        )  # fmt: skip

    @property
    def unchanged(self) -> int:
        """In how many proven samples no plan is better than the one in hand."""
        return sum(case.total_regret == 0 for case in self.proven)

    @property
    def near(self) -> int:
        """In how many proven samples the plan is within 1 % of the best; see `Case.near`."""
        return sum(bool(case.near) for case in self.proven)

    @property
    def saved(self) -> Saving | None:
        """What the plan saves against all alone in the samples; None where none was worked out."""
        if not self.samples:
            return None
        alone = int(self.evaluation.problem.facts.alone_cents.sum())
        sampled = tuple(case.saving for case in self.samples)
        return Saving(alone - self.evaluation.amount("cost"), sampled)

    def saving(self, share: float) -> float | None:
        """Return the quantile of what the plan saves in the samples, EUR a year."""
        return euros(self.saved.at(share)) if self.saved is not None else None

    def best_saving(self, share: float) -> float | None:
        """Return the quantile of what the best plan of each proven sample saves, EUR a year."""
        cents = [c.best_saving for c in self.proven if c.best_saving is not None]
        return euros(quantile(cents, share)) if cents else None

    def regret(self, share: float) -> float | None:
        """Return the quantile of the regret, in the weighted sum, where it is known."""
        found = sorted(r * c.grain for c in self.proven if (r := c.total_regret) is not None)
        if not found:
            return None
        return float(found[quantile(list(range(len(found))), share)])


@checked
def ranges(
    evaluation: Evaluation,
    *,
    samples: int = SAMPLES,
    seed: int = SEED,
    time_limit: float | None = None,
    memory: int | None = None,
    workers: int = 1,
    on_cases: Callable[[int, int], None] | None = None,
    cancel: threading.Event | None = None,
    began: float | None = None,
) -> Ranges:
    """Return what the ranges of an instance's numbers mean for a plan.

    The same for any number of workers, where every case is solved.

    Parameters
    ----------
    evaluation : Evaluation
        The plan, with the problem that it is an answer to.
    samples, seed : int
    time_limit : float, optional
        Seconds from `began`; what is not worked out by then is left out.
    memory : int, optional
        Bytes, for all workers together.
    workers : int
    on_cases : callable, optional
        Called with how many cases are done, and how many there are.
    cancel : threading.Event, optional
    began : float, optional
        A moment by `time.perf_counter`.

    Raises
    ------
    DataError
        Where no number has a range.
    UsageError
        Where criteria are minimised one after the other: there is no one sum to compare.
    """
    began = time.perf_counter() if began is None else began
    _check(evaluation, samples, seed, time_limit, memory, workers)
    problem = evaluation.problem
    numbers, held = _numbers(problem)
    drawn = Samples.of(problem.instance, samples, seed).without(held)
    rows = [*ends_of(numbers), *drawn.rows]
    small = without_boundaries(problem)
    each = max(1, (usual() if memory is None else memory) // workers)
    groups = [range(k, min(k + PART, len(rows))) for k in range(1, len(rows), PART)]
    asking = Inquiry(
        small, workers=1, memory=each, time_limit=time_limit, cancel=cancel, began=began
    )
    begun = None if asking.over else asking.begun

    def parts(
        plans: tuple[Plan, ...], of: Sequence[Sequence[int]], begun: Begun | None = None
    ) -> list[Part]:
        return [Part(small, plans, numbers, tuple(rows[k] for k in g), each, begun) for g in of]

    limits: dict[str, Any] = {"workers": workers, "time_limit": time_limit, "began": began,
                              "cancel": cancel}  # fmt: skip
    cases: dict[int, Case] = {}
    if begun is not None:
        cases[0] = case_of(rows[0], begun.best, evaluation.plan)
    for k, found in spread(solved, parts((evaluation.plan,), groups, begun), **limits):
        cases |= zip(groups[k], found, strict=False)
        if on_cases is not None:
            on_cases(len(cases), len(rows))
    first = 1 + 2 * len(numbers)
    taken = {k: cases[k] for k in range(first, len(rows)) if k in cases}
    return Ranges(
        evaluation=evaluation,
        numbers=numbers,
        held=held,
        base=cases.get(0),
        bars=_bars(numbers, cases),
        samples=tuple(taken.values()),
        asked=samples,
        seed=seed,
        records=_fared(evaluation.plan, taken, parts, limits),
    )


def _fared(
    mine: Plan, samples: dict[int, Case], parts: Callable[..., list[Part]], limits: dict[str, Any]
) -> tuple[Record, ...]:
    """Judge the plans of which the most robust one is sought; none where time was over."""
    plans, counts = candidates(mine, list(samples.values()))
    asked = [k for k, case in samples.items() if case.proven]
    chunks = [asked[k : k + PART] for k in range(0, len(asked), PART)]
    marks: dict[int, tuple[Judged, ...]] = {}
    for k, marked in spread(judged, parts(plans, chunks), **limits):
        marks |= zip(chunks[k], marked, strict=False)
    return records(plans, counts, samples, marks) if len(marks) == len(asked) > 0 else ()


def _check(
    evaluation: Evaluation,
    samples: int,
    seed: int,
    time_limit: float | None,
    memory: int | None,
    workers: int,
) -> None:
    check_request(time_limit=time_limit, memory=memory, seed=seed)
    for name, value, most in (("samples", samples, MOST_SAMPLES), ("workers", workers, 1000)):
        if not 1 <= value <= most:
            raise UsageError(
                T("{name} must be between 1 and {most}, not {value}.",
                  name=name, most=most, value=value)
            )  # fmt: skip
    if evaluation.problem.lexicographic:
        raise UsageError(
            T("The plan minimises criteria one after the other, so there is no one number by which"
              " plans compare. Solve with weights.")
        )  # fmt: skip
    if not evaluation.amounts:
        raise UsageError(T("The plan is malformed, so nothing can be said of it."))


def _numbers(problem: Problem) -> tuple[tuple[Ranged, ...], tuple[Ranged, ...]]:
    """Return the numbers to vary, and those held since the problem has another weight."""
    instance, weights = problem.instance, problem.weights
    found = ranged(instance)
    held = tuple(
        r for r in found if r.path[0] == "weights" and weights.get(str(r.path[1]), 0) != r.value
    )
    varied = tuple(r for r in found if r not in held)
    if not varied:
        raise DataError([_unranged(instance)])
    return varied, held


def _unranged(instance: Instance) -> Fault:
    rule = T("No number of {name} has a range that could be asked.", name=repr(instance.name))
    remedy = T(
        "Write one beside a number, such as elasticity = 0.9 and elasticity_range = [0.84, 1.0]."
    )
    return Fault("instance.toml", rule, remedy)


def _bars(numbers: Sequence[Ranged], cases: dict[int, Case]) -> tuple[Bar, ...]:
    bars = [Bar(r, cases.get(2 * k + 1), cases.get(2 * k + 2)) for k, r in enumerate(numbers)]
    return tuple(sorted(bars, key=lambda bar: (-bar.swing, -bar.regret, bar.number.place)))
