"""The restricted master: the linear program over the columns at hand, kept warm in HiGHS.

Columns and rows are only ever added. Duals of its rows price the columns that are not in it, and
give a bound that holds for the whole problem whatever the solver's tolerances (`prices`) and
whatever floating point loses (`rounding`). How HiGHS is brought to solve it stands in `ways`.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from koopopt.coalitions.admissible import max_size
from koopopt.criteria import CRITERIA
from koopopt.formulations.partition.columns import Columns, joined
from koopopt.formulations.partition.cut_rows import Rank1Cuts
from koopopt.formulations.partition.node import Node
from koopopt.formulations.partition.pool import Prices
from koopopt.formulations.partition.rounding import Rounding, unaffordable
from koopopt.formulations.partition.rows import (
    CoverRows,
    LimitRows,
    Numbers,
    RowBlock,
    fixed_blocks,
    office_price,
    prices,
    signed,
    stacked,
)
from koopopt.formulations.partition.ways import (
    UnsolvedError,
    add_columns,
    add_rows,
    centred,
    empty_program,
    is_large,
    listen,
    slack_rows,
    solved,
)
from koopopt.linear import Bools, Floats
from koopopt.problem import Problem

INTERRUPTIBLE_SIZE = 600
"""Municipalities times services from which linear programs take long enough to be interrupted;
smaller ones end by themselves."""
DUAL_TOLERANCE = 1e-7
"""The solver's own tolerance: what reduced costs it takes for 0."""


