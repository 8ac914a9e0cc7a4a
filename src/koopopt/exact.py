"""Whole numbers: every amount is an integer of its unit, rounded once, the same on every machine.

Floating point is close, but not the same everywhere: a power or a sum may differ in its last digit
between processors or between ways to add. Here an amount is computed in floating point, and where
that lies so near to half a unit that its error could turn the rounding, it is computed once more in
exact fractions (`nearest`). Numbers count as the decimals that people wrote: 0.1 is a tenth.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal, localcontext
from fractions import Fraction
from functools import lru_cache
from math import floor, gcd, lcm
from typing import Final

import numpy as np

from koopopt.linear import Bools, Floats, Ints

CENTS_PER_EURO: Final = 100
"""Units of money in a EUR."""
MAX_EXACT_SUM: Final = 2**53
"""Sums of amounts stay below this, so that floating point holds them exactly."""
AMOUNT_ERROR: Final = 1e-14
"""Relative error of an amount in floating point, generously."""
POWER_DIGITS: Final = 60
"""Decimal digits of a power that decides a rounding."""

REMEMBERED: Final = 2**14
"""Decimals that are not read again: an instance has few, each asked for thousands of times."""

Number = int | float | Fraction


def fraction(value: Number) -> Fraction:
    """Return the decimal that a number was written as, exactly.

    Examples
    --------
    >>> fraction(0.1)
    Fraction(1, 10)
    """
    return _decimal(float(value)) if isinstance(value, float) else Fraction(value)


@lru_cache(maxsize=REMEMBERED)
def _decimal(value: float) -> Fraction:
    return Fraction(repr(value))


def power(base: Fraction, exponent: Fraction) -> Fraction:
    """Return base ** exponent to `POWER_DIGITS` digits; base ≥ 0."""
    if not base or exponent == 1:
        return base
    with localcontext() as context:
        context.prec = POWER_DIGITS
        root = Decimal(base.numerator) / Decimal(base.denominator)
        return Fraction(root ** (Decimal(exponent.numerator) / Decimal(exponent.denominator)))


def whole(value: Number, per_one: int) -> int:
    """Return an amount in its unit, `per_one` of which make one; half to even."""
    return round(fraction(value) * per_one)


def whole_down(value: Number, per_one: int) -> int:
    """Return the largest whole amount that does not exceed a limit.

    A third is no decimal: the number that is shown for an amount stands for that amount.

    Examples
    --------
    >>> whole_down(1.39, 3), whole_down(4 / 3, 3)
    (4, 4)
    """
    amount = floor(fraction(value) * per_one)
    shown = isinstance(value, float) and (amount + 1) / per_one == value
    return amount + 1 if shown else amount


def nearest(
    values: Floats,
    exact: Callable[[int], Fraction],
    magnitude: Floats | None = None,
    doubtful: Bools | None = None,
) -> Ints:
    """Round to integers, half to even, as exact arithmetic would.

    Parameters
    ----------
    values : array
        In units, as floating point has them.
    exact : callable
        Flat index -> the same value, exactly; asked only where rounding could go either way.
    magnitude : array, optional
        Sizes of the terms that were added; those of the values unless given.
    doubtful : bool array, optional
        Which values floating point may have wholly wrong.
    """
    rounded = np.rint(values)
    size = np.abs(values) if magnitude is None else magnitude
    near = np.abs(np.abs(values - np.floor(values)) - 0.5) <= AMOUNT_ERROR * size + 1e-12
    near = near if doubtful is None else near | doubtful
    flat = rounded.reshape(-1)
    for k in np.flatnonzero(near):
        flat[k] = round(exact(int(k)))
    return rounded.astype(np.int64)


def within_share(amounts: Floats | Ints, share: Fraction, totals: Floats | Ints) -> Bools:
    """Return whether amounts are at most such a share of totals, without tolerance.

    Parameters
    ----------
    amounts, totals : (N,) arrays of whole numbers below `MAX_EXACT_SUM`
    share : Fraction

    Returns
    -------
    (N,) bool array

    Examples
    --------
    >>> within_share(np.array([90, 91]), Fraction(9, 10), np.array([100, 100])).tolist()
    [True, False]
    """
    most = float(share) * totals
    left = most - amounts
    ok = np.asarray(left >= 0)
    near = np.abs(left) <= AMOUNT_ERROR * (np.abs(most) + np.abs(amounts))
    for k in np.flatnonzero(near):
        ok[k] = int(amounts[k]) <= share * int(totals[k])
    return ok


def integers(values: Iterable[Fraction]) -> tuple[list[int], Fraction]:
    """Return the smallest integers in the same proportion, and what one of them stands for.

    Examples
    --------
    >>> integers([Fraction(1, 100), Fraction(10, 10000)])
    ([10, 1], Fraction(1, 1000))
    """
    values = list(values)
    below = lcm(*(v.denominator for v in values))
    above = [v.numerator * (below // v.denominator) for v in values]
    common = gcd(*above) or 1
    return [a // common for a in above], Fraction(common, below)
