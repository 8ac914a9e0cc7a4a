"""How far a saving can be trusted: every case against an instance changed by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import tiny
from koopopt.case.instance import Instance
from koopopt.case.library import Grant
from koopopt.case.plan import Partnership, Plan
from koopopt.errors import UsageError
from koopopt.evaluation import Evaluation, all_alone, evaluate
from koopopt.problem import Problem
from koopopt.report.values import ranges
from koopopt.report.values.ranges import Savings, what_if
from random_instances import Dice, _random_plan, random_problem

ALL = ["modelled", "no-advantage", "no-grants", "fewer-people", "dearer-bodies"]


def changed(instance: Instance, name: str) -> Instance:
    """Return the instance as a case describes it, written out a second time."""
    forms = instance.legal_forms
    match name:
        case "no-grants":
            return replace(instance, legal_forms=tuple(replace(f, grant=None) for f in forms))
        case "fewer-people":
            people = tuple(
                replace(m, population=m.population * 0.9) for m in instance.municipalities
            )
            demand = {key: value * 0.9 for key, value in instance.demand.items()}
            return replace(instance, municipalities=people, demand=demand)
        case "dearer-bodies":
            dear = [
                replace(f, fixed_cost=f.fixed_cost * 1.5,
                        cost_per_extra_member=f.cost_per_extra_member * 1.5,
                        cost_per_pair=f.cost_per_pair * 1.5)
                for f in forms
            ]  # fmt: skip
            office = instance.office_cost * 1.5
            return replace(instance, legal_forms=tuple(dear), office_cost=office)
    return instance


def cost(instance: Instance, plan: Plan | None) -> float:
    """Return what the evaluator says of a plan, or of all alone."""
    problem = Problem.of(instance)
    return evaluate(problem, plan or all_alone(problem)).criteria["cost"]


def of_tiny(**changes: object) -> Evaluation:
    problem = Problem.of(tiny.instance(**changes))
    return evaluate(problem, tiny.pooled_plan(problem))


def test_cases_by_hand() -> None:
    found = {case.name: case for case in what_if(of_tiny())}
    assert list(found) == ALL
    base = found["modelled"]
    water = 20 * (120_000**0.8 - 40_000**0.8 - 80_000**0.8)
    assert -base.saving == pytest.approx(water + 10_000 + 500 - 10_000 + 1000)
    assert -found["no-advantage"].saving == pytest.approx(1500)
    assert -found["no-grants"].saving == pytest.approx(-base.saving + 10_000)
    assert -found["dearer-bodies"].saving == pytest.approx(-base.saving + 0.5 * 11_500)
    less = 0.9**0.8
    assert found["fewer-people"].alone == pytest.approx(less * base.alone)
    assert found["fewer-people"].plan == pytest.approx(less * (base.plan - 1500) + 1500)


def test_every_case_is_what_the_evaluator_says() -> None:
    for seed in range(60):
        problem = random_problem(seed)
        instance = problem.instance
        plan = _random_plan(Dice(np.random.default_rng(seed)), problem)
        cases = what_if(evaluate(problem, plan))
        assert [case.name for case in cases if case.name != "no-grants"] == [
            name for name in ALL if name != "no-grants"
        ]
        for case in cases:
            if case.name == "no-advantage":
                continue
            other = changed(instance, case.name)
            assert case.plan == pytest.approx(cost(other, plan))
            assert case.alone == pytest.approx(cost(other, None))


def test_the_range_is_that_of_the_cases() -> None:
    for seed in range(60):
        problem = random_problem(seed)
        plan = _random_plan(Dice(np.random.default_rng(seed)), problem)
        evaluation = evaluate(problem, plan)
        modelled, without = ranges.saving(evaluation)
        cases = {case.name: case for case in what_if(evaluation)}
        assert modelled == pytest.approx(-cases["modelled"].saving, abs=1e-4)
        assert without == pytest.approx(-cases["no-advantage"].saving, abs=1e-4)


def test_grants_end_only_where_there_are_any() -> None:
    assert [case.name for case in what_if(of_tiny())] == ALL
    bare = (replace(tiny.ASSOCIATION, grant=None),)
    large = (replace(tiny.ASSOCIATION, grant=Grant(amounts={"3+": 50_000.0}, years=5.0)),)
    for forms in (bare, large):  # the partnership has two members
        names = [case.name for case in what_if(of_tiny(legal_forms=forms))]
        assert names == [name for name in ALL if name != "no-grants"]


def test_one_granted_partnership_is_enough() -> None:
    """Water gets a grant of 10,000 EUR a year, housing is pooled without one."""
    bare = replace(tiny.ASSOCIATION, id="bare", grant=None)
    problem = Problem.of(tiny.instance(legal_forms=(tiny.ASSOCIATION, bare)))
    water = tiny.pooled_plan(problem).of("water")
    housing = [Partnership("housing", ("01", "02"), "01", "bare"),
               Partnership("housing", ("03",), "03")]  # fmt: skip
    cases = {case.name: case for case in what_if(evaluate(problem, Plan([*water, *housing])))}
    assert cases["no-grants"].plan == pytest.approx(cases["modelled"].plan + 10_000)


def test_given_costs_alone_stay_and_the_title_says_so() -> None:
    given = {("03", "water"): 500_000.0, ("01", "water"): 70_000.0}
    fewer = next(c for c in what_if(of_tiny(alone_cost=given)) if c.name == "fewer-people")
    less, rest = 0.9**0.8 * 20, (80_000**0.8, 40_000**0.8 + 80_000**0.8 + 120_000**0.8)
    assert fewer.alone == pytest.approx(570_000 + less * sum(rest))
    assert fewer.plan == pytest.approx(500_000 + less * (120_000**0.8 + rest[1]) + 1500)
    assert "were given stay" in str(fewer.title)
    plain = next(c for c in what_if(of_tiny()) if c.name == "fewer-people")
    assert str(plain.title) == "If population and demand fall by 10 %"


def test_plans_that_share_partnerships_share_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many plans give what each gives alone, and no partnership is counted twice."""
    problem = random_problem(7)
    plans = [
        evaluate(problem, _random_plan(Dice(np.random.default_rng(seed)), problem))
        for seed in range(20)
    ]
    alone = [what_if(evaluation) for evaluation in plans]
    counted: list[Partnership] = []
    count = ranges._Case.cost

    def noting(case: ranges._Case, p: Partnership) -> float:
        if case.name == "modelled":
            counted.append(p)
        return count(case, p)

    monkeypatch.setattr(ranges._Case, "cost", noting)
    savings = Savings(problem)
    assert [savings.what_if(evaluation) for evaluation in plans] == alone
    assert len(counted) == len({p for e in plans for p in e.plan.partnerships})


def test_a_malformed_plan_saves_nothing() -> None:
    problem = Problem.of(tiny.instance())
    evaluation = evaluate(problem, Plan([]))
    for ask in (what_if, ranges.saving):
        with pytest.raises(UsageError):
            ask(evaluation)
