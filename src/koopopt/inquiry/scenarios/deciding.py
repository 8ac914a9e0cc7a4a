"""The integer program of a largest value over the columns that are left, in whole numbers.

    minimise  L   subject to   g_k · x − r_k ≤ L  for each k,  and the rows of plans

Sums of plans have too many digits for floating point beside what tells them apart. But the rows
that say who is covered hold with equality, A x = b, so for any whole prices y

    g_k · x  =  (g_k − y A) · x + y · b

and with duals of a linear program what is left of g_k is small: about what a column is worse than
the best ones. With several objectives each is taken by a linear program of its own, as the duals of
the largest value make only their mean small. With a single one L is the sum itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from koopopt.inquiry.scenarios.bounds import Relaxation
from koopopt.inquiry.scenarios.columns import Whole
from koopopt.linear import Bools, Floats, LinearModel, Objective, extended, restricted
from koopopt.solvers.account import is_whole
from koopopt.solvers.base import Control, Solver
from koopopt.solvers.digits import BigInts, decide_long, split
from koopopt.solvers.judge import NO_SOLUTION_VALUE
from koopopt.text import Text

ABOVE_ALL: Final = 2**400
"""Stands for the bound where there is no plan."""


@dataclass(frozen=True, slots=True, eq=False)
class Program:
    """The integer program.

    Attributes
    ----------
    model : LinearModel
        Its objective is the coarse part of L.
    unit : int
    rest : whole numbers
        L is `unit` times the objective, and this, and `base`.
    base : int
    columns : int
        So many columns, the first ones, are those that were kept.
    """

    model: LinearModel
    unit: int
    rest: BigInts
    base: int
    columns: int

    @classmethod
    def of(cls, relaxed: Relaxation, kept: Bools, control: Control) -> Program:
        """Return the program over some columns of a linear program that has been solved."""
        model, own = restricted(relaxed.model, kept), relaxed.objectives[:, kept]
        if len(own) == 1:
            duals = dict(zip(relaxed.model.rows, relaxed.duals.tolist(), strict=True))
            small, base = _less(model, own[0], [duals[name] for name in model.rows])
            unit, coarse, rest = split(small.tolist())
            made = replace(model, objectives=(Objective("total", coarse),))
            return cls(made, unit, rest, base - relaxed.offsets[0], model.shape[1])
        count = int(kept[: relaxed.partnerships].sum())
        parts = []
        for row in own:
            alone = Relaxation(model, row[None], [0], count)
            alone.prove(np.ones(model.shape[1], bool), None, control)
            parts.append(_less(model, row, alone.duals.tolist()))
        return cls._of_largest(model, parts, relaxed.offsets)

    @classmethod
    def _of_largest(
        cls, model: LinearModel, parts: list[tuple[Whole, int]], offsets: list[int]
    ) -> Program:
        """Return the program with L as a column, counted from what it is at least."""
        rows, count = model.shape
        levels, small = len(parts), np.array([row for row, _ in parts], object)
        row, column = np.nonzero(small)
        ends = [base - r for (_, base), r in zip(parts, offsets, strict=True)]
        least = max(e + sum(np.minimum(s, 0).tolist()) for e, s in zip(ends, small, strict=True))
        most = max(e + sum(np.maximum(s, 0).tolist()) for e, s in zip(ends, small, strict=True))
        made = extended(
            model,
            columns=["largest"],
            rows=[f"scenario[{k}]" for k in range(levels)],
            row_upper=np.array([float(least - end) for end in ends]),
            entries=(
                np.concatenate([rows + row, rows + np.arange(levels)]),
                np.concatenate([column, np.full(levels, count)]),
                np.concatenate([small[row, column].astype(float), np.full(levels, -1.0)]),
            ),
        )
        lower, upper, integer = made.lower.copy(), made.upper.copy(), made.integer.copy()
        lower[count], upper[count], integer[count] = 0.0, float(most - least), True
        objective = np.zeros(count + 1)
        objective[count] = 1.0
        made = replace(
            made, lower=lower, upper=upper, integer=integer,
            objectives=(Objective("largest", objective),),
        )  # fmt: skip
        return cls(made, 1, np.zeros(count + 1, object), least, count)

    def decided(
        self, solver: Solver, control: Control, *, confirm: bool
    ) -> tuple[int | None, Floats | None, list[Text]]:
        """Return what L is at least, the best values of the columns, and doubts of back ends.

        None for what is not known; where there is no solution the bound is above every plan.
        `confirm` asks two back ends to agree on that.
        """
        if not is_whole(self.model):
            return None, None, []
        verdict, least = decide_long(
            self.model, self.unit, self.rest, solver, control, confirm=confirm
        )
        values = None if verdict.values is None else verdict.values[: self.columns]
        if least is None:
            return None, values, verdict.doubts
        if verdict.least is not None and verdict.least >= NO_SOLUTION_VALUE:
            return ABOVE_ALL, values, verdict.doubts
        return least + self.base, values, verdict.doubts


def _less(model: LinearModel, objective: Whole, duals: Sequence[float]) -> tuple[Whole, int]:
    """Return an objective less what rows with equality are worth, and what these are worth."""
    prices = [
        round(y) if low == up else 0
        for y, low, up in zip(duals, model.row_lower, model.row_upper, strict=True)
    ]
    charge = model.value.astype(np.int64).astype(object) * np.array(prices, object)[model.index]
    sums = np.concatenate([np.zeros(1, object), np.cumsum(charge)])
    base = sum(y * int(b) for y, b in zip(prices, model.row_lower.tolist(), strict=True) if y)
    return objective.astype(object) - (sums[model.start[1:]] - sums[model.start[:-1]]), base
