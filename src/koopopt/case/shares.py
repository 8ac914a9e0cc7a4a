"""Shares by fixed weights: what members pay of a cost, exactly, and then to the cent.

Section 8 of docs/semantics.md. Shares are fractions of a cent; `to_cents` rounds them by largest
remainder, ties by the order of the municipalities, so that they sum to the cost. Keys that need
more than the facts of a case are in `sharing`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Final

import numpy as np

from koopopt.case.facts import Facts
from koopopt.case.plan import Plan
from koopopt.exact import fraction
from koopopt.linear import Ints

WEIGHTED: Final = ("population", "demand", "equal", "alone")
"""Keys by a fixed weight of each member."""
WEIGHT: Final = "weight"
"""The key by weights that are given, one a municipality."""
_TWO_PARTS: Final = re.compile(r"(\d{1,3})%([a-z]+)\+([a-z]+)")


@dataclass(frozen=True, slots=True)
class TwoParts:
    """A part of a cost is shared by one fixed weight, the rest by another.

    Attributes
    ----------
    rest_by : str
        One of `WEIGHTED`, or `WEIGHT`.
    fixed : int
        Percent that are shared by the other one.
    fixed_by : str
    given : mapping id -> weight, optional
        The weights of all municipalities, for `WEIGHT`.
    """

    rest_by: str
    fixed: int = 0
    fixed_by: str = "equal"
    given: Mapping[str, Fraction] | None = None

    @classmethod
    def named(cls, key: str, given: Mapping[str, Fraction] | None = None) -> TwoParts | None:
        """Return what `population` or `30%equal+population` means; None where it is another key.

        `weight` is one where weights are given.
        """
        known = WEIGHTED if given is None else (*WEIGHTED, WEIGHT)
        if key in known:
            return cls(key, given=given)
        parts = _TWO_PARTS.fullmatch(key)
        if parts and parts[2] in known and parts[3] in known and int(parts[1]) <= 100:
            return cls(parts[3], int(parts[1]), parts[2], given)
        return None

    def shares(self, facts: Facts, service: int, who: Ints, cents: int) -> list[Fraction]:
        """Return what each member pays of so many cents, exactly."""
        parts, one = self._parts(facts, service, who, cents)
        return [Fraction(part, one) for part in parts]

    def in_cents(self, facts: Facts, service: int, who: Ints, cents: int) -> list[int]:
        """Return what each member pays of so many cents, in whole cents."""
        return whole_cents(*self._parts(facts, service, who, cents))

    def _parts(self, facts: Facts, service: int, who: Ints, cents: int) -> tuple[list[int], int]:
        """Return what each member pays as whole numbers, and how many of them make a cent."""
        rest = _whole(weights(facts, service, who, self.rest_by, self.given))
        by_rest = sum(rest)
        if not self.fixed:
            return [cents * weight for weight in rest], by_rest
        first = _whole(weights(facts, service, who, self.fixed_by, self.given))
        by_first = sum(first)
        a, b = cents * self.fixed * by_rest, cents * (100 - self.fixed) * by_first
        parts = [a * one + b * other for one, other in zip(first, rest, strict=True)]
        return parts, 100 * by_first * by_rest


def losses(facts: Facts, plan: Plan, key: TwoParts) -> Ints:
    """Return (n,) what each municipality pays more than alone over all services, in cents a year.

    Offices are left out; what is negative is a gain.
    """
    more = np.zeros(facts.n, np.int64)
    for p in plan.pooled:  # whoever is alone pays what it pays alone
        service, cents = facts.service_index[p.service], facts.cents(p)
        who = np.sort(facts.members(p))
        paid = key.in_cents(facts, service, who, cents)
        more[who] += np.array(paid, np.int64) - facts.alone_cents[service, who]
    return more


def _whole(weight: Sequence[Fraction]) -> list[int]:
    """Return weights as whole numbers, in the same proportions."""
    one = lcm(*(w.denominator for w in weight))
    return [w.numerator * (one // w.denominator) for w in weight]


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
    facts: Facts, service: int, who: Ints, key: str, given: Mapping[str, Fraction] | None = None
) -> list[Fraction]:
    """Return by what a key shares; equal parts where that is nothing for all of them."""
    weight = measured(facts, service, who, key, given)
    return weight if sum(weight) > 0 else [Fraction(1)] * len(who)


def measured(
    facts: Facts, service: int, who: Ints, key: str, given: Mapping[str, Fraction] | None = None
) -> list[Fraction]:
    """Return what a key in `WEIGHTED`, or `WEIGHT`, measures of each member.

    Inhabitants, grains of demand (`Facts.per_unit` to a unit), cents alone (0 where they are
    negative), weights as given; 1 for `equal`.
    """
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
