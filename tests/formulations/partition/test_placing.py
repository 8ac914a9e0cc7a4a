"""Seats of whole plans: decided over together, whoever says which plan keeps the rules."""

from __future__ import annotations

from typing import Any

import pytest

from formulations.partition.honest import assert_optimal
from koopopt.formulations.partition import enumerating, placing, rounds
from koopopt.formulations.partition.improving import Improving
from koopopt.formulations.partition.placing import Deciding, placed
from koopopt.linear import Ints


@pytest.mark.parametrize("few", [0, enumerating.FEW_COMBINATIONS])
@pytest.mark.parametrize("fractional", [False, True])
def test_seats_of_whole_plans_are_decided_over_together(
    few: int, fractional: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if seats were always too many to write down, and if programs were never integral, too."""
    monkeypatch.setattr(enumerating, "MAX_SEATED", 0)
    if fractional:
        monkeypatch.setattr(placing, "is_integral", lambda _: False)
    monkeypatch.setattr(enumerating, "FEW_COMBINATIONS", few)
    monkeypatch.setattr(rounds.Rounds, "cut", lambda *_, **__: False)
    monkeypatch.setattr(rounds.Rounds, "integral", lambda _: False)
    for way in ("dive", "polish", "choose"):
        monkeypatch.setattr(Improving, way, lambda *_: None)
    done, offers, settled = [], [], []

    def counted(*given: Any) -> bool:
        *rest, deciding = given

        def offer(chosen: Ints) -> float | None:
            offers.append(deciding.offer(chosen))
            return offers[-1]

        def settle(which: Ints) -> bool:
            settled.append(deciding.settle(which))
            return bool(settled[-1])

        done.append(placed(*rest, Deciding(offer, settle, deciding.stopped)))
        return done[-1]

    monkeypatch.setattr(enumerating, "placed", counted)
    for seed in range(100):
        assert_optimal(seed)
    assert sum(done) > 30
    assert sum(settled if fractional else [o is not None for o in offers]) > 20
