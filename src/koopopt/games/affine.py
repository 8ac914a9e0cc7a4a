"""Systems of linear equations with whole coefficients, solved exactly, one equation at a time."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import gcd


class Affine:
    """All points that keep some equations.

    Attributes
    ----------
    point : list of Fraction
        One of them.
    directions : list of list of int
        From it all others are reached along these, which are independent.
    """

    def __init__(self, variables: int) -> None:
        self.point = [Fraction(0)] * variables
        self.directions = [[int(i == k) for i in range(variables)] for k in range(variables)]

    def along(self, row: Sequence[int]) -> list[int]:
        """Return how much a·x grows along each direction."""
        return [_dot(row, direction) for direction in self.directions]

    def at(self, row: Sequence[int]) -> Fraction:
        """Return a·x at the point."""
        return sum((a * x for a, x in zip(row, self.point, strict=True) if a), Fraction(0))

    def add(self, row: Sequence[int], value: Fraction | int) -> bool:
        """Demand a·x = value as well; False, and nothing changes, where that cannot be kept."""
        steps, missing = self.along(row), value - self.at(row)
        turning = [k for k, step in enumerate(steps) if step]
        if not turning:
            return not missing
        chosen = min(turning, key=lambda k: abs(steps[k]))
        way, step = self.directions.pop(chosen), steps.pop(chosen)
        if missing:
            part = Fraction(missing) / step
            self.point = [x + part * d for x, d in zip(self.point, way, strict=True)]
        for k, other in enumerate(steps):
            if other:
                turned = [a * step - b * other
                          for a, b in zip(self.directions[k], way, strict=True)]  # fmt: skip
                common = gcd(*turned)
                self.directions[k] = [a // common for a in turned]
        return True


def combination(columns: Sequence[Sequence[int]], target: Sequence[int]) -> list[Fraction] | None:
    """Return weights with which columns sum to a target; None where there are none.

    Of several answers one is returned.
    """
    system = Affine(len(columns))
    for row, value in zip(zip(*columns, strict=True), target, strict=True):
        if not system.add(row, value):
            return None
    return system.point


def _dot(row: Sequence[int], other: Sequence[int]) -> int:
    return sum(a * b for a, b in zip(row, other, strict=True) if a)
