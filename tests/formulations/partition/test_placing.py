"""Seats of whole plans: decided over together, whoever says which plan keeps the rules."""

from __future__ import annotations

from dataclasses import replace
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from formulations.partition.honest import assert_optimal
from koopopt.formulations.partition import enumerating, handover, placing, rounds
from koopopt.formulations.partition.improving import Improving
from koopopt.formulations.partition.placing import placed
from koopopt.linear import Ints


def rare_ways(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave nothing but putting plans together before their seats."""
    monkeypatch.setattr(enumerating, "MAX_SEATED", 0)
    monkeypatch.setattr(rounds.Rounds, "cut", lambda *_, **__: False)
    monkeypatch.setattr(rounds.Rounds, "integral", lambda _: False)
    for way in ("dive", "polish", "choose", "improve"):
        monkeypatch.setattr(Improving, way, lambda *_: None)


@pytest.mark.parametrize("few", [0, enumerating.FEW_COMBINATIONS])
@pytest.mark.parametrize("fractional", [False, True])
def test_seats_of_whole_plans_are_decided_over_together(
    few: int, fractional: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if seats were always too many to write down, and if programs were never integral, too."""
    rare_ways(monkeypatch)
    if fractional:
        monkeypatch.setattr(placing, "is_integral", lambda _: False)
    monkeypatch.setattr(enumerating, "FEW_COMBINATIONS", few)
    decided, offers, settled = [], [], []

    def counted(*given: Any) -> float:
        *rest, deciding = given

        def offer(chosen: Ints) -> float | None:
            offers.append(deciding.offer(chosen))
            return offers[-1]

        def settle(which: Ints) -> bool:
            settled.append(deciding.settle(which))
            return bool(settled[-1])

        decided.append(placed(*rest, replace(deciding, offer=offer, settle=settle)))
        return float(decided[-1])

    monkeypatch.setattr(enumerating, "placed", counted)
    for seed in range(100):
        assert_optimal(seed)
    assert decided.count(np.inf) > 30
    assert sum(settled if fractional else [o is not None for o in offers]) > 20


@pytest.mark.parametrize(
    ("room", "most", "few"),
    [(placing, "MAX_PLANS", 2), (handover, "FEW_PROGRAMS", 2), (placing, "MAX_LOOKS", 4)],
)
def test_what_was_decided_by_then_is_a_bound(
    room: ModuleType, most: str, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if there were always too many plans for all of them to be decided."""
    rare_ways(monkeypatch)
    decided: list[tuple[float, float]] = []

    def counted(*given: Any) -> float:
        decided.append((placed(*given), given[5]))
        return decided[-1][0]

    monkeypatch.setattr(enumerating, "placed", counted)
    monkeypatch.setattr(enumerating, "FEW_COMBINATIONS", 0)
    monkeypatch.setattr(placing, "SHARES", tuple(np.linspace(0.02, 1.0, 50)))
    monkeypatch.setattr(room, most, few)
    for seed in range(100):
        assert_optimal(seed)
    some = [most - up_to for up_to, most in decided if np.isfinite(up_to)]
    assert some
    assert min(some) > 0.0
