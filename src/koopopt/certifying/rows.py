"""What each kind of row says of every plan, and what its dual charges.

Every row is true of every plan that keeps the rules, for the reason beside it. By weak duality its
dual times its right-hand side, minus the dual times what partnerships and offices take of it, may
be added to the weighted sum of any plan, which that only lowers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from koopopt.certifying import document as doc
from koopopt.criteria import CRITERIA, Criterion
from koopopt.exact import whole_down
from koopopt.linear import Ints
from koopopt.problem import Problem
from koopopt.rules import PlanRule
from koopopt.rules import plan as plan_rules


class Untrue(Exception):  # noqa: N818 - a signal within this room
    """A row that does not follow from the rules of this instance, or names what is not there."""


@dataclass(slots=True, eq=False)
class Prices:
    """What partnerships and offices cost, less what duals say; whole numbers throughout.

    Attributes
    ----------
    cost : int
        For a cent of a pooled partnership's cost.
    pair : list of (n, n) arrays
        pair[s][i, h]: for member i of a pooled partnership seated at h.
    seat, body : lists of (n,) arrays and of int
        For a pooled partnership seated at h, and for any.
    alone : list of (n,) arrays
        For staying alone.
    office : (n,) array
        For the office of who seats a pooled partnership.
    cuts : list of lists of (weights, divisor, dual)
    rest : int
        What the right-hand sides add.
    """

    cost: int
    pair: list[Ints]
    seat: list[Ints]
    body: list[int]
    alone: list[Ints]
    office: Ints
    cuts: list[list[tuple[Ints, int, int]]]
    rest: int = 0

    @classmethod
    def nothing(cls, n: int, services: int, kind: type) -> Prices:
        """Return no prices, in arrays of numpy's or of Python's whole numbers."""

        def zeros(*shape: int) -> Ints:
            return np.full(shape, 0, kind)

        each = range(services)
        return cls(
            0, [zeros(n, n) for _ in each], [zeros(n) for _ in each], [0 for _ in each],
            [zeros(n) for _ in each], zeros(n), [[] for _ in each],
        )  # fmt: skip

    def add(self, problem: Problem, c: Criterion, times: int) -> None:
        """Count a criterion so many times."""
        facts, kind = problem.facts, self.office.dtype
        self.cost += times * c.cost_share
        self.office += times * c.cost_share * facts.office_cents
        for s in range(len(self.pair)):
            self.body[s] += times * c.per_body
            self.alone[s] += times * c.cost_share * facts.alone_cents[s].astype(kind)
            if (terms := c.terms(facts, s)) is not None:
                self.pair[s] += times * terms.astype(kind)
                self.alone[s] += times * terms.diagonal().astype(kind)


@dataclass(frozen=True, slots=True)
class Row:
    """low ≤ what a plan takes of the row ≤ high; `charge` subtracts a dual's share from prices.

    `size` is not less than what a partnership or an office takes of it.
    """

    charge: Callable[[Prices, int], None]
    low: int | None = None
    high: int | None = None
    size: int = 1


def row_of(problem: Problem, row: doc.RowOf, sizes: dict[str, int]) -> Row:
    """Return what a row of a certificate means.

    `sizes` says how much of a criterion a partnership takes at the most.

    Raises
    ------
    Untrue
    """
    match row:
        case doc.Cover():
            # The partnerships of a service part the municipalities.
            s, i = _service(problem, row.service), _town(problem, row.municipality)
            return Row(lambda p, y: _member(p, [s], i, y, alone=True), low=1, high=1)
        case doc.Office():
            # At most one partnership of a service has h as a member, so at most one its seat there.
            s, i = _service(problem, row.service), _town(problem, row.municipality)
            return Row(lambda p, y: _seat(p, [s], i, y, 1), high=0)
        case doc.OfTown():
            return _of_town(problem, row)
        case doc.Host():
            # Without an office i seats nothing, so all it pools is elsewhere.
            i, most = _town(problem, row.municipality), _most(problem, plan_rules.MaxPooled)
            which = sorted({_service(problem, s) for s in row.services})
            worth = len(which) - most

            def host(p: Prices, y: int) -> None:
                _member(p, which, i, y)
                p.office[i] += y * worth

            return Row(host, high=most, size=max(1, abs(worth)))
        case doc.Seats():
            # Of one service a municipality is served at one seat, so each of the seats counts once.
            i, most = _town(problem, row.municipality), _most(problem, plan_rules.MaxPartnerSeats)
            picked = [(_town(problem, h), _service(problem, s)) for h, s in row.picked.items()]

            def seats(p: Prices, y: int) -> None:
                for h, s in picked:
                    p.pair[s][i, h] -= y if h != i else 0

            return Row(seats, high=most)
        case doc.Counted():
            return _counted(problem, row)
        case doc.Limited():
            most = _limit(problem, row.criterion)
            c = CRITERIA[row.criterion]
            return Row(lambda p, y: p.add(problem, c, -y), high=most, size=sizes[c.name])
        case doc.Number():
            s = _service(problem, row.service)
            return Row(lambda p, y: _count(p, [s], y, alone=True))
        case doc.Rank1():
            return _rank1(problem, row)


def _of_town(problem: Problem, row: doc.OfTown) -> Row:
    """By definition of the three rules; who seats any partnership has an office."""
    i, every = _town(problem, row.municipality), range(len(problem.facts.services))
    if row.kind == "max_hosted":
        most = _most(problem, plan_rules.MaxHosted)
        return Row(lambda p, y: _seat(p, every, i, y, most), high=0, size=max(1, most))
    if row.kind == "max_memberships":
        most = _most(problem, plan_rules.MaxMemberships)
        return Row(lambda p, y: _member(p, every, i, y), high=most)

    def elsewhere(p: Prices, y: int) -> None:
        _member(p, every, i, y)
        for s in every:
            p.pair[s][i, i] += y

    return Row(elsewhere, high=_most(problem, plan_rules.MaxPooled))


def _counted(problem: Problem, row: doc.Counted) -> Row:
    """By definition of the four rules."""
    every = range(len(problem.facts.services))
    which = every if row.service is None else [_service(problem, row.service)]
    alone = row.rule.endswith("partnerships")
    bounds = [
        value
        for rule in problem.plan_rules
        if rule.name == row.rule
        for service, value in _by_service(getattr(rule, row.rule))
        if service == row.service
    ]
    if not bounds:
        raise Untrue
    least = row.rule.startswith("min")
    return Row(
        lambda p, y: _count(p, which, y, alone=alone),
        low=max(bounds) if least else None,
        high=None if least else min(bounds),
    )


def _rank1(problem: Problem, row: doc.Rank1) -> Row:
    """Chvátal and Gomory: cover rows times w / d add up to Σ w / d; entries are rounded down.

    That leaves a sum of whole numbers that is not more, so not more than Σ w / d rounded down.
    """
    s, d = _service(problem, row.service), row.divisor
    weights = [0] * problem.facts.n
    for town, w in row.weights.items():
        weights[_town(problem, town)] = w
    size = sum(map(abs, weights)) + 1

    def charge(p: Prices, y: int) -> None:
        w = np.array(weights, p.office.dtype)
        p.alone[s] -= y * (w // d)
        p.cuts[s].append((w, d, y))

    return Row(charge, high=sum(weights) // d, size=max(size, d))


def _member(p: Prices, services: Iterable[int], i: int, y: int, *, alone: bool = False) -> None:
    for s in services:
        p.pair[s][i] -= y
        p.alone[s][i] -= y if alone else 0


def _seat(p: Prices, services: Iterable[int], h: int, y: int, office: int) -> None:
    for s in services:
        p.seat[s][h] -= y
    p.office[h] += y * office


def _count(p: Prices, services: Iterable[int], y: int, *, alone: bool) -> None:
    for s in services:
        p.body[s] -= y
        p.alone[s] -= y if alone else 0


def _by_service(value: Any) -> Iterable[tuple[str | None, int]]:
    return [(None, value)] if isinstance(value, int) else list(value.items())


def _most(problem: Problem, kind: type[PlanRule]) -> int:
    """Return the value of a plan rule."""
    found = [int(getattr(rule, rule.name)) for rule in problem.plan_rules if type(rule) is kind]
    if not found:
        raise Untrue
    return min(found)


def _limit(problem: Problem, name: str) -> int:
    """Return the limit on a criterion that is a sum, in its units."""
    found = [
        whole_down(rule.limit[name], CRITERIA[name].per_one)
        for rule in problem.plan_rules
        if isinstance(rule, plan_rules.Limit) and name in rule.limit
    ]
    if not found or not CRITERIA[name].additive:
        raise Untrue
    return min(found)


def _service(problem: Problem, id_: str) -> int:
    if id_ not in problem.facts.service_index:
        raise Untrue
    return problem.facts.service_index[id_]


def _town(problem: Problem, id_: str) -> int:
    number: Final = problem.facts.index.get(id_)
    if number is None:
        raise Untrue
    return number
