"""The weighted sum as a whole number: what is best is decided in integers, at every scale.

Weights count as the decimals that people wrote. A plan with the amounts u_k (whole numbers of their
units) has the weighted sum Σ w_k u_k / per_one_k = `grain` · Σ W_k u_k with whole W_k that have no
common divisor. So two plans are either equal or differ by a grain at least, and weights that are
scaled by any factor give the same W. What is computed in floating point is `scaled`: the whole
number times a power of two, which changes no digit, so that numbers are of a handy size.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, frexp, inf, ldexp, nextafter
from typing import Final

import numpy as np

from koopopt.criteria import CRITERIA
from koopopt.exact import MAX_EXACT_SUM, Number, integers
from koopopt.linear import Floats

TARGET_BITS: Final = 22
"""The largest weighted sum of a single partnership is about 2 to this power, scaled."""


def _weight(value: Number) -> Fraction:
    """Return a weight to the 15 digits that floating point holds for certain: 10 · 1e-6 is 1e-5."""
    return Fraction(f"{value:.15g}") if isinstance(value, float) else Fraction(value)


@dataclass(frozen=True, slots=True)
class Scale:
    """Integer weights of the criteria, in their fixed order.

    Attributes
    ----------
    weights : tuple of int
        W_k, for amounts in units.
    grain : Fraction
        What one of the weighted sum stands for.
    exponent : int
        scaled = weighted sum · 2 ** exponent.
    """

    weights: tuple[int, ...]
    grain: Fraction
    exponent: int = 0

    @classmethod
    def of(cls, weights: Mapping[str, Number], largest: Sequence[float] = ()) -> Scale:
        """Return the scale of weights by name.

        `largest` says about how large the amounts of single partnerships are, by criterion.
        """
        wanted = [_weight(weights.get(n, 0)) / c.per_one for n, c in CRITERIA.items()]
        whole, grain = integers(wanted)
        top = sum(abs(w) * int(u) for w, u in zip(whole, largest, strict=False))
        return cls(tuple(whole), grain, TARGET_BITS - max(top, 1).bit_length() if largest else 0)

    @property
    def step(self) -> float:
        """One of the weighted sum, scaled."""
        return ldexp(1.0, self.exponent)

    @property
    def floats(self) -> Floats:
        """The weights, scaled, shape (criteria,)."""
        return np.array([self.scaled(w) for w in self.weights])

    def total(self, amounts: Sequence[int]) -> int:
        """Return the weighted sum of amounts, one a criterion."""
        return sum(w * u for w, u in zip(self.weights, amounts, strict=True))

    def shown(self, total: int) -> float:
        """Return a weighted sum as the user's own number."""
        return float(total * self.grain)

    def scaled(self, total: int) -> float:
        """Return a weighted sum scaled, as near as floating point comes."""
        mantissa, exponent = frexp(total) if abs(total) < 2**1000 else (inf, 0)
        return ldexp(mantissa, exponent + self.exponent)

    def above(self, total: int) -> float:
        """Return a weighted sum scaled, or the next number above it."""
        near = self.scaled(total)
        exact = Fraction(near) / Fraction(2) ** self.exponent
        return near if exact >= total else nextafter(near, inf)

    def below(self, total: int) -> float:
        """Return a weighted sum scaled, or the next number below it."""
        return -self.above(-total)

    def blurred(self, total: int, least: int | None) -> bool:
        """Whether a bound is so near below a weighted sum that nothing here tells them apart.

        That can only be where weights have so many digits that no floating point holds such sums
        exactly. To go on is of no use then, but it is no proof either.
        """
        large = abs(total) >= MAX_EXACT_SUM
        return large and least is not None and total - least <= abs(total) >> 43

    def least(self, bound: float) -> int | None:
        """Return the least weighted sum that is not below a scaled bound; None for -inf."""
        if bound == -inf:
            return None
        return ceil(Fraction(bound) / Fraction(2) ** self.exponent)
