"""The checker: what a certificate proves of an instance, in whole numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import Any, Final

import numpy as np

from koopopt.case.instance import Instance
from koopopt.certifying import document as doc
from koopopt.certifying.budget import Budget
from koopopt.certifying.formable import formable
from koopopt.certifying.regions import Bound, Region, bound, narrowed
from koopopt.certifying.rows import Prices, Row, Untrue, row_of
from koopopt.criteria import CRITERIA
from koopopt.errors import DataError, Fault, KoopoptError, UsageError
from koopopt.problem import Problem
from koopopt.rules import DOOR
from koopopt.scale import Scale
from koopopt.shown import Brief, figure
from koopopt.text import T, Text

COMPUTE_ANEW: Final = T("Take an undamaged copy, or compute it anew.")
MACHINE, LARGE, OF_PYTHON = 2**61, 2**1000, 6
"""What sums stay below in numpy's whole numbers, and in Python's; how many of the former's take as
much memory as one of the latter's."""


@dataclass(frozen=True, slots=True, repr=False)
class Confirmed(Brief):
    """What a certificate proves.

    Attributes
    ----------
    problem : Problem
        The question; of its criteria those that are sums count.
    total : int or None
        No plan has a weighted sum below it, in steps of the scale; None where there is no plan.
    bound : float or None
        The same as people read it.
    nodes, leaves : int
        Of the tree.
    partnerships : int
        That were enumerated and priced: pooled ones, each seat apart, and those alone.
    """

    problem: Problem
    total: int | None
    bound: float | None
    nodes: int
    leaves: int
    partnerships: int

    @property
    def left_out(self) -> tuple[str, ...]:
        """Criteria and rules that are asked for, and do not count here: it lowers the bound."""
        problem = self.problem
        sums = [c.name for c in problem.criteria if c.additive]
        limited = [c.name for c in problem.criteria if c.of_plan and c.name in problem.limits]
        names = [n for n, w in problem.weights.items() if w and n not in sums] + limited
        names += ["stable"] if problem.stable is not None else []
        for rule in (*chain.from_iterable(problem.partnership_rules), *problem.plan_rules):
            names += [rule.name] if DOOR.package(rule.name) else []
        return tuple(dict.fromkeys(names))

    def _said(self) -> str:
        return f": no plan below {figure(self.bound)}" if self.total is not None else ": no plan"


def confirm(
    certificate: doc.Certificate, instance: Instance, *, file: str = "certificate",
    check: Callable[[], None] | None = None, memory: int | None = None,
) -> Confirmed:  # fmt: skip
    """Return the bound that a certificate proves of an instance.

    Parameters
    ----------
    certificate : Certificate
    instance : Instance
    file : str
        How the certificate is called where it is wrong.
    check : callable, optional
        Called now and then; may raise what ends the work.
    memory : int, optional
        Bytes that it may take; half of what is free unless said.

    Raises
    ------
    DataError
        Where the certificate is of another instance, or is none.
    UsageError
        Where the instance has what the checker does not know, or too many coalitions.
    """
    if certificate.fingerprint != instance.fingerprint:
        raise wrong(file, T("It was computed for other data: they have changed since."),
                    "fingerprint", certificate.fingerprint)  # fmt: skip
    problem = asked(certificate, instance, file)
    budget = Budget() if memory is None else Budget(memory)
    return _Checker(certificate, problem, file, check or (lambda: None), budget).run()


def asked(certificate: doc.Certificate, instance: Instance, file: str) -> Problem:
    """Return the question of a certificate."""
    try:
        problem = Problem.of(instance, weights=certificate.weights, limits=certificate.limits)
    except KoopoptError as error:
        raise wrong(file, error.message, "weights") from None
    demand_known(problem)
    return problem


def demand_known(problem: Problem) -> None:
    """Raise `UsageError` where what is asked cannot be certified."""
    if problem.instance.sites:
        raise UsageError(T("A certificate cannot be made or checked where an instance has sites."))
    for c in problem.criteria:
        if not c.additive and c.package and problem.weights.get(c.name):
            raise UsageError(
                T("The criterion {name} of a plug-in is no sum, so no bound of it is certified.",
                  name=c.name)
            )  # fmt: skip


