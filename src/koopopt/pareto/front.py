"""The front: efficient solutions, what was proven of them, and ways to look at them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from koopopt.case.plan import Plan
from koopopt.errors import Fault
from koopopt.evaluation import Evaluation, evaluate
from koopopt.linear import Floats, LinearModel
from koopopt.pareto.certificate import Certificate
from koopopt.pareto.oracle import Point
from koopopt.problem import Problem
from koopopt.shown import Saved, Shown
from koopopt.solvers.options import Options

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Front(Shown, Saved):
    """A set of solutions, efficient but for those named by `unproven`, with its certificate.

    Attributes
    ----------
    subject : Problem or LinearModel
        What it is a front of.
    criteria : tuple of k str
        Names of criteria, or of the model's objectives; all to be minimised.
    resolution : tuple of k floats
    points : tuple of Point
        Mutually nondominated by their exact values, sorted by the first criterion.
    certificate : Certificate
    seconds : float
    interrupted : bool
        Whether it was stopped from outside.
    infeasible : bool
        Whether it is proven that there is no solution at all.
    messages : tuple of str
        Back ends' own words where something went wrong.
    source : str or None
        How the instance or the model was named, a file by its absolute path; None where it came
        from no file.
    solver_options : mapping
        Options of back ends' own libraries that were given, by their names.

    Examples
    --------
    >>> import koopopt
    >>> koopopt.front("three-villages", ["cost", "travel"]).values.tolist()
    [[110000.0, 650.0], [130000.0, 200.0], [135000.0, 0.0]]
    """

    subject: Problem | LinearModel
    criteria: tuple[str, ...]
    resolution: tuple[float, ...]
    points: tuple[Point, ...]
    certificate: Certificate
    seconds: float
    interrupted: bool = False
    infeasible: bool = False
    messages: tuple[str, ...] = ()
    source: str | None = None
    solver_options: Options = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.points)

    def __iter__(self) -> Iterator[Point]:
        return iter(self.points)

    def __getitem__(self, which: int) -> Point:
        return self.points[which]

    @property
    def complete(self) -> bool:
        """Whether nothing better can be missing, up to the resolution."""
        return self.certificate.complete

    @property
    def unproven(self) -> tuple[int, ...]:
        """Places of the points that may be dominated: no record proves that they are efficient.

        All others are. A front of few points, or one that was stopped, may have such points.
        """
        if self.complete:
            return ()
        from koopopt.pareto.recheck import grid_of

        grid, records = grid_of(self), self.certificate.records
        held = [grid.amounts(point.values) for point in self.points]
        return tuple(
            k for k, amounts in enumerate(held) if not any(r.proves(amounts, grid) for r in records)
        )

    @property
    def warnings(self) -> tuple[Fault, ...]:
        """What was altered, ignored or guessed when a model was read from its file."""
        return self.subject.warnings if isinstance(self.subject, LinearModel) else ()

    @property
    def solves(self) -> int:
        """How many questions were asked."""
        return len(self.certificate.records)

    @property
    def unexplored(self) -> float:
        """Share of the criteria space that is still open; see `Certificate`."""
        return self.certificate.unexplored

    @property
    def values(self) -> Floats:
        """Values of the points, shape (N, k)."""
        return np.array([p.values for p in self.points], float).reshape(-1, len(self.criteria))

    @property
    def plans(self) -> tuple[Plan, ...]:
        """The plans, one a point; none where the front is of a model."""
        return tuple(p.solution for p in self.points if isinstance(p.solution, Plan))

    def evaluations(self) -> tuple[Evaluation, ...]:
        """Return what the evaluator says of every plan: all criteria, not only the front's."""
        if not isinstance(self.subject, Problem):
            return ()
        return tuple(evaluate(self.subject, plan) for plan in self.plans)

    def to_frame(self) -> pd.DataFrame:
        """Return one row a point, in the order of `points`.

        The columns are the front's criteria; for plans the evaluator's other criteria follow.
        What counts something (bodies, change) is an integer.
        """
        import pandas as pd

        frame = pd.DataFrame(self.values, columns=list(self.criteria))
        if isinstance(self.subject, Problem):
            evaluations = self.evaluations()
            for c in self.subject.criteria:
                if c.name not in self.criteria:
                    frame[c.name] = [e.criteria.get(c.name, np.nan) for e in evaluations]
                if c.resolution == 1 and frame[c.name].notna().all():
                    frame[c.name] = frame[c.name].round().astype("int64")
        return frame

    def partnerships(self) -> pd.DataFrame:
        """Return one row a partnership of every plan; none where the front is of a model.

        The columns: ``point`` (its place in `points`), ``service``, ``members`` (a tuple of ids),
        ``seat``, ``legal_form`` and ``cost`` (EUR a year, without the office of the seat).
        """
        import pandas as pd

        facts = self.subject.facts if isinstance(self.subject, Problem) else None
        rows = [
            (k, p.service, p.members, p.seat, p.legal_form, facts.cost(p))
            for k, plan in enumerate(self.plans)
            for p in plan.partnerships
            if facts is not None
        ]
        columns = ["point", "service", "members", "seat", "legal_form", "cost"]
        return pd.DataFrame(rows, columns=columns)

    def _said(self) -> str:
        state = "complete" if self.complete else f"{self.unexplored:.2%} unexplored"
        return f" of {len(self)} point(s) in {', '.join(self.criteria)}; {state}"
