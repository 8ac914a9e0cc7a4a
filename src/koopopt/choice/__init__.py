"""Choosing one plan from a front: rules that pick, numbers that explain, plans beside the choice.

    base          what a choice is, and what all ways of choosing share
    weighing      weighted sum, lexicographic order
    wishes        reference point, goals
    knees         where a little less of one criterion begins to cost much of another
    regret        councils that weigh differently
    rates         what it costs to move to another point
    robust        which decisions all points agree on
    pairs         who is with whom, counted
    alternatives  other plans for one point, and decisions it cannot do without

Nothing here solves, but for `alternatives`. Every choice is one among the points found: where
the front is not complete, a better one may be missing.
"""

from __future__ import annotations

from koopopt.choice.alternatives import Alternatives, Bond, alternatives
from koopopt.choice.base import Choice, ideal, kept, named
from koopopt.choice.knees import knee, knees
from koopopt.choice.rates import Rate, rates
from koopopt.choice.regret import least_regret, regrets
from koopopt.choice.robust import Robustness, robustness
from koopopt.choice.weighing import in_order, weighted
from koopopt.choice.wishes import closest, goals

__all__ = [
    "Alternatives",
    "Bond",
    "Choice",
    "Rate",
    "Robustness",
    "alternatives",
    "closest",
    "goals",
    "ideal",
    "in_order",
    "kept",
    "knee",
    "knees",
    "least_regret",
    "named",
    "rates",
    "regrets",
    "robustness",
    "weighted",
]
