"""How plans fare in samples: the one in hand, and those that are the best ones most often."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from koopopt.case.plan import Plan
from koopopt.inquiry.sampled import Case, Judged

CANDIDATES: Final = 10
"""Plans, besides that in hand, of which the most robust one is sought: those found most often."""


@dataclass(frozen=True, slots=True)
class Record:
    """How a plan fares in the samples that were solved.

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


def candidates(mine: Plan, samples: Sequence[Case]) -> tuple[tuple[Plan, ...], Counter[Plan]]:
    """Return the plan in hand and those found most often, and how often each was."""
    counts = Counter(c.best for c in samples if c.proven and c.best is not None)
    others = sorted((p for p in counts if p != mine), key=lambda p: (-counts[p], p.partnerships))
    return (mine, *others[:CANDIDATES]), counts


def records(
    plans: Sequence[Plan],
    counts: Counter[Plan],
    cases: dict[int, Case],
    marks: dict[int, tuple[Judged, ...]],
) -> tuple[Record, ...]:
    """Return how the plans fare: near the best most often first, then by least mean regret.

    Where both are equal the plan in hand comes first, then what was found more often.
    """
    found = []
    for j, plan in enumerate(plans):
        kept = [(cases[k], own[j]) for k, own in sorted(marks.items())]
        regrets = [r * case.grain for case, own in kept if (r := case.regret_of(own)) is not None]
        found.append(
            Record(
                plan=plan,
                found=counts[plan],
                near=sum(bool(case.near_of(own)) for case, own in kept),
                broken=sum(bool(own.broken) for _, own in kept),
                mean=sum(regrets, Fraction(0)) / max(len(regrets), 1),
            )
        )
    return tuple(sorted(found, key=lambda s: (-s.near, s.broken, s.mean)))
