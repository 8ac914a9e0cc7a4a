"""The judge: what is known of a program in whole numbers, whoever was asked.

Back ends are witnesses. Their solutions are checked exactly and kept if they are good; their proofs
count where the account of tolerances (`koopopt.solvers.account`) believes them and nothing that is
known speaks against them. Otherwise the next witness is asked, and what was wrong is named.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from math import ceil, inf
from typing import Final

import numpy as np

from koopopt.errors import SolverError
from koopopt.linear import Floats, LinearModel
from koopopt.solvers.account import ROW_SLACK, Account, dot, keeps, loosened
from koopopt.solvers.base import Control, Held, Solution, Solver, Termination
from koopopt.solvers.registry import get
from koopopt.solvers.scaling import OutOfReach
from koopopt.text import T, Text

logger = logging.getLogger(__name__)

WITNESSES: Final = ("cp-sat", "highs", "scip")
"""Who is asked next, in this order."""
NO_SOLUTION_VALUE: Final = 2**62
"""Stands for the least value of a program without solutions."""


@dataclass(slots=True, eq=False)
class Verdict:
    """What is known of a program.

    Attributes
    ----------
    termination : Termination
        `OPTIMAL`: `values` are the best, proven (up to the gap that was asked for);
        `INFEASIBLE`: there are none, proven; else why nothing more is known.
    values : (n,) array or None
        Whole numbers that keep all rows exactly.
    total : int or None
        The objective of `values`.
    least : int or None
        Every solution has this objective at least, proven.
    solver : str
        Who had the last word.
    message : str
        A back end's own words where something went wrong.
    doubts : list of Text
        What back ends said that is known to be wrong, or could not be confirmed.
    """

    termination: Termination = Termination.ERROR
    values: Floats | None = None
    total: int | None = None
    least: int | None = None
    solver: str = ""
    message: str = ""
    doubts: list[Text] = field(default_factory=list)

    @property
    def settled(self) -> bool:
        """Whether nothing is open."""
        return self.termination in (Termination.OPTIMAL, Termination.INFEASIBLE)


def decide(
    model: LinearModel,
    solver: Solver,
    control: Control,
    *,
    start: Floats | None = None,
    confirm: bool = False,
) -> Verdict:
    """Minimise the objective of a program in whole numbers.

    Parameters
    ----------
    model : LinearModel
        Whole numbers only (`account.is_whole`), one objective without an offset.
    solver : Solver
        Whom to ask first.
    control : Control
    start : (n,) array, optional
        A solution that is known.
    confirm : bool
        Whether two back ends have to agree that there is no solution, unless one that computes in
        whole numbers says so.

    Raises
    ------
    SolverError
        If the first back end is missing or cannot solve such programs.
    """
    account, eased, verdict = Account.of(model), loosened(model), Verdict()
    if start is not None:
        _offer(model, verdict, start)
    silent = True
    claims: list[tuple[Solver, int]] = []
    for witness in _witnesses(solver, account):
        try:
            solution = _asked(witness, eased, control, verdict)
        except OutOfReach as error:
            verdict.message = verdict.message or error.render("en")
            continue
        except SolverError:
            if witness is solver:
                raise
            continue
        verdict.solver = witness.name
        if solution.held is not Held.NONE and solution.values is not None:
            _offer(model, verdict, solution.values)
        least = _claim(solution)
        if least is not None:
            claims.append((witness, least))
        before = len(verdict.doubts)
        claims = _weigh(claims, account, verdict, confirm)
        for doubt in verdict.doubts[before:]:
            logger.warning("%s", doubt)
        if _settle(verdict, control.gap):
            return verdict
        stopped = control.stopped
        unable = solution.termination in (Termination.UNBOUNDED, Termination.ERROR)
        if silent or unable:
            verdict.termination, verdict.message = solution.termination, solution.message
        silent = False
        if stopped or solution.termination in (Termination.TIME_LIMIT, Termination.INTERRUPTED):
            verdict.termination = _why(control, solution)
            return verdict
        if solution.termination is Termination.LIMIT and getattr(witness, "options", None):
            # Options of its own made it stop here: another one would undo what they are for.
            verdict.termination = Termination.LIMIT
            return verdict
    if verdict.termination in (Termination.OPTIMAL, Termination.INFEASIBLE):
        verdict.termination = Termination.LIMIT
        verdict.message = verdict.message or "no back end can prove it: the numbers are too large"
    return verdict


def each_once(doubts: Iterable[Text]) -> tuple[Text, ...]:
    """Return doubts without those that say the same again."""
    return tuple({str(doubt): doubt for doubt in doubts}.values())


def _witnesses(first: Solver, account: Account) -> Iterator[Solver]:
    """Yield whom to ask: the one that was chosen, unless its arithmetic is too coarse.

    Then one that counts in whole numbers comes before it: where sums are beyond its tolerances,
    a back end may also search without end (SCIP does, and takes all the memory).
    """
    coarse = 0.0 < getattr(first, "precision", inf) < inf and not account.believes(first)
    before = [get(name) for name in WITNESSES[:1] if coarse]
    before = [exact for exact in before if account.believes(exact)]
    yield from before
    yield first
    asked = {first.name, *(witness.name for witness in before)}  # of a portfolio, who answered
    yield from (get(name) for name in WITNESSES if name not in asked)


def _asked(witness: Solver, model: LinearModel, control: Control, known: Verdict) -> Solution:
    c = control
    own = Control(c.gap, c.remaining, c.threads, c.seed, c.cancel, c.on_progress)
    return witness.solve(model, own, start=known.values)


def _offer(model: LinearModel, verdict: Verdict, values: Floats) -> None:
    """Keep values if they are whole, keep the rows exactly, and are better than what is known."""
    if values.shape != model.lower.shape or not np.isfinite(values).all():
        return
    rounded = np.rint(values)
    if not keeps(model, rounded):
        return
    total = dot(model.objectives[0].coefficients, rounded)
    if verdict.total is None or total < verdict.total:
        verdict.values, verdict.total = rounded, total


def _claim(solution: Solution) -> int | None:
    """Return the least objective that a back end says it proved; None without a word."""
    if solution.termination is Termination.INFEASIBLE:
        return NO_SOLUTION_VALUE
    if solution.least is not None:
        return solution.least
    if solution.bound is None or not np.isfinite(solution.bound):
        return None
    return min(ceil(solution.bound - ROW_SLACK), NO_SOLUTION_VALUE - 1)


def _weigh(
    claims: list[tuple[Solver, int]], account: Account, verdict: Verdict, confirm: bool
) -> list[tuple[Solver, int]]:
    """Conclude from all claims so far, and return those that no solution speaks against."""
    verdict.least, left, denials = None, [], 0
    for witness, least in claims:
        if verdict.total is not None and least > verdict.total:
            verdict.doubts.append(
                T("{solver} said that no solution is below {least}, but {total} is one.",
                  solver=witness.name, least=least, total=verdict.total)
                if least < NO_SOLUTION_VALUE
                else T("{solver} said that there is no solution, but there is one.",
                       solver=witness.name)
            )  # fmt: skip
            continue
        left.append((witness, least))
        if not account.believes(witness):
            logger.debug("numbers are too large to believe the proof of %s", witness.name)
            continue
        # Who computes in whole numbers needs nobody to agree.
        denials += (least >= NO_SOLUTION_VALUE) * (1 if getattr(witness, "precision", 1.0) else 2)
        if least < NO_SOLUTION_VALUE or denials > confirm:
            verdict.least = least if verdict.least is None else max(verdict.least, least)
    return left


def _settle(verdict: Verdict, gap: float) -> bool:
    """Whether the best is known, or that there is none."""
    if verdict.least is None:
        return False
    if verdict.total is None:
        if verdict.least < NO_SOLUTION_VALUE:
            return False
        verdict.termination = Termination.INFEASIBLE
        return True
    distance = verdict.total - verdict.least
    if distance > 0 and distance > gap * abs(verdict.total):
        return False
    verdict.termination = Termination.OPTIMAL
    return True


def _why(control: Control, solution: Solution) -> Termination:
    said_so = solution.termination in (Termination.TIME_LIMIT, Termination.INTERRUPTED)
    return solution.termination if said_so and not control.cancel.is_set() else control.why
