"""A portfolio of two back ends: which is the faster one shows on the first programs.

On some programs CP-SAT is ten times faster than HiGHS, on others slower, and nothing short of
trying tells which. Each of the first programs is given to both, in turns that double in length, so
that a program costs at most a few times what the better one needs. Then the better one is kept;
where a program takes it unusually long, the other gets its turn again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

import numpy as np

from koopopt.errors import SolverError
from koopopt.linear import Floats, LinearModel
from koopopt.solvers import chosen, get
from koopopt.solvers.base import Control, Feature, Solution, Solver, Termination
from koopopt.solvers.options import Options, Value
from koopopt.solvers.registry import equipped

TRIAL_ROUNDS: Final = 3
"""Programs that both solve."""
FIRST_TURN: Final = 2.0
"""Seconds of the first turn."""
RETRIAL_INTERVAL: Final = 40
"""After so many programs both solve one again: later programs may be of another kind."""
MIN_TURN_SECONDS: Final = 10.0
"""Seconds that the better one has at least: to begin again elsewhere costs what was done."""
SLOW_FACTOR: Final = 20.0
"""So many times its mean a program may take before the other back end is asked."""
NO_OPTIONS: Final[Options] = MappingProxyType({})
DECIDED: Final = (Termination.OPTIMAL, Termination.INFEASIBLE, Termination.UNBOUNDED)


@dataclass(slots=True)
class Contender:
    """A back end with what it took so far."""

    solver: Solver
    mean: float = 0.0
    able: bool = True

    def took(self, seconds: float) -> None:
        """Take in what a program took: the last ones count most."""
        self.mean = (self.mean + seconds) / 2 if self.mean else seconds


@dataclass(frozen=True, slots=True, eq=False)
class _Program:
    """What `Solver.solve` is given."""

    model: LinearModel
    control: Control
    weights: tuple[float, ...] | None
    start: Floats | None


@dataclass(slots=True)
class Portfolio:
    """A `Solver` that is the better of several."""

    contenders: list[Contender]
    last: Solver
    _count: int = 0
    _took: float = 0.0
    features: frozenset[Feature] = field(default=frozenset(Feature))

    @classmethod
    def of(cls, *names: str, options: Options = NO_OPTIONS) -> Portfolio:
        """Return a portfolio of back ends by their names."""
        contenders = [
            Contender(solver) for solver in equipped([get(name) for name in names], options)
        ]
        return cls(contenders, contenders[0].solver)

    @property
    def options(self) -> Mapping[str, Value]:
        """Options of the one that answered last."""
        return getattr(self.last, "options", {})

    @property
    def name(self) -> str:
        """Name of the back end that answered last."""
        return self.last.name

    @property
    def precision(self) -> float:
        """How exactly it computes."""
        return float(getattr(self.last, "precision", np.inf))

    def version(self) -> str:
        """Return its version."""
        return self.last.version()

    def solve(
        self,
        model: LinearModel,
        control: Control,
        *,
        weights: tuple[float, ...] | None = None,
        start: Floats | None = None,
    ) -> Solution:
        """Minimise; see `Solver.solve`."""
        program = _Program(model, control, weights, start)
        able = [contender for contender in self.contenders if contender.able]
        self._count += 1
        if len(able) > 1 and (self._count <= TRIAL_ROUNDS or self._count % RETRIAL_INTERVAL == 0):
            return self._both(able, program)
        first = min(able, key=lambda contender: contender.mean)
        turn = max(MIN_TURN_SECONDS, SLOW_FACTOR * first.mean) if len(able) > 1 else None
        solution = self._turn(first, turn, program)
        if _decides(first, solution) or control.stopped:
            return solution
        others = [
            contender for contender in self.contenders if contender.able and contender is not first
        ]
        able = [*others, first] if first.able else others
        return self._turns(able, turn or FIRST_TURN, program)

    def _both(self, able: list[Contender], program: _Program) -> Solution:
        """Let all solve a program; the slower one hardly longer than the first."""
        solution = self._turns(able, FIRST_TURN, program)
        winner = next((r for r in able if r.solver is self.last), able[0])
        for contender in able:
            if contender is not winner and contender.able and not program.control.stopped:
                self._turn(contender, 1.2 * self._took + 0.02, program)
        self.last = winner.solver
        return solution

    def _turns(self, able: list[Contender], turn: float, program: _Program) -> Solution:
        """Give each a turn, and turns twice as long, until one is done."""
        while True:
            for contender in able:
                if not contender.able:
                    continue
                alone = sum(r.able for r in able) == 1
                limit = None if alone else turn
                solution = self._turn(contender, limit, program)
                failed = alone and solution.termination is not Termination.TIME_LIMIT
                if _decides(contender, solution) or program.control.stopped or failed:
                    return solution
            turn *= 2

    def _turn(self, contender: Contender, limit: float | None, program: _Program) -> Solution:
        own = program.control.part(limit)
        self.last = contender.solver
        try:
            solution = contender.solver.solve(
                program.model, own, weights=program.weights, start=program.start
            )
        except SolverError as error:
            if sum(r.able for r in self.contenders) == 1:
                raise
            contender.able = False  # such programs are not for it
            return Solution(Termination.ERROR, message=error.render("en"))
        failed = (
            not _decides(contender, solution)
            and solution.termination is not Termination.TIME_LIMIT
            and not program.control.stopped
        )
        if failed and sum(r.able for r in self.contenders) > 1:
            contender.able = False
        self._took = own.seconds
        contender.took(own.seconds)
        return solution


def _decides(contender: Contender, solution: Solution) -> bool:
    """Whether nobody else need be asked: options of its own may make a back end stop early."""
    limited = solution.termination is Termination.LIMIT
    return solution.termination in DECIDED or (
        limited and bool(getattr(contender.solver, "options", None))
    )


def solver_or_portfolio(solver: str | Solver, options: Options = NO_OPTIONS) -> Solver:
    """Return a back end, by its name or as it is; for ``auto`` a portfolio of HiGHS and CP-SAT."""
    if solver == "auto":
        return Portfolio.of("cp-sat", "highs", options=options)
    return chosen(solver, options)
