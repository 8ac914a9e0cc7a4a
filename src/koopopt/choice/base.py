"""What a choice is, and what all ways of choosing share.

All criteria are to be minimised. Where they have to be made comparable, a criterion is measured
in shares of its range over the whole front, 0 being its best value there and 1 its worst.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np

from koopopt.case.facts import TOLERANCE, at_most
from koopopt.criteria import CRITERIA
from koopopt.errors import UsageError
from koopopt.language.hints import Names
from koopopt.linear import Bools, Floats
from koopopt.pareto.front import Front
from koopopt.pareto.indicators import spans
from koopopt.problem import Problem
from koopopt.shown import Brief
from koopopt.text import T, Text, listed

Limits = Mapping[str, float]
"""Upper bounds by criterion."""

NO_LIMITS: Limits = MappingProxyType({})


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Choice(Brief):
    """One point of a front, and why it is this one.

    Attributes
    ----------
    index : int
        Of the point in the front.
    method : str
        ``weights``, ``order``, ``reference``, ``goals``, ``knee``, ``regret`` or ``named``.
    scores : tuple of floats
        What the method minimises, one a point; infinite where limits rule the point out.
    text : Text
        Why, in a sentence.
    figures : mapping of mappings
        The numbers behind it: by criterion (of ``regret``: by council), then by name.
    """

    index: int
    method: str
    scores: tuple[float, ...]
    text: Text
    figures: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    @property
    def score(self) -> float:
        """Of the chosen point."""
        return self.scores[self.index]

    @property
    def ranking(self) -> tuple[int, ...]:
        """All points that limits allow, the best first; the chosen one leads its equals."""
        fitting = [k for k, score in enumerate(self.scores) if math.isfinite(score)]
        return tuple(sorted(fitting, key=lambda k: (self.scores[k], k != self.index, k)))

    def _said(self) -> str:
        return f" by {self.method}: point {self.index}, {self.text}"


def values(front: Front) -> Floats:
    """Return the values of the points, shape (N, k); raise `UsageError` where there are none."""
    if not len(front):
        raise UsageError(T("The front has no points to choose from."))
    return front.values


def ranges(front: Front) -> Floats:
    """Return (k,) worst minus best value of each criterion; 1 where all points are alike."""
    return spans(values(front))


def shares(front: Front) -> Floats:
    """Return the values as shares of the ranges, shape (N, k)."""
    table = values(front)
    return np.asarray((table - table.min(axis=0)) / ranges(front))


def position(front: Front, name: str) -> int:
    """Return the number of a criterion; raise `UsageError` where the front has none of the name."""
    if name not in front.criteria:
        raise UsageError(
            T("The front has no criterion {name}. {remedy}",
              name=repr(name), remedy=Names(front.criteria).remedy(name))
        )  # fmt: skip
    return front.criteria.index(name)


def vector(front: Front, given: Mapping[str, float], missing: float) -> Floats:
    """Return (k,) numbers by criterion, checked; `missing` where none is given."""
    result = np.full(len(front.criteria), missing)
    for name, value in given.items():
        number = position(front, name)
        if not math.isfinite(value):
            raise UsageError(T("The value given for {name} is not a number.", name=name))
        result[number] = value
    return result


def weights(front: Front, given: Mapping[str, float]) -> Floats:
    """Return (k,) weights, 0 where none is given; raise `UsageError` if they cannot be meant."""
    result = vector(front, given, 0.0)
    for name, weight in zip(front.criteria, result.tolist(), strict=True):
        if weight < 0:
            raise UsageError(
                T("The weight of {name} is {weight}; it must be 0 or more.",
                  name=name, weight=weight)
            )  # fmt: skip
    if not result.any():
        raise UsageError(T("At least one weight must be more than 0."))
    return result


def kept(front: Front, limits: Limits = NO_LIMITS) -> Bools:
    """Return which points keep upper bounds on criteria, shape (N,).

    Raises
    ------
    UsageError
        If none does; the message says how low each criterion can be.
    """
    table = values(front)
    keep = np.ones(len(table), bool)
    for name, limit in zip(front.criteria, vector(front, limits, np.inf), strict=True):
        column = table[:, position(front, name)]
        keep &= np.array([at_most(v, float(limit)) for v in column.tolist()], bool)
    if not keep.any():
        least = listed(
            T("{name} {value}", name=title(front, name), value=float(table[:, k].min()))
            for k, name in enumerate(front.criteria)
            if name in limits
        )
        raise UsageError(
            T("No point of the front keeps these limits. The least there is, one at a time:"
              " {least}. Raise a limit.", least=least)
        )  # fmt: skip
    return keep


def named(front: Front, index: int, *, limits: Limits = NO_LIMITS) -> Choice:
    """Choose the point at `index`, which somebody named; all scores are 0.

    Raises
    ------
    UsageError
        If there is none, or limits rule it out.
    """
    keep = kept(front, limits)
    check(front, index)
    if not keep[index]:
        raise UsageError(T("Plan {number} does not keep these limits.", number=index + 1))
    return Choice(
        index, "named", scored(keep, np.zeros(len(keep))), said(keep, T("It was asked for."))
    )


def check(front: Front, index: int) -> None:
    """Raise `UsageError` where the front has no such point."""
    if not 0 <= index < len(values(front)):
        raise UsageError(
            T("There is no plan {number}; the front has {count}.",
              number=index + 1, count=len(front))
        )  # fmt: skip


def ideal(front: Front) -> dict[str, float]:
    """Return the best value of each criterion: together usually out of reach."""
    return dict(zip(front.criteria, values(front).min(axis=0).tolist(), strict=True))


def first(keep: Bools, *keys: Floats) -> int:
    """Return the point that is least by the first key, among equal ones by the second, ...

    Keys are equal up to rounding; of points that are equal in all the first is taken.
    """
    left = np.flatnonzero(keep)
    for key in keys:
        least = float(key[left].min())
        left = left[key[left] <= least + TOLERANCE * max(1.0, abs(least))]
    return int(left[0])


def scored(keep: Bools, score: Floats) -> tuple[float, ...]:
    """Return scores for `Choice`: infinite where a point is ruled out."""
    return tuple(np.where(keep, score, np.inf).tolist())


def said(keep: Bools, why: Text) -> Text:
    """Return why a point was chosen, and among how many where limits rule some out."""
    if keep.all():
        return why
    return T("{why} (Among the {count} within the limits.)", why=why, count=int(keep.sum()))


def title(front: Front, name: str) -> Text | str:
    """Return a criterion in words; an objective of a model stands for itself."""
    return CRITERIA[name].title if isinstance(front.subject, Problem) else name
