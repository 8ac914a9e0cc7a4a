"""Fronts with one fault each, and the truth about them by enumeration."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

import bruteforce
from koopopt.linear import LinearModel
from koopopt.pareto import boxes
from koopopt.pareto.certificate import Record
from koopopt.pareto.front import Front
from koopopt.pareto.grid import NO_BOUND, Amounts, Grid, total
from koopopt.pareto.models import ModelSubject
from koopopt.pareto.oracle import Found, Point
from koopopt.pareto.plans import PlanSubject
from koopopt.pareto.recheck import grid_of
from pareto import hand
from pareto.oracles import nondominated

Mutant = tuple[str, Front]


@dataclass(frozen=True, eq=False)
class Truth:
    """All feasible solutions of what a front is of.

    Attributes
    ----------
    solutions : dict
        Their amounts, and one solution for each.
    efficient : set
        The amounts that no other dominates.
    """

    subject: Any
    grid: Grid
    solutions: dict[Amounts, Any]
    efficient: set[Amounts]

    @classmethod
    def of(cls, front: Front, solutions: Iterator[Any]) -> Truth:
        grid = grid_of(front)
        assert all(r == 1 and e for r, e in zip(grid.per_cell, grid.exact, strict=True))
        if isinstance(front.subject, LinearModel):
            subject: Any = ModelSubject(front.subject, grid)
        else:
            subject = PlanSubject(front.subject, front.criteria, grid)
        found = {}
        for solution in solutions:
            amounts = subject.amounts(solution)
            if amounts is not None:
                found[amounts] = solution
        table = np.array(list(found), np.int64).reshape(-1, grid.count)
        return cls(subject, grid, found, set(map(tuple, nondominated(table).tolist())))

    def inside(self, upper: Amounts) -> list[Amounts]:
        """Return the amounts of the solutions in a box."""
        return [a for a in self.solutions if all(x < u for x, u in zip(a, upper, strict=True))]

    def lies(self, front: Front) -> bool:
        """Whether anything that the front claims is false."""
        return (
            any(map(self._false_record, front.certificate.records))
            or any(map(self._false_point, front.points))
            or self._false_set(front)
            or self._false_rest(front)
        )

    def _false_record(self, record: Record) -> bool:
        inside = self.inside(record.upper)
        if record.found is Found.EMPTY:
            return bool(inside)
        least = min((total(record.weights, a) for a in inside), default=None)
        if record.found is Found.POINT:  # the best of the box has these amounts and this sum
            best = [a for a in inside if total(record.weights, a) == least]
            return record.cell not in best or record.bound != least
        return record.bound is not None and least is not None and least < record.bound

    def _false_point(self, point: Point) -> bool:
        amounts = self.subject.amounts(point.solution)
        return amounts is None or self.grid.values(amounts) != point.values

    def _false_set(self, front: Front) -> bool:
        values = [p.values for p in front.points]
        held = [self.grid.amounts(v) for v in values]
        if values != sorted(set(values)):
            return True
        for a in held:
            if any(b != a and all(x <= y for x, y in zip(b, a, strict=True)) for b in held):
                return True
        if front.infeasible and self.solutions:
            return True
        missing = self.efficient - set(held)
        if front.complete:
            return bool(missing) or not set(held) <= self.efficient
        left = [box.upper for box in front.certificate.open]
        beyond = [
            a for a in missing
            if not any(all(x <= y for x, y in zip(b, a, strict=True)) for b in held)
        ]  # fmt: skip
        return any(
            not any(all(x < u for x, u in zip(a, upper, strict=True)) for upper in left)
            for a in beyond
        )

    def _false_rest(self, front: Front) -> bool:
        values = front.values
        for box in front.certificate.open:
            for amounts in self.inside(box.upper):
                own = np.array(self.grid.values(amounts))
                if (own < np.array(box.lower)).any():
                    return True
                if np.isfinite(box.error) and amounts in self.efficient:
                    least = boxes.ideal(front.certificate.records, self.grid)
                    worst = np.array([self.grid.values(a) for a in self.efficient]).max(axis=0)
                    sides = np.maximum(worst - least, 1e-300)
                    error = np.maximum((values - own) / sides, 0.0).max(axis=1).min()
                    if error > box.error * (1 + 1e-9):
                        return True
        return False


def of_problem(problem: Any, names: tuple[str, ...]) -> tuple[Front, Truth]:
    front = hand.of_problem(problem, names)
    return front, Truth.of(front, bruteforce.all_plans(problem))


def with_records(front: Front, records: list[Record]) -> Front:
    return replace(front, certificate=replace(front.certificate, records=tuple(records)))


def with_points(front: Front, points: list[Point]) -> Front:
    return replace(front, points=tuple(points))


def mutants(front: Front, truth: Truth, most: int = 6) -> Iterator[Mutant]:
    """Yield fronts that differ from a true one in a single thing."""
    records = list(front.certificate.records)
    step = max(1, len(records) // most)
    for k in range(0, len(records), step):
        for name, other in _of_record(records[k], records, truth):
            yield (
                f"record {k}: {name}",
                with_records(front, [*records[:k], other, *records[k + 1 :]]),
            )
        yield f"record {k}: removed", with_records(front, records[:k] + records[k + 1 :])
    step = max(1, len(front) // most)
    for k in range(0, len(front), step):
        for name, other in _of_point(front, k, truth):
            yield f"point {k}: {name}", other
    yield from _of_set(front, truth)
    yield from _of_rest(front)


def _of_record(record: Record, others: list[Record], truth: Truth) -> Iterator[tuple[str, Record]]:
    k = len(record.upper)
    if record.bound is not None:
        for by in (1, 5, 10**4, -1, -(10**6)):
            yield f"bound {by:+}", replace(record, bound=record.bound + by)
        yield "bound forgotten", replace(record, bound=None)
        yield "called empty", replace(record, found=Found.EMPTY, bound=None, cell=None)
        yield "called stopped", replace(record, found=Found.STOPPED, cell=None)
        yield (
            "stopped and bound +1",
            replace(record, found=Found.STOPPED, bound=record.bound + 1, cell=None),
        )
    if record.found is Found.EMPTY:
        cell = next(iter(truth.efficient))
        yield (
            "called a point",
            replace(record, found=Found.POINT, cell=cell, bound=total(record.weights, cell)),
        )
        yield "called stopped", replace(record, found=Found.STOPPED)
    for j in range(k):
        for by in (1, 50, -1):
            if record.upper[j] < NO_BOUND:
                upper = tuple(u + by * (i == j) for i, u in enumerate(record.upper))
                yield f"box {j} {by:+}", replace(record, upper=upper)
        upper = tuple(NO_BOUND if i == j else u for i, u in enumerate(record.upper))
        yield f"box {j} without end", replace(record, upper=upper)
        weights = tuple(w + (i == j) for i, w in enumerate(record.weights))
        yield f"weight {j} +1", replace(record, weights=weights)
        if record.cell is not None:
            cell = tuple(c + (i == j) for i, c in enumerate(record.cell))
            yield f"cell {j} +1", replace(record, cell=cell)
    yield "everywhere", replace(record, upper=(NO_BOUND,) * k)
    other = others[(others.index(record) + 1) % len(others)]
    yield "box of another", replace(record, upper=other.upper)
    if record.cell is not None and other.cell is not None:
        yield "cell of another", replace(record, cell=other.cell)


def _of_point(front: Front, k: int, truth: Truth) -> Iterator[Mutant]:
    points, grid = list(front.points), truth.grid
    rest = points[:k] + points[k + 1 :]
    own = grid.amounts(points[k].values)
    yield "removed", with_points(front, rest)
    cells = grid.cells(grid.many(np.array([p.values for p in rest]).reshape(-1, grid.count)))
    # All traces of it are covered up: its records go, what is left is claimed to be empty.
    kept = [r for r in front.certificate.records if r.cell != own and r.found is Found.POINT]
    lies = [
        Record(box, grid.weights, Found.EMPTY, None, None, "highs 1", 0.1)
        for box in boxes.region(cells, grid.count)
    ]
    yield "removed and covered up", with_records(with_points(front, rest), [*kept, *lies])
    bounds = [
        replace(r, found=Found.STOPPED, bound=most + 1)
        for r in lies
        if (most := grid.most(r.upper, r.weights)) is not None
    ]
    ends = [r for r in lies if grid.most(r.upper, r.weights) is None]
    yield "covered up by bounds", with_records(with_points(front, rest), [*kept, *bounds, *ends])
    for j in range(grid.count):
        for by in (1, -1, 7):
            other = tuple(a + by * (i == j) for i, a in enumerate(own))
            point = replace(points[k], values=grid.values(other))
            yield f"value {j} {by:+}", with_points(front, sorted([*rest, point], key=_values))
    if rest:
        point = replace(points[k], solution=rest[0].solution)
        yield "solution of another", with_points(front, [*points[:k], point, *points[k + 1 :]])
    yield "twice", with_points(front, [*points[: k + 1], *points[k:]])
    for amounts, solution in truth.solutions.items():
        if amounts not in truth.efficient:
            worse = Point(grid.values(amounts), solution)
            yield "a dominated one added", with_points(front, sorted([*points, worse], key=_values))
            yield "a dominated one instead", with_points(front, sorted([*rest, worse], key=_values))
            break


def _values(point: Point) -> tuple[float, ...]:
    return point.values


def _of_set(front: Front, truth: Truth) -> Iterator[Mutant]:
    yield "turned round", with_points(front, list(front.points[::-1]))
    yield "no points", with_points(front, [])
    yield "called infeasible", replace(front, infeasible=not front.infeasible)
    yield "no points and called infeasible", replace(with_points(front, []), infeasible=True)
    nothing = Record(
        (NO_BOUND,) * truth.grid.count, truth.grid.weights, Found.EMPTY, None, None, "", 0
    )
    yield "nothing there", with_records(replace(with_points(front, []), infeasible=True), [nothing])
    yield "no records", with_records(front, [])


def _of_rest(front: Front) -> Iterator[Mutant]:
    left = front.certificate.open
    for k, box in enumerate(left):
        rest = left[:k] + left[k + 1 :]

        def instead(*changed: Any, k: int = k) -> Front:
            open_ = (*left[:k], *changed, *left[k + 1 :])
            return replace(front, certificate=replace(front.certificate, open=open_))

        yield (
            f"open {k}: dropped",
            replace(front, certificate=replace(front.certificate, open=rest)),
        )
        for j in range(len(box.upper)):
            if np.isfinite(box.lower[j]):
                lower = list(box.lower)
                lower[j] += 0.3 * (front.values[:, j].max() - lower[j]) + 10
                yield f"open {k}: lower {j}", instead(replace(box, lower=tuple(lower)))
            upper = tuple(u // 2 if i == j and u < NO_BOUND else u for i, u in enumerate(box.upper))
            yield f"open {k}: box {j}", instead(replace(box, upper=upper))
        yield f"open {k}: error", instead(replace(box, error=box.error / 2))
        yield f"open {k}: no error", instead(replace(box, error=0.0))
    if left:
        yield "called complete", replace(front, certificate=replace(front.certificate, open=()))
