"""Stand-alone values against all divisions, by the rules' own words."""

from __future__ import annotations

import numpy as np
import pytest

from games_by_hand import by_hand
from koopopt.sharing import standalone
from koopopt.sharing.standalone import StandAlone
from random_instances import random_problem


@pytest.mark.parametrize("compiled", [True, False])
@pytest.mark.parametrize("seed", range(12))
def test_every_set_is_divided_as_cheaply_as_can_be(seed, compiled, monkeypatch):
    if compiled:
        pytest.importorskip("numba")
    monkeypatch.setattr(standalone, "COMPILED", compiled)
    problem = random_problem(seed)
    facts = problem.facts
    for s in range(len(facts.services)):
        found = StandAlone.of(problem, s, np.arange(facts.n))
        for members, value in by_hand(problem, s).items():
            some = np.array([facts.index[m] for m in members], int)
            assert found.value[found.mask(some)] == value
