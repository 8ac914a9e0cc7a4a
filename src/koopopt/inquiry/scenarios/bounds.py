"""The linear program of a largest value, and what its duals prove, in whole numbers.

    minimise  max_k (g_k · x − r_k)   over the plans x

As a linear program that is t ≥ g_k · x − r_k for each k; its columns are made as they pay. Its
duals are weights λ_k of the objectives, which add up to one, and prices y of the rows. Whatever
numbers they are, for whole λ and y (`PARTS` parts of one)

    PARTS · max_k (g_k · x − r_k)  ≥  Σ_k λ_k (g_k · x − r_k)
                                   ≥  y · b − λ · r + Σ_j min(0, c_j),   c = Σ_k λ_k g_k − y A

holds exactly (weak duality): no tolerance of the solver enters a bound. A column that is in a plan
adds its c_j > 0 to it, so those are left out with which no plan could be better than the best one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from koopopt.formulations.partition.ways import (
    UnsolvedError,
    add_rows,
    empty_program,
    solved,
)
from koopopt.inquiry.scenarios.columns import Whole
from koopopt.linear import Bools, Floats, Ints, LinearModel
from koopopt.solvers.base import Control

PARTS: Final = 2**20
"""Weights and prices are whole numbers of such parts of one."""
PRICED_AT_ONCE: Final = 400
"""Columns that enter the linear program in one round."""
MOST_ENTERED: Final = 6_000
"""Columns that all enter it at once where no more are left."""
HANDY: Final = 2.0**20
"""About the largest coefficient of the linear program."""
PENALTY: Final = 8.0
"""What leaving a row unfulfilled by one costs, in largest coefficients."""
SAFE: Final = 2.0**61
"""Sums below this fit 64 bits."""


@dataclass(frozen=True, slots=True, eq=False)
class Proof:
    """What duals prove of all plans made of some columns.

    Attributes
    ----------
    bound : int
        No plan is below, in `PARTS`.
    reduced : (N,) whole numbers
        What a column adds to that where it is taken, in `PARTS`.
    """

    bound: int
    reduced: Whole

    @property
    def least(self) -> int:
        """The least whole value that a plan may have."""
        return -(-self.bound // PARTS)

    def better(self, than: int) -> Bools:
        """Return the columns that may be in a plan better than a value."""
        room = PARTS * (than - 1) - self.bound
        if self.reduced.dtype != object:
            room = min(room, 2**62)  # more than any of them
        return (
            np.asarray(np.maximum(self.reduced, 0) <= room, bool)
            if room >= 0
            else (np.zeros(len(self.reduced), bool))
        )

    def reach(self, among: Bools, count: int) -> int:
        """Return the value up to which some columns, so many of them, may be in a plan."""
        worth = np.sort(np.maximum(self.reduced[among], 0))
        last = int(worth[min(count, len(worth)) - 1])
        return (self.bound + last) // PARTS + 2


class Relaxation:
    """The linear program, warm from one question to the next.

    Parameters
    ----------
    model : LinearModel
        The rows; whole numbers, all columns binary.
    objectives : (K, N) whole numbers
    offsets : sequence of int
        r_k.
    partnerships : int
        So many columns, the first ones, are partnerships, of which rows see to it that each is
        taken once at most.
    """

    def __init__(
        self, model: LinearModel, objectives: Whole, offsets: list[int], partnerships: int
    ) -> None:
        self.model, self.objectives, self.offsets = model, objectives, offsets
        self.partnerships = partnerships
        self.column = model.column
        top = max((abs(int(v)) for v in objectives.ravel().tolist()), default=1)
        self._unit = max(1.0, top / HANDY)
        self._top = max(1.0, top / self._unit)
        self._floats = objectives.astype(float) / self._unit
        self._lower = [_side(v, up=False) for v in model.row_lower.tolist()]
        self._upper = [_side(v, up=True) for v in model.row_upper.tolist()]
        self.inside = np.zeros(model.shape[1], bool)
        self.held: Ints = np.empty(0, np.int64)
        self.value: Floats = np.empty(0)
        self.duals: Floats = np.zeros(len(model.row_lower))
        self.broken = 0.0
        self._begin()

    # -- the program ---------------------------------------------------------------------------

    def _begin(self) -> None:
        """Make the rows, t, and what stands in where a row is broken."""
        self._lp = empty_program()
        model = self.model
        count, levels = len(model.row_lower), len(self.offsets)
        lower = np.append(model.row_lower, np.full(levels, -np.inf))
        upper = np.append(model.row_upper, [r / self._unit for r in self.offsets])
        lower = np.where(np.isinf(lower), -np.inf, lower)
        rows = count + levels
        add_rows(self._lp, lower, upper)
        scenario = np.arange(count, rows)
        self._append([(scenario, np.full(levels, -1.0))], [1.0], [-np.inf], [np.inf])
        short = np.flatnonzero(model.row_lower > 0)
        over = np.flatnonzero(model.row_upper < 0)
        repaired = [(np.array([i]), np.array([1.0])) for i in short]
        repaired += [(np.array([i]), np.array([-1.0])) for i in over]
        price = PENALTY * self._top
        free = len(repaired)
        self._append(repaired, [price] * free, [0.0] * free, [np.inf] * free)
        self._repairs = free
        single = np.diff(model.start) == 1  # alone: in no row but that it covers
        single[self.partnerships :] = True
        self._enter(np.flatnonzero(single))

    def _append(self, entries: list[Any], cost: Any, lower: Any, upper: Any) -> None:
        if not entries:
            return
        start = np.cumsum([0, *(len(rows) for rows, _ in entries)])[:-1].astype(np.int32)
        index = np.concatenate([rows for rows, _ in entries]).astype(np.int32)
        value = np.concatenate([values for _, values in entries]).astype(float)
        self._lp.addCols(
            len(entries), np.array(cost, float), np.array(lower, float), np.array(upper, float),
            len(index), start, index, value,
        )  # fmt: skip

    def _enter(self, columns: Ints) -> None:
        """Add columns of the model."""
        model, first = self.model, len(self.model.row_lower)
        entries = []
        for j in columns.tolist():
            part = slice(model.start[j], model.start[j + 1])
            own = self._floats[:, j]
            used = np.flatnonzero(own)
            rows = np.concatenate([model.index[part], first + used])
            entries.append((rows, np.concatenate([model.value[part], own[used]])))
        count = len(entries)
        upper = np.where(columns < self.partnerships, np.inf, 1.0)
        self._append(entries, np.zeros(count), np.zeros(count), upper)
        self.inside[columns] = True
        self.held = np.concatenate([self.held, columns])

    def enter(self) -> None:
        """Let all columns in, where they are few."""
        outside = np.flatnonzero(~self.inside)
        if len(outside) <= MOST_ENTERED:
            self._enter(outside)

    # -- questions -----------------------------------------------------------------------------

    def prove(self, allowed: Bools, enough: int | None, control: Control) -> Proof | None:
        """Solve over the columns that are allowed; return what that proves.

        None where it could not be solved. A bound of `enough` ends it.
        """
        shift = 1 + self._repairs
        at = (np.arange(len(self.held)) + shift).astype(np.int32)
        best: Proof | None = None
        upper = np.where(self.held < self.partnerships, np.inf, 1.0)
        upper = np.where(allowed[self.held], upper, 0.0)
        self._lp.changeColsBounds(len(at), at, np.zeros(len(at)), upper)
        while True:
            control.check()
            try:
                if not solved(self._lp, control.remaining, lambda: control.stopped):
                    return best
            except UnsolvedError:
                self._lp.clearSolver()
                return best
            solution = self._lp.getSolution()
            values = np.array(solution.col_value)
            self.value = np.zeros(self.model.shape[1])
            self.value[self.held] = values[shift:]
            self.broken = float(values[1:shift].sum())
            duals = np.array(solution.row_dual)
            self.duals = duals[: len(self.model.row_lower)] * self._unit
            proof, reduced = self._proof(duals, allowed)
            if best is None or proof.bound > best.bound:
                best = proof
            if enough is not None and best.least >= enough:
                return best
            new = np.flatnonzero(allowed & ~self.inside & np.asarray(reduced < 0, bool))
            worth = reduced[new].astype(float)
            if not len(new) or -worth.sum() < PARTS / 2:
                return best
            if len(new) > PRICED_AT_ONCE:
                new = new[np.argsort(worth, kind="stable")[:PRICED_AT_ONCE]]
            self._enter(new)

    def _proof(self, duals: Floats, allowed: Bools) -> tuple[Proof, Whole]:
        """Return what duals of the linear program prove; see the docstring of this file."""
        rows = len(self.model.row_lower)
        weight = np.maximum(-duals[rows:], 0.0)
        weight = (
            weight / weight.sum() if weight.sum() > 0 else np.full(len(weight), 1 / len(weight))
        )
        parts = [int(w) for w in np.floor(weight * PARTS)]
        parts[int(np.argmax(weight))] += PARTS - sum(parts)
        price = [round(y * self._unit * PARTS) for y in duals[:rows].tolist()]
        price = [
            min(y, 0) if lo is None and y > 0 else max(y, 0) if up is None and y < 0 else y
            for y, lo, up in zip(price, self._lower, self._upper, strict=True)
        ]
        reduced = self._reduced(parts, price)
        fixed = sum(
            y * int(lo if y > 0 else up)  # type: ignore[arg-type]
            for y, lo, up in zip(price, self._lower, self._upper, strict=True)
            if y
        )
        fixed -= sum(p * r for p, r in zip(parts, self.offsets, strict=True))
        below = reduced[allowed & np.asarray(reduced < 0, bool)]
        return Proof(fixed + sum(below.tolist()), reduced), reduced

    def _reduced(self, parts: list[int], price: list[int]) -> Whole:
        """Return Σ_k λ_k g_k − y A, exactly: in 64 bits where they hold it."""
        model = self.model
        charge = np.array([float(y) for y in price])
        each = np.abs(model.value * charge[model.index])
        size = np.bincount(self.column, weights=each, minlength=model.shape[1]).max(initial=0.0)
        size += float(np.abs(self.objectives).astype(float).max(initial=0.0)) * PARTS
        kind: Any = np.int64 if size < SAFE and self.objectives.dtype != object else object
        cost = np.array(parts, kind) @ self.objectives.astype(kind)
        entries = model.value.astype(np.int64).astype(kind) * np.array(price, kind)[model.index]
        sums = np.concatenate([np.zeros(1, kind), np.cumsum(entries, dtype=kind)])
        return np.asarray(cost - (sums[model.start[1:]] - sums[model.start[:-1]]))


def _side(value: float, *, up: bool) -> int | None:
    """Return the side of a row whose sums are whole numbers."""
    if not np.isfinite(value):
        return None
    return int(np.floor(value)) if up else int(np.ceil(value))
