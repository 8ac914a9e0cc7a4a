"""Handing over: what is left of a node, once that is little, is decided without branching.

All columns that may be in a better plan are gone through where they make few plans, else a back
end decides over them as an integer program.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from koopopt.coalitions.sets import FORBIDDEN
from koopopt.formulations.partition.columns import Columns, alone_columns, joined, pooled_columns
from koopopt.formulations.partition.enumerating import STEPS, Found, better_plans
from koopopt.formulations.partition.master import Master
from koopopt.formulations.partition.model import WholeModel, solution_of, whole
from koopopt.formulations.partition.node import Node
from koopopt.formulations.partition.placing import Deciding
from koopopt.formulations.partition.pool import Pool, Prices
from koopopt.formulations.partition.standing import SearchStopped, Standing
from koopopt.linear import Floats, Ints, LinearModel
from koopopt.solvers.base import Control, Held, Termination
from koopopt.solvers.digits import decide_long, same_distance
from koopopt.solvers.judge import NO_SOLUTION_VALUE, Verdict

SMALL_PROGRAM_COLUMNS = 60
"""An integer program over so many columns is quicker than going on."""
NEAR_SHARES = (0.06, 0.12, 0.25, 0.5)
"""Shares of the gap up to which plans near the bound are gone through, one after the other."""
SETTLE_SECONDS = 5.0
"""For choosing the seats of one plan."""
MOMENT_COLUMNS, FEW_PROGRAMS, PROGRAM_TOWNS = 700, 100, 20_000
"""Columns that are so few that the back end decides over them in a moment, and how many plans get
seats before it is asked about those, and before giving up, times municipalities."""
LARGEST_DUAL = 1e17
"""Duals in steps are cut off here: they only make numbers small."""


@dataclass(frozen=True, slots=True, eq=False)
class Handover:
    """What is left by the master's last duals, and the back end."""

    standing: Standing
    master: Master

    def left(self, node: Node, few: int = SMALL_PROGRAM_COLUMNS) -> Columns | None:
        """Return all columns that may be in a better plan of the node, None if not few."""
        return self._few(node, node.pools, self.standing.distance(node), few)

    def _few(self, node: Node, pools: list[Pool], enough: float, few: int) -> Columns | None:
        """Return those columns of some pools whose reduced cost is enough, if they are few."""
        if sum(map(len, pools)) > few:
            return None
        columns = self._columns(node, pools, enough)
        return columns if len(columns) <= 4 * few else None

    def promising(self, node: Node, most: int) -> Columns:
        """Return about so many columns of a node, those of the least reduced cost."""
        reduced = np.concatenate(node.reduced)
        enough = self.standing.distance(node)
        if len(reduced) > most:
            enough = min(enough, float(np.partition(reduced, most)[most]))
        return self._columns(node, _within(node, enough), enough)

    def _columns(self, node: Node, pools: list[Pool], enough: float) -> Columns:
        """Return the columns of some pools whose reduced cost is not above what is enough."""
        facts, terms = self.standing.problem.facts, self.master.terms
        prices, _ = self.master.prices()
        enough = min(enough, FORBIDDEN / 2)
        parts = []
        for s, (pool, price) in enumerate(zip(pools, prices, strict=True)):
            row, seat = np.nonzero(pool.by_seat(price, slice(None)) <= enough)
            parts.append(alone_columns(facts, s, np.flatnonzero(node.alone[s]), terms[s]))
            parts.append(pooled_columns(facts, s, pool, row, seat, terms[s]))
        return joined(parts)

    def decide(self, node: Node, columns: Columns, seconds: float | None = None) -> bool:
        """Find the best plan of the node among the columns that are left.

        What is not among them is no better than the best plan so far. Where nobody can tell, the
        node's bound is what is known, and the search ends.

        Parameters
        ----------
        node : Node
        columns : Columns
        seconds : float, optional
            What it may take; where that was not enough, the search goes on.

        Returns
        -------
        bool
            Whether nothing is open in the node.
        """
        own = self.standing.control.part(seconds)
        return self.looked_through(node, columns, control=own) or self.ask(node, columns, seconds)

    def ask(self, node: Node, columns: Columns, seconds: float | None = None) -> bool:
        """Let the back end decide over the columns that are left (`decide`)."""
        standing = self.standing
        before = standing.objective
        verdict, least = self._decided(columns, seconds)
        if least is not None:
            node.bound = max(node.bound, min(least, before, standing.objective))
        if standing.pruned(node) or standing.blurred(node):
            return True
        early = seconds is not None and verdict.termination is Termination.TIME_LIMIT
        if not early or standing.control.stopped:
            standing.message = verdict.message
            claimed = verdict.settled or verdict.termination is Termination.UNBOUNDED
            raise SearchStopped(Termination.ERROR if claimed else verdict.termination)
        return False

    def solve(self, columns: Columns, seconds: float | None = None, gap: float = 0.0) -> None:
        """Hand columns to the back end, and keep the plan it finds if it is better."""
        standing = self.standing
        model = whole(standing.problem, columns, self._worth()).model
        own = standing.control.part(seconds, gap=max(gap, standing.control.gap))
        solution = standing.solver.solve(model, own, start=self._start(columns, model))
        if solution.held is not Held.NONE and solution.values is not None:
            self._take(columns, solution.values)

    def looked_through(
        self, node: Node, columns: Columns, steps: int = STEPS, control: Control | None = None
    ) -> bool:
        """Go through all plans of these columns if they are few, without asking anybody."""
        standing, priced = self.standing, self.master.prices()
        while standing.total is not None:
            best = standing.total
            most = standing.problem.scale.above(best - 1)
            found = self._better(columns, priced, most, steps, control)
            if found is None:
                return False
            node.bound = max(node.bound, min(found.up_to, standing.objective))
            if found.left is not None:
                node.keep(columns, found.left)
            if found.all:
                return True
            if standing.total == best:
                return False
        return False

    def looked_near(self, node: Node, few: int, steps: int, control: Control | None = None) -> bool:
        """Go through the plans near the node's bound, and farther, as long as they are few.

        The best of all plans up to some sum is the best of the node, however poor the best plan
        known was; where there are none, that sum is a bound. Return whether the node is done.
        """
        standing, priced = self.standing, self.master.prices()
        for share in NEAR_SHARES:
            if standing.total is None or standing.pruned(node):
                return standing.total is not None
            best = standing.total
            most = node.bound + share * (standing.objective - node.bound)
            enough = float(np.nextafter(most - node.level, np.inf))
            pools = _within(node, enough)
            columns = self._few(node, pools, enough, few)
            found = None
            if columns is not None:
                found = self._better(columns, priced, most, steps, control)
            if found is None:
                return False
            node.bound = max(node.bound, min(found.up_to, most, standing.objective))
            standing.tell("near")
            if not found.all and standing.total == best:
                break
        return standing.pruned(node)

    def _better(
        self,
        columns: Columns,
        priced: tuple[list[Prices], float],
        most: float,
        steps: int,
        control: Control | None = None,
    ) -> Found | None:
        """Go through the plans of these columns whose weighted sum is not above some number."""
        standing = self.standing
        control = standing.control if control is None else control

        def stopped() -> bool:
            return control.stopped

        def offer(chosen: Ints) -> float | None:
            if not standing.take(columns, chosen) or standing.total is None:
                return None
            return standing.problem.scale.above(standing.total - 1)

        programs = PROGRAM_TOWNS // standing.problem.facts.n
        if len(columns) <= MOMENT_COLUMNS:
            programs = min(programs, FEW_PROGRAMS)
        deciding = Deciding(
            offer, lambda which: self._settled(columns.take(which)), stopped, programs
        )
        found = better_plans(standing.problem, columns, *priced, most, steps, stopped, deciding)
        for chosen in [] if found is None else found.plans:
            standing.take(columns, chosen)
        return found

    def _settled(self, columns: Columns) -> bool:
        """Let the back end decide over few columns; return whether none of them is better."""
        _, least = self._decided(columns, SETTLE_SECONDS)
        return least is not None and least >= self.standing.objective

    def _decided(self, columns: Columns, seconds: float | None) -> tuple[Verdict, float | None]:
        """Let the back end decide over columns, take its plan; return what is proven of them."""
        standing = self.standing
        program = whole(standing.problem, columns, self._worth(), self.master.binding)
        verdict, found = self._judged(program, self._start(columns, program.model), seconds)
        standing.doubts += verdict.doubts
        if verdict.values is not None:
            self._take(columns, verdict.values)
        if found is None:
            return verdict, None
        sum_ = found + program.base
        # At the best plan the bound is that plan's own number, whatever digits it has.
        empty = verdict.least is not None and verdict.least >= NO_SOLUTION_VALUE
        if not empty and (standing.total is None or sum_ < standing.total):
            return verdict, standing.problem.scale.below(sum_)
        return verdict, np.inf

    def _judged(
        self, program: WholeModel, start: Floats | None, seconds: float | None
    ) -> tuple[Verdict, int | None]:
        standing, model, unit = self.standing, program.model, program.unit
        c = standing.control
        own = c.part(seconds, gap=same_distance(c.gap, standing.total, model, unit, start))
        return decide_long(model, unit, program.rest, standing.solver, own, start=start)

    def _worth(self) -> Floats:
        """Return what covering a municipality is worth at the last duals, (S, n), in steps."""
        duals = self.master.cover / self.standing.problem.scale.step
        return np.clip(duals, -LARGEST_DUAL, LARGEST_DUAL)

    def _start(self, columns: Columns, model: LinearModel) -> Floats | None:
        """Return the best plan as a solution over these columns, None where it is none."""
        plan = self.standing.plan
        return None if plan is None else solution_of(self.standing.problem, columns, model, plan)

    def _take(self, columns: Columns, values: Floats) -> None:
        self.standing.take(columns, np.flatnonzero(values[: len(columns)] > 0.5))


def _within(node: Node, enough: float) -> list[Pool]:
    """Return what the pools of a node have of reduced cost up to what is enough."""
    return [pool.take(part <= enough) for pool, part in zip(node.pools, node.reduced, strict=True)]
