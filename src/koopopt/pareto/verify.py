"""Checking a front without trusting who computed it.

From the points alone the search region is built anew, with other code than the search uses, and
every box of it must be proven empty by a record of the certificate; every plan is evaluated again;
and some of the boxes are asked about once more, with another back end (`pareto.recheck`). What
nobody can check without solving everything again is whether a back end lied in a record whose
box is not in the sample.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from random import Random
from typing import Final

import numpy as np

from koopopt.case.plan import Plan
from koopopt.checking.request import check_request
from koopopt.checking.typed import checked
from koopopt.evaluation import evaluate
from koopopt.linear import LinearModel
from koopopt.pareto import audit, boxes
from koopopt.pareto.certificate import Record
from koopopt.pareto.front import Front
from koopopt.pareto.grid import Cell, Grid
from koopopt.pareto.models import ModelSubject
from koopopt.pareto.models import with_objectives as of_objectives
from koopopt.pareto.oracle import Found, Point
from koopopt.pareto.recheck import ask_again, bound_again, grid_of, other_solver
from koopopt.problem import Problem
from koopopt.shown import Brief, counted
from koopopt.text import T, Text

MIN_RECHECKED: Final = 10
"""Boxes that are asked about once more in any case."""


@dataclass(frozen=True, slots=True, repr=False)
class Check(Brief):
    """One thing that was checked.

    Attributes
    ----------
    name : str
        Short name, for programs.
    ok : bool or None
        None where it could not be decided in the time given.
    text : Text
        What was found.
    """

    name: str
    ok: bool | None
    text: Text

    def _said(self) -> str:
        verdict = {True: "ok", False: "failed", None: "undecided"}[self.ok]
        return f" {self.name!r} {verdict}: {self.text}"


@dataclass(frozen=True, slots=True, repr=False)
class Verification(Brief):
    """What came of the checks."""

    checks: tuple[Check, ...]
    seconds: float

    @property
    def ok(self) -> bool:
        """Whether everything was checked and nothing is wrong."""
        return all(check.ok for check in self.checks)

    @property
    def failed(self) -> bool:
        """Whether something is wrong."""
        return any(check.ok is False for check in self.checks)

    def _said(self) -> str:
        verdict = "ok" if self.ok else "failed" if self.failed else "undecided"
        return f" {verdict}: {counted(len(self.checks), 'check')}"


@checked
def verify(
    front: Front,
    *,
    sample: int | None = None,
    solver: str | None = None,
    seed: int = 0,
    time_limit: float | None = 60.0,
    cancel: threading.Event | None = None,
) -> Verification:
    """Check a front and its certificate.

    Parameters
    ----------
    front : Front
    sample : int, optional
        How many empty boxes to ask about once more, 0 for none. By default as many as the time
        allows, all of them if they are few, and `MIN_RECHECKED` at least.
    solver : str, optional
        With which back end; by default another than the record of the box names.
    seed : int
        Chooses the sample.
    time_limit : float, optional
        Seconds for the sample, all boxes together. What is not decided by then is reported so.
    cancel : threading.Event, optional
        Set it to stop; what is left is undecided.

    Examples
    --------
    >>> import koopopt
    >>> koopopt.verify(koopopt.front("three-villages", ["cost", "travel"])).ok
    True
    """
    began = time.perf_counter()
    check_request(time_limit=time_limit, seed=seed)
    grid = grid_of(front)
    region = boxes.region(grid.cells(grid.many(front.values)), grid.count)
    log = front.certificate.records
    uppers = np.array([r.upper for r in log], np.int64).reshape(-1, grid.count)
    by_record = [boxes.proving(log, uppers, grid, box) for box in region]
    empty = [(box, k) for box, k in zip(region, by_record, strict=True) if k is not None]
    left = [box for box, k in zip(region, by_record, strict=True) if k is None]
    checks = [
        _first("solutions", T("All {count} solutions are feasible, and their values are right.",
                              count=len(front)), _solutions(front, grid)),
        _first("points", T("The points are sorted, each once, and none dominates another."),
               _points(front, grid)),
        _first("records", T("No point contradicts a record of the certificate."),
               audit.records(front, grid)),
        _complete(front, grid, region, left),
    ]  # fmt: skip
    if front.certificate.open:
        checks.append(
            _first("coverage", T("What is said of the open boxes follows from the records."),
                   audit.coverage(front, grid))
        )  # fmt: skip
    if sample != 0 and empty:
        chosen = Random(seed).sample(empty, min(sample or len(empty), len(empty)))
        wanted = len(chosen) if sample else min(MIN_RECHECKED, len(chosen))
        checks.append(_sampled(front, grid, chosen, wanted, solver, seed, time_limit, cancel))
    if sample != 0 and front.certificate.open:
        # Points that are missing cannot speak against a record.
        told = [r for r in log if r.found is Found.EMPTY or r.bound is not None]
        picked = Random(seed).sample(told, min(sample or len(told), len(told)))
        checks.append(_again(front, grid, picked, solver, seed, time_limit, cancel))
    return Verification(tuple(checks), time.perf_counter() - began)


def _first(name: str, fine: Text, faults: Iterator[Text]) -> Check:
    """Return the check that finds no fault, or names the first."""
    found = list(islice(faults, 1000))
    if not found:
        return Check(name, True, fine)
    if len(found) == 1:
        return Check(name, False, found[0])
    more = T("{first} There are {count} more faults like this.",
             first=found[0], count=len(found) - 1)  # fmt: skip
    return Check(name, False, more)


def _solutions(front: Front, grid: Grid) -> Iterator[Text]:
    """Evaluate every solution again, with the evaluator or the model and nothing else."""
    if isinstance(front.subject, LinearModel):
        subject = ModelSubject(of_objectives(front.subject, front.criteria), grid)
    for k, point in enumerate(front.points, 1):
        if isinstance(front.subject, Problem):
            wrong = _plan(front.subject, front.criteria, point)
        else:
            wrong = _columns(subject, front.criteria, point)
        for text in wrong:
            yield T("Point {point}: {text}", point=k, text=text)


def _plan(problem: Problem, criteria: Sequence[str], point: Point) -> Iterator[Text]:
    if not isinstance(point.solution, Plan):
        yield T("There is no plan.")
        return
    evaluation = evaluate(problem, point.solution)
    for violation in islice(evaluation.violations, 1):
        yield violation.text
    if evaluation.criteria:
        yield from _differences(
            criteria, point.values, [evaluation.criteria[name] for name in criteria]
        )


def _columns(subject: ModelSubject, criteria: Sequence[str], point: Point) -> Iterator[Text]:
    values = np.array(point.solution, float)
    if values.shape != subject.model.lower.shape:
        yield T("There is no solution.")
        return
    amounts = subject.amounts(tuple(values.tolist()))
    if amounts is None:
        yield T("The solution violates a row, a bound or integrality by {value}.",
                value=subject.model.violation(values))  # fmt: skip
    else:
        yield from _differences(criteria, point.values, subject.grid.values(amounts))


def _differences(
    criteria: Sequence[str], said: Sequence[float], true: Sequence[float]
) -> Iterator[Text]:
    for name, a, b in zip(criteria, said, true, strict=True):
        if a != b:
            yield T("{name} is {true}, not {said}.", name=name, true=b, said=a)


def _points(front: Front, grid: Grid) -> Iterator[Text]:
    values, cells = front.values, grid.cells(grid.many(front.values))
    for k in range(1, len(values)):
        if tuple(values[k]) < tuple(values[k - 1]):
            yield T("Point {point} is not in its place.", point=k + 1)
    for table in (values, cells):
        for k, mine in enumerate(table):
            no_worse = (table <= mine).all(axis=1)
            no_worse[k] = False
            for other in np.flatnonzero(no_worse)[:1]:
                yield T("Point {point} is dominated by point {other}, or equal to it.",
                        point=k + 1, other=int(other) + 1)  # fmt: skip


def _complete(front: Front, grid: Grid, region: Sequence[Cell], left: Sequence[Cell]) -> Check:
    """Check that every box of the search region is proven empty, or said to be open."""
    said = [box.upper for box in front.certificate.open]
    if front.infeasible != (front.complete and not len(front)):
        text = T("What is said of whether there is any solution does not fit the points.")
        return Check("complete", False, text)
    lost = [box for box in left if not any(boxes.within(box, other) for other in said)]
    loose = audit.loose(front, grid) if front.complete else []
    if lost:
        text = T("{count} of {all} boxes of the search region are neither proven empty nor open,"
                 " the first: {box}.", count=len(lost), all=len(region),
                 box=_shown(front, grid, lost[0]))  # fmt: skip
        return Check("complete", False, text)
    if loose:
        text = T("Point {point} is not proven to be efficient.", point=loose[0] + 1)
        return Check("complete", False, text)
    if said:
        text = T("Not complete, as it says: {empty} of {all} boxes of the search region are proven"
                 " empty, the others are open.", empty=len(region) - len(left),
                 all=len(region))  # fmt: skip
        return Check("complete", True, text)
    text = T("Complete: all {all} boxes of the search region are proven empty.", all=len(region))
    return Check("complete", True, text)


def _sampled(
    front: Front,
    grid: Grid,
    chosen: Sequence[tuple[Cell, int]],
    wanted: int,
    solver: str | None,
    seed: int,
    time_limit: float | None,
    cancel: threading.Event | None,
) -> Check:
    """Ask about boxes once more: `wanted` of them for certain, the others as time allows."""
    began, decided, used = time.perf_counter(), 0, set()
    for k, (box, record) in enumerate(chosen):
        spent = time.perf_counter() - began
        if k >= wanted and ((time_limit is not None and spent > time_limit / 2)
                            or (cancel is not None and cancel.is_set())):  # fmt: skip
            break
        name = solver or other_solver(front, front.certificate.records[record].solver)
        used.add(name)
        seconds = None
        if time_limit is not None:
            left = max(0.0, time_limit - spent)
            seconds = left / max(1, wanted - k) if k < wanted else left
        empty, values = ask_again(front, grid, box, name, seconds, seed, cancel)
        decided += empty is not None
        if empty is False:
            text = T("A solution is missing: {solver} finds {values} in a box that is claimed to be"
                     " empty ({box}).", solver=name, values=_values(front, values),
                     box=_shown(front, grid, box))  # fmt: skip
            return Check("sample", False, text)
    names = ", ".join(sorted(used))
    if decided < wanted:
        text = T("{decided} of {count} boxes were asked about once more ({solver}) and are empty;"
                 " for the others the time did not suffice.", decided=decided, count=wanted,
                 solver=names)  # fmt: skip
        return Check("sample", None, text)
    if decided < len(chosen):
        text = T("{count} of {all} boxes were asked about once more ({solver}) and are empty.",
                 count=decided, all=len(chosen), solver=names)  # fmt: skip
        return Check("sample", True, text)
    text = T("{count} boxes were asked about once more ({solver}) and are empty.",
             count=decided, solver=names)  # fmt: skip
    return Check("sample", True, text)


def _again(
    front: Front,
    grid: Grid,
    records: Sequence[Record],
    solver: str | None,
    seed: int,
    time_limit: float | None,
    cancel: threading.Event | None,
) -> Check:
    """Ask the questions of records once more, as time allows, `MIN_RECHECKED` in any case."""
    began, decided = time.perf_counter(), 0
    wanted = min(MIN_RECHECKED, len(records))
    for k, record in enumerate(records):
        spent = time.perf_counter() - began
        if k >= wanted and ((time_limit is not None and spent > time_limit / 2)
                            or (cancel is not None and cancel.is_set())):  # fmt: skip
            break
        name = solver or other_solver(front, record.solver)
        seconds = None if time_limit is None else max(0.0, time_limit - spent) / max(1, wanted - k)
        holds, values = bound_again(front, grid, record, name, seconds, seed, cancel)
        decided += holds is not None
        if holds is False:
            text = T("A record is wrong: {solver} finds {values}, which is better than the record"
                     " allows.", solver=name, values=_values(front, values))  # fmt: skip
            return Check("bounds", False, text)
    if decided < wanted:
        text = T("{decided} of {count} records were asked about once more and hold; for the others"
                 " the time did not suffice.", decided=decided, count=wanted)  # fmt: skip
        return Check("bounds", None, text)
    text = T("{count} of {all} records were asked about once more and hold.",
             count=decided, all=len(records))  # fmt: skip
    return Check("bounds", True, text)


def _shown(front: Front, grid: Grid, box: Cell) -> str:
    """Return a box as limits on the criteria."""
    limits = zip(front.criteria, grid.limits(box), grid.units, strict=True)
    shown = [f"{name} ≤ {float(u * unit):.15g}" for name, u, unit in limits if u is not None]
    return ", ".join(shown) or "–"


def _values(front: Front, values: Sequence[float]) -> str:
    pairs = zip(front.criteria, values, strict=True)
    return ", ".join(f"{name} {value:.10g}" for name, value in pairs)