def scale_of(problem: Problem) -> Scale:
    """Return the scale of the weighted sum that is bounded: of the criteria that are sums.

    The others that may be asked for (`demand_known`) are never negative: without them a bound is
    lower.
    """
    sums = {c.name for c in problem.criteria if c.additive}
    return Scale.of({name: w for name, w in problem.weights.items() if name in sums})


def wrong(file: str, rule: Text, column: str | None = None, value: object = None) -> DataError:
    """Return the error that something in a certificate is wrong."""
    said = None if value is None else str(value)
    return DataError([Fault(file, rule, COMPUTE_ANEW, column=column, value=said)])


Duals = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Pending:
    """A node whose turn has not come: only then its region is made.

    Attributes
    ----------
    region : callable
        Makes it.
    duals : tuple
        Those of the node above.
    above : Region
        What it will be made of.
    size : int
        Bytes that are given back once it is made.
    """

    region: Callable[[], Region]
    duals: Duals
    above: Region
    size: int


class _Checker:
    """A certificate set against its question."""

    def __init__(
        self, certificate: doc.Certificate, problem: Problem, file: str, check: Callable[[], None],
        budget: Budget,
    ) -> None:  # fmt: skip
        self.certificate, self.problem, self.file, self.check = certificate, problem, file, check
        self.budget = budget
        self.scale = scale_of(problem)
        services = range(len(problem.facts.services))
        parts = []
        for s in services:
            check()
            parts.append(formable(problem, s, budget, check))
        self.root = Region.whole(tuple(parts))
        self.sizes = {c.name: self._size(c) for c in problem.criteria if c.additive}
        self.longest = max((b.members.shape[1] for p in parts for b in p.blocks), default=1)
        self.rows = [self._row(k, row) for k, row in enumerate(certificate.rows, 1)]

    def _size(self, c: Any) -> int:
        """Return what a partnership or an office takes of a criterion at the most, 1 at least."""
        facts, size = self.problem.facts, c.per_body
        if c.cost_share:
            cents = [np.abs(b.cents).max() for p in self.root.parts for b in p.blocks]
            size += int(max([*cents, np.abs(facts.alone_cents).max(initial=0), 0]))
            size += facts.office_cents
        for s in range(len(facts.services)):
            if (terms := c.terms(facts, s)) is not None:
                size += int(np.abs(terms).max(axis=1, initial=0).sum())
        return max(1, int(size))

    def _row(self, k: int, row: doc.RowOf) -> Row:
        try:
            return row_of(self.problem, row, self.sizes)
        except Untrue:
            raise wrong(self.file, T("The row does not follow from the rules of the instance."),
                        f"rows[{k}]") from None  # fmt: skip

    # -- the tree ------------------------------------------------------------------------------

    def run(self) -> Confirmed:
        """Walk through the tree and return what it proves."""
        nodes, digits, aim = self.certificate.nodes, self.certificate.digits, self.certificate.aim
        open_ = [_Pending(lambda: self.root, (), self.root, 0)]
        least: int | None = None
        leaves = 0
        for k, node in enumerate(nodes, 1):
            self.check()
            if not open_:
                raise wrong(self.file, T("The tree has nodes that belong to no other."),
                            f"nodes[{k}]")  # fmt: skip
            pending = open_.pop()
            region = pending.region()
            self.budget.give_back(pending.size)
            duals = pending.duals if node.duals is None else node.duals
            prices = self._prices(region, duals, f"nodes[{k}].duals")
            found = bound(region, prices)
            if node.split is not None:
                region = self._narrowed(region, found, prices)
                below = open_[-1].above if open_ else self.root
                open_ += self._halves(region, node.split, duals, below, f"nodes[{k}].split")
                continue
            leaves += 1
            if found.total is not None:
                total = -((-found.total) >> digits)
                least = total if least is None else min(least, total)
        if open_:
            raise wrong(self.file, T("The tree ends before its nodes cover all plans."), "nodes")
        if aim is not None:  # partnerships that no plan below it has were left out
            least = aim if least is None else min(least, aim)
        return Confirmed(
            self.problem, least, None if least is None else self.scale.shown(least),
            len(nodes), leaves, self._partnerships,
        )  # fmt: skip

    @property
    def _partnerships(self) -> int:
        pooled = sum(int(b.seated.sum()) for p in self.root.parts for b in p.blocks)
        return pooled + sum(int(p.alone.sum()) for p in self.root.parts)

    def _narrowed(self, region: Region, found: Bound, prices: Prices) -> Region:
        """Leave out what is in no plan below the aim."""
        aim = self.certificate.aim
        if aim is None or found.total is None:
            return region
        return narrowed(region, found, prices, (aim - 1) << self.certificate.digits)

    def _halves(
        self, region: Region, split: doc.SplitOf, duals: Duals, below: Region, place: str
    ) -> list[_Pending]:
        """Return the second half of a region and the first, whose turn is next.

        The region stays until the turn of the second: that takes what it does not share with
        `below`, which stays even longer.
        """
        facts = self.problem.facts
        town = facts.index.get(getattr(split, "municipality", None) or facts.ids[0])
        service = facts.service_index.get(getattr(split, "service", facts.services[0].id))
        named = [facts.index.get(h) for h in getattr(split, "seats", ())]
        if town is None or service is None or None in named:
            raise wrong(self.file, T("The instance has none of this name."), place)
        seats = np.isin(np.arange(facts.n), np.array(named, int))
        size = region.bytes_beside(below)
        self.budget.take(size)
        half = partial(region.half, split, town, service, seats)
        return [_Pending(partial(half, second=True), duals, region, size),
                _Pending(partial(half, second=False), duals, region, 0)]  # fmt: skip

    # -- one node ------------------------------------------------------------------------------

    def _prices(self, region: Region, duals: Duals, place: str) -> Prices:
        """Return the prices at some duals of the node's rows."""
        facts, digits = self.problem.facts, self.certificate.digits
        if len({number for number, _ in duals}) < len(duals):
            raise wrong(self.file, T("A row has two duals."), place)
        weights = [
            (c, w << digits)
            for c, w in zip(CRITERIA.values(), self.scale.weights, strict=True)
            if w
        ]
        sums = sum(abs(w) * self.sizes[c.name] for c, w in weights)
        active = []
        for number, dual in duals:
            if not 0 <= number < len(self.rows):
                raise wrong(self.file, T("There is no such row."), place, number)
            row = self.rows[number]
            if dual:
                sums += abs(dual) * row.size
                active.append((row, dual, self._side(region, number, row, dual, place)))
        if sums * (self.longest + 2) >= LARGE:
            raise wrong(self.file, T("The duals are absurdly large."), place)
        # Numpy's whole numbers where no sum can leave them, else Python's.
        kind: Any = np.int64 if sums * (self.longest + 2) < MACHINE // 64 else object
        if kind is object:
            priced = sum(b.members.nbytes for p in region.parts for b in p.blocks)
            self.budget.demand(OF_PYTHON * priced)
        prices = Prices.nothing(facts.n, len(facts.services), kind)
        for c, w in weights:
            prices.add(self.problem, c, w)
        for row, dual, side in active:
            row.charge(prices, dual)
            prices.rest += dual * side
        return prices

    def _side(self, region: Region, number: int, row: Row, dual: int, place: str) -> int:
        """Return the right-hand side that a dual is for, by its sign."""
        low, high, of = row.low, row.high, self.certificate.rows[number]
        if isinstance(of, doc.Number):
            s = self.problem.facts.service_index[of.service]
            low, high = region.fewest[s], region.most[s]
        side = low if dual > 0 else high
        if side is None:
            raise wrong(self.file, T("The dual of row {number} has the wrong sign.", number=number),
                        place, dual)  # fmt: skip
        return side
