"""Keys: who pays what share of a partnership's cost, exactly, and then to the cent.

Section 8 of docs/semantics.md. A key says exact shares, fractions of a cent; `to_cents` rounds them
by largest remainder, ties by the order of the municipalities, so that they sum to the cost.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import lcm
from typing import Final

import numpy as np

from koopopt.errors import UsageError
from koopopt.exact import fraction
from koopopt.games import values as game_keys
from koopopt.linear import Ints
from koopopt.problem import Problem
from koopopt.rules.stability import OWN_VALUES, WEIGHTED
from koopopt.sharing.standalone import StandAlone
from koopopt.text import T, Text

KEYS: Final = (*WEIGHTED, *OWN_VALUES)
"""All keys that are there without being given."""
WEIGHT: Final = "weight"
"""The key by weights that are given, one a municipality."""
TITLES: Final[dict[str, Text]] = {
    "population": T("by inhabitants"),
    "demand": T("by demand"),
    "equal": T("equally"),
    "alone": T("by cost alone"),
    "scrb": T("separable costs, remaining benefits"),
    "shapley": T("by Shapley value"),
    "nucleolus": T("by nucleolus"),
    WEIGHT: T("by the given weights"),
}
SHORT: Final[dict[str, Text]] = {
    "population": T("inhabitants"),
    "demand": T("demand"),
    "equal": T("equal"),
    "alone": T("cost alone"),
    "scrb": T("SCRB"),
    "shapley": T("Shapley"),
    "nucleolus": T("nucleolus"),
    WEIGHT: T("given weights"),
}
"""Headings of tables."""
_TWO_PARTS: Final = re.compile(r"(\d{1,3})%([a-z]+)\+([a-z]+)")


@dataclass(frozen=True, slots=True)
class Key:
    """A key: one by name, or two parts.

    Attributes
    ----------
    rest_by : str
        The key of what is not fixed, one of `KEYS`, or `WEIGHT`.
    fixed : int
        Percent of the cost that are shared by another key.
    fixed_by : str
        That key, one of `WEIGHTED`, or `WEIGHT`.
    given : mapping id -> weight, optional
        The weights of all municipalities, for the key `WEIGHT`.
    """

    rest_by: str
    fixed: int = 0
    fixed_by: str = "equal"
    given: Mapping[str, Fraction] | None = field(default=None, compare=False, repr=False)

    @property
    def name(self) -> str:
        """The key as it is written."""
        return f"{self.fixed}%{self.fixed_by}+{self.rest_by}" if self.fixed else self.rest_by

    @property
    def title(self) -> Text:
        """The key in words."""
        if not self.fixed:
            return TITLES[self.rest_by]
        return T("{percent} % {fixed}, the rest {rest}", percent=self.fixed,
                 fixed=TITLES[self.fixed_by], rest=TITLES[self.rest_by])  # fmt: skip

    @property
    def short(self) -> Text:
        """The key as a heading."""
        return self.title if self.fixed else SHORT[self.rest_by]

    @classmethod
    def parse(cls, said: str, given: Mapping[str, Fraction] | None = None) -> Key:
        """Read `population`, or `30%equal+population`; `weight` where weights are given.

        Raises
        ------
        UsageError
        """
        known, fixed = (KEYS, WEIGHTED) if given is None else ((*KEYS, WEIGHT), (*WEIGHTED, WEIGHT))
        if said in known:
            return cls(said, given=given)
        parts = _TWO_PARTS.fullmatch(said)
        if parts and parts[2] in fixed and parts[3] in fixed and int(parts[1]) <= 100:
            return cls(parts[3], int(parts[1]), parts[2], given)
        if given is None and WEIGHT in re.split(r"[%+]", said):
            raise UsageError(
                T("The key {name} needs weights: add --weights FILE.csv.", name=repr(said))
            )
        raise UsageError(
            T("There is no key {name}; there are {known}, and two parts as 30%equal+population.",
              name=repr(said), known=", ".join(known))
        )  # fmt: skip

    def shares(
        self, problem: Problem, service: int, who: Ints, cents: int, own: StandAlone | None = None
    ) -> list[Fraction]:
        """Return what each member pays of so many cents, exactly.

        `own` is needed by the keys in `OWN_VALUES`.
        """
        fixed = cents * Fraction(self.fixed, 100)
        if self.rest_by in OWN_VALUES:
            if own is None:
                raise ValueError(f"the key {self.rest_by} needs the values of all parts")
            ids = [problem.facts.ids[i] for i in who]
            return game_keys.KEYS[self.rest_by](own.game(ids, cents))
        rest = self._weighted(problem, service, who, self.rest_by, cents - fixed)
        if not fixed:
            return rest
        first = self._weighted(problem, service, who, self.fixed_by, fixed)
        return [a + b for a, b in zip(first, rest, strict=True)]

    def _weighted(
        self, problem: Problem, service: int, who: Ints, key: str, cents: Fraction | int
    ) -> list[Fraction]:
        weight = weights(problem, service, who, key, self.given)
        whole = sum(weight)
        return [cents * w / whole for w in weight]


def to_cents(shares: Sequence[Fraction]) -> list[int]:
    """Round exact shares to whole cents of the same sum, by largest remainder.

    >>> to_cents([Fraction(10, 3)] * 3)
    [4, 3, 3]
    """
    one = lcm(*(share.denominator for share in shares))
    return whole_cents([share.numerator * (one // share.denominator) for share in shares], one)


def whole_cents(parts: Sequence[int], one: int) -> list[int]:
    """Round amounts to whole cents as `to_cents` does, `one` of their unit being a cent.

    >>> whole_cents([10, 10, 10], 3)
    [4, 3, 3]
    """
    floor = [part // one for part in parts]
    missing = (sum(parts) - one * sum(floor)) // one
    order = sorted(range(len(parts)), key=lambda k: (one * floor[k] - parts[k], k))
    for k in order[:missing]:
        floor[k] += 1
    return floor


def weights(
    problem: Problem, service: int, who: Ints, key: str, given: Mapping[str, Fraction] | None = None
) -> list[Fraction]:
    """Return by what a key shares; equal parts where that is nothing for all of them."""
    weight = measured(problem, service, who, key, given)
    return weight if sum(weight) > 0 else [Fraction(1)] * len(who)


def measured(
    problem: Problem, service: int, who: Ints, key: str, given: Mapping[str, Fraction] | None = None
) -> list[Fraction]:
    """Return what a key in `WEIGHTED`, or `WEIGHT`, measures of each member.

    Inhabitants, grains of demand (`Facts.per_unit` to a unit), cents alone (0 where they are
    negative), weights as given; 1 for `equal`.
    """
    facts = problem.facts
    if key == "population":
        return [fraction(float(p)) for p in facts.population[who]]
    if key == "demand":
        return [Fraction(int(g)) for g in facts.grains[service, who]]
    if key == WEIGHT:
        if given is None:
            raise ValueError("the key weight needs weights")
        return [given[facts.ids[i]] for i in who]
    if key == "alone":
        return [Fraction(max(0, int(c))) for c in facts.alone_cents[service, who]]
    return [Fraction(1)] * len(who)


def numbers(problem: Problem, ids: Sequence[str]) -> Ints:
    """Return the numbers of municipalities in the order of the instance."""
    return np.sort(np.array([problem.facts.index[i] for i in ids], np.int64))
