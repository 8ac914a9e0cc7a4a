"""A local search over whole plans: better plans by single moves, within seconds.

It gives the formulations a plan to begin with, and polishes theirs where nothing is proven: a plan
that is returned without a proof is not improved by any one move (`moves`), clock permitting. Costs
and rules of partnerships are those of the coalition pool (`values`), plan rules are counted on the
whole plan (`state`), and the evaluator has the last word.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice

import numpy as np

from koopopt.case.plan import Plan
from koopopt.evaluation import (
    Evaluation,
    all_alone,
    evaluate,
    status_quo,
)
from koopopt.formulations.local.moves import Move, Moves
from koopopt.formulations.local.state import LocalState, PlanRules
from koopopt.formulations.local.values import CoalitionValues, Who
from koopopt.formulations.sites import joined
from koopopt.problem import Problem
from koopopt.solvers.base import Control, Stopped

SHAKEN_SHARE = 0.8
"""Part of the time left in which a plan is shaken; the rest is for a last look at every move."""
MAX_FRUITLESS_SHAKES = 400
"""Times that a plan is shaken in vain."""
SHAKEN_TOGETHER = 6
"""Near municipalities that are shaken together."""
MOVES_AT_ONCE = 4_000
"""Moves that are evaluated together."""
MIN_IMPROVEMENT = 0.5
"""Improvement, in steps of the weighted sum, below which a move is none."""
SUM_ERROR = 1e-12
"""Relative error of the sums that moves are compared by."""


class Local:
    """The local search of a problem; remembers what coalitions cost from one climb to the next."""

    def __init__(self, problem: Problem) -> None:
        problem = self.problem = joined(problem)
        self.values = [CoalitionValues(problem, s) for s in range(len(problem.facts.services))]

    def improved(self, control: Control, *plans: Plan | None, shaken: bool = False) -> Plan | None:
        """Return the best plan that single moves lead to from the best of some, None without any.

        Everyone alone and the plan in force are tried as well. It ends where no move helps, or
        with the time of `control`; where it is `shaken`, parts of the plan are taken apart before,
        at random, and mended, until that was in vain for long.
        """
        known = [p for p in (*plans, status_quo(self.problem), all_alone(self.problem)) if p]
        good = [e for e in (evaluate(self.problem, plan) for plan in known) if e.feasible]
        best = min(good, key=lambda e: e.total, default=None)
        if best is not None:
            control.report(best.objective, None, "exchange")
        climb = _Climb(self, control, best, best.plan if best is not None else known[0])
        try:
            climb.up()
            if shaken:
                left = control.remaining
                seconds = None if left is None else SHAKEN_SHARE * left
                climb.shaken(control.part(seconds, on_progress=control.on_progress))
                climb.up()
        except Stopped:
            climb.offer()
        return climb.best.plan if climb.best is not None else None


class _Climb:
    """One way up: a state, and what it is worth."""

    def __init__(self, local: Local, control: Control, best: Evaluation | None, plan: Plan) -> None:
        self.problem, self.values, self.control, self.best = (
            local.problem, local.values, control, best
        )  # fmt: skip
        self.rules = PlanRules(self.problem)
        self.state = LocalState(self.problem, self.values, plan)
        self.moves = Moves(self.state)
        self.broken = self.rules.broken(self.state) if self.rules.any else 0.0
        self.changed = False
        self.gained = 0.0

    def up(self) -> None:
        """Move until no move helps."""
        kinds: list[Callable[[int], Iterator[Move]]] = [
            self.moves.joins,
            self.moves.merges,
            lambda s: self.moves.joins(s, wide=True),
            lambda s: self.moves.merges(s, wide=True),
            self.moves.swaps,
        ]
        kind = 0
        while kind < len(kinds):
            helped = False
            for s in range(len(self.values)):
                while self._round(kinds[kind](s)):
                    helped = True
            if helped:
                self.offer()
            kind = 0 if helped and kind else kind + 1

    def shaken(self, control: Control) -> None:
        """Take a part of the plan apart and mend it, again and again."""
        whole, self.control = self.control, control
        dice = np.random.default_rng(control.seed)
        fruitless = 0
        before = dict(self.state.members[0])
        s = 0
        try:
            while fruitless < MAX_FRUITLESS_SHAKES and not self.broken:
                control.check()
                s = int(dice.integers(len(self.values)))
                before = dict(self.state.members[s])
                self._take_apart(s, int(dice.integers(self.state.seat.shape[1])))
                for moves in (self.moves.joins, self.moves.merges, self.moves.joins):
                    while self._round(moves(s)):
                        pass
                if self.gained < self._least() and not self.broken:
                    self.changed, fruitless = True, 0
                    self.offer()
                else:
                    self._back(s, before)
                    fruitless += 1
        except Stopped:
            self._back(s, before)
        finally:
            self.control, self.moves.only = whole, None

    def _take_apart(self, s: int, i: int) -> None:
        """Leave everybody alone who is with a municipality or with one that is near it."""
        members, seat, near = self.state.members[s], self.state.seat[s], self.moves.near[s]
        old = sorted({int(seat[j]) for j in (i, *near[i][:SHAKEN_TOGETHER])})
        who = [j for h in old for j in members[h]]
        self.moves.only = {*who, *(k for j in who for k in near[j][:SHAKEN_TOGETHER])}
        gain = self._gain((s, tuple(old), tuple((j,) for j in who)))
        self.gained = np.inf if gain is None else gain
        self.state.change(s, old, [(j, (j,)) for j in who])
        self.broken = self.rules.broken(self.state) if self.rules.any else 0.0

    def _back(self, s: int, before: dict[int, Who]) -> None:
        now = self.state.members[s]
        gone = [h for h, who in now.items() if before.get(h) != who]
        come = [(h, who) for h, who in before.items() if now.get(h) != who]
        self.state.change(s, gone, come)
        self.broken = 0.0
        self.changed = False

    def _round(self, moves: Iterator[Move]) -> bool:
        """Look at all these moves, and of each batch make the best that do not touch each other."""
        touched: set[int] = set()
        made = False
        while batch := list(islice(moves, MOVES_AT_ONCE)):
            self.control.check()
            s = batch[0][0]
            self.values[s].learn(who for _, _, new in batch for who in new)
            self.control.check()
            # What touches a changed partnership was made for what is gone.
            open_ = [m for m in batch if not touched.intersection(m[1]) and not self._idle(m)]
            gains = [(self._gain(move), move) for move in open_]
            helping = [
                (gain, move)
                for gain, move in gains
                if gain is not None and (gain < self._least() or self.broken)
            ]
            helping.sort(key=lambda entry: entry[0])
            for k, (_, move) in enumerate(helping):
                if k % 100 == 0:
                    self.control.check()
                if not touched.intersection(move[1]) and self._make(move):
                    touched.update(move[1], (int(self.state.seat[s, who[0]]) for who in move[2]))
                    made = True
        return made

    def _idle(self, move: Move) -> bool:
        """Whether a move cannot help: more partnerships are wanted, or fewer, than it makes."""
        if not self.broken:
            return False
        way = self.rules.direction(self.state)
        return bool(way) and way * (len(move[2]) - len(move[1])) <= 0

    def _least(self) -> float:
        size = abs(self.problem.scale.scaled(self.best.total)) if self.best else 0.0
        return -max(MIN_IMPROVEMENT * self.problem.scale.step, SUM_ERROR * size)

    def _gain(self, move: Move) -> float | None:
        """Return what the objective changes by, None where a rule of partnerships forbids it."""
        s, old, new = move
        freed: dict[int, int] = {}
        before = sum(self.state.cost(s, h, freed) for h in old)
        after = 0.0
        for who in new:
            found = self.state.best_seat(s, who, freed)
            if found is None:
                return None
            after += found[0]
        return after - before

    def _make(self, move: Move) -> bool:
        """Make a move if it still helps and breaks no more rules of plans; else undo it."""
        s, old, new = move
        state = self.state
        if any(h not in state.members[s] for h in old):
            return False
        before = [(h, state.members[s][h]) for h in old]
        gain = self._gain(move)
        if gain is None or (gain >= self._least() and not self.broken):
            return False
        freed: dict[int, int] = {}
        for h in old:
            state.cost(s, h, freed)
        seats = [state.best_seat(s, who, freed) for who in new]
        after = [(seat[1], who) for seat, who in zip(seats, new, strict=True) if seat is not None]
        state.change(s, list(old), after)
        broken = self.rules.broken(state) if self.rules.any else 0.0
        if broken < self.broken or (broken == self.broken and gain < self._least()):
            self.broken, self.changed = broken, True
            self.gained += gain
            return True
        state.change(s, [h for h, _ in after], before)
        return False

    def offer(self) -> None:
        """Keep the plan of the state if the evaluator finds it right, and better."""
        if not self.changed or self.broken:
            return
        self.changed = False
        found = evaluate(self.problem, self.state.plan())
        if found.feasible and (self.best is None or found.total < self.best.total):
            self.best = found
            self.control.report(found.objective, None, "exchange")
