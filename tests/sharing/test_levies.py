"""Measures and percentages of a levy: by hand, and in sums."""

from __future__ import annotations

from fractions import Fraction

import pytest

import tiny
from koopopt.problem import Problem
from koopopt.rules.stability import WEIGHTED
from koopopt.sharing.allocation import allocations
from koopopt.sharing.keys import KEYS, WEIGHT, Key
from koopopt.sharing.levies import WHOLE, Levy, levies
from random_instances import random_problem


def one(key: Key, problem: Problem | None = None) -> Levy:
    problem = problem or Problem.of(tiny.instance())
    found = allocations(problem, tiny.pooled_plan(problem), [key])
    return levies(problem, found, key)[0]


def test_thirds_by_hand() -> None:
    """1,000 and 2,000 inhabitants: 33.33 % and 66.67 %, the larger remainder gets the last one."""
    levy = one(Key("population"))
    (part,) = levy.parts
    assert part.measure == (1000, 2000)
    assert part.percent == 100
    assert levy.hundredths == part.hundredths == (3333, 6667)


def test_demand_is_in_its_unit() -> None:
    (part,) = one(Key("demand")).parts  # 40 m3 an inhabitant
    assert part.measure == (40_000, 80_000)


def test_two_parts_by_hand() -> None:
    """30 % equally, 70 % by inhabitants: 15 + 70/3 and 15 + 140/3 percent."""
    levy = one(Key.parse("30%equal+population"))
    assert [(part.by, part.percent, part.hundredths) for part in levy.parts] == [
        ("equal", 30, (5000, 5000)), ("population", 70, (3333, 6667)),
    ]  # fmt: skip
    assert levy.hundredths == (3833, 6167)


def test_given_weights_and_nothing_to_measure_by() -> None:
    given = {"01": Fraction(1, 3), "02": Fraction(2, 3), "03": Fraction(0)}
    levy = one(Key(WEIGHT, given=given))
    assert levy.parts[0].measure == (Fraction(1, 3), Fraction(2, 3))
    assert levy.hundredths == (3333, 6667)
    levy = one(Key(WEIGHT, given=dict.fromkeys(given, Fraction(0))))
    assert levy.parts[0].nothing
    assert levy.hundredths == (5000, 5000)


@pytest.mark.parametrize("name", [*KEYS, "1%alone+demand", "100%equal+population"])
@pytest.mark.parametrize("seed", range(8))
def test_percentages_sum_to_100_and_fit_the_amounts(name: str, seed: int) -> None:
    problem = random_problem(seed)
    levy = one(Key.parse(name), problem)
    a = levy.allocation
    assert levy.cents == a.payments[levy.key.name].cents
    assert sum(levy.cents) == a.cost
    assert sum(levy.office or ()) == a.office
    assert bool(levy.parts) == (levy.key.rest_by in WEIGHTED)
    for part in levy.parts:
        assert sum(part.hundredths) == WHOLE
    if levy.hundredths is None:
        assert a.cost <= 0
        return
    assert sum(levy.hundredths) == WHOLE
    for share, cents in zip(levy.hundredths, levy.cents, strict=True):  # less than 0.01 % and 1 ct
        assert abs(Fraction(share, WHOLE) * a.cost - cents) <= Fraction(abs(a.cost), WHOLE) + 1
