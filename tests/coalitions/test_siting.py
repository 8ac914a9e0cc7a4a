"""Coalitions at sites: each that may be is made once, and as many are counted as are made."""

from __future__ import annotations

import numpy as np
import pytest

from koopopt.coalitions.admissible import enumeration
from koopopt.coalitions.enumeration import TooMany
from koopopt.formulations.partition.holding import Holding
from koopopt.formulations.sites import joined
from koopopt.solvers.base import Control
from random_instances import random_problem, with_sites


@pytest.mark.parametrize("seed", range(20))
def test_all_coalitions_at_sites(seed: int) -> None:
    problem = joined(with_sites(random_problem(seed), seed))
    facts = problem.facts
    for s, conditions in enumerate(problem.conditions):
        everything = enumeration(facts, conditions)
        number = everything.count(np.inf)
        found = [tuple(c[k].tolist()) for c in everything.pieces() for k in range(len(c))]
        assert len(set(found)) == len(found) == number.sum()
        assert np.bincount([len(who) for who in found], minlength=len(number)).tolist() == [
            *number.tolist()
        ]
        for who in found:
            *towns, last = who
            assert max(towns) < facts.towns  # one site at the most, and somebody at it
            if last >= facts.towns:
                assert (s, last) in facts.sites
                assert conditions.pair[towns, last].all()


def test_counting_ends_where_there_are_too_many() -> None:
    problem = with_sites(random_problem(1), 1)
    with pytest.raises(TooMany):
        Holding(joined(problem)).count(Control(), most=1)
