"""The explicit model of the assignment formulation: it holds every plan, names are for people."""

from __future__ import annotations

from itertools import islice

import pytest

import bruteforce
from koopopt.case.facts import Facts
from koopopt.case.library import LegalForm
from koopopt.criteria import CRITERIA
from koopopt.evaluation import evaluate
from koopopt.formulations.assignment import Assignment
from koopopt.formulations.assignment.cuts import Lessons
from koopopt.formulations.assignment.model import write
from koopopt.problem import Problem
from random_instances import random_problem
from tiny import ASSOCIATION, instance, service


@pytest.mark.parametrize("part", range(4))
def test_every_plan_is_a_solution_at_no_more_than_its_cost(part: int) -> None:
    """The model is a relaxation: what is proven of it holds for the problem.

    In people's units a cost may be above the true one by what rounding to the cent takes off.
    """
    for seed in range(part * 60, (part + 1) * 60):
        problem = random_problem(seed)
        model = write(problem, Lessons())
        for plan in islice(bruteforce.all_plans(problem), 0, 200, 9):
            values = model.values(plan)
            assert values is not None, (seed, plan)
            assert model.linear.violation(values) < 1e-6, (seed, plan)
            assert model.plan(values) == plan
            evaluation = evaluate(problem, plan)
            amounts = dict(zip(CRITERIA, evaluation.amounts, strict=True))
            for objective in model.linear.objectives:
                value = float(objective.coefficients @ values) + objective.offset
                shown = round(value * CRITERIA[objective.name].per_one)
                if objective.name != "cost":
                    assert shown == amounts[objective.name], (seed, plan)
                else:
                    assert shown <= amounts["cost"] + len(plan.pooled), (seed, plan)


def test_model_is_named_for_people() -> None:
    model = Assignment().build(Problem.of(instance()))
    assert [o.name for o in model.objectives] == [c.name for c in CRITERIA.values() if c.additive]
    assert {"a[water,01]", "x[water,01,02,association,pair]", "y[water,03,association,1]",
            "x[housing,01,03,association,1]", "o[02]"} <= set(model.columns)  # fmt: skip
    assert len(set(model.columns)) == len(model.columns)
    assert len(set(model.rows)) == len(model.rows)
    assert model.integer.all()


@pytest.mark.parametrize("seed", range(40))
def test_names_are_unique(seed: int) -> None:
    model = Assignment().build(random_problem(seed))
    assert len(set(model.columns)) == len(model.columns)
    assert len(set(model.rows)) == len(model.rows)


def test_county_is_written_quickly() -> None:
    """Milliseconds on a quiet machine; the limit here only catches a slip."""
    import time

    agreement = LegalForm(id="agreement", title={"en": "Agreement"}, max_members=3)
    forms = (agreement, ASSOCIATION)
    names = [f"N{k}" for k in range(16)]
    county = instance(
        names,
        ids=[f"{k:02d}" for k in range(16)],
        services=tuple(service(s) for s in ("water", "wastewater", "housing", "local-area")),
        legal_forms=forms,
        rules={"max_partner_seats": 3},
    )
    problem = Problem.of(county)
    assert Facts.of(county).n == 16
    began = time.process_time()
    model = Assignment().build(problem)
    assert time.process_time() - began < 1.5
    assert model.shape[1] > 5_000
