"""The core of a partnership, and the group that gains most by leaving, by demands of few parts.

For partnerships of so many members that not all of their 2^k groups can be asked.
What a group would pay by itself is a division into partnerships that the rules allow and members
alone. So shares are in the core if none of these parts pays more than by itself: 2^k demands follow
from those of the parts, which are few where rules are strict (section 8 of docs/semantics.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import numpy as np

from koopopt.case.plan import Partnership
from koopopt.coalitions.admissible import all_admissible, among, enumeration
from koopopt.coalitions.enumeration import TooMany
from koopopt.errors import UsageError
from koopopt.games.core import Core
from koopopt.games.optimum import SomeSets, optimum
from koopopt.linear import Bools, Ints
from koopopt.problem import Problem
from koopopt.rules.base import names
from koopopt.sharing.burdens import Burdens
from koopopt.sharing.keys import numbers
from koopopt.text import T

MOST_PARTS: Final = 100_000
"""Parts that are held as demands."""


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """What some municipalities may be divided into, and what each part costs.

    Attributes
    ----------
    inside : (N, k) bool array
        Members alone, then pooled partnerships of some of them, not of all.
    cost : (N,) int array
        Cents a year.
    """

    inside: Bools
    cost: Ints

    @classmethod
    def of(cls, problem: Problem, service: int, members: Ints) -> Parts | None:
        """Return the parts of some municipalities; None where they are more than `MOST_PARTS`."""
        facts, conditions = problem.facts, among(problem.conditions[service], members)
        try:
            enumeration(facts, conditions).count(MOST_PARTS)
        except TooMany:
            return None
        coalitions, cost, _ = all_admissible(facts, service, conditions)
        place = np.full(facts.n, -1)
        place[members] = np.arange(len(members))
        inside = np.zeros((len(coalitions), len(members)), bool)
        inside[np.repeat(np.arange(len(coalitions)), coalitions.size), place[coalitions.member]] = 1
        proper = ~inside.all(axis=1)
        alone = facts.alone_cents[service, members]
        return cls(
            np.vstack([np.eye(len(members), dtype=bool), inside[proper]]),
            np.concatenate([alone, cost[proper].astype(np.int64)]),
        )

    def demands(self, cents: int, *, common: bool = False) -> SomeSets:
        """Return that no part pays more than by itself, all together paying so many cents."""
        return SomeSets(self.inside, (-self.cost).tolist(), -cents, common=common)


def core_of(parts: Parts, ids: Sequence[str], cents: int) -> Core:
    """Return what is known of the core of a partnership that costs so many cents.

    Where it is empty, how much the group that objects most gains at least is not known: that may be
    several parts together.
    """
    least = optimum(parts.demands(cents))
    if least is None:
        return Core(None, None, None)
    subsidy = max(Fraction(0), least.value + cents)
    if not subsidy:
        most = optimum(parts.demands(cents, common=True))
        return Core(False, None if most is None else most.value, subsidy)
    groups = (tuple(i for i, here in zip(ids, parts.inside[k], strict=True) if here)
              for k in least.weights)  # fmt: skip
    return Core(True, None, subsidy, tuple(groups))


def largest_gain(parts: Parts, paid: Sequence[int]) -> int | None:
    """Return what the group gains that gains most by leaving; None where that is not proven.

    Of disjoint parts that gain the most together. If none gains, it is the part that loses least.
    The linear program over weights of parts is exact where it takes parts as a whole.
    """
    gain = parts.inside @ np.array(paid, np.int64) - parts.cost
    if gain.max() <= 0:
        return int(gain.max())
    some = gain > 0
    some[: parts.inside.shape[1]] = True  # members alone bound the program
    inside = parts.inside[some]
    found = optimum(SomeSets(inside, np.maximum(gain[some], 0).tolist(), 0, common=False))
    if found is None:
        return None
    taken = [k for k in found.weights if gain[some][k] > 0]
    if any(found.weights[k] != 1 for k in taken) or inside[taken].any(axis=0).all():
        return None  # parts of parts; or all members, who are no group that leaves
    return int(found.value)


def own_core(problem: Problem, service: int, p: Partnership) -> Core:
    """Return what is known of the core of a partnership of a plan.

    Raises
    ------
    UsageError
        Where nothing is proven, or there are too many parts to ask.
    """
    found = core_of(_parts(problem, service, p), p.members, problem.facts.cents(p))
    if found.empty is None:
        raise UsageError(
            T("Whether {names} have shares in the core could not be proven.",
              names=names(problem.facts, p.members))
        )  # fmt: skip
    return found


def groups_that_gain(burdens: Burdens, p: Partnership) -> list[tuple[tuple[str, ...], int]]:
    """Return which members, alone or in a part, pay more than by themselves, and by how much.

    The most gaining first; cents a year. Travel has no value.

    Raises
    ------
    UsageError
        Where there are too many parts to ask.
    """
    parts, paid = _parts(burdens.problem, burdens.service, p), burdens.of(p)
    ids = [burdens.problem.facts.ids[i] for i in sorted(paid)]
    gain = parts.inside @ np.array([paid[i] for i in sorted(paid)], np.int64) - parts.cost
    order = [k for k in np.argsort(-gain, kind="stable").tolist() if gain[k] > 0]
    return [
        (tuple(i for i, here in zip(ids, parts.inside[k], strict=True) if here), int(gain[k]))
        for k in order
    ]


def _parts(problem: Problem, service: int, p: Partnership) -> Parts:
    found = Parts.of(problem, service, numbers(problem, p.members))
    if found is None:
        raise UsageError(
            T("There are more than {most} partnerships among {names}; set max_members.",
              most=MOST_PARTS, names=names(problem.facts, p.members))
        )  # fmt: skip
    return found
