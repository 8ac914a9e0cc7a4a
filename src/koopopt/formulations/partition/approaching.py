"""The linear program of the relaxation, approached from the middle.

Its columns are small coalitions as they are and larger ones as a relaxation sees them (`relaxed`).
It is solved by column generation: an interior point comes as near to a solution as is worth while
the bound is still far, and duals keep near the best ones so far. Where rounds prove no more, duals
go uphill themselves (`_ascend`), which takes no linear program at all. Its value is a bound for the
whole problem, near that of all coalitions.
"""

from __future__ import annotations

import logging
from typing import Final

import numpy as np

from koopopt.coalitions.sets import Coalitions
from koopopt.formulations.partition.columns import joined, seated_columns, unseen
from koopopt.formulations.partition.cut_rows import SeatCuts
from koopopt.formulations.partition.growing import add_columns, add_seat_cuts
from koopopt.formulations.partition.lagrangian import Lagrangian, Look
from koopopt.formulations.partition.master import Master
from koopopt.formulations.partition.pool import Pool
from koopopt.formulations.partition.relaxed import Cheapest
from koopopt.formulations.partition.ways import LOOSEST, TIGHTEST, tolerance_at
from koopopt.linear import Bools, Floats, Ints
from koopopt.solvers.base import Control

logger = logging.getLogger(__name__)

NEAR_ENOUGH: Final = 1e-7
"""Relative distance of bound and value at which the linear program is as good as solved."""
CLOSE, PATIENCE, MOST_ROUNDS = 1e-3, 20, 500
"""Relative distance from which on it has to fall by a tenth in so many rounds; rounds in all."""
SMOOTHED, STALE = 0.8, 0.9
"""Share of the best duals so far in the next ones, and how it falls while they prove no more."""
ASCENDING_AFTER, STEPS = 6, 60
"""After so many rounds that prove no more, duals go uphill by so many steps."""
LARGE, FIRST_STEPS = 400, 200
"""Where there are so many municipalities times services they do so at once, and by so many: there
a linear program takes longer than steps."""
LEVEL, LOWER, WORTH_A_LEVEL = 0.03, 0.6, 0.25
"""Share of the bound by which the level of steps is above it, how that falls, and the part of it
that has to be reached."""
STEPS_UP, DEFLECTED = 30, 0.94
"""In so many steps; share of the way before in a step."""


