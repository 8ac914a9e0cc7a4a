"""The way back: a PuLP or Pyomo model, extended and solved by whomever, becomes a plan again."""

from __future__ import annotations

import copy
import pickle
import warnings
from dataclasses import replace
from typing import Any

import pyomo.environ as pyo
import pytest
from pyomo.contrib.solver.common.factory import SolverFactory

import koopopt
from koopopt import Problem, UsageError
from koopopt.solvers.pulp import CBC
from random_instances import random_problem

INSTANCE = koopopt.read("three-villages")
PROBLEM = Problem.of(INSTANCE)
BEST = koopopt.solve(INSTANCE)
KINDS = ("pulp", "pyomo")


def made(kind: str, problem: Problem = PROBLEM, formulation: str = "partition") -> Any:
    make = koopopt.to_pulp if kind == "pulp" else koopopt.to_pyomo
    return make(problem, formulation)


def solved(model: Any) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if isinstance(model, pyo.ConcreteModel):
            found = SolverFactory("highs").solve(
                model, load_solutions=False, raise_exception_on_nonoptimal_result=False
            )
            if found.incumbent_objective is not None:
                found.solution_loader.load_vars()
        else:
            import pulp

            # Not HiGHS: PuLP keeps its object in the model, which cannot be copied.
            name = next(n for n in CBC if n in pulp.listSolvers(onlyAvailable=True))
            model.solve(pulp.getSolver(name, msg=False))
    return model


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("formulation", ["auto", "partition", "assignment"])
def test_a_solved_model_is_the_plan_that_we_find(kind: str, formulation: str) -> None:
    found = koopopt.plan_from(solved(made(kind, PROBLEM, formulation)))
    assert isinstance(found, koopopt.Evaluation)
    assert found.plan == BEST.plan
    assert found.objective == BEST.objective
    assert not found.violations


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", range(4))
def test_random_problems_come_back(kind: str, seed: int) -> None:
    problem = random_problem(seed)
    best = koopopt.solve(problem)
    model = solved(made(kind, problem))
    if best.plan is None:
        with pytest.raises(UsageError, match="no solution"):
            koopopt.plan_from(model)
    else:
        assert koopopt.plan_from(model).objective == pytest.approx(best.objective)


def test_own_rows_columns_and_objectives_do_not_matter() -> None:
    model = made("pyomo")
    model.mine = pyo.Var(bounds=(0, 10))
    model.pools = pyo.Constraint(expr=sum(model.x[n] for n in model.x if "+" in n) == 0)
    model.objective.deactivate()
    model.other = pyo.Objective(expr=model.criteria["cost"] + model.mine)
    alone = koopopt.plan_from(solved(model))
    assert alone.plan == koopopt.all_alone(PROBLEM)
    assert alone.objective > BEST.objective
    model = made("pulp")
    mine = model.add_variable("mine", 0, 10)
    model += mine >= 1, "at_least_one"
    model += sum(v for v in model.variables() if v.name.startswith("office")) + mine <= 1, "none"
    assert koopopt.plan_from(solved(model)).criteria["bodies"] == 0


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "copied",
    [copy.deepcopy, copy.copy, lambda m: pickle.loads(pickle.dumps(m)),
     lambda m: m.clone() if hasattr(m, "clone") else copy.deepcopy(m)],
)  # fmt: skip
def test_copies_know_where_they_come_from(kind: str, copied: Any) -> None:
    if kind == "pyomo" and copied is copy.copy:
        pytest.skip("Pyomo's models have no shallow copy")
    assert koopopt.plan_from(copied(solved(made(kind)))).plan == BEST.plan
    assert koopopt.plan_from(solved(copied(made(kind)))).plan == BEST.plan


