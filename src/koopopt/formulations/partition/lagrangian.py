"""What prices prove of all coalitions, held or not: Lagrangian bounds.

Small coalitions are held and priced truly, all others by a relaxation (`relaxed`). The cheapest at
every seat, where they are worth their price, add up to a bound for the whole problem; how often
they cover each municipality says in which direction a better one lies.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from koopopt.coalitions.sets import COMPILED
from koopopt.exact import AMOUNT_ERROR
from koopopt.formulations.partition.master import Master
from koopopt.formulations.partition.pool import Pool, Prices
from koopopt.formulations.partition.relaxed import Cheapest, Relaxation, least_shares
from koopopt.formulations.partition.rows import CoverRows
from koopopt.formulations.partition.rows import prices as prices_of
from koopopt.linear import Floats, Ints
from koopopt.problem import Problem
from koopopt.solvers.base import Control


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """What prices show.

    Attributes
    ----------
    prices : list of Prices
    found : list of Cheapest
        By service.
    small : list of (reduced costs, seats)
        Of the small coalitions, as `Pool.reduced_cost` returns them.
    bound : float
    better : bool
        Whether it is the best so far.
    uncovered : (S · n,) array
        1 less how many of what is worth its price have a municipality.
    """

    prices: list[Prices]
    found: list[Cheapest]
    small: list[tuple[Floats, Ints]]
    bound: float
    better: bool
    uncovered: Floats


class Lagrangian:
    """The best bound so far, and its duals.

    Parameters
    ----------
    problem : Problem
    small : list of Pool
        All coalitions of a service that have few members.
    held : list of int
        How many those are at the most.
    master : Master
        A linear program with the fixed rows only.

    Attributes
    ----------
    best : float
    duals : list of arrays
        Of the fixed rows.
    """

    def __init__(
        self, problem: Problem, small: list[Pool], held: list[int], master: Master
    ) -> None:
        self._problem = problem
        # They are priced hundreds of times.
        self._small = [replace(pool, compiled=COMPILED) for pool in small]
        self._n = problem.facts.n
        self._relaxed = [
            Relaxation(problem.facts, s, c, most)
            for (s, c), most in zip(enumerate(problem.conditions), held, strict=True)
        ]
        # To begin with, each costs what it does at the least: a bound, and duals to start from.
        prices = prices_of(problem, master.weights, master.terms)
        shares = [
            least_shares(problem.facts, s, c, prices[s]) for s, c in enumerate(problem.conditions)
        ]
        self.best = float(sum(share.sum() for share in shares))
        self.duals = [
            np.concatenate(shares) if isinstance(block, CoverRows) else np.zeros(len(block.names))
            for block in master.blocks
        ]

    def look(self, master: Master, control: Control, *, rough: bool = False) -> Look:
        """Price everything at a linear program's duals, and take over what they prove.

        A `rough` look takes a third of the time and proves a little less.

        Raises
        ------
        Stopped
        """
        control.check()
        prices, bound = master.prices()
        found = [r.cheapest(p, rough=rough) for r, p in zip(self._relaxed, prices, strict=True)]
        uncovered, priced = np.ones((len(prices), self._n)), []
        for s, (price, cheapest) in enumerate(zip(prices, found, strict=True)):
            least, members = np.minimum(cheapest.reduced, 0.0), cheapest.members.copy()
            reduced, seat, lowest, at = self._small[s].least_both_ways(price)
            priced.append((reduced, seat))
            which = np.flatnonzero(lowest < least)
            members[which] = self._small[s].coalitions.take(at[which]).dense > 0
            least = np.minimum(least, lowest)
            alone = np.where(self._problem.conditions[s].alone, price.alone, 0.0)
            which = np.flatnonzero(alone < least)
            members[which] = np.eye(self._n, dtype=bool)[which]
            least = np.minimum(least, alone)
            bound += float(least.sum())
            uncovered[s] -= members[least < 0.0].sum(axis=0)
        bound -= 100 * AMOUNT_ERROR * abs(bound)
        better = bool(bound > self.best)
        if better:
            self.best, self.duals = bound, master.duals[: len(self.duals)]
            control.report(None, self._shown(), "columns")
        return Look(prices, found, priced, bound, better, uncovered.ravel())

    def _shown(self) -> float | None:
        """Return the bound as people see it, None where nothing is proven."""
        scale = self._problem.scale
        least = scale.least(self.best)
        return None if least is None else scale.shown(least)