class Approach:
    """A linear program that is approached.

    Parameters
    ----------
    master : Master
        With who stays alone in it.
    lagrangian : Lagrangian
    small : list of Pool

    Attributes
    ----------
    master : Master
    """

    def __init__(self, master: Master, lagrangian: Lagrangian, small: list[Pool]) -> None:
        self.master, self._lagrangian, self._small = master, lagrangian, small
        self._known: set[tuple[int, int, bytes]] = set()
        unseen(self._known, master.columns)
        self._cuts: list[SeatCuts] = []
        self._true = [np.ones(len(master.columns), bool)]

    @property
    def true(self) -> Bools:
        """(columns,) whether a column is of a true coalition, not of the relaxation."""
        return np.concatenate(self._true)

    def run(self, control: Control) -> None:
        """Add columns until bound and value meet, come no nearer, or time is over.

        Raises
        ------
        Stopped
            If cancelled.
        """
        master, remaining = self.master, control.remaining
        tolerance, last, patience = LOOSEST, np.inf, PATIENCE
        rounds, stale, smoothed = 0, 0, True
        # From nothing, an interior point finds nowhere to begin.
        while master.approach(tolerance, remaining) or master.solve(remaining):
            rounds, remaining = rounds + 1, control.remaining
            if smoothed:
                share = SMOOTHED * STALE**stale
                master.keep_near(self._lagrangian.duals, share)
            looked = self._lagrangian.look(master, control)
            stale = 0 if looked.better else stale + 1
            grown = self._add(looked)
            distance = self._distance()
            early = rounds == 1 and len(self._true[0]) >= LARGE
            if distance > CLOSE and (stale >= ASCENDING_AFTER or early):
                self._ascend(control, FIRST_STEPS if early else STEPS)
                distance, stale = self._distance(), 0
            if distance <= 0.9 * last or distance > CLOSE:
                last, patience = distance, PATIENCE
            patience -= 1
            if distance <= NEAR_ENOUGH or not patience or control.stopped or rounds == MOST_ROUNDS:
                break
            if grown:
                tolerance = tolerance_at(distance)
            elif tolerance > TIGHTEST:
                tolerance, smoothed = max(TIGHTEST, tolerance / 10), False
            elif not add_seat_cuts(master, self._cuts):
                break
        logger.info(
            "relaxed: program %.10g, bound %.10g, %d columns, %d rounds",
            master.objective, self._lagrangian.best, len(master.columns), rounds,
        )  # fmt: skip

    def _distance(self) -> float:
        """Return how far the best bound is from the linear program's value, relatively."""
        value = self.master.objective
        return (value - self._lagrangian.best) / max(abs(value), 1e-9)

    def _ascend(self, control: Control, steps: int) -> None:
        """Go uphill from the best duals, along what is covered too seldom or too often.

        Subgradient steps of Polyak's length towards a level a little above the best bound (lower
        where none comes near it), strongly deflected by the ones before; each municipality's by its
        part of the costs. Better ones' coalitions go into the linear program.
        """
        master, lagrangian, at = self.master, self._lagrangian, self.master.cover_block
        cover = lagrangian.duals[at]
        scale, none = np.abs(cover) + 1e-9, np.zeros(len(cover))
        above = min(LEVEL * abs(lagrangian.best), master.objective - lagrangian.best)
        way, stale, last = none, 0, lagrangian.best
        for _ in range(steps):
            fixed = [*lagrangian.duals[:at], cover, *lagrangian.duals[at + 1 :]]
            later = master.blocks[len(fixed) :]
            master.duals = fixed + [np.zeros(len(block.names)) for block in later]
            looked = lagrangian.look(master, control, rough=True)
            if looked.better:
                self._add(looked)
            if control.stopped:
                return
            stale += 1
            if lagrangian.best >= last + WORTH_A_LEVEL * above:
                stale, last = 0, lagrangian.best
            if stale == STEPS_UP:
                above, stale, last = LOWER * above, 0, lagrangian.best
                way, cover = none, lagrangian.duals[at]
                continue
            slope = looked.uncovered
            way = DEFLECTED * way + (1 - DEFLECTED) * slope if way.any() else slope
            rise = float((scale * way) @ slope)
            if rise <= 0.0:
                way, rise = slope, float((scale * slope) @ slope)
            if rise <= 0.0:
                return  # everybody is covered once: the duals are best
            length = max(0.0, lagrangian.best + above - looked.bound) / rise
            cover = cover + length * scale * way

    def _add(self, looked: Look) -> bool:
        """Add what has a negative reduced cost; return whether anything has."""
        grown = self._add_small(looked.small)
        return self._add_relaxed(looked.found) or grown

    def _add_small(self, small: list[tuple[Floats, Ints]]) -> bool:
        """Add small coalitions of negative reduced cost, for each municipality about one."""
        master, picked, seats = self.master, [], []
        for reduced, seat in small:
            which = np.flatnonzero(reduced < -master.negligible)
            picked.append(which[np.argsort(reduced[which], kind="stable")[: master.facts.n]])
            seats.append(seat)
        before = len(master.columns)
        grown = add_columns(master, self._known, self._small, picked, seats)
        self._true.append(np.ones(len(master.columns) - before, bool))
        return grown

    def _add_relaxed(self, found: list[Cheapest]) -> bool:
        """Add the relaxation's coalitions of negative reduced cost as columns of their own."""
        new, master = [], self.master
        for s, cheapest in enumerate(found):
            seats = np.flatnonzero(cheapest.reduced < -master.negligible)
            if len(seats):
                coalitions = Coalitions.of_table(cheapest.members[seats])
                cents, none = cheapest.cents[seats], np.full(len(seats), -1)
                terms = master.terms[s]
                new.append(seated_columns(s, coalitions, seats, cents, none, terms))
        if not new:
            return False
        master.add(joined(new))
        self._true.append(np.zeros(sum(map(len, new)), bool))
        return True
