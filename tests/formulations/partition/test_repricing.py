"""Prices made better by what was walked before: bounds that hold, and the same answers."""

from __future__ import annotations

from typing import Any

import pytest

from formulations.partition.honest import assert_optimal
from koopopt.formulations.partition import enumerating, rounds
from koopopt.formulations.partition.improving import Improving
from koopopt.formulations.partition.repricing import Repriced, repriced


@pytest.mark.parametrize("seated", [0, enumerating.MAX_SEATED])
def test_answers_stay_the_same(seated: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if a service could never be walked before its prices are made better."""
    monkeypatch.setattr(enumerating, "QUICK_STEPS", 0)
    monkeypatch.setattr(enumerating, "MAX_SEATED", seated)
    monkeypatch.setattr(rounds.Rounds, "cut", lambda *_, **__: False)
    monkeypatch.setattr(rounds.Rounds, "integral", lambda _: False)
    for way in ("dive", "polish", "choose", "improve"):
        monkeypatch.setattr(Improving, way, lambda *_: None)
    raised = []

    def kept(*given: Any) -> Repriced | None:
        before, parts = given[5:7]
        found = repriced(*given)
        if found is not None:
            raised.append(_least(found, parts) > _least(before, parts))
        return found

    monkeypatch.setattr(enumerating, "repriced", kept)
    for seed in range(100):
        assert_optimal(seed)
    assert len(raised) > 10
    assert any(raised)


def _least(prices: Repriced, parts: Any) -> float:
    """Return what every plan costs at least, where no column of the others is below 0."""
    known = [part for part in parts if part is not None]
    return prices.rest + sum(float(part.sums(prices.cost).min()) for part in known)
