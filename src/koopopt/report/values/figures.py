"""What one plan means for each municipality, as arrays: seats, costs, minutes, votes, tasks.

`Evaluation.municipalities` is the table of it; here the same stands by service and municipality,
(S, n) in the order of the instance, with every levy key and the times of all trips. Pages, maps
and workbooks are made from it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from koopopt.case.facts import Facts
from koopopt.case.library import ALONE_FORM
from koopopt.errors import UsageError
from koopopt.evaluation import Evaluation
from koopopt.linear import Bools, Floats, Ints
from koopopt.text import T

LEVY_KEYS: Final = {
    "demand": T("by demand"),
    "population": T("by inhabitants"),
    "equal": T("equally"),
}
"""Levy keys: how the members share what their partnership, and its part of an office, costs."""

REACH_MINUTES: Final = 30.0
"""Minutes; the reach of a Mittelzentrum by car (BBSR)."""

_MAX_SHARE: Final = 0.95
_ROUNDING: Final = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Minutes:
    """How long trips to the seats take.

    (n,) arrays over the trips of each municipality, or floats over those of all inhabitants.

    Attributes
    ----------
    mean, longest
    p95
        The least time so that at least 95 % of the trips take no longer.
    above
        The share of trips longer than `REACH_MINUTES`, 0 to 1.
    """

    mean: Any
    p95: Any
    longest: Any
    above: Any


@dataclass(frozen=True, slots=True, eq=False)
class Figures:
    """What a plan means for n municipalities in S services.

    Attributes
    ----------
    seat : (S, n) int
        Number of the seat, oneself where alone.
    pooled : (S, n) bool
    legal_form : (S, n) array of str
        Ids; ``alone`` for who is alone.
    minutes : (S, n) float
        To the seat.
    cost_alone : (S, n) float
        EUR a year of staying alone.
    cost : mapping levy key -> (S, n) float
        EUR a year in the plan, offices included.
    without_advantage : mapping levy key -> (S, n) float
        The same if size brought no advantage: what the members cost alone, added up, with legal
        form and office on top, shared by the same key. The other end of the range.
    votes, all_votes : (S, n) float
        Own votes and those of all members; NaN where alone or where the form has no votes.
    tasks_pooled, tasks_kept, tasks_seated : (n,) int
        Services that are pooled; that it still decides on alone; that are pooled and have their
        seat at home.
    times : Minutes
        Of each municipality: its services, weighted by trips per inhabitant (equally where there
        are none in any service).
    everyone : Minutes
        Of all inhabitants: population times trips.
    """

    seat: Ints
    pooled: Bools
    legal_form: NDArray[np.object_]
    minutes: Floats
    cost_alone: Floats
    cost: Mapping[str, Floats]
    without_advantage: Mapping[str, Floats]
    votes: Floats
    all_votes: Floats
    tasks_pooled: Ints
    tasks_kept: Ints
    tasks_seated: Ints
    times: Minutes
    everyone: Minutes


def of(evaluation: Evaluation) -> Figures:
    """Return what the plan means for each municipality.

    Raises
    ------
    UsageError
        If the plan is malformed, so that nobody can say what it means.
    """
    refuse_malformed(evaluation)
    facts, plan = evaluation.problem.facts, evaluation.plan
    shape = facts.demand.shape
    seat, pooled = np.tile(np.arange(facts.n), (shape[0], 1)), np.zeros(shape, bool)
    legal_form = np.full(shape, ALONE_FORM, object)
    cost = {key: facts.alone_cost.copy() for key in LEVY_KEYS}
    without = {key: facts.alone_cost.copy() for key in LEVY_KEYS}
    votes, all_votes = np.full(shape, np.nan), np.full(shape, np.nan)
    hosted = Counter(p.seat for p in plan.pooled)
    for p in plan.pooled:
        s, who, form = facts.service_index[p.service], facts.members(p), facts.form(p)
        assert form is not None
        seat[s, who], pooled[s, who] = facts.index[p.seat], True
        legal_form[s, who] = p.legal_form
        office = facts.instance.office_cost / hosted[p.seat]
        added_up = float(facts.alone_euros(s, who).sum()) + float(facts.paid(s, form, len(who)))
        added_up += float(facts.fixed_cost(s, facts.index[p.seat]))
        for key in LEVY_KEYS:
            part = shares(facts, key, s, who)
            cost[key][s, who] = (facts.cost(p) + office) * part
            without[key][s, who] = (added_up + office) * part
        if form.votes is not None:
            votes[s, who] = form.votes.of(facts.population[who])
            all_votes[s, who] = votes[s, who].sum()
    minutes = facts.minutes[np.arange(facts.n), seat]
    trips = _or_equal(np.array([s.travel.trips_per_inhabitant for s in facts.services]))
    return Figures(
        seat=seat,
        pooled=pooled,
        legal_form=legal_form,
        minutes=minutes,
        cost_alone=facts.alone_cost,
        cost=MappingProxyType(cost),
        without_advantage=MappingProxyType(without),
        votes=votes,
        all_votes=all_votes,
        tasks_pooled=pooled.sum(axis=0),
        tasks_kept=(~pooled).sum(axis=0),
        tasks_seated=(pooled & (seat == np.arange(facts.n))).sum(axis=0),
        times=Minutes(*_times(minutes.T, np.tile(trips, (facts.n, 1)))),
        everyone=Minutes(*_for_everyone(minutes, trips, facts.population)),
    )


def refuse_malformed(evaluation: Evaluation) -> None:
    """Raise `UsageError` for a plan that is no partition of known municipalities."""
    if not evaluation.criteria:
        raise UsageError(
            T("The plan is malformed: {text} `koopopt evaluate` names every fault.",
              text=evaluation.violations[0].text)
        )  # fmt: skip


def shares(facts: Facts, key: str, service: int, who: Ints) -> Floats:
    """Return the parts, together 1, that a levy key gives these municipalities."""
    if key == "demand":
        weight = facts.demand[service, who]
    elif key == "population":
        weight = facts.population[who]
    else:
        weight = np.ones(len(who))
    weight = _or_equal(weight)
    return np.asarray(weight / weight.sum())


def _or_equal(weight: Floats) -> Floats:
    """Return the weights, ones where all are 0."""
    return weight if weight.sum() > 0 else np.ones_like(weight)


def _for_everyone(minutes: Floats, trips: Floats, population: Floats) -> list[float]:
    weight = trips[:, None] * _or_equal(population)
    return [float(value[0]) for value in _times(minutes.reshape(1, -1), weight.reshape(1, -1))]


def _times(minutes: Floats, weight: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Return mean, 95th percentile, maximum and share above the threshold of each row.

    A trip of weight 0 is none: it counts for nothing, not even as the longest.
    """
    weight = weight / weight.sum(axis=1, keepdims=True)
    order = np.argsort(minutes, axis=1, kind="stable")
    ascending = np.take_along_axis(minutes, order, axis=1)
    reached = np.take_along_axis(weight, order, axis=1).cumsum(axis=1) >= _MAX_SHARE - _ROUNDING
    p95 = ascending[np.arange(len(minutes)), reached.argmax(axis=1)]
    longest = np.where(weight > 0, minutes, 0.0).max(axis=1)
    above = (weight * (minutes > REACH_MINUTES)).sum(axis=1)
    return (weight * minutes).sum(axis=1), p95, longest, above
