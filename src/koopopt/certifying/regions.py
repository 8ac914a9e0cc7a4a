"""A region: a part of all plans. What its plans cost at least, and how it is split in two."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from koopopt.certifying import document as doc
from koopopt.certifying.formable import Formable
from koopopt.certifying.rows import Prices
from koopopt.linear import Bools, Ints

NEVER = 2**62, 2**1024
"""More than any price, for numpy's whole numbers and for Python's."""


@dataclass(frozen=True, slots=True, eq=False)
class Region:
    """The plans that some decisions leave.

    Attributes
    ----------
    parts : tuple of Formable
        What each service may still form.
    office : (n,) int array
        1 where a pooled partnership is seated for certain, -1 where none is, else 0.
    fewest, most : tuples of int or None
        Bounds on the number of partnerships of each service.
    """

    parts: tuple[Formable, ...]
    office: Ints
    fewest: tuple[int | None, ...]
    most: tuple[int | None, ...]

    @classmethod
    def whole(cls, parts: tuple[Formable, ...]) -> Region:
        """Return the region of all plans."""
        free = (None,) * len(parts)
        n = len(parts[0].alone) if parts else 0
        return cls(parts, np.zeros(n, int), free, free)

    def half(
        self, split: doc.SplitOf, town: int, service: int, seats: Bools, *, second: bool
    ) -> Region:
        """Return one of two regions that together have all plans of this one.

        Of the place that is split `town` and `service` are the numbers, `seats` is (n,).
        """
        match split:
            case doc.OfficeSplit():
                office = self.office.copy()
                office[town] = 1 if second else -1
                if second:
                    return replace(self, office=office)
                parts = tuple(
                    replace(p, blocks=tuple(b.take(b.seated & (b.members != town))
                                            for b in p.blocks)) for p in self.parts
                )  # fmt: skip
                return replace(self, parts=parts, office=office)
            case doc.NumberSplit():
                bounds = list(self.fewest if second else self.most)
                known = bounds[service]
                if second:
                    bounds[service] = max(
                        split.most + 1, split.most + 1 if known is None else known
                    )
                    return replace(self, fewest=tuple(bounds))
                bounds[service] = min(split.most, split.most if known is None else known)
                return replace(self, most=tuple(bounds))
            case doc.StateSplit():
                here = ~seats if second else seats
                return self._only(town, service, here, alone=split.alone != second)

    def bytes_beside(self, other: Region) -> int:
        """Return how many bytes it takes that it does not share with a region it is part of."""
        return sum(
            b.bytes_beside(of)
            for part, others in zip(self.parts, other.parts, strict=True)
            for b, of in zip(part.blocks, others.blocks, strict=True)
        )

    def _only(self, town: int, service: int, seats: Bools, *, alone: bool) -> Region:
        """Return the region where a municipality is alone (if it may) or at one of these seats."""
        part = self.parts[service]
        single = part.alone.copy()
        single[town] &= alone
        blocks = []
        for b in part.blocks:
            others = (b.members != town).all(axis=1)[:, None]
            blocks.append(b.take(b.seated & (others | seats[b.members])))
        parts = list(self.parts)
        parts[service] = Formable(single, tuple(blocks))
        return replace(self, parts=tuple(parts))


@dataclass(frozen=True, slots=True, eq=False)
class Bound:
    """What prices say of a region.

    Attributes
    ----------
    total : int or None
        No plan is cheaper; None where there is no plan.
    share : list of (n,) int arrays
        The part of it that each municipality brings, by service.
    reduced : list of lists of (N, size) int arrays
        What each pooled partnership costs at these prices, by block and seat.
    """

    total: int | None
    share: list[Ints]
    reduced: list[list[Ints]]


def bound(region: Region, prices: Prices) -> Bound:
    """Return the Lagrangian bound.

    At these prices a plan costs what its partnerships and offices cost, and the rest. A
    partnership is shared equally by its members, rounded down: each municipality brings at least
    its least share, and an office costs at least nothing, unless it is kept for certain.
    """
    exact = prices.office.dtype == object
    never = NEVER[exact]
    office = np.where(region.office == 0, np.minimum(prices.office, 0), prices.office)
    total = prices.rest + sum(office[region.office >= 0].tolist())
    shares, every, possible = [], [], True
    for s, part in enumerate(region.parts):
        least = np.where(part.alone, prices.alone[s], never)
        reduced = []
        for b in part.blocks:
            value = _reduced(b.members, b.cents, prices, s)
            reduced.append(value)
            best = np.where(b.seated, value, never).min(axis=1) // b.members.shape[1]
            for j in range(b.members.shape[1]):
                np.minimum.at(least, b.members[:, j], best)
        possible &= bool((least < never // 64).all())
        total += sum(least.tolist())
        shares.append(least)
        every.append(reduced)
    return Bound(total if possible else None, shares, every)


def _reduced(members: Ints, cents: Ints, prices: Prices, s: int) -> Ints:
    """Return (N, size): what each of these costs at each of its members as the seat."""
    kind = prices.office.dtype
    base = cents.astype(kind) * prices.cost + prices.body[s]
    for weights, divisor, dual in prices.cuts[s]:
        base = base - dual * (weights[members].sum(axis=1) // divisor)
    value = base[:, None] + prices.seat[s][members]
    for k in range(members.shape[1]):
        value += prices.pair[s][members[:, k : k + 1], members]
    return np.asarray(value)


def narrowed(region: Region, found: Bound, prices: Prices, most: int) -> Region:
    """Return the region without the partnerships that no plan of at most so much can have.

    A plan with one of them costs its price, and of all others at least their shares.
    """
    assert found.total is not None
    room = max(min(most - found.total, NEVER[0] // 2), -NEVER[0] // 2)
    if prices.office.dtype == object:
        room = most - found.total
    parts = []
    for s, part in enumerate(region.parts):
        share = found.share[s]
        alone = part.alone & (prices.alone[s] - share <= room)
        blocks = tuple(
            b.take(b.seated & (value - share[b.members].sum(axis=1)[:, None] <= room))
            for b, value in zip(part.blocks, found.reduced[s], strict=True)
        )
        parts.append(Formable(np.asarray(alone, bool), blocks))
    return replace(region, parts=tuple(parts))
