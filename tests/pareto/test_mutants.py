"""Whatever is claimed falsely is found: certificates and fronts with one fault each.

A mutant counts where enumeration says that one of its claims is false; `verify` must find every
one. Where all of its claims are still true, nobody may call a solution, a point or a bound wrong.
"""

import itertools

import pytest

import tiny
from koopopt.pareto.find import front as search
from koopopt.pareto.verify import verify
from koopopt.problem import Problem
from pareto import cents, hand, mutants
from random_instances import random_problem


def of_program(seed, size, **how):
    """Return the front of a program in cents, by hand, or by the search if `how` says so."""
    model = cents.program(seed, size).model
    front = search(model, workers=1, **how) if how else hand.of_model(model)
    ranges = [range(int(a), int(b) + 1) for a, b in zip(model.lower, model.upper, strict=True)]
    everything = (tuple(map(float, x)) for x in itertools.product(*ranges))
    return front, mutants.Truth.of(front, everything)


def of_instance(problem, names, **how):
    front, truth = mutants.of_problem(problem, names)
    return (search(problem, names, workers=1, **how) if how else front), truth


FRONTS = {
    "two objectives, 2e7": lambda: of_program(0, 2e7),
    "two objectives, 3e11, searched": lambda: of_program(3, 3e11, solver="cp-sat"),
    "three objectives, 1e9": lambda: of_program(1, 1e9),
    "three objectives, 2e7, searched": lambda: of_program(4, 2e7, solver="auto"),
    "two objectives, 5 points": lambda: of_program(6, 1e8, points=5),
    "three objectives, 6 points": lambda: of_program(7, 1e10, points=6),
    "three objectives, coverage": lambda: of_program(4, 1e9, coverage=0.2),
    "a tiny instance": lambda: of_instance(Problem.of(tiny.instance()), ("cost", "travel")),
    "a tiny instance, searched": lambda: of_instance(
        Problem.of(tiny.instance()), ("cost", "travel"), solver="highs"
    ),
    "a tiny instance, 3 points": lambda: of_instance(
        Problem.of(tiny.instance()), ("cost", "travel"), points=3
    ),
    "near ties": lambda: of_instance(cents.near_tie(3, 1e9), ("cost", "travel")),
    "near ties of three": lambda: of_instance(
        cents.near_tie(5, 1e11), ("cost", "travel", "bodies"), solver="auto"
    ),
    "a random instance": lambda: of_instance(random_problem(4), ("travel", "cost", "identity")),
}  # fmt: skip


@pytest.mark.parametrize("name", FRONTS)
def test_no_fault_survives(name):
    front, truth = FRONTS[name]()
    assert not truth.lies(front)
    result = verify(front)
    assert result.ok, [check.text.render() for check in result.checks]
    seeded, survived, slandered = 0, [], []
    for what, mutant in mutants.mutants(front, truth):
        false = truth.lies(mutant)
        # Asking once more takes time: only where looking is not enough.
        found = verify(mutant, sample=0)
        if not found.failed:
            found = verify(mutant, sample=None if false else 1)
        seeded += false
        if false and not found.failed:
            survived.append(what)
        if not false:  # at most the proof is gone, or a record does not fit itself any more
            wrong = {c.name for c in found.checks if c.ok is False}
            slandered += (
                [(what, wrong)] if wrong & {"solutions", "points", "sample", "bounds"} else []
            )
    assert not survived
    assert not slandered
    assert seeded >= 20
    COUNTED.append(seeded)


COUNTED: list[int] = []


def test_there_were_many():
    """At least 200 of them, where all fronts were mutated in this process."""
    if len(COUNTED) == len(FRONTS):
        assert sum(COUNTED) >= 200
    assert sum(COUNTED) >= 20 * len(COUNTED)
