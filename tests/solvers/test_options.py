"""Options of the back ends' own libraries: checked before, passed on, and no proof by them."""

from __future__ import annotations

import pickle

import pytest

import koopopt
from koopopt.errors import UsageError
from koopopt.solvers import Control, Termination, chosen, get, installed
from koopopt.solvers.judge import decide
from koopopt.solvers.options import described, parsed
from koopopt.solvers.portfolio import solver_or_portfolio
from koopopt.solvers.testing import FakeSolver
from solvers.models import enumerated, knapsack, random_small

GAP = {
    "highs": "mip_rel_gap",
    "cp-sat": "relative_gap_limit",
    "scip": "limits/gap",
    "pulp:CBC": "gapRel",
    "pulp:HiGHS": "gapRel",
    "pyomo:highs": "mip_rel_gap",
}
HERE = [name for name in GAP if name in installed()]
QUICK = [name for name in HERE if ":" not in name]


@pytest.mark.parametrize("name", HERE)
def test_a_gap_of_its_own_stops_it_and_proves_no_more_than_the_bound(name: str) -> None:
    program = knapsack(40, 6)
    best = get("highs").solve(program, Control()).objective
    found = chosen(name, {name: {GAP[name]: 0.5}}).solve(program, Control(time_limit=60))
    assert found.bound is not None
    assert found.bound <= best + 1e-6
    assert found.objective >= best - 1e-6
    assert (found.termination is Termination.OPTIMAL) == (found.bound > found.objective - 1e-6)
    assert found.termination in (Termination.OPTIMAL, Termination.LIMIT)


@pytest.mark.parametrize("name", [name for name in ("highs", "pulp:HiGHS") if name in HERE])
def test_a_limit_on_solutions_leaves_the_last_one_and_its_bound(name: str) -> None:
    """PuLP itself has no word for that end."""
    program = knapsack(40, 6)
    found = chosen(name, {name: {"mip_max_improving_sols": 1}}).solve(program, Control())
    assert found.termination is Termination.LIMIT
    assert found.values is not None
    assert found.bound is not None
    assert found.bound < get("highs").solve(program, Control()).objective < found.objective


@pytest.mark.parametrize("name", QUICK)
@pytest.mark.parametrize("seed", range(12))
def test_no_bound_is_wrong_with_a_wide_gap(name: str, seed: int) -> None:
    program = random_small(seed)
    best = enumerated(program)
    found = chosen(name, {name: {GAP[name]: 0.5}}).solve(program, Control(time_limit=60))
    if best is None:
        assert found.termination is Termination.INFEASIBLE
    else:
        assert found.bound is None or found.bound <= best + 1e-6 * max(1.0, abs(best))
        optimal = found.termination is Termination.OPTIMAL
        assert not optimal or found.objective == pytest.approx(best)


def test_options_that_may_alter_a_proof_leave_the_solution_only() -> None:
    program = knapsack(20, 3)
    coarse = chosen("highs", {"highs": {"allowed_matrix_scale_factor": 10}})
    found = coarse.solve(program, Control())
    assert found.termination is Termination.ERROR
    assert found.bound is None
    assert "allowed_matrix_scale_factor" in found.message
    verdict = decide(program, coarse, Control())
    assert verdict.termination is Termination.OPTIMAL
    assert verdict.solver != "highs"


