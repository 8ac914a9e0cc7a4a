"""Going through all plans that few columns can make: a proof that needs no back end.

Every plan costs `rest` + Σ r_p at least, r_p being the reduced costs of its columns at any duals
(Lagrangian duality). Where cuts have brought the bound near the best plan, few partitions of any
one service have a small enough sum of r_p, though the columns that they are made of are many: they
are written down service by service (`walking`), looked at closer where they make many plans
(`decomposing`), given all their seats (`seating`) and put together (`combining`), or put together
before their seats are chosen (`placing`). Whole plans are for the evaluator, which counts exactly.

Exact algorithms for vehicle routing end in the same way, with routes (Baldacci, Christofides and
Mingozzi 2008).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import prod

import numpy as np

from koopopt.formulations.partition.columns import Columns
from koopopt.formulations.partition.combining import combined
from koopopt.formulations.partition.decomposing import (
    Decomposed,
    Shared,
    cheapest,
    decomposed,
)
from koopopt.formulations.partition.placing import Deciding, placed
from koopopt.formulations.partition.pool import OPERATION_ERROR, Prices
from koopopt.formulations.partition.repricing import Repriced, repriced
from koopopt.formulations.partition.seating import seated
from koopopt.formulations.partition.walking import Budget, Partitions, Walk
from koopopt.linear import Bools, Floats, Ints
from koopopt.problem import Problem

STEPS = 50_000_000
"""Ways to cover somebody that are looked at before giving up."""
QUICK_STEPS = 300_000
"""Ways that are looked at before prices are made better by what was walked before."""
MORE_STEPS = 10
"""How many times as many are looked at where no service could be walked in so many."""
FEW_COMBINATIONS = 10_000
"""Combinations of partitions that are few enough to look at all of them."""
SHARES = (0.1, 0.2, 0.4, 0.7, 1.0)
"""Of the room above the bound, in which plans are looked for one after the other."""
STEPS_A_COMBINATION = 4
"""Steps that take as long as looking at one combination of partitions."""
MAX_WHOLE_PLANS = 200
"""Plans to evaluate."""
MAX_SEATED = 20_000
"""Partitions with their seats, of one service, where seats can be left to the end (`placing`)."""


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """Plans that may be better than the best, the cheapest first.

    Attributes
    ----------
    plans : list of int arrays
        Choices of columns.
    up_to : float
        The weighted sum up to which there are no others: infinite where there are none at all.
    left : (K,) bool array, optional
        Where plans are too many: the columns that others may have.
    """

    plans: list[Ints]
    up_to: float = np.inf
    left: Bools | None = None

    @property
    def all(self) -> bool:
        """Whether there are no others."""
        return self.up_to == np.inf


def reduced_costs(columns: Columns, prices: Sequence[Prices]) -> Floats:
    """Return the reduced cost of each column."""
    total = np.empty(len(columns))
    column, town = columns.members()
    pooled = columns.pooled
    for s, price in enumerate(prices):
        mine = columns.service == s
        here = mine[column]
        pairs = np.zeros(len(columns))
        np.add.at(pairs, column[here], price.pair[columns.seat[column[here]], town[here]])
        seat = columns.seat[mine]
        cost = price.cost * columns.cents[mine] + price.body + price.seat[seat] + pairs[mine]
        if len(price.cuts):
            cost += price.cuts.entries(columns.coalitions.take(mine).dense) @ price.cut_price
        total[mine] = np.where(pooled[mine], cost, price.alone[seat])
    return total


def better_plans(
    problem: Problem,
    columns: Columns,
    prices: Sequence[Prices],
    rest: float,
    best: float,
    steps: int = STEPS,
    stopped: Callable[[], bool] = bool,
    deciding: Deciding | None = None,
) -> Found | None:
    """Return plans whose weighted sum is not above the best, whatever else rules say.

    All of them, unless some that are nearest the bound are better: then those.

    Parameters
    ----------
    problem : Problem
    columns : Columns
        All that such a plan can consist of.
    prices : sequence of Prices
        One a service.
    rest : float
        The part of the bound beside the columns.
    best : float
        The weighted sum to come to, scaled.
    steps : int
        Ways to cover somebody that are looked at before giving up.
    stopped : callable
        Asked now and then whether to give up at once.
    deciding : Deciding, optional
        Who decides over plans whose seats are too many ways; no such plans are returned then.

    Returns
    -------
    Found or None
        None where there is no sum to come to.
    """
    if not np.isfinite(best):
        return None
    cost, value = reduced_costs(columns, prices), columns.criteria @ problem.scale.floats
    sizes = abs(best) + abs(rest) + float(np.abs(cost).sum()) + float(np.abs(value).sum())
    blur = OPERATION_ERROR * 16 * problem.facts.n * len(prices) * sizes
    most = best + blur
    # First as if each coalition had its cheapest seat only: that says what other services leave.
    group = _coalition_of(columns)
    walking = _Walking(
        problem, columns, value, group, prices, Repriced(cost, rest), most,
        Budget(steps, stopped), [None] * len(prices),
    )  # fmt: skip
    walking.run()
    if walking.walks and not walking.hopeless:
        return walking.left(blur)
    walking.look_closer()
    if walking.hopeless:
        return Found([])
    now, slack, once = walking.now, walking.slack, walking.known
    many = walking.budget.most if deciding is None else MAX_SEATED
    seats = [seated(part, group, now.cost, part.least + slack, many) for part in once]
    parts = [part for part in seats if part is not None]
    if len(parts) < len(seats):
        if deciding is None:
            return walking.left(blur)
        shared = Shared(problem, columns, value)
        decided = placed(shared, group, once, now.cost, now.rest - blur, most, deciding)
        return Found([]) if decided == np.inf else walking.left(blur, decided)
    rest = now.rest
    closer = _closer(problem, columns, value, np.arange(len(columns)), parts, most, stopped)
    if closer is not None:
        parts, rest = closer.parts, closer.rest
    if not all(map(len, parts)):
        return Found([])
    looks = steps // STEPS_A_COMBINATION
    found = _nearest_first(problem, columns, value, parts, most - rest, best, blur, stopped, looks)
    return walking.left(blur) if found is None else found


def _nearest_first(
    problem: Problem,
    columns: Columns,
    value: Floats,
    parts: list[Partitions],
    room: float,
    best: float,
    blur: float,
    stopped: Callable[[], bool],
    looks: int,
) -> Found | None:
    """Put partitions together: all plans, or those near the bound if one of them is better.

    A better plan leaves less room for all others, so it pays to begin anew with it.
    """
    least = sum(part.least for part in parts)
    for share in SHARES:
        within = combined(
            problem, columns, value, parts, least + share * (room - least), best + blur,
            MAX_WHOLE_PLANS + 1, stopped, looks,
        )  # fmt: skip
        if within is None:
            return None
        which, total = within
        if total.min(initial=np.inf) < best - blur:
            break
    cheap_first = np.argsort(total, kind="stable")[:MAX_WHOLE_PLANS]
    plans = [
        np.concatenate([part[k] for part, k in zip(parts, row, strict=True)])
        for row in which[cheap_first].tolist()
    ]
    every = share == 1.0 and len(cheap_first) == len(total)
    return Found(plans, np.inf if every else -np.inf)


@dataclass(slots=True, eq=False)
class _Walking:
    """The services walked so far, and what columns cost by now."""

    problem: Problem
    columns: Columns
    value: Floats
    group: Ints
    prices: Sequence[Prices]
    now: Repriced
    most: float
    budget: Budget
    parts: list[Partitions | None]
    walks: dict[int, Walk] = field(init=False)
    """Those of services that were not walked yet, at the costs of now."""

    def __post_init__(self) -> None:
        self.walks = self._walks()

    @property
    def known(self) -> list[Partitions]:
        """The partitions of services that were walked."""
        return [part for part in self.parts if part is not None]

    @property
    def least(self) -> list[float]:
        """What each service costs at least."""
        return [
            self.walks[s].least if part is None else part.least for s, part in enumerate(self.parts)
        ]

    @property
    def slack(self) -> float:
        """The room above all that services cost at least."""
        return self.most - self.now.rest - sum(self.least)

    @property
    def hopeless(self) -> bool:
        """Whether there is no room for any plan."""
        return not self.slack >= 0.0

    def run(self) -> None:
        """Walk one service after the other, in the room that others leave, by the costs of now.

        Each coalition has its cheapest seat only. Services that take too many steps are left.
        """
        tried, steps = 0, QUICK_STEPS
        while self.walks and not self.hopeless:
            if self._walked(steps):
                steps = QUICK_STEPS  # for all others, and then their prices are made anew
            elif len(self.known) > tried:
                tried = len(self.known)
                self._reprice()
            elif self.budget.over or steps >= self.budget.steps:
                return
            else:
                steps = MORE_STEPS * max(steps, 1)

    def look_closer(self) -> None:
        """Look closer at partitions of all services, where they make many plans."""
        self._trim()
        closer = None
        if not self.hopeless:
            closer = _closer(
                self.problem, self.columns, self.value, self.group, self.known, self.most,
                self.budget.stopped,
            )  # fmt: skip
        if closer is not None:
            self.now, self.parts = Repriced(closer.cost, closer.rest), [*closer.parts]
            self._trim()

    def left(self, blur: float, decided: float = -np.inf) -> Found:
        """Return what every plan costs at the least, and which columns those wanted may have.

        Up to a weighted sum all plans may be decided.
        """
        least, slack = self.least, self.slack
        which = cheapest(self.group, self.now.cost)
        excess = np.full(len(which), np.inf)
        for s, part in enumerate(self.parts):
            if part is None:
                mine = which[self.columns.service[which] == s]
                excess[self.group[mine]] = self.walks[s].excess
            else:
                above = np.repeat(part.cost - least[s], np.diff(part.end))
                np.minimum.at(excess, self.group[part.chosen], above)
        dearer = self.now.cost - self.now.cost[which][self.group]
        bound = max(self.now.rest + sum(least), decided) - blur
        return Found([], bound, excess[self.group] + dearer <= slack)

    def _walks(self) -> dict[int, Walk]:
        """Return the walks of services that were not walked yet, at the costs of now."""
        which = cheapest(self.group, self.now.cost)
        mine = self.columns.service[which]
        return {
            s: Walk.of(self.columns, self.now.cost, which[mine == s])
            for s, part in enumerate(self.parts)
            if part is None
        }

    def _walked(self, steps: int) -> bool:
        """Walk the first service that takes few steps; return whether there is one."""
        walks, least, slack = self.walks, self.least, self.slack
        for s in sorted(walks, key=lambda s: walks[s].within(slack)):
            found = self._walk(walks[s], least[s] + slack, steps)
            if found is not None:
                self.parts[s] = found
                del walks[s]
                return True
        return False

    def _walk(self, walk: Walk, room: float, steps: int) -> Partitions | None:
        """Walk a service in so many steps at the most, or in all that are left."""
        budget = self.budget
        own = Budget(min(steps, budget.steps - budget.taken), budget.stopped)
        found = walk.partitions(room, own)
        budget.taken += own.taken
        budget.found += 0 if found is None else len(found)
        return found

    def _reprice(self) -> None:
        """Find better costs, and leave out the partitions that there is no room for any more."""
        better = repriced(
            self.problem, self.columns, self.value, self.group, self.prices, self.now, self.parts,
            self.most, self.budget.stopped,
        )  # fmt: skip
        if better is None:
            return
        self.now = better
        cost = better.cost[cheapest(self.group, better.cost)[self.group]]
        for s, part in enumerate(self.parts):
            if part is not None:
                self.parts[s] = Partitions(part.end, part.chosen, part.sums(cost))
        self.walks = self._walks()
        self._trim()

    def _trim(self) -> None:
        """Leave out the partitions that there is no room for."""
        slack = self.slack
        for s, part in enumerate(self.parts):
            if part is not None:
                self.parts[s] = part.up_to(part.cost, part.least + slack)


def _coalition_of(columns: Columns) -> Ints:
    """Return a number for each column, equal for those of one coalition in one service."""
    known: dict[tuple[int, bytes], int] = {}
    return np.array(
        [known.setdefault((s, who.tobytes()), len(known)) for s, who, _ in columns], np.int64
    )


def _closer(
    problem: Problem,
    columns: Columns,
    value: Floats,
    group: Ints,
    parts: list[Partitions],
    most: float,
    stopped: Callable[[], bool],
) -> Decomposed | None:
    """Look closer at partitions that make many plans; None where there is no need."""
    if prod(map(len, parts)) <= FEW_COMBINATIONS:
        return None
    return decomposed(problem, columns, value, group, parts, most, stopped)
