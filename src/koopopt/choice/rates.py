"""Rates of exchange: what a unit less of one criterion costs in units of another.

*Two criteria*: the step from a point to the next one on either side.

*Three and more*: from a point, criterion a can be *bought* with criterion b at another point
that is better in a, worse in b, and worse in nothing else. The rate is

    (v_b of the other - v_b here) / (v_a here - v_a of the other),

and of all such points the cheapest counts; where there is none, a cannot be bought with b alone.
Rates are those between points of the front: in between there may be nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from koopopt.case.facts import TOLERANCE
from koopopt.choice.base import check
from koopopt.linear import Bools, Floats
from koopopt.pareto.front import Front


@dataclass(frozen=True, slots=True)
class Rate:
    """A move from one point of a front to another.

    Attributes
    ----------
    index, to : int
        The point at hand, and the other one.
    gained, paid : str
        The criterion that gets better, and the one that pays.
    gain, price : float
        By how much; both positive.
    """

    index: int
    to: int
    gained: str
    paid: str
    gain: float
    price: float

    @property
    def rate(self) -> float:
        """Price of one unit."""
        return self.price / self.gain


def rates(front: Front, index: int) -> tuple[Rate, ...]:
    """Return the rates at which criteria can be bought from a point; see the module.

    Ordered by the criterion gained, then by the one that pays.

    Examples
    --------
    >>> import koopopt
    >>> from koopopt import choice
    >>> front = koopopt.front("three-villages", ["cost", "travel"])
    >>> [(r.gained, r.paid, r.rate) for r in choice.rates(front, 1)]
    [('cost', 'travel', 0.0225), ('travel', 'cost', 25.0)]
    """
    check(front, index)
    return tuple(_beside(front, index) if len(front.criteria) == 2 else _cheapest(front, index))


def _beside(front: Front, index: int) -> list[Rate]:
    """Return the steps to the next points; they are sorted by the first criterion."""
    steps = []
    for to in (index - 1, index + 1):
        if 0 <= to < len(front):
            change = front.values[to] - front.values[index]
            gained, paid = (0, 1) if change[0] < 0 else (1, 0)
            steps.append(_rate(front, index, to, gained, paid))
    return steps


def _cheapest(front: Front, index: int) -> list[Rate]:
    change = front.values - front.values[index]
    slack = TOLERANCE * np.maximum(1.0, np.abs(front.values[index]))
    better, worse = change < -slack, change > slack
    found = []
    count = len(front.criteria)
    for gained in range(count):
        for paid in range(count):
            to = _best(change, better[:, gained], worse, gained, paid)
            if gained != paid and to is not None:
                found.append(_rate(front, index, to, gained, paid))
    return found


def _best(change: Floats, better: Bools, worse: Bools, gained: int, paid: int) -> int | None:
    """Return the cheapest point that is worse in `paid` only; the first of equal ones."""
    others = np.delete(worse, paid, axis=1).any(axis=1)
    open_ = np.flatnonzero(better & worse[:, paid] & ~others)
    if not len(open_):
        return None
    return int(open_[(change[open_, paid] / -change[open_, gained]).argmin()])


def _rate(front: Front, index: int, to: int, gained: int, paid: int) -> Rate:
    change = front.values[to] - front.values[index]
    names = front.criteria
    return Rate(index, to, names[gained], names[paid], -float(change[gained]), float(change[paid]))
