"""Cents beside 1e7 to 1e12 EUR: fronts equal enumeration in integers, on every back end."""

import pytest

from koopopt.pareto.find import front
from koopopt.pareto.verify import verify
from nightly import NIGHTLY
from pareto import cents

MANY = NIGHTLY
SIZES = (1e7, 1e8, 1e9, 1e10, 1e11, 1e12)
BACK_ENDS = ("highs", "cp-sat", "scip", "auto", "pulp:CBC")
CRITERIA = (("cost", "travel"), ("cost", "travel", "bodies"), ("travel", "cost", "identity"))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("solver", BACK_ENDS)
def test_programs_in_cents(solver, size):
    place, count = BACK_ENDS.index(solver), MANY if ":" in solver else 2 * MANY
    for number in range(count):
        made = cents.program(len(BACK_ENDS) * number + place, size)
        found = front(made.model, solver=solver, workers=1)
        assert [point.values for point in found] == made.answer()
        assert found.complete
        assert not found.infeasible


@pytest.mark.parametrize("size", SIZES[:-1])
@pytest.mark.parametrize("formulation", ["partition", "assignment"])
def test_instances_with_near_ties(formulation, size):
    for number in range(2 * MANY):
        seed = 10 * number + SIZES.index(size)
        problem, names = cents.near_tie(seed, size), CRITERIA[seed % 3]
        solver = ("highs", "auto", "cp-sat", "scip")[(seed + number) % 4]
        found = front(problem, names, formulation=formulation, solver=solver, workers=1)
        assert [point.values for point in found] == cents.of_plans(problem, names)
        assert found.complete


@pytest.mark.parametrize("size", SIZES)
def test_verify_agrees(size):
    for number in range(MANY):
        found = front(cents.program(100 + number, size).model, workers=1)
        result = verify(found, seed=number)
        assert result.ok, [check.text.render() for check in result.checks]


def test_a_few_cents_beside_a_thousand_million():
    """What working together saves is a billionth of the sum, and decides all the same."""
    problem = cents.near_tie(3, 1e9)
    names = ("cost", "travel")
    right = cents.of_plans(problem, names)
    assert len(right) > 1
    costs = [values[0] for values in right]
    assert 0 < max(costs) - min(costs) < 1
    for formulation in ("partition", "assignment"):
        found = front(problem, names, formulation=formulation, workers=1)
        assert [point.values for point in found] == right


def test_sums_beyond_a_solvers_tolerances_are_not_searched_without_end():
    """SCIP took all of the memory for this one."""
    made = cents.program(5005, 1e12)
    found = front(made.model, solver="scip", workers=1, time_limit=30.0)
    assert found.complete
    assert [point.values for point in found] == made.answer()