class Master:
    """The linear program and what it says.

    Attributes
    ----------
    columns : Columns
        The partnerships in it, in order of arrival.
    value : (K,) array
        Their values in the last solution.
    office : (n,) or (0,) array
        Values of the office columns.
    broken : float
        How far the last solution leaves rows broken: 0 for a true one.
    objective : float
        Of the last solution.
    duals : list of arrays
        One a block of rows.
    fixed : int
        Blocks that are always there; those of cuts come after them.
    first, large : bool
        Whether this is the first phase, and whether it is approached from the middle.
    """

    def __init__(
        self,
        problem: Problem,
        first: Columns,
        terms: list[list[Floats | None]],
        bounded: Sequence[str] = (),
    ) -> None:
        self.problem = problem
        self.facts = problem.facts
        self.terms = terms
        self.weights, self.step = problem.scale.floats, problem.scale.step
        self.numbers = Numbers(self.facts)
        self.blocks: list[RowBlock] = [self.numbers, *fixed_blocks(problem, bounded)]
        self.fixed = len(self.blocks)
        self.columns = first
        self.value: Floats = np.zeros(0)
        self.office: Floats = np.zeros(0)
        self.broken = 0.0
        self.large = is_large(self.facts)
        self._inside = False
        self._kept: Bools = np.zeros(self.facts.n, bool)
        self.objective = np.inf
        self.duals: list[Floats] = []
        self.forget()
        self.first = False
        self._rounding = Rounding(
            self.facts, max((max_size(self.facts, c) for c in problem.conditions), default=0)
        )
        self._lp = empty_program()
        self._start_rows()
        self._add(first)
        self.cancel: threading.Event | None = None
        if len(self.columns) > INTERRUPTIBLE_SIZE:
            listen(self._lp, self._stopped)

    def _stopped(self) -> bool:
        return self.cancel is not None and self.cancel.is_set()

    # -- building ------------------------------------------------------------------------------

    def _start_rows(self) -> None:
        """Add the fixed rows with their extra columns: offices, and artificial ones.

        An artificial column repairs one row that an empty plan breaks, or would break after
        branching on numbers (too few) and offices (too dear), or under other limits (`ask`), which
        grants may turn negative; none is positive in a solution.
        """
        lower = np.concatenate([b.lower for b in self.blocks])
        upper = np.concatenate([b.upper for b in self.blocks])
        self._first_row = np.cumsum([0, *(len(b.names) for b in self.blocks)]).tolist()
        add_rows(self._lp, lower, upper)
        rows, cols, values = stacked(self._first_row, [b.offices() for b in self.blocks])
        number, limit = (
            np.concatenate([np.full(len(b.names), isinstance(b, kind)) for b in self.blocks])
            for kind in (Numbers, LimitRows)
        )
        broken = np.flatnonzero((lower > 0) | number | limit)
        sign = np.where((lower > 0) | number, 1.0, -1.0)[broken]
        self._offices_count = self.facts.n if self.facts.office_cents else 0
        self._artificial = np.arange(len(broken)) + self._offices_count
        self._own = self._offices_count + len(broken)
        add_columns(
            self._lp,
            np.concatenate([rows, broken]),
            np.concatenate([cols, self._artificial]),
            np.concatenate([values, sign]),
            np.concatenate([office_price(self.facts, self.weights), np.zeros(len(broken))]),
            np.concatenate([np.ones(self._offices_count), np.full(len(broken), np.inf)]),
        )

    def _add(self, columns: Columns) -> None:
        entries = stacked(self._first_row, [block.entries(columns) for block in self.blocks])
        count = len(columns)
        cost = np.zeros(count) if self.first else columns.criteria @ self.weights
        add_columns(self._lp, *entries, cost, np.full(count, np.inf))

    def add(self, columns: Columns) -> None:
        """Add columns, none of which is there already."""
        if len(columns):
            self._add(columns)
            self.columns = joined([self.columns, columns])
            self.value = np.concatenate([self.value, np.zeros(len(columns))])

    def add_block(self, block: RowBlock) -> None:
        """Add rows, with their entries in the columns at hand."""
        row, col, value = block.entries(self.columns)
        order = np.lexsort((col, row))
        count = len(block.names)
        start = np.searchsorted(row[order], np.arange(count)).astype(np.int32)
        self._lp.addRows(
            count, block.lower, block.upper, len(row), start,
            (col[order] + self._own).astype(np.int32), value[order],
        )  # fmt: skip
        self.blocks.append(block)
        self.duals.append(np.zeros(count))
        self._first_row.append(self._first_row[-1] + count)

    def drop_slack_cuts(self) -> None:
        """Drop the rank-1 cuts that the last solution keeps without being held by them."""
        basic = slack_rows(self._lp, np.concatenate(self.duals), self._inside)
        slack, blocks, duals = [], [], []
        for first, block, dual in zip(self._first_row, self.blocks, self.duals, strict=False):
            if isinstance(block, Rank1Cuts):
                free = basic[first : first + len(dual)]
                slack.append(first + np.flatnonzero(free))
                block, dual = block.take(~free), dual[~free]  # noqa: PLW2901
            if len(dual) or not isinstance(block, Rank1Cuts):
                blocks.append(block)
                duals.append(dual)
        rows = np.concatenate([np.empty(0, np.int64), *slack]).astype(np.int32)
        if len(rows):
            self._lp.deleteRows(len(rows), rows)
            self.blocks, self.duals = blocks, duals
            self._first_row = np.cumsum([0, *map(len, duals)]).tolist()

    # -- solving -------------------------------------------------------------------------------

    def first_phase(self, on: bool) -> None:
        """Minimise the artificial columns (on), or forbid them and minimise the criteria."""
        self.first = on
        count = self._own + len(self.columns)
        cost = np.zeros(count)
        if on:
            cost[self._artificial] = 1.0
        else:
            cost[: self._offices_count] = office_price(self.facts, self.weights)
            cost[self._own :] = self.columns.criteria @ self.weights
            start = prices(self.problem, self.weights, self.terms)
            office = office_price(self.facts, self.weights)
            cost[self._artificial] = unaffordable(self.facts, start, office)
        self._lp.changeColsCost(count, np.arange(count, dtype=np.int32), cost)

    def ask(self, weights: Floats, limits: Mapping[str, int], step: float) -> None:
        """Minimise other weights, one a criterion, under other limits on the same criteria.

        `step` is a difference of weighted sums that does not matter.
        """
        self.weights, self.step = weights, step
        for first, block in zip(self._first_row, self.blocks, strict=False):
            if isinstance(block, LimitRows):
                block.bound(limits)
                which = np.arange(first, first + len(block.upper), dtype=np.int32)
                self._lp.changeRowsBounds(len(which), which, block.lower, block.upper)
        self.first_phase(False)

    def enter(self, node: Node) -> None:
        """Forbid the columns that a node excludes, allow the others; set its other bounds."""
        self.numbers.lower, self.numbers.upper = node.fewest, node.most
        services = len(node.pools)
        which = np.arange(services, dtype=np.int32)
        self._lp.changeRowsBounds(services, which, node.fewest, node.most)
        self._kept = node.office
        count = len(self.columns)
        upper = np.where(node.admits(self.columns), np.inf, 0.0)
        which = np.arange(self._own, self._own + count, dtype=np.int32)
        self._lp.changeColsBounds(count, which, np.zeros(count), upper)
        if self._offices_count:
            which = np.arange(self._offices_count, dtype=np.int32)
            lower = node.office.astype(float)
            self._lp.changeColsBounds(len(which), which, lower, np.ones(len(which)))

    def forget(self) -> None:
        """Take 0 for all duals: they prove little, but hold, also of rows that are new."""
        self.duals = [np.zeros(len(block.names)) for block in self.blocks]

    def solve(self, time_limit: float | None = None) -> bool:
        """Solve the linear program; return whether it was solved to optimality.

        Raises
        ------
        UnsolvedError
            If HiGHS cannot solve it in any way, out of time apart. Then all duals are 0.
        """
        try:
            is_solved = solved(self._lp, time_limit, self._stopped, self.large)
        except UnsolvedError:
            self.forget()
            raise
        if is_solved:
            self._inside = False
            self._take(self._lp.getSolution())
        return is_solved

    def centre(self, time_limit: float | None = None) -> None:
        """Take the duals in the middle of those that the last solution leaves open, if possible."""
        solution = centred(self._lp, time_limit)
        if solution is not None:
            self.duals = np.split(np.array(solution.row_dual), self._first_row[1:-1])

    def keep_near(self, centre: Sequence[Floats], share: float) -> None:
        """Take duals on the way from the last ones to those of a centre, where that has them."""
        for k, (there, here) in enumerate(zip(centre, self.duals, strict=False)):
            self.duals[k] = share * there + (1 - share) * here

    def approach(self, tolerance: float, time_limit: float | None = None) -> bool:
        """Come as near to a solution as a relative difference, in the middle; return whether."""
        solution = centred(self._lp, time_limit, tolerance, self.large)
        if solution is not None:
            self._inside = True
            self._take(solution)
        return solution is not None

    def _take(self, solution: Any) -> None:
        value = np.array(solution.col_value)
        self.value = value[self._own :]
        self.office = value[: self._offices_count]
        self.broken = float(value[self._artificial].sum())
        self.objective = float(self._lp.getInfo().objective_function_value)
        self.duals = np.split(np.array(solution.row_dual), self._first_row[1:-1])

    # -- what the duals say --------------------------------------------------------------------

    @property
    def negligible(self) -> float:
        """Reduced costs so little below 0 do not matter: all of them are less than one step."""
        cells = 16 * max(1, self.facts.n * len(self.facts.services))
        return max(self.step / cells, 1e-13 * abs(self.objective), DUAL_TOLERANCE)

    @property
    def cover_block(self) -> int:
        """Which block covers each municipality."""
        return next(k for k, block in enumerate(self.blocks) if isinstance(block, CoverRows))

    @property
    def cover(self) -> Floats:
        """(S, n) duals of the rows that cover each municipality."""
        return self.duals[self.cover_block].reshape(len(self.facts.services), self.facts.n)

    @property
    def binding(self) -> list[Rank1Cuts]:
        """The rank-1 cuts that the last solution meets exactly."""
        return [
            block.take(dual != 0.0)
            for block, dual in zip(self.blocks, self.duals, strict=False)
            if isinstance(block, Rank1Cuts) and dual.any()
        ]

    def _limit_weights(self) -> Floats:
        """Return the weights of the criteria, duals of their limits included."""
        weights = np.zeros(len(CRITERIA)) if self.first else self.weights.copy()
        for block, dual in zip(self.blocks, self.duals, strict=True):
            if isinstance(block, LimitRows):
                for number, d, upper, factor in zip(
                    block.number, dual, block.upper, block.factor, strict=True
                ):
                    weights[number] -= factor * min(0.0, d) if np.isfinite(upper) else 0.0
        return weights

    def limit_prices(self) -> tuple[Floats, float]:
        """Return the weights with the duals of limits, and what those duals cost at the limits.

        The bound of `prices` is of the weights asked for; with this cost it is one of the weights
        returned here, which holds whatever the limits are.
        """
        sides = 0.0
        for block, dual in zip(self.blocks, self.duals, strict=True):
            if isinstance(block, LimitRows):
                active = np.isfinite(block.upper) & (dual < 0.0)
                sides -= float(dual[active] @ block.upper[active])
        return self._limit_weights(), sides

    def prices(self) -> tuple[list[Prices], float]:
        """Return the prices for each service, and the part of the bound beside the columns.

        The bound of the whole problem is this part plus, for every service and municipality,
        the least share of reduced cost that any column with it brings (Lagrangian duality: it
        holds for any duals of the right sign, also inexact ones).
        """
        weights = self._limit_weights()
        result = prices(self.problem, weights, self.terms)
        total = 0.0
        office = office_price(self.facts, weights)
        sizes = np.abs(office)
        for block, dual in zip(self.blocks, self.duals, strict=True):
            good = signed(block, dual)
            block.charge(good, result)
            active = good != 0.0
            side = np.where(good > 0, block.lower, block.upper)
            total += float(good[active] @ side[active])
            if not isinstance(block, LimitRows):  # these are in the weights
                row, town, value = block.offices()
                np.subtract.at(office, town, good[row] * value)
                np.add.at(sizes, town, np.abs(good[row] * value))
        if len(office):
            total += float(np.where(self._kept, office, np.minimum(office, 0.0)).sum())
        rows = sum(map(len, self.duals))
        for price in result:
            blur = self._rounding.of_column(price, rows)
            price.body -= blur
            price.alone -= blur
        return result, total - self._rounding.of_rest(self.blocks, self.duals, sizes)
