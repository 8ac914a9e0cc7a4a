"""Latin hypercube samples: few of them, spread evenly over the range of every number.

The range of a number is cut into as many cells of equal length as there are samples. Every cell
holds the value of one sample, drawn evenly within the cell; which sample has which cell is drawn
for each number by itself (McKay, Beckman and Conover 1979). Every number has a stream of random
numbers of its own, so one more number at the end leaves the values of the others as they are.
"""

from __future__ import annotations

import numpy as np

from koopopt.linear import Floats


def latin_hypercube(samples: int, numbers: int, seed: int) -> Floats:
    """Return shares of the ranges, shape (samples, numbers), each in [0, 1).

    The same for the same arguments, to the bit.

    Parameters
    ----------
    samples, numbers, seed : int
    """
    shares = np.empty((samples, numbers))
    for k, own in enumerate(np.random.SeedSequence(seed).spawn(numbers)):
        dice = np.random.default_rng(own)
        shares[:, k] = (dice.permutation(samples) + dice.random(samples)) / max(samples, 1)
    return np.minimum(shares, np.nextafter(1.0, 0.0))  # the sum may be rounded up to 1


def quantile(values: list[int], share: float) -> int:
    """Return the least of some values that at least this share of them does not exceed.

    It is one of the values, never one between two of them. `values` is not empty.
    """
    ordered = sorted(values)
    # 15 digits: 0.1 · 30 is 3, not a little more
    rank = int(-(-round(share * len(ordered), 9) // 1))
    return ordered[min(max(rank, 1), len(ordered)) - 1]
