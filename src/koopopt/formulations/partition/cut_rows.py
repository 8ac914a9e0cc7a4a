"""Rows that are found while solving: cuts that every plan keeps, and the overlap of bodies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from koopopt.formulations.partition.columns import Columns
from koopopt.formulations.partition.pool import Prices
from koopopt.formulations.partition.rank1 import Rank1
from koopopt.formulations.partition.rows import Entries, WithoutOffices
from koopopt.linear import Bools, Floats, Ints


@dataclass(slots=True)
class Rank1Cuts(WithoutOffices):
    """Rank-1 cuts of single services: `service` is (rows,), `cuts` their definition."""

    service: Ints
    cuts: Rank1

    def take(self, which: Bools) -> Rank1Cuts:
        """Return some of them."""
        return Rank1Cuts(self.service[which], self.cuts.take(which))

    @property
    def keys(self) -> list[tuple[int, bytes]]:
        """One a cut; equal cuts have equal keys."""
        return list(zip(self.service.tolist(), self.cuts.keys, strict=True))

    @property
    def names(self) -> list[str]:
        """Names of the rows."""
        return [f"rank1[{s},{k}]" for k, s in enumerate(self.service.tolist())]

    @property
    def lower(self) -> Floats:
        """No lower bounds."""
        return np.full(len(self.cuts), -np.inf)

    @property
    def upper(self) -> Floats:
        """Rounded down."""
        return self.cuts.most

    def entries(self, columns: Columns) -> Entries:
        value = self.cuts.entries(columns.coalitions.dense)
        value[columns.service[:, None] != self.service] = 0.0
        column, row = np.nonzero(value)
        return row, column, value[column, row]

    def charge(self, duals: Floats, prices: Sequence[Prices]) -> None:
        for s, price in enumerate(prices):
            mine = np.flatnonzero((self.service == s) & (duals != 0.0))
            price.cuts = price.cuts.with_(self.cuts.take(mine))
            price.cut_price = np.concatenate([price.cut_price, -duals[mine]])


@dataclass(slots=True, eq=False)
class SeatCuts(WithoutOffices):
    """Overlap of bodies: a municipality's services are seated in at most `most` others.

    With z[i, h] = 1 where any service of i is seated at h, Σ_h z[i, h] ≤ most. Eliminating z
    leaves one row for every way to pick a service for each seat; the violated ones are added.
    `town` is (rows,), `picked` (rows, n) the service whose members of `town` at seat h count,
    -1 for none.
    """

    town: Ints
    picked: Ints
    most: int

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SeatCuts) and (
            np.array_equal(self.town, other.town) and np.array_equal(self.picked, other.picked)
        )

    __hash__ = None  # type: ignore[assignment]  # arrays

    @property
    def names(self) -> list[str]:
        """Names of the rows."""
        return [f"partner_seats[{i},{k}]" for k, i in enumerate(self.town.tolist())]

    @property
    def lower(self) -> Floats:
        """No lower bounds."""
        return np.full(len(self.town), -np.inf)

    @property
    def upper(self) -> Floats:
        """At most `most`."""
        return np.full(len(self.town), float(self.most))

    def entries(self, columns: Columns) -> Entries:
        column, town = columns.members()
        seat = columns.seat[column]
        away = seat != town
        column, town, seat = column[away], town[away], seat[away]
        counted = (town[:, None] == self.town) & (
            columns.service[column][:, None] == self.picked[:, seat].T
        )
        entry, row = np.nonzero(counted)
        return row, column[entry], np.ones(len(row))

    def charge(self, duals: Floats, prices: Sequence[Prices]) -> None:
        for i, picked, dual in zip(self.town, self.picked, duals, strict=True):
            for seat in np.flatnonzero((picked >= 0) & (dual != 0.0)):
                if seat != i:
                    prices[picked[seat]].pair[seat, i] -= dual
