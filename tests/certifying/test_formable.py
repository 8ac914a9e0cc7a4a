"""What the checker enumerates is what the evaluator allows, at the same costs."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

import bruteforce
import koopopt
from koopopt.certifying import formable as room
from koopopt.certifying.budget import Budget
from koopopt.certifying.formable import Formable, formable
from koopopt.errors import UsageError
from koopopt.problem import Problem
from nightly import NIGHTLY
from random_instances import random_problem
from tiny import instance


def enumerated(problem: Problem, service: int) -> dict[tuple[tuple[int, ...], int], int]:
    """Return the cents of each partnership, by members and seat, by the rules' own words."""
    facts, found = problem.facts, {}
    for size in range(1, facts.n + 1):
        for who in combinations(range(facts.n), size):
            for seat in who:
                made = bruteforce._partnership(problem, service, who, seat)
                if made is not None:
                    found[who, seat] = facts.cents(made[0])
    return found


def told(problem: Problem, service: int) -> dict[tuple[tuple[int, ...], int], int]:
    of: Formable = formable(problem, service)
    facts = problem.facts
    found = {
        ((i,), i): int(facts.alone_cents[service, i]) for i in np.flatnonzero(of.alone).tolist()
    }
    for block in of.blocks:
        for row, column in np.argwhere(block.seated):
            who = tuple(block.members[row].tolist())
            assert (who, who[column]) not in found
            found[who, who[column]] = int(block.cents[row])
    return found


@pytest.mark.parametrize("test", range(10 * NIGHTLY))
def test_the_same_partnerships_at_the_same_costs(test: int) -> None:
    for seed in range(20 * test, 20 * test + 20):
        problem = random_problem(seed)
        for s in range(len(problem.facts.services)):
            assert told(problem, s) == enumerated(problem, s), seed


def test_a_county_has_as_many_as_the_search_counts() -> None:
    problem = Problem.of(koopopt.read("werra-meissner"))
    counts = [
        sum(len(b.cents) for b in formable(problem, s).blocks)
        for s in range(len(problem.facts.services))
    ]
    from koopopt.formulations.partition import pools

    assert counts == [len(pool) for pool in pools(problem)]


@pytest.mark.parametrize("contiguous", [True, False])
def test_many_municipalities_are_told_apart(contiguous: bool) -> None:
    """Sets are known by their members, however many there are."""
    names = [f"M{k}" for k in range(70)]
    rules = {"max_members": 3} if contiguous else {"max_members": 2}
    base = instance(names, rules={"contiguous": contiguous, **rules})
    found = formable(Problem.of(base), 0)
    sizes = [len(b.cents) for b in found.blocks]
    assert sizes == ([69, 68] if contiguous else [70 * 69 // 2])


def test_sets_of_sizes_beyond_machine_words() -> None:
    names = [f"M{k}" for k in range(66)]
    base = instance(names, rules={"contiguous": True, "max_members": 12})
    found = formable(Problem.of(base), 0)
    assert [len(b.cents) for b in found.blocks] == [66 - k for k in range(1, 12)]


def test_too_many_are_refused() -> None:
    with pytest.raises(UsageError, match=r"more than 0\.0005 MB of memory"):
        formable(Problem.of(instance(["A", "B", "C", "D"])), 0, Budget(500))


def test_services_have_one_budget() -> None:
    problem, budget = Problem.of(instance(["A", "B", "C", "D"])), Budget(10_000)
    formable(problem, 0, budget)
    once = budget.taken
    assert once >= sum(
        b.members.nbytes + b.seated.nbytes + b.cents.nbytes for b in formable(problem, 0).blocks
    )
    formable(problem, 0, budget)
    assert budget.taken == 2 * once
    with pytest.raises(UsageError, match="too many possible coalitions"):
        formable(problem, 0, Budget(2 * once, taken=2 * once - 1))


def test_it_can_be_ended_while_sets_grow(monkeypatch: pytest.MonkeyPatch) -> None:
    class EndedError(Exception):
        pass

    def end() -> None:
        raise EndedError

    problem = Problem.of(instance(["A", "B", "C", "D"], rules={"min_members": 4}))
    with pytest.raises(EndedError):
        next(room._sets(room._Rules(problem, 0), Budget(), end))
    monkeypatch.setattr(room, "AT_ONCE", 2)
    asked = []
    formable(problem, 0, check=lambda: asked.append(1))
    assert len(asked) > 6


def test_sets_judged_in_pieces_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = random_problem(3)
    whole = told(problem, 0)
    monkeypatch.setattr(room, "AT_ONCE", 2)
    assert told(problem, 0) == whole
