"""Where a search stands: what it is asked, what it knows, and whether that is enough.

Bounds are scaled numbers (`koopopt.scale`); what is best is decided in whole ones: a node is done
once no whole weighted sum lies between its bound and the best plan's.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock

import numpy as np

from koopopt.case.plan import Plan
from koopopt.evaluation import evaluate
from koopopt.formulations.base import Outcome
from koopopt.formulations.partition.columns import Columns
from koopopt.formulations.partition.node import Node
from koopopt.linear import Ints
from koopopt.problem import Problem
from koopopt.solvers.base import Control, Solver, Termination
from koopopt.solvers.judge import each_once
from koopopt.text import Text


class SearchStopped(Exception):  # noqa: N818 - a signal inside the search
    """Cancelled or out of time, or the back end is."""

    def __init__(self, why: Termination = Termination.TIME_LIMIT) -> None:
        super().__init__(why)
        self.why = why


@dataclass(slots=True, eq=False)
class Standing:
    """The question, and the answer so far.

    Attributes
    ----------
    plan, total, objective : Plan or None, int or None, float
        The best so far, its weighted sum as a whole number and scaled (or the next number above).
    bound : float
        Proven so far.
    message, doubts : str, list of Text
        What people are told beside.
    """

    problem: Problem
    solver: Solver
    control: Control
    plan: Plan | None = None
    total: int | None = None
    objective: float = np.inf
    bound: float = -np.inf
    message: str = ""
    doubts: list[Text] = field(default_factory=list)
    _left_at: float = np.inf
    """The least bound of the nodes that are done."""
    _offering: Lock = field(default_factory=Lock)

    def outcome(self, termination: Termination) -> Outcome:
        """Return the answer."""
        least = self._least(self.bound)
        return Outcome(termination, self.plan, least, self.message, each_once(self.doubts))

    # -- what is learnt ------------------------------------------------------------------------

    def offer(self, plan: Plan) -> bool:
        """Keep a plan if it is the best; return whether the evaluator finds nothing wrong."""
        evaluation = evaluate(self.problem, plan)
        total = evaluation.total
        with self._offering:  # regions are decided beside the rest
            better = evaluation.feasible and (self.total is None or total < self.total)
            if better:
                self.plan, self.total = plan, total
                self.objective = self.problem.scale.above(total)
        if better:
            self.tell("plan")
        return evaluation.feasible

    def take(self, columns: Columns, chosen: Ints) -> bool:
        """Offer the plan of chosen columns."""
        return self.offer(columns.plan(self.problem.facts, chosen))

    def raise_bound(self, bound: float) -> None:
        """Take over a bound that is proven for all plans that are open."""
        if bound > self.bound:
            self.bound = max(self.bound, min(bound, self.objective, self._left_at))
            self.tell("bound")

    def leave(self, node: Node) -> None:
        """Remember the bound of a node that is done: a wide gap may leave better plans in it."""
        if self.pruned(node) or self.blurred(node):
            self._left_at = min(self._left_at, node.bound)

    def tell(self, phase: str) -> None:
        """Report progress to who listens."""
        if self.control.on_progress is None:
            return
        scale, least = self.problem.scale, self._least(self.bound)
        incumbent = None if self.total is None else scale.shown(self.total)
        self.control.report(incumbent, None if least is None else scale.shown(least), phase)

    # -- whether it is enough ------------------------------------------------------------------

    def check(self) -> None:
        """Raise `SearchStopped` where the search is to end."""
        if self.control.stopped:
            raise SearchStopped
        enough = self.control.enough
        if enough is not None and self.total is not None and self.total <= enough:
            raise SearchStopped(Termination.LIMIT)

    @property
    def closed(self) -> bool:
        """Whether the gap is."""
        return self._within_gap(self.bound)

    def near(self, share: float) -> bool:
        """Whether the best plan is no farther from the bound than this share of it."""
        return self.objective - self.bound <= share * abs(self.objective)

    def pruned(self, node: Node) -> bool:
        """Whether a node holds no plan that is asked for."""
        return node.bound == np.inf or self._within_gap(node.bound)

    def blurred(self, node: Node) -> bool:
        """Whether a node is as good as done: what is left open in it is too little to be told."""
        if self.total is None:
            return False
        return self.problem.scale.blurred(self.total, self._least(node.bound))

    def distance(self, node: Node) -> float:
        """Return how much reduced cost a column of a plan as good as the best may have."""
        return float(np.nextafter(self.objective - node.level, np.inf))

    def _within_gap(self, bound: float) -> bool:
        if self.total is None:
            return False
        least = self._least(bound)
        if least is None:
            return False
        distance = self.total - least
        return distance <= 0 or distance <= self.control.gap * abs(self.total)

    def _least(self, bound: float) -> int | None:
        """Return the least whole weighted sum that a scaled bound leaves."""
        if bound >= self.objective:
            return self.total
        return self.problem.scale.least(bound)
