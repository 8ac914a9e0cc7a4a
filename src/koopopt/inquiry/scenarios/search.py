"""Branch and bound over plans: the least largest value, proven in whole numbers.

A node is a part of the columns. It is bounded by `bounds`, and split by a decision that says where
a municipality is served in a service: either at a place, or not there. Where all of these are
decided one plan is left, so the search ends whatever the linear programs are worth; values of plans
are sums of whole numbers. Before that, where few columns are left, an integer program is decided
(`deciding`): proofs of back ends count there as everywhere (`solvers.judge`).
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Final

import numpy as np

from koopopt.case.plan import Plan
from koopopt.inquiry.scenarios.bounds import Proof, Relaxation
from koopopt.inquiry.scenarios.columns import Choices, Whole
from koopopt.inquiry.scenarios.deciding import Program
from koopopt.linear import Bools, Floats, Ints
from koopopt.solvers.base import Control, Solver, Stopped, Termination
from koopopt.text import Text

NEAR: Final = 1e-6
"""Values that floating point takes for 0 or 1."""
UNKNOWN: Final = -(2**200)
"""Stands for the bound of a part of which nothing is known."""
MOST_SECONDS: Final = 60.0
SHARE: Final = 0.6
"""Seconds, and part of what is left, of an integer program before the search."""
FEW: Final = 400
"""Columns up to which no integer program is decided."""
FIRST_HANDED: Final = 1_500
"""Columns of the first integer program."""
SOME_MORE: Final = 1.5
"""All columns are taken where they are not more than so many times those that would be."""
MOST_HANDED: Final = 20_000
"""Columns over which an integer program is decided at the most."""


@dataclass(slots=True, eq=False)
class Standing:
    """What is known.

    Attributes
    ----------
    plan : Plan or None
        The best plan.
    total : int or None
        Its value.
    least : int or None
        No plan is below.
    termination : Termination
    nodes : int
    doubts : list of Text
        What back ends said that is known to be wrong, or could not be confirmed.
    """

    plan: Plan | None = None
    total: int | None = None
    least: int | None = None
    termination: Termination = Termination.LIMIT
    nodes: int = 0
    doubts: list[Text] = field(default_factory=list)

    def beside(self, before: Standing) -> Standing:
        """Return it with the bound of an earlier answer to the same question where that is more."""
        known = [x for x in (self.least, before.least) if x is not None]
        return replace(self, least=max(known, default=None))


@dataclass(eq=False)
class Search:
    """One question: minimise max_k (objectives_k − offsets_k) over the plans.

    Attributes
    ----------
    choices : Choices
    objectives : (K, N) whole numbers
        What each column of the model adds.
    offsets : list of int
    value : callable
        The value of a plan by the evaluator, None where it breaks a rule.
    solver : Solver
        Asked first to decide integer programs.
    control : Control
    """

    choices: Choices
    objectives: Whole
    offsets: list[int]
    value: Callable[[Plan], int | None]
    solver: Solver
    control: Control
    standing: Standing = field(default_factory=Standing)

    def __post_init__(self) -> None:
        self._index()
        self._worst = self._above()

    def _index(self) -> None:
        """Note who is served where by which column."""
        columns = self.choices.columns
        column, member = columns.members()
        facts = self.choices.problem.facts
        self._column = column
        self._who = columns.service[column] * facts.n + member
        self._seat = columns.seat[column]
        self._seats = facts.n
        self._groups = len(facts.services) * facts.n

    def _above(self) -> int:
        """Return what no plan is above."""
        columns, column, above = self.choices.columns, self._column, 0
        for row in self.objectives:
            most = np.zeros(self._groups, row.dtype)
            np.maximum.at(most, self._who, row[column])
            rest = row[len(columns) :]
            above = max(above, int(most.sum()) + int(np.maximum(rest, 0).sum()))
        return above - min(self.offsets)

    def _narrow(self, kept: Bools) -> None:
        """Go on with these columns only."""
        kept = kept | (np.arange(len(kept)) >= len(self.choices.columns))
        self.choices = self.choices.take(kept)
        self.objectives = self.objectives[:, kept]
        self._index()

    def run(self, starts: tuple[Plan, ...] = ()) -> Standing:
        """Search until it is proven, or a stop is asked for."""
        standing = self.standing
        for plan in starts:
            self.offer(plan)
        try:
            self._explore()
        except Stopped:
            standing.termination = self.control.why
        return standing

    def offer(self, plan: Plan) -> None:
        """Keep a plan if it keeps the rules and is better than what is known."""
        value = self.value(plan)
        standing = self.standing
        if value is not None and (standing.total is None or value < standing.total):
            standing.plan, standing.total = plan, value
            self._tell()

    @property
    def _target(self) -> int:
        """The value that a plan must be below to be of any use."""
        total = self.standing.total
        return self._worst + 1 if total is None else total

    def _explore(self) -> None:
        model = self.choices.model
        count_ = len(self.choices.columns)
        relaxed = Relaxation(model, self.objectives, self.offsets, count_)
        allowed = np.ones(model.shape[1], bool)
        proof = relaxed.prove(allowed, self._target, self.control)
        if proof is not None:
            self._raise(proof.least)
            self._decide(relaxed, proof, allowed)
        known = self.standing.least
        low = UNKNOWN if proof is None or known is None else max(proof.least, known)
        if proof is not None and low < self._target:
            self._narrow(allowed)
            relaxed = Relaxation(
                self.choices.model, self.objectives, self.offsets, len(self.choices.columns)
            )
            relaxed.enter()
            allowed = np.ones(self.choices.model.shape[1], bool)
        open_: list[tuple[int, int, Bools]] = []
        ticket = count()
        if low < self._target:
            heapq.heappush(open_, (low, next(ticket), allowed))
        while open_:
            least, _, mask = open_[0]
            self._raise(min(least, self._target))
            if least >= self._target or self._near(least):
                break
            self.control.check()
            heapq.heappop(open_)
            self.standing.nodes += 1
            try:
                for bound, child in self._worked(relaxed, mask, least):
                    heapq.heappush(open_, (bound, next(ticket), child))
            except Stopped:
                self._raise(min(least, self._target))
                raise
        if not open_ or open_[0][0] >= self._target:
            self._raise(self._target)
        self.standing.termination = (
            Termination.INFEASIBLE if self.standing.total is None else Termination.OPTIMAL
        )

    def _worked(self, relaxed: Relaxation, mask: Bools, least: int) -> list[tuple[int, Bools]]:
        """Bound a node; return the halves into which it is split, with bounds of theirs."""
        target = self._target
        proof = relaxed.prove(mask, target, self.control)
        if proof is not None:
            least = max(least, proof.least)
            if least >= target:
                return []
            value = relaxed.value[: len(self.choices.columns)]
            if relaxed.broken < NEAR and (np.abs(value - np.rint(value)) < NEAR).all():
                self.offer(self._plan(np.flatnonzero(value > 0.5)))
            mask = mask & proof.better(self._target)
            if least >= self._target:
                return []
        split = self._split(mask, relaxed.value if proof is not None else None)
        if split is None:
            return []
        there = np.zeros(len(mask), bool)
        away = np.zeros(len(mask), bool)
        who, seat = split
        mine = self._who == who
        there[self._column[mine & (self._seat != seat)]] = True
        away[self._column[mine & (self._seat == seat)]] = True
        return [(least, mask & ~there), (least, mask & ~away)]

    def _split(self, mask: Bools, value: Floats | None) -> tuple[int, int] | None:
        """Return who is to be served where, or not there; None where one plan is left at most.

        That plan is looked at then.
        """
        here = mask[self._column]
        key = self._who * self._seats + self._seat
        size = self._groups * self._seats
        open_ = np.zeros(size, bool)
        open_[key[here]] = True
        choices = open_.reshape(self._groups, self._seats)
        ways = choices.sum(axis=1)
        if (ways == 0).any():
            return None
        if (ways == 1).all():
            self._last(mask, choices.argmax(axis=1))
            return None
        flat = np.zeros(size)
        if value is not None:
            np.add.at(flat, key[here], value[self._column[here]])
        share = flat.reshape(self._groups, self._seats)
        apart = np.where(choices, np.minimum(share, 1.0 - share), -1.0)
        apart[ways == 1] = -1.0
        if apart.max() > NEAR:
            who, seat = divmod(int(apart.argmax()), self._seats)
            return who, seat
        # The program's own solution is a plan, or none: decide where it serves somebody.
        share = np.where(choices, share, -1.0)
        who = int(np.where(ways > 1, ways, 0).argmax())
        return who, int(share[who].argmax())

    def _last(self, mask: Bools, seat: Ints) -> None:
        """Look at the only plan in which everybody is served there."""
        n = self._seats
        columns = self.choices.columns
        wanted: dict[tuple[int, int], list[int]] = {}
        for group, at in enumerate(seat.tolist()):
            wanted.setdefault((group // n, at), []).append(group % n)
        sets = {key: np.array(who, np.int16).tobytes() for key, who in wanted.items()}
        chosen = [
            k
            for k in np.flatnonzero(mask[: len(columns)]).tolist()
            if sets.get((int(columns.service[k]), int(columns.seat[k])))
            == columns.coalitions[k].tobytes()
        ]
        if len(chosen) == len(wanted):
            self.offer(self._plan(np.array(chosen, np.int64)))

    # -- plans ---------------------------------------------------------------------------------

    def _plan(self, chosen: Ints) -> Plan:
        return self.choices.columns.plan(self.choices.problem.facts, chosen)

    def _decide(self, relaxed: Relaxation, proof: Proof, allowed: Bools) -> None:
        """Decide integer programs over the columns that pay most, and over more until all matter.

        A plan with a column that is left out has at least the value up to which columns are taken.
        What no better plan can hold leaves `allowed`.
        """
        most = FIRST_HANDED
        while True:
            allowed &= proof.better(self._target)
            matter = int(allowed.sum())
            if matter < FEW or proof.least >= self._target:
                return  # the search itself is quicker
            everything = matter <= SOME_MORE * most
            reach = self._target if everything else min(self._target, proof.reach(allowed, most))
            kept = allowed & proof.better(reach)
            kept[len(self.choices.columns) :] = True
            if int(kept[: len(self.choices.columns)].sum()) > MOST_HANDED:
                return
            left = self.control.remaining
            seconds = MOST_SECONDS if left is None else min(MOST_SECONDS, SHARE * left)
            part = self.control.part(seconds, gap=0.0)
            try:
                program = Program.of(relaxed, kept, part)
            except Stopped:
                self.control.check()  # the time of all is another matter
                return
            confirm = self.standing.total is None
            least, values, doubts = program.decided(self.solver, part, confirm=confirm)
            self.standing.doubts += doubts
            if values is not None:
                chosen = np.flatnonzero(kept)[values > 0.5]
                self.offer(self._plan(chosen[chosen < len(self.choices.columns)]))
            if least is not None:
                self._raise(min(least, reach, self._target))
            self.control.check()
            # A bound below the reach is the program's own: more columns do not raise it.
            known = UNKNOWN if self.standing.least is None else self.standing.least
            done = known >= self._target or self._near(known)
            if done or everything or least is None or least < reach:
                allowed &= proof.better(self._target)
                return
            most *= 4

    # -- small things --------------------------------------------------------------------------

    def _raise(self, least: int) -> None:
        known = self.standing.least
        if least > UNKNOWN and (known is None or least > known):
            self.standing.least = least
            self._tell()

    def _near(self, least: int) -> bool:
        """Whether the gap that was asked for is reached."""
        total, gap = self.standing.total, self.control.gap
        return gap > 0 and total is not None and total - least <= gap * abs(total)

    def _tell(self) -> None:
        scale = self.choices.problem.scale
        total, least = self.standing.total, self.standing.least
        self.control.report(
            None if total is None else scale.shown(total),
            None if least is None else scale.shown(least),
            "scenarios",
        )