@pytest.mark.parametrize("formulation", ["partition", "assignment"])
def test_a_model_without_memory_is_recognised(formulation: str) -> None:
    model = solved(made("pulp", PROBLEM, formulation)).copy()
    with pytest.raises(UsageError, match="does not say what it was made from"):
        koopopt.plan_from(model)
    assert koopopt.plan_from(model, INSTANCE).plan == BEST.plan
    with pytest.raises(UsageError, match="its variables are others"):
        koopopt.plan_from(model, random_problem(1))


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_no_plan_is_told(kind: str) -> None:
    model = made(kind)
    with pytest.raises(UsageError, match="no solution yet: solve it first"):
        koopopt.plan_from(model)
    solved(model)
    columns = list(model.x.values()) if kind == "pyomo" else model.variables()
    column = columns[0]
    name = column.index() if kind == "pyomo" else column.name

    def give(value: float | None) -> None:
        if kind == "pyomo":
            column.set_value(value, skip_validation=True)
        else:
            column.varValue = value

    for value in (0.5, 2.0, -1.0, 0.9, float("nan"), float("inf")):
        give(value)
        with pytest.raises(UsageError) as caught:
            koopopt.plan_from(model)
        assert f"The variable {name} is {value}; it must be 0 or 1." in str(caught.value)
    give(None)
    with pytest.raises(UsageError) as caught:
        koopopt.plan_from(model)
    assert f"These variables have no value: {name}." in str(caught.value)
    give(0.000001)
    assert koopopt.plan_from(model).plan == BEST.plan
    give(1.0)  # a municipality that is served twice
    with pytest.raises(UsageError, match=r"The plan of the model breaks .* rule\(s\): plan: "):
        koopopt.plan_from(model)
    assert koopopt.plan_from(model, check=False).violations


@pytest.mark.parametrize("kind", KINDS)
def test_no_solution_is_told(kind: str) -> None:
    model = made(kind)
    if kind == "pyomo":
        model.never = pyo.Constraint(expr=sum(model.x.values()) <= 0)
    else:
        model += sum(model.variables()) <= 0, "never"
    with pytest.raises(UsageError, match="no solution"):
        koopopt.plan_from(solved(model))


@pytest.mark.parametrize("value", ["much", 1 + 0j, 10**400], ids=["word", "complex", "huge"])
def test_a_value_that_is_no_number_is_told(value: Any) -> None:
    model = solved(made("pulp"))
    model.variables()[0].varValue = value
    with pytest.raises(UsageError, match="it must be 0 or 1"):
        koopopt.plan_from(model)


def test_two_variables_of_one_name_are_told() -> None:
    """Which of them is ours nobody can tell: the plan would be that of either."""
    model = solved(made("pulp"))
    name = model.variables()[0].name
    model += model.add_variable(name, 0, 1) <= 1, "mine"
    with pytest.raises(UsageError, match=f"the same name: {name}. Rename those that you added"):
        koopopt.plan_from(model)


def test_an_instance_that_has_changed_is_told() -> None:
    model = solved(made("pulp"))
    assert koopopt.plan_from(model, INSTANCE).plan == BEST.plan
    other = Problem.of(INSTANCE, weights={"travel": 5.0})
    assert koopopt.plan_from(model, other).objective != BEST.objective
    town, *others = INSTANCE.municipalities
    changed = replace(town, population=town.population + 1)
    with pytest.raises(UsageError, match="was made from another instance than three-villages"):
        koopopt.plan_from(model, replace(INSTANCE, municipalities=(changed, *others)))


def numbers() -> Any:
    """Return a model that has an `x`, but no variables there."""
    model = pyo.ConcreteModel()
    model.x = pyo.Param([1, 2], initialize=1.0)
    return model


@pytest.mark.parametrize("thing", [None, 5, "x", pyo.ConcreteModel(), numbers()], ids=str)
def test_what_is_no_model_is_told(thing: Any) -> None:
    with pytest.raises(UsageError, match=r"This is no model of koopopt.to_pulp or"):
        koopopt.plan_from(thing)
