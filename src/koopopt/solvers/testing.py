"""A back end for tests: it answers what it is told to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from koopopt.linear import Floats, LinearModel
from koopopt.solvers.base import Control, Feature, Solution, Termination


@dataclass(slots=True)
class FakeSolver:
    """A `Solver` without a solver.

    Attributes
    ----------
    solution : Solution
        What to answer; held as it is, unchecked, so that tests can hand out rubbish.
    raises : Exception or None
        What to raise instead.
    delay : float
        Seconds to wait before. A cancelled or late wait answers `INTERRUPTED` or `TIME_LIMIT`
        with what `solution` holds.
    calls : list of dict
        The arguments of every call so far.

    Examples
    --------
    >>> from koopopt.linear import ModelBuilder
    >>> FakeSolver().solve(ModelBuilder().build(), Control()).termination.name
    'ERROR'
    """

    solution: Solution = field(default_factory=lambda: Solution(Termination.ERROR, message="fake"))
    raises: Exception | None = None
    delay: float = 0.0
    name: str = "fake"
    features: frozenset[Feature] = frozenset(Feature)
    calls: list[dict[str, Any]] = field(default_factory=list)

    def version(self) -> str:
        """Return a version."""
        return "0"

    def solve(
        self,
        model: LinearModel,
        control: Control,
        *,
        weights: tuple[float, ...] | None = None,
        start: Floats | None = None,
    ) -> Solution:
        """Answer `solution` after `delay`, or raise `raises`."""
        self.calls.append({"model": model, "control": control, "weights": weights, "start": start})
        left = control.remaining
        control.cancel.wait(self.delay if left is None else min(self.delay, left))
        if self.raises is not None:
            raise self.raises
        if not self.delay or not control.stopped:
            return self.solution
        held = self.solution
        return Solution(control.why, held.held, held.values, held.objective, held.bound)