@pytest.mark.parametrize(
    ("name", "option", "value", "said"),
    [
        ("highs", "mip_relgap", 0.5, "highs has no option 'mip_relgap'. Did you mean"),
        ("highs", "mip_rel_gap", "wide", "'mip_rel_gap' of highs is 'wide'; it must be a number."),
        ("highs", "mip_rel_gap", -1, "it must be a value that highs accepts."),
        ("highs", "mip_rel_gap", float("nan"), "it must be a finite number."),
        ("highs", "time_limit", 5, "is set by koopopt. Say --time-limit instead."),
        ("highs", "small_matrix_value", 0.1, "is set by koopopt. Its proofs depend on it."),
        ("highs", "threads", 2, "Say --threads instead."),
        ("highs", "random_seed", 2, "Say --seed instead."),
        ("highs", "mip_feasibility_tolerance", 0.1, "Its proofs depend on it."),
        ("cp-sat", "relative_gap", 0.5, "Did you mean 'relative_gap_limit'?"),
        ("cp-sat", "linearization_level", 0.5, "it must be a value that cp-sat accepts."),
        ("cp-sat", "num_workers", 2, "Say --threads instead."),
        ("scip", "limits/nonsense", 1, "scip has no option 'limits/nonsense'."),
        ("scip", "limits/gap", "wide", "it must be a value that scip accepts."),
        ("scip", "numerics/feastol", 0.1, "Its proofs depend on it."),
        ("pulp:CBC", "gaprel", 0.5, "Did you mean 'gapRel'?"),
        ("pulp:CBC", "gapRel", "wide", "it must be a number."),
        ("pulp:HiGHS", "mip_relgap", 0.5, "Did you mean 'mip_rel_gap'?"),
        ("pyomo:highs", "mip_relgap", 0.5, "Did you mean 'mip_rel_gap'?"),
        ("pyomo:highs", "time_limit", 5, "Say --time-limit instead."),
    ],
)  # fmt: skip
def test_wrong_options_are_told_before_anything_is_solved(
    name: str, option: str, value: object, said: str
) -> None:
    if name not in HERE:
        pytest.skip(f"{name} is not here")
    with pytest.raises(UsageError) as caught:
        chosen(name, {name: {option: value}})  # type: ignore[dict-item]
    assert said in str(caught.value)


def test_options_for_another_back_end_are_told() -> None:
    given = {"cp-sat": {"relative_gap_limit": 0.5}}
    with pytest.raises(UsageError, match="options for cp-sat, but what solves is highs"):
        chosen("highs", given)
    with pytest.raises(UsageError, match="options for highs, but what solves is highs"):
        chosen(FakeSolver(name="highs"), {"highs": {"mip_rel_gap": 0.5}})
    with pytest.raises(UsageError, match="There is no solver hihgs"):
        chosen("highs", {"hihgs": {}})
    with pytest.raises(UsageError, match="solver_options"):
        koopopt.solve(koopopt.read("three-villages"), solver_options={"highs": 0.5})  # type: ignore[dict-item]
    assert solver_or_portfolio("auto", given).name == "cp-sat"


def test_options_travel_to_other_processes() -> None:
    solver = chosen("cp_sat", {"CPSAT": {"relative_gap_limit": 0.5}})
    assert pickle.loads(pickle.dumps(solver)).options == {"relative_gap_limit": 0.5}
    assert get("cp-sat").options == {}


def test_what_is_described_can_be_given_again() -> None:
    for value in (True, 3, 0.5, "off", "inf"):
        assert described({"highs": {"x": value}}) == f"highs.x={str(value).lower()}"
        again = parsed(described({"highs": {"x": value}}).partition("=")[2])
        assert again == value
        assert type(again) is type(value)


def test_a_result_is_optimal_only_where_its_bound_says_so() -> None:
    instance = koopopt.read("three-villages")
    best = koopopt.solve(instance)
    wide = {"highs": {"mip_rel_gap": 0.5}}
    for formulation in ("partition", "assignment"):
        found = koopopt.solve(instance, formulation=formulation, solver_options=wide)
        assert found.bound is not None
        assert found.bound <= best.objective
        assert (found.status is koopopt.Status.OPTIMAL) == (found.bound == found.objective)
        assert found.solver_options == wide


def test_a_front_with_options_misses_nothing_that_it_claims() -> None:
    instance = koopopt.read("three-villages")
    wide = {"highs": {"mip_rel_gap": 0.5}}
    found = koopopt.front(
        instance, formulation="assignment", solver="highs", solver_options=wide, workers=1
    )
    whole = koopopt.front(instance, workers=1)
    assert found.solver_options == wide
    assert not found.complete or found.values.tolist() == whole.values.tolist()
    assert koopopt.verify(found, sample=0).failed is False
