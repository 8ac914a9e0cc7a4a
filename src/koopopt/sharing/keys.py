"""Keys: who pays what share of a partnership's cost, exactly, and then to the cent.

Section 8 of docs/semantics.md. A key says exact shares, fractions of a cent; `to_cents` rounds them
by largest remainder, ties by the order of the municipalities, so that they sum to the cost.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import factorial
from typing import Final

import numpy as np

from koopopt.errors import UsageError
from koopopt.exact import fraction
from koopopt.linear import Ints
from koopopt.problem import Problem
from koopopt.sharing.standalone import StandAlone
from koopopt.text import T, Text

WEIGHTED: Final = ("population", "demand", "equal", "alone")
"""Keys by a fixed weight of each member."""
OWN_VALUES: Final = ("scrb", "shapley")
"""Keys by what parts of the members would pay by themselves."""
KEYS: Final = (*WEIGHTED, *OWN_VALUES)
"""All keys that have a name."""
TITLES: Final[dict[str, Text]] = {
    "population": T("by inhabitants"),
    "demand": T("by demand"),
    "equal": T("equally"),
    "alone": T("by cost alone"),
    "scrb": T("separable costs, remaining benefits"),
    "shapley": T("by Shapley value"),
}
SHORT: Final[dict[str, Text]] = {
    "population": T("inhabitants"),
    "demand": T("demand"),
    "equal": T("equal"),
    "alone": T("cost alone"),
    "scrb": T("SCRB"),
    "shapley": T("Shapley"),
}
"""Headings of tables."""
_TWO_PARTS: Final = re.compile(r"(\d{1,3})%([a-z]+)\+([a-z]+)")


@dataclass(frozen=True, slots=True)
class Key:
    """A key: one by name, or two parts.

    Attributes
    ----------
    rest_by : str
        The key of what is not fixed, one of `KEYS`.
    fixed : int
        Percent of the cost that are shared by another key.
    fixed_by : str
        That key, one of `WEIGHTED`.
    """

    rest_by: str
    fixed: int = 0
    fixed_by: str = "equal"

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
    def parse(cls, said: str) -> Key:
        """Read `population`, or `30%equal+population`.

        Raises
        ------
        UsageError
        """
        if said in KEYS:
            return cls(said)
        parts = _TWO_PARTS.fullmatch(said)
        if parts and parts[2] in WEIGHTED and parts[3] in WEIGHTED and int(parts[1]) <= 100:
            return cls(parts[3], int(parts[1]), parts[2])
        raise UsageError(
            T("There is no key {name}; there are {known}, and two parts as 30%equal+population.",
              name=repr(said), known=", ".join(KEYS))
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
            return _scrb(cents, own) if self.rest_by == "scrb" else _shapley(cents, own)
        rest = _weighted(problem, service, who, self.rest_by, cents - fixed)
        if not fixed:
            return rest
        first = _weighted(problem, service, who, self.fixed_by, fixed)
        return [a + b for a, b in zip(first, rest, strict=True)]


def to_cents(shares: Sequence[Fraction]) -> list[int]:
    """Round exact shares to whole cents of the same sum, by largest remainder.

    >>> to_cents([Fraction(10, 3)] * 3)
    [4, 3, 3]
    """
    floor = [share.numerator // share.denominator for share in shares]
    missing = sum(shares) - sum(floor)
    order = sorted(range(len(shares)), key=lambda k: (floor[k] - shares[k], k))
    for k in order[: int(missing)]:
        floor[k] += 1
    return floor


def weights(problem: Problem, service: int, who: Ints, key: str) -> list[Fraction]:
    """Return by what a key shares; equal parts where that is nothing for all of them."""
    facts = problem.facts
    if key == "population":
        weight = [fraction(float(p)) for p in facts.population[who]]
    elif key == "demand":
        weight = [Fraction(int(g)) for g in facts.grains[service, who]]
    elif key == "alone":
        weight = [Fraction(max(0, int(c))) for c in facts.alone_cents[service, who]]
    else:
        weight = [Fraction(1)] * len(who)
    return weight if sum(weight) > 0 else [Fraction(1)] * len(who)


def _weighted(
    problem: Problem, service: int, who: Ints, key: str, cents: Fraction | int
) -> list[Fraction]:
    weight = weights(problem, service, who, key)
    whole = sum(weight)
    return [cents * w / whole for w in weight]


def _scrb(cents: int, own: StandAlone) -> list[Fraction]:
    """Return the separable cost of each member, and of the rest what its remaining benefit says.

    Federal Inter-Agency River Basin Committee 1950; Young, Okada and Hashimoto 1982.
    """
    k = len(own.members)
    everybody = (1 << k) - 1
    separable = [cents - int(own.value[everybody ^ (1 << i)]) for i in range(k)]
    benefit = [max(0, int(own.value[1 << i]) - separable[i]) for i in range(k)]
    rest, whole = cents - sum(separable), sum(benefit)
    part = [Fraction(b, whole) if whole else Fraction(1, k) for b in benefit]
    return [m + rest * p for m, p in zip(separable, part, strict=True)]


def _shapley(cents: int, own: StandAlone) -> list[Fraction]:
    """Return what each member costs more on average over all orders in which they may join.

    Shapley 1953: Σ over S without i of |S|! (k − |S| − 1)! / k! · (v(S ∪ i) − v(S)), v of all of
    them being what they pay.
    """
    k = len(own.members)
    value = own.value.copy()
    value[-1] = cents
    masks = np.arange(1 << k)
    size = np.bitwise_count(masks).astype(np.int64)
    ways = [factorial(s) * factorial(k - s - 1) for s in range(k)]
    shares = []
    for i in range(k):
        without = masks[masks >> i & 1 == 0]
        more = value[without | 1 << i] - value[without]
        by_size = np.zeros(k, np.int64)
        np.add.at(by_size, size[without], more)
        total = sum(int(m) * w for m, w in zip(by_size, ways, strict=True))
        shares.append(Fraction(total, factorial(k)))
    return shares


def numbers(problem: Problem, ids: Sequence[str]) -> Ints:
    """Return the numbers of municipalities in the order of the instance."""
    return np.sort(np.array([problem.facts.index[i] for i in ids], np.int64))
