"""Levies: what statutes need of a key besides amounts, its measures and percentages.

Percentages are in hundredths of a percent, rounded by largest remainder as cents are, so they sum
to 100 %.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from koopopt.case.shares import measured, to_cents
from koopopt.linear import Ints
from koopopt.problem import Problem
from koopopt.rules.stability import OWN_VALUES
from koopopt.sharing.allocation import Allocation
from koopopt.sharing.keys import Key, numbers

WHOLE: Final = 100 * 100
"""All of it, in hundredths of a percent."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a levy that is shared by one measure.

    Attributes
    ----------
    by : str
        The key, one of `WEIGHTED` or `WEIGHT`.
    percent : int
        Of the levy.
    measure : tuple of Fraction
        Of each member: inhabitants, units of demand, cents alone, weights; 1 for equal parts.
    hundredths : tuple of int
        Each member's share of this part, in hundredths of a percent.
    """

    by: str
    percent: int
    measure: tuple[Fraction, ...]
    hundredths: tuple[int, ...]

    @property
    def nothing(self) -> bool:
        """Whether the measure is 0 for all members, so that shares are equal."""
        return not sum(self.measure)


@dataclass(frozen=True, slots=True)
class Levy:
    """The levy of one partnership under one key.

    Attributes
    ----------
    allocation : Allocation
    key : Key
    parts : tuple of Part
        One or two; none where the key is of `OWN_VALUES` and has no measure.
    hundredths : tuple of int or None
        Each member's share, in hundredths of a percent; None where the key cannot be worked out for
        so many members, or has no measure and the cost is not above 0.
    cents, office : tuple of int or None
        What each member pays a year; None where the key cannot be worked out.
    """

    allocation: Allocation
    key: Key
    parts: tuple[Part, ...]
    hundredths: tuple[int, ...] | None
    cents: tuple[int, ...] | None
    office: tuple[int, ...] | None


def levies(problem: Problem, found: Sequence[Allocation], key: Key) -> list[Levy]:
    """Return the levy of each partnership; `found` are `allocations` under this key."""
    return [_levy(problem, a, key) for a in found]


def _levy(problem: Problem, a: Allocation, key: Key) -> Levy:
    parts = tuple(_parts(problem, a, key))
    paid = a.payments.get(key.name)
    if paid is None:
        return Levy(a, key, parts, None, None, None)
    hundredths: tuple[int, ...] | None = None
    if parts:  # of any amount a member pays the same part, exactly
        service, who = _who(problem, a)
        hundredths = tuple(to_cents(key.shares(problem, service, who, WHOLE)))
    elif a.cost > 0:
        hundredths = tuple(to_cents([Fraction(WHOLE * c, a.cost) for c in paid.cents]))
    return Levy(a, key, parts, hundredths, paid.cents, paid.office)


def _parts(problem: Problem, a: Allocation, key: Key) -> list[Part]:
    if key.rest_by in OWN_VALUES:
        return []
    service, who = _who(problem, a)
    percents = [(key.fixed_by, key.fixed), (key.rest_by, 100 - key.fixed)]
    found = []
    for by, percent in percents if key.fixed else percents[1:]:
        measure = measured(problem.facts, service, who, by, key.given)
        if by == "demand":
            unit = int(problem.facts.per_unit[service])
            measure = [grains / unit for grains in measure]
        whole = Key(by, given=key.given).shares(problem, service, who, WHOLE)
        found.append(Part(by, percent, tuple(measure), tuple(to_cents(whole))))
    return found


def _who(problem: Problem, a: Allocation) -> tuple[int, Ints]:
    return problem.facts.service_index[a.partnership.service], numbers(problem, a.members)
