"""A certificate of a bound: the search once more, to be written down.

With the value of a plan as its aim, a tree is worked on from the least bound up, and nothing but
its own linear programs prove anything: no plan is looked for, no program handed over, and what a
column of high reduced cost is dropped for stands in the tree, too. Each node leaves the duals of
its last linear program (`certifying.document`); where time is over, the nodes that are left have
those of the node above, so that every certificate is whole, and only its bound is lower.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass, replace
from itertools import count
from math import frexp, ldexp
from typing import Final

import numpy as np

from koopopt.certifying import document as doc
from koopopt.criteria import LARGEST_LOSS
from koopopt.formulations.partition.carried import Carried
from koopopt.formulations.partition.cut_rows import Rank1Cuts, SeatCuts
from koopopt.formulations.partition.node import Node, Split
from koopopt.formulations.partition.pool import Pool, proven
from koopopt.formulations.partition.rounds import Rounds
from koopopt.formulations.partition.rows import (
    CountRows,
    CoverRows,
    HostRows,
    LimitRows,
    MaxHostedRows,
    MaxMembershipsRows,
    MaxPooledRows,
    Numbers,
    OfficeRows,
    RowBlock,
    signed,
)
from koopopt.formulations.partition.search import started
from koopopt.formulations.partition.splitting import split
from koopopt.formulations.partition.standing import SearchStopped, Standing
from koopopt.formulations.partition.ways import UnsolvedError, is_integral
from koopopt.linear import Floats, Ints
from koopopt.problem import Problem
from koopopt.solvers.base import Control, Solver

MIN_RISE: Final = 0.02
"""Cuts that raise the bound by less than this share of what is left of it are the last."""
HELD_BITS, MIN_DIGITS, LIMIT_DIGITS = 50, 8, 44
"""Bits of the largest dual, so that sums stay in machine words; the fewest binary digits behind the
point, and those where a limit has a dual, which large amounts are multiplied by."""

Duals = tuple[tuple[int, int], ...]


def sums_only(problem: Problem) -> Problem:
    """Return the problem of which bounds are certified: its criteria are sums, nobody may leave."""
    return problem.additive.without(LARGEST_LOSS).with_stable(None)


@dataclass(slots=True, eq=False)
class _Leaf:
    """A node of the tree that is written down, a leaf until it is split."""

    node: Node | None
    duals: dict[int, float] | None = None
    split: Split | None = None
    halves: tuple[_Leaf, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class _Best:
    """What the best duals of a node say: by these, and no others, columns are dropped.

    `bound`, `level` and `reduced` are as those of a `Node`, `duals` those of a `_Leaf`.
    """

    bound: float
    level: float
    reduced: list[Floats]
    duals: dict[int, float]


class Proof:
    """The tree of a problem, as far as its criteria are sums (`sums_only`).

    Parameters
    ----------
    problem : Problem
    pools : list of Pool
        Of `sums_only` of it.
    solver : Solver
    control : Control
        The linear program of the root is solved whatever time is left, unless it is cancelled.
    aim : int or None
        The weighted sum to prove: that of the best plan.
    carried : Carried, optional
        Columns and cuts to begin with.
    """

    def __init__(
        self,
        problem: Problem,
        pools: list[Pool],
        solver: Solver,
        control: Control,
        aim: int | None,
        carried: Carried | None = None,
    ) -> None:
        self._asked, self._problem = problem, sums_only(problem)
        self._control, self._aim = control, aim
        problem = self._problem
        # Without a plan nothing is pruned or dropped but what is written down here.
        self._standing = Standing(problem, solver, replace(control, time_limit=None))
        self._master = started(self._standing, carried)
        self._master.first_phase(False)
        self._rounds = Rounds(self._standing, self._master)
        self._rows: dict[tuple[object, ...], int] = {}
        self._told: list[doc.RowOf] = []
        alone = [c.alone for c in problem.conditions]
        self._root = _Leaf(Node.root(problem.facts, pools, alone))

    def run(self) -> doc.Certificate:
        """Work on the tree until all is proven, nothing can be split, or time is over."""
        ticket = count()
        open_: list[tuple[float, int, _Leaf]] = [(-np.inf, next(ticket), self._root)]
        try:
            while open_:
                leaf = heapq.heappop(open_)[2]
                for half in self._work(leaf):
                    assert leaf.node is not None
                    heapq.heappush(open_, (leaf.node.bound, next(ticket), half))
                leaf.node = None
        except SearchStopped:
            pass
        return self._written()

    def _work(self, leaf: _Leaf) -> tuple[_Leaf, ...]:
        """Bound a node; return its halves where that is not enough."""
        node, master = leaf.node, self._master
        assert node is not None
        node.settle()
        master.enter(node)
        try:
            best = self._tighten(leaf, node)
            if self._proven(node) or self._integral() or not np.isfinite(node.bound):
                return ()
            self._drop(node, best)
            master.enter(node)
            chosen = split(self._rounds, node, self._target)
        except UnsolvedError:
            return ()
        if chosen is not None:
            leaf.split = chosen
            leaf.halves = tuple(_Leaf(half) for half in chosen.halves)
        return leaf.halves

    def _tighten(self, leaf: _Leaf, node: Node) -> _Best:
        """Generate columns and cut, and return what the duals of the best bound say."""
        last = -np.inf
        best: _Best | None = None
        while True:
            self._rounds.generate(node)
            best, priced = self._take(leaf, node, best)
            self._standing.control = self._control  # there is a bound: the clock counts
            while not self._proven(node):
                self._rounds.solve()  # duals of the middle are not exact, those of a corner are
                best, priced = self._take(leaf, node, best)
                if not self._rounds.add(priced, node.pools):
                    break
            if self._proven(node) or self._integral() or not np.isfinite(node.bound):
                return best
            if node.bound - last < MIN_RISE * (self._target - node.bound):
                return best
            last = node.bound
            if not self._rounds.cut(larger=True):
                return best

    def _take(
        self, leaf: _Leaf, node: Node, best: _Best | None
    ) -> tuple[_Best, list[tuple[Floats, Ints]]]:
        """Return the best so far or what the master's duals say, and the reduced costs at these.

        The node's bound is that of the best, whose duals the leaf has.
        """
        prices, rest = self._master.prices()
        priced = [pool.reduced_cost(p) for pool, p in zip(node.pools, prices, strict=True)]
        reduced = [values for values, _ in priced]
        bound, level = proven(node.pools, prices, node.alone, reduced, rest)
        if best is None or bound > best.bound:
            best = _Best(bound, level, reduced, self._duals())
            leaf.duals = best.duals
        node.bound = best.bound
        return best, priced

    def _drop(self, node: Node, best: _Best) -> None:
        """Drop what the checker will drop at the same duals: it is in no plan below the aim."""
        if self._aim is not None:
            enough = self._target - best.level
            for s, pool in enumerate(node.pools):
                node.pools[s] = pool.take(best.reduced[s] <= enough)

    @property
    def _target(self) -> float:
        return np.inf if self._aim is None else self._problem.scale.above(self._aim)

    def _proven(self, node: Node) -> bool:
        """Whether the checker, too, will say so: half a step is more than it rounds off."""
        return node.bound >= self._target - 0.5 * self._problem.scale.step

    def _integral(self) -> bool:
        return is_integral(self._master.value)

    # -- written down --------------------------------------------------------------------------

    def _duals(self) -> dict[int, float]:
        """Return the duals that are not 0, in steps of the weighted sum, by row."""
        master = self._master
        found: dict[int, float] = {}
        for block, duals in zip(master.blocks, master.duals, strict=True):
            good = signed(block, duals)
            for k in np.flatnonzero(good).tolist():
                dual = float(good[k]) / self._problem.scale.step
                if isinstance(block, LimitRows):
                    dual *= float(block.factor[k])
                row = self._row(block, k)  # the same cut may stand there twice
                found[row] = found.get(row, 0.0) + dual
        return found

    def _row(self, block: RowBlock, k: int) -> int:
        """Return the number of a row, which is written down when it is first met."""
        key: tuple[object, ...] = type(block).__name__, k
        if isinstance(block, Rank1Cuts):
            key = ("rank1", *block.keys[k])
        elif isinstance(block, SeatCuts):
            key = "seats", int(block.town[k]), block.picked[k].tobytes()
        if key not in self._rows:
            self._rows[key] = len(self._told)
            self._told.append(_told(self._problem, block, k))
        return self._rows[key]

    def _written(self) -> doc.Certificate:
        problem = self._problem
        leaves, stack = [], [self._root]
        while stack:
            leaf = stack.pop()
            leaves.append(leaf)
            stack += leaf.halves[::-1]
        digits = self._digits(leaves)

        def whole(duals: dict[int, float]) -> Duals:
            rounded = ((row, round(ldexp(dual, digits))) for row, dual in duals.items())
            return tuple((row, dual) for row, dual in rounded if dual)

        return replace(
            unproven(self._asked, self._aim),
            digits=digits,
            rows=tuple(self._told),
            nodes=tuple(
                doc.Node(
                    duals=None if leaf.duals is None else whole(leaf.duals),
                    split=None if leaf.split is None else _split(problem, leaf.split),
                )
                for leaf in leaves
            ),
        )

    def _digits(self, leaves: list[_Leaf]) -> int:
        """Return binary digits behind the point: many, but sums are to stay in machine words."""
        limits = {k for k, row in enumerate(self._told) if isinstance(row, doc.Limited)}
        largest = 1.0
        for leaf in leaves:
            duals = leaf.duals or {}
            if not limits.isdisjoint(duals):
                return LIMIT_DIGITS
            largest = max(largest, sum(map(abs, duals.values())))
        return min(max(HELD_BITS - frexp(largest)[1], MIN_DIGITS), doc.MAX_DIGITS)


def unproven(problem: Problem, aim: int | None) -> doc.Certificate:
    """Return the certificate of what costs alone prove: without duals."""
    return doc.Certificate(
        instance=problem.instance.name,
        fingerprint=problem.instance.fingerprint,
        weights={name: float(w) for name, w in problem.weights.items()},
        limits=_limits(problem),
        digits=MIN_DIGITS,
        aim=aim,
        rows=(),
        nodes=(doc.Node(),),
    )


def _limits(problem: Problem) -> dict[str, float]:
    """Return the limits on criteria that the instance does not have itself."""
    own = Problem.of(problem.instance).limits
    return {name: value for name, value in problem.limits.items() if own.get(name) != value}


def _told(problem: Problem, block: RowBlock, k: int) -> doc.RowOf:
    """Return a row of the master as a certificate says it."""
    facts = problem.facts
    services, ids = [s.id for s in facts.services], facts.ids
    at, i = divmod(k, facts.n)
    match block:
        case CoverRows():
            return doc.Cover(service=services[at], municipality=ids[i])
        case OfficeRows():
            return doc.Office(service=services[at], municipality=ids[i])
        case MaxPooledRows():
            return doc.OfTown(kind="max_pooled", municipality=ids[i])
        case MaxMembershipsRows():
            return doc.OfTown(kind="max_memberships", municipality=ids[i])
        case MaxHostedRows():
            return doc.OfTown(kind="max_hosted", municipality=ids[i])
        case HostRows():
            chosen = tuple(services[s] for s in block.chosen[at])
            return doc.Host(municipality=ids[i], services=chosen)
        case CountRows():
            c = block.counts[k]
            rule: doc.CountRuleName
            if c.pooled_only:
                rule = "min_bodies" if np.isfinite(c.low) else "max_bodies"
            else:
                rule = "min_partnerships" if np.isfinite(c.low) else "max_partnerships"
            of = None if c.service is None else services[c.service]
            return doc.Counted(rule=rule, service=of)
        case LimitRows():
            return doc.Limited(criterion=block.criteria[k])
        case Numbers():
            return doc.Number(service=services[k])
        case Rank1Cuts():
            weight = block.cuts.weight[k]
            return doc.Rank1(
                service=services[int(block.service[k])],
                weights={ids[j]: int(weight[j]) for j in np.flatnonzero(weight).tolist()},
                divisor=int(block.cuts.divisor[k]),
            )
        case SeatCuts():
            picked = block.picked[k].tolist()
            return doc.Seats(
                municipality=ids[int(block.town[k])],
                picked={ids[h]: services[s] for h, s in enumerate(picked) if s >= 0},
            )
    raise AssertionError(type(block))


def _split(problem: Problem, chosen: Split) -> doc.SplitOf:
    """Return a split as a certificate says it."""
    facts = problem.facts
    if chosen.number is not None:
        assert chosen.service is not None
        return doc.NumberSplit(service=facts.services[chosen.service].id, most=chosen.number)
    assert chosen.town is not None
    town = facts.ids[chosen.town]
    if chosen.service is None:
        return doc.OfficeSplit(municipality=town)
    assert chosen.seats is not None
    return doc.StateSplit(
        service=facts.services[chosen.service].id,
        municipality=town,
        alone=chosen.alone,
        seats=tuple(facts.ids[h] for h in np.flatnonzero(chosen.seats).tolist()),
    )
