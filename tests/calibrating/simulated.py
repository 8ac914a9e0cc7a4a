"""Accounts of invented bodies whose curve is known."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from koopopt.linear import Floats

ELASTICITY, SCALE = 0.85, 20.0
SAMPLES = 500


def samples(accounts: int, spread: float, kind: str = "even") -> Iterator[tuple[Floats, Floats]]:
    """Yield demands and costs, 500 times; sizes differ by a factor of up to 20.

    Errors multiply. Their logarithms have the mean 0 and are ``even``, or spread more at both
    ``ends`` or where bodies are ``small``; or costs are gamma distributed (``skewed``).
    """
    random = np.random.default_rng(12)
    for _ in range(SAMPLES):
        part = random.uniform(0, 1, accounts)
        demand = 4e4 * 20**part
        if kind == "skewed":
            factor = random.gamma(spread**-2, spread**2, accounts)
        else:
            each = {
                "even": np.ones(accounts),
                "ends": 0.4 + 2.4 * abs(part - 0.5),
                "small": 2 - 1.7 * part,
            }
            factor = np.exp(random.normal(0, spread * each[kind]))
        yield demand, SCALE * demand**ELASTICITY * factor


def mean_factor(spread: float, kind: str) -> float:
    """Return the mean cost over the curve, where it is the same for all sizes."""
    return 1.0 if kind == "skewed" else float(np.exp(spread**2 / 2))
