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
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Final

from koopopt.case.facts import euros
from koopopt.case.instance import Instance
from koopopt.case.plan import Partnership, Plan
from koopopt.case.ranges import Ranged, ranged
from koopopt.checking.request import check_request
from koopopt.checking.typed import checked
from koopopt.errors import DataError, Fault, UsageError
from koopopt.evaluation import Evaluation
from koopopt.inquiry.sampled import Case, Judged, Part, Values, judged, solved, without_boundaries
from koopopt.inquiry.sampling import latin_hypercube, quantile
from koopopt.inquiry.spreading import spread
from koopopt.inquiry.tables import Table, Tabled, of_ranges
from koopopt.problem import Problem
from koopopt.system.memory import usual
from koopopt.text import T

PART: Final = 10
"""Cases that are solved by one session, the first of them from scratch. No number of workers may
stand here: results would depend on it."""
CANDIDATES: Final = 10
"""Plans, besides that in hand, of which the most robust one is sought: those found most often."""
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


@dataclass(frozen=True, slots=True)
class Standing:
    """How a plan stands up in the samples that were solved.

    Attributes
    ----------
    plan : Plan
    found : int
        In how many samples it is the best plan found.
    near, broken : int
        In how many it is within 1 % of the best, and in how many it breaks a rule.
    mean : Fraction
        Its mean regret over the samples in which it breaks no rule.
    """

    plan: Plan
    found: int
    near: int
    broken: int
    mean: Fraction


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
    standings : tuple of Standing
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
    standings: tuple[Standing, ...] = ()

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

    def saving(self, share: float) -> float | None:
        """Return the quantile of what the plan saves in the samples, EUR a year."""
        cents = [case.saving for case in self.samples]
        return euros(quantile(cents, share)) if cents else None

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
    samples: int = 200,
    seed: int = 0,
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
    rows = [_values(numbers), *_ends(numbers), *_samples(numbers, samples, seed)]
    small = without_boundaries(problem)
    each = max(1, (usual() if memory is None else memory) // workers)
    groups = [range(k, min(k + PART, len(rows))) for k in range(0, len(rows), PART)]

    def parts(plans: tuple[Plan, ...], of: Sequence[Sequence[int]]) -> list[Part]:
        return [Part(small, plans, numbers, tuple(rows[k] for k in g), each) for g in of]

    limits = {"workers": workers, "time_limit": time_limit, "began": began, "cancel": cancel}
    cases: dict[int, Case] = {}
    for k, found in spread(solved, parts((evaluation.plan,), groups), **limits):  # type: ignore[arg-type]
        cases |= zip(groups[k], found, strict=False)
        if on_cases is not None:
            on_cases(len(cases), len(rows))
    first = 1 + 2 * len(numbers)
    taken = [cases[k] for k in range(first, len(rows)) if k in cases]
    plans, counts = _candidates(evaluation.plan, taken)
    asked = [k for k in range(first, len(rows)) if k in cases and cases[k].proven]
    chunks = [asked[k : k + PART] for k in range(0, len(asked), PART)]
    marks: dict[int, tuple[Judged, ...]] = {}
    for k, marked in spread(judged, parts(plans, chunks), **limits):  # type: ignore[arg-type]
        marks |= zip(chunks[k], marked, strict=False)
    complete = len(marks) == len(asked) > 0
    return Ranges(
        evaluation=evaluation,
        numbers=numbers,
        held=held,
        base=cases.get(0),
        bars=_bars(numbers, cases),
        samples=tuple(taken),
        asked=samples,
        seed=seed,
        standings=_standings(plans, counts, cases, marks) if complete else (),
    )


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


def _values(numbers: Sequence[Ranged]) -> Values:
    return tuple(r.value for r in numbers)


def _ends(numbers: Sequence[Ranged]) -> Iterator[Values]:
    """Yield the values with each number at its low end, then its high one."""
    as_they_are = _values(numbers)
    for k, r in enumerate(numbers):
        for end in (r.low, r.high):
            yield (*as_they_are[:k], end, *as_they_are[k + 1 :])


def _samples(numbers: Sequence[Ranged], samples: int, seed: int) -> Iterator[Values]:
    for shares in latin_hypercube(samples, len(numbers), seed).tolist():
        yield tuple(r.at(share) for r, share in zip(numbers, shares, strict=True))


def _bars(numbers: Sequence[Ranged], cases: dict[int, Case]) -> tuple[Bar, ...]:
    bars = [Bar(r, cases.get(2 * k + 1), cases.get(2 * k + 2)) for k, r in enumerate(numbers)]
    return tuple(sorted(bars, key=lambda bar: (-bar.swing, -bar.regret, bar.number.place)))


def _candidates(mine: Plan, samples: Sequence[Case]) -> tuple[tuple[Plan, ...], Counter[Plan]]:
    """Return the plan in hand and those found most often, and how often each was."""
    counts = Counter(c.best for c in samples if c.proven and c.best is not None)
    others = sorted((p for p in counts if p != mine), key=lambda p: (-counts[p], p.partnerships))
    return (mine, *others[:CANDIDATES]), counts


def _standings(
    plans: Sequence[Plan],
    counts: Counter[Plan],
    cases: dict[int, Case],
    marks: dict[int, tuple[Judged, ...]],
) -> tuple[Standing, ...]:
    """Return how the plans stand up: near the best most often first, then by least mean regret.

    Where both are equal the plan in hand comes first, then what was found more often.
    """
    found = []
    for j, plan in enumerate(plans):
        kept = [(cases[k], own[j]) for k, own in sorted(marks.items())]
        regrets = [r * case.grain for case, own in kept if (r := case.regret_of(own)) is not None]
        found.append(
            Standing(
                plan=plan,
                found=counts[plan],
                near=sum(bool(case.near_of(own)) for case, own in kept),
                broken=sum(bool(own.broken) for _, own in kept),
                mean=sum(regrets, Fraction(0)) / max(len(regrets), 1),
            )
        )
    return tuple(sorted(found, key=lambda s: (-s.near, s.broken, s.mean)))
