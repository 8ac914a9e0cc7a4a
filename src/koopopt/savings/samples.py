"""Samples of the numbers of an instance that have ranges: which values they take, all at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from koopopt.case.instance import Instance
from koopopt.case.ranges import Ranged, ranged
from koopopt.savings.sampling import latin_hypercube

SAMPLES: Final = 200
"""How many samples are drawn unless said."""
SEED: Final = 0
"""The seed by which they are drawn unless said."""
Values = tuple[float, ...]
"""The values of the numbers with a range, in their order."""


@dataclass(frozen=True, slots=True)
class Samples:
    """Values of numbers with ranges.

    Attributes
    ----------
    numbers : tuple of Ranged
    rows : tuple of Values
        One a sample, with a value a number.
    seed : int
    """

    numbers: tuple[Ranged, ...]
    rows: tuple[Values, ...]
    seed: int

    @classmethod
    def of(cls, instance: Instance, count: int = SAMPLES, seed: int = SEED) -> Samples:
        """Draw samples of all numbers of an instance that have ranges.

        The same for the same instance, to the bit, whatever is asked of it.
        """
        numbers = ranged(instance)
        shares = latin_hypercube(count, len(numbers), seed).tolist()
        rows = (tuple(r.at(x) for r, x in zip(numbers, row, strict=True)) for row in shares)
        return cls(numbers, tuple(rows), seed)

    def without(self, left_out: tuple[Ranged, ...]) -> Samples:
        """Return the same samples of fewer numbers: the values of the others stay what they are."""
        kept = [k for k, r in enumerate(self.numbers) if r not in left_out]
        rows = tuple(tuple(row[k] for k in kept) for row in self.rows)
        return Samples(tuple(self.numbers[k] for k in kept), rows, self.seed)

    def __len__(self) -> int:
        return len(self.rows)
