"""Random problems in which founding a partnership costs something once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from dice import Dice
from koopopt.case.years import Horizon
from koopopt.problem import Problem


def with_horizon(problem: Problem, seed: int) -> Problem:
    """Return a random problem in which founding costs something once."""
    dice = Dice(np.random.default_rng([11, seed]))
    amounts = [0.0, 0.0, 3333.33, 20_000.0, 150_000.0]
    horizon = Horizon(years=dice.pick([1, 3, 10, 30]), discount=dice.pick([0.0, 0.02, 0.035, 0.5]))

    def founded(models: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(
            replace(m, one_off=dice.pick(amounts), one_off_per_member=dice.pick(amounts[:-1]))
            for m in models
        )

    instance = problem.instance
    changed = replace(
        instance, horizon=horizon, services=founded(instance.services),
        legal_forms=founded(instance.legal_forms),
    )  # fmt: skip
    return replace(Problem.of(changed, limits=problem.limits), weights=problem.weights)
