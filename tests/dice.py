"""A random generator with the words that random instances need."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass
class Dice:
    """A random generator; the same seed, the same draws."""

    rng: np.random.Generator

    def chance(self, probability: float) -> bool:
        return bool(self.rng.random() < probability)

    def pick(self, options: Any) -> Any:
        return options[int(self.rng.integers(len(options)))]

    def number(self, low: float, high: float, digits: int = 2) -> float:
        return round(float(self.rng.uniform(low, high)), digits)

    def count(self, low: int, high: int) -> int:
        return int(self.rng.integers(low, high + 1))

    def some(self, options: Any, least: int = 0, most: int | None = None) -> list[Any]:
        size = self.count(least, len(options) if most is None else min(most, len(options)))
        return [options[k] for k in sorted(self.rng.permutation(len(options))[:size].tolist())]
