"""What if one partner says no: by hand, and against evaluating both sides anew."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import tiny
from koopopt.case.library import LegalForm
from koopopt.case.plan import Partnership, Plan
from koopopt.evaluation import cheapest_form, evaluate
from koopopt.problem import Problem
from koopopt.report.values.leaving import Departure, departures
from random_instances import Dice, _random_plan, random_problem

FREE = LegalForm(id="free", title={"en": "Free"})
ALL_THREE = Partnership("water", ("01", "02", "03"), "02", "free")


def three(**changes: object) -> Problem:
    return Problem.of(tiny.instance(legal_forms=(FREE,), **changes))


def of(problem: Problem, partnership: Partnership = ALL_THREE) -> dict[str, Departure]:
    return {found.town: found for found in departures(problem, partnership)}


def test_two_part() -> None:
    """Alone both: what the partnership saved is lost, together exactly that much."""
    problem = Problem.of(tiny.instance())
    found = of(problem, tiny.pooled_plan(problem).pooled[0])
    pool, one, two = 20 * 120_000**0.8 + 500, 20 * 40_000**0.8, 20 * 80_000**0.8
    assert list(found) == ["01", "02"]
    assert [found["01"].own, found["02"].rest] == pytest.approx([one - pool / 3] * 2)
    assert [found["02"].own, found["01"].rest] == pytest.approx([two - pool * 2 / 3] * 2)
    assert (found["01"].seat, found["01"].legal_form) == ("02", "alone")
    assert (found["02"].seat, found["02"].legal_form) == ("01", "alone")
    assert found["01"].broken == found["02"].broken == ()


def test_three_become_two() -> None:
    problem = three()
    found = of(problem)["03"]
    pool, left = 20 * 240_000**0.8, 20 * 120_000**0.8
    assert found.own == pytest.approx(20 * 120_000**0.8 - pool / 2)
    assert found.rest == pytest.approx(left - pool / 2)
    assert (found.seat, found.legal_form, found.broken) == ("02", "free", ())


def test_the_seat_moves_to_where_travel_is_least() -> None:
    """With 1000 people in 01 and 3000 in 03 the seat goes to 03."""
    assert of(three())["02"].seat == "03"
    near = three(travel={("03", "01"): 1.0})
    assert of(near)["02"].seat == "01"  # 3000 × 1 minute against 1000 × 17


def test_a_seat_that_breaks_no_rule_comes_before_a_near_one() -> None:
    assert of(three(rules={"seats": ["01", "02"]}))["02"].seat == "01"
    found = of(three(rules={"seats": ["02"]}))["02"]
    assert found.seat == "03"  # both break it, so the near one
    assert [str(text) for text in found.broken] == ["Celle may not be a seat."]


def test_the_rest_would_not_border_each_other() -> None:
    """The three lie in a row: without the middle one the others are apart."""
    found = of(three(rules={"contiguous": True}))
    assert found["01"].broken == found["03"].broken == ()
    assert "cannot be reached" in str(found["02"].broken[0])


def test_a_rule_that_binds_both_sides_is_named_once() -> None:
    found = of(three(rules={"together": [["01", "03"]]}))
    assert [str(text) for text in found["01"].broken] == [
        "Ahausen, Celle must share it, all of them."
    ]
    assert found["02"].broken == ()


def test_who_leaves_may_not_stay_alone() -> None:
    found = of(three(rules={"forbid_alone": ["01"]}))
    assert [str(text) for text in found["01"].broken] == ["Ahausen must not stay alone."]
    assert found["02"].broken == found["03"].broken == ()


def test_the_rest_takes_the_cheapest_form_it_may_have() -> None:
    dear = replace(FREE, id="dear", fixed_cost=7000.0)
    only_three = replace(FREE, min_members=3)
    problem = Problem.of(tiny.instance(legal_forms=(only_three, dear)))
    found = of(problem)["03"]
    assert found.legal_form == "dear"
    assert found.rest == pytest.approx(7000 + 20 * 120_000**0.8 - 10 * 240_000**0.8)


def test_no_form_fits_the_rest() -> None:
    only_three = replace(FREE, min_members=3)
    found = of(Problem.of(tiny.instance(legal_forms=(only_three,))))["03"]
    assert found.legal_form == "free"
    assert [str(text) for text in found.broken] == ["No legal form fits the 2 who remain."]


def test_nobody_leaves_who_is_alone() -> None:
    assert departures(three(), Partnership("water", ("01",), "01")) == ()


def test_nobody_has_any_demand() -> None:
    """Then the cost of the form is shared equally."""
    form = replace(FREE, fixed_cost=6000.0)
    base = tiny.instance(legal_forms=(form,))
    empty = tuple(replace(town, population=0.0) for town in base.municipalities)
    for found in of(Problem.of(replace(base, municipalities=empty))).values():
        assert (found.own, found.rest) == (-2000.0, 2000.0)


def test_both_sides_are_what_the_evaluator_says() -> None:
    """What both pay more is the difference of two plans; a side breaks a rule where one says so."""
    seen = 0
    for seed in range(80):
        problem = random_problem(seed)
        free = replace(problem.instance, office_cost=0.0)
        problem = replace(problem, facts=replace(problem.facts, instance=free, office_cents=0))
        plan = _random_plan(Dice(np.random.default_rng(seed)), problem)
        before = evaluate(problem, plan).amounts[0]
        for p in plan.pooled:
            others = [q for q in plan.partnerships if q != p]
            for found in departures(problem, p):
                rest = tuple(m for m in p.members if m != found.town)
                sides = [Partnership(p.service, (found.town,), found.town),
                         Partnership(p.service, rest, found.seat, found.legal_form)]  # fmt: skip
                after = evaluate(problem, Plan([*others, *sides]))
                assert round(100 * (found.own + found.rest)) == after.amounts[0] - before
                plan_rules = {rule.name for rule in problem.plan_rules}
                broken = [
                    v for v in after.violations
                    if v.rule not in plan_rules
                    and v.service == p.service and v.members in [s.members for s in sides]
                ]  # fmt: skip
                assert bool(broken) == bool(found.broken)
                if len(rest) > 1 and (form := cheapest_form(problem.facts, p.service, rest)):
                    assert found.legal_form == form.id
                seen += 1
    assert seen > 200
