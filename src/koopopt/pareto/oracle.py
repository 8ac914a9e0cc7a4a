"""What the search for a front asks, and what it is answered.

The search knows nothing of plans, columns or solvers: it asks an `Oracle` for the best solution
of a weighted sum inside a box, and is answered with exact values and a proven bound. There is an
oracle for linear models (`pareto.models`) and another for problems (`pareto.plans`). All
numbers are whole: amounts in the units of the grid, and weighted sums of them.
"""

from __future__ import annotations

import threading
from collections.abc import Hashable
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from koopopt.case.plan import Plan
from koopopt.pareto.grid import Amounts, Grid
from koopopt.shown import Brief, counted

Values = tuple[float, ...]
"""One value a criterion."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Point(Brief):
    """A solution and its exact values.

    Attributes
    ----------
    values : tuple of k floats
        In the order of the front's criteria.
    solution : Plan or tuple of floats
        A plan; or one value a column, where the front is of a linear model.
    """

    values: Values
    solution: Plan | tuple[float, ...]

    def _said(self) -> str:
        held = self.solution
        what = repr(held) if isinstance(held, Plan) else counted(len(held), "column")
        return f" {tuple(map(float, self.values))}: {what}"


class Found(Enum):
    """What is known of a box."""

    POINT = "point"
    """The best solution of the weighted sum is held, proven."""
    EMPTY = "empty"
    """It is proven that no solution lies in it."""
    STOPPED = "stopped"
    """A limit was reached, or it was interrupted, or nobody can tell, or no proof was asked for: a
    solution may be known, and a bound."""


class Kind(Enum):
    """What a question is asked for."""

    IDEAL = "ideal"
    """The least value of one criterion, over all solutions: a bound on it everywhere."""
    OPENING = "opening"
    """A solution that is good in all criteria, to begin with."""
    SEARCH = "search"
    """A solution in a box, or the proof that there is none."""


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """Minimise weights · amounts over the solutions whose amounts do not exceed `upper`.

    Attributes
    ----------
    upper : tuple of k ints, None where there is no bound
    weights : tuple of k ints
        None is negative, one at least is positive.
    start : Point or None
        A known solution, not necessarily in the box.
    seconds : float or None
        How long to try.
    kind : Kind
    gap : float
        How much worse than the best, relatively, an answer may be. Oracles may be more exact.
    """

    upper: tuple[int | None, ...]
    weights: Amounts
    start: Point | None = None
    seconds: float | None = None
    kind: Kind = Kind.SEARCH
    gap: float = 0.0

    @property
    def bounded(self) -> bool:
        """Whether the box has any bound."""
        return any(u is not None for u in self.upper)


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """What came of a question.

    Attributes
    ----------
    found : Found
    point : Point or None
        An optimum of the weighted sum where `found` is `POINT`, else the best that is known.
    bound : int or None
        Proven lower bound on weights · amounts in the box; None where nothing was proven, and
        where the box is empty.
    solver : str
        The back end that had the last word, or what proved it without one.
    seconds : float
    message : str
        A back end's own words where something went wrong.
    """

    found: Found
    point: Point | None
    bound: int | None
    solver: str
    seconds: float
    message: str = ""


class Oracle(Protocol):
    """Who answers; lives in one process and may remember whatever helps."""

    def ask(self, question: Question, cancel: threading.Event) -> Answer:
        """Answer a question."""


class Subject(Protocol):
    """What a front is of: everything a worker needs to make its oracle, and no more.

    It is pickled and sent with every question, so it is small; a process makes one oracle of
    equal `key`s.
    """

    @property
    def digest(self) -> str:
        """Tells equal subjects, whoever solves them."""

    @property
    def key(self) -> Hashable:
        """Tells equal oracles: the digest, and who solves what of it how."""

    @property
    def grid(self) -> Grid:
        """What counts as one value."""

    def oracle(self) -> Oracle:
        """Make an oracle."""

    def amounts(self, solution: Plan | tuple[float, ...]) -> Amounts | None:
        """Return the exact amounts of a solution, None where it is none."""
