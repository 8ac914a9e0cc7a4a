"""Evidence: cash flow, largest amounts, what is missing."""

from __future__ import annotations

from dataclasses import replace

import pytest

import bruteforce
import tiny
from founding import with_horizon
from grants import made
from koopopt.case.years import Horizon
from koopopt.evaluation import all_alone
from koopopt.grants.criteria import Given
from koopopt.grants.evidence import Evidence, evidence
from koopopt.grants.programme import Amount, GrantProgramme, Proof, YearsAsked
from koopopt.grants.reading import library_programme
from koopopt.grants.split import Split
from koopopt.problem import Problem
from koopopt.report.terminal.blocks import render
from koopopt.report.terminal.page import Page
from koopopt.report.values.grants import Application, blocks
from koopopt.sharing.keys import Key
from nightly import NIGHTLY
from random_instances import random_problem

KEY = Key("demand")
TWO = Amount(title={"en": "Regular"}, by_members={"2": 40000.0}, most_percent=85.0)


def found(
    programme: GrantProgramme,
    given: Given | None = None,
    problem: Problem | None = None,
    split: dict[tuple[str, str], Split] | None = None,
) -> Evidence:
    problem = problem or Problem.of(tiny.instance())
    (e,) = evidence(problem, tiny.pooled_plan(problem), programme, KEY, given, split)
    return e


def test_a_plan_in_which_nobody_pools_has_none() -> None:
    problem = Problem.of(tiny.instance())
    assert evidence(problem, all_alone(problem), library_programme("hessen"), KEY) == []


@pytest.mark.parametrize("one_off", [None, 0, 1_234_567])
def test_the_cash_flow_adds_up(one_off: int | None) -> None:
    e = found(made.programme(amount=(TWO,)), Given(one_off=one_off))
    saved = e.comparison.saving().cents
    assert [y.number for y in e.flow] == [1, 2, 3, 4, 5]
    grant = 4_000_000 if one_off is None else min(4_000_000, one_off * 85 // 100)
    assert e.grant == grant
    for y in e.flow:
        assert (y.previous, y.joint) == (sum(e.comparison.previous), sum(e.comparison.shares))
        assert y.balance == y.number * saved - (one_off or 0)
        assert y.granted_balance == y.balance + grant
    assert e.flow[0].one_off == one_off
    assert {y.one_off for y in e.flow[1:]} == {0}
    assert sum(y.grant or 0 for y in e.flow) == grant


@pytest.mark.parametrize("seed", range(10 * NIGHTLY))
def test_one_off_costs_that_are_given_replace_those_of_the_cost_model(seed: int) -> None:
    """With them a case is as the same one in which founding costs nothing; without, it bears it.

    There is no office: partnerships at one seat share it in proportion to all their costs.
    """
    instance = replace(with_horizon(random_problem(seed), seed).instance, office_cost=0.0)
    founded = Problem.of(instance)
    forms, services = (
        tuple(replace(m, one_off=0.0, one_off_per_member=0.0) for m in models)
        for models in (instance.legal_forms, instance.services)
    )
    free = Problem.of(replace(instance, legal_forms=forms, services=services))
    plan = next((p for p in bruteforce.all_plans(founded) if p.pooled), None)
    if plan is None:
        return
    programme = made.programme(amount=(TWO,))
    for given in (None, Given(one_off=1_234_567)):
        pairs = zip(
            evidence(founded, plan, programme, KEY, given),
            evidence(free, plan, programme, KEY, given),
            strict=True,
        )
        for here, there in pairs:
            mine, other, p = here.comparison, there.comparison, here.partnership
            once = founded.facts.cents(p, granted=False) - free.facts.cents(p, granted=False)
            assert mine.as_ruled.joint == other.as_ruled.joint + once
            if given is None:
                assert (mine.founding, mine.replaced) == (once, False)
                assert sum(mine.shares) == sum(other.shares) + once
                continue
            assert here.flow == there.flow
            assert mine.saving() == other.saving()
            assert mine.saving(granted=True, flat=True) == other.saving(granted=True, flat=True)
            assert (mine.shares, mine.previous) == (other.shares, other.previous)
            assert mine.founding == 0
            assert mine.replaced is any(
                m.one_off or m.one_off_per_member
                for m in (*instance.legal_forms, *instance.services)
            )


def test_where_the_one_off_cost_stands_is_said() -> None:
    instance = tiny.instance()
    forms = tuple(replace(form, one_off=5000.0) for form in instance.legal_forms)
    horizon = Horizon(years=10, discount=0.0)
    problem = Problem.of(replace(instance, legal_forms=forms, horizon=horizon))
    plan, programme = tiny.pooled_plan(problem), made.programme(amount=(TWO,))

    def said(given: Given) -> str:
        found = evidence(problem, plan, programme, KEY, given)
        return render(blocks(Application(problem, programme, KEY, found)), Page("en", 200))

    assert "spread over the years" in said(Given())
    assert "500.00 EUR a year" in said(Given())
    assert "left blank" not in said(Given())
    assert "replaces what the cost model" in said(Given(one_off=700_000))


def test_a_longer_life_has_a_longer_cash_flow() -> None:
    assert len(found(made.programme(years=YearsAsked(least=7))).flow) == 7
    assert len(found(made.programme(years=YearsAsked(least=2))).flow) == 5


def test_the_grant_of_the_cost_model_stands_in_where_the_programme_names_none() -> None:
    e = found(made.programme())
    assert e.grant == 5_000_000
    assert "legal form" in e.grant_from.render()
    bare = tiny.instance(legal_forms=(replace(tiny.ASSOCIATION, grant=None),))
    e = found(made.programme(), problem=Problem.of(bare))
    assert e.grant is None
    assert {y.granted_balance for y in e.flow} == {None}


def test_of_several_largest_amounts_the_smallest_is_counted() -> None:
    more = replace(TWO, by_members={"2": 90000.0}, most_percent=None)
    assert found(made.programme(amount=(more, TWO))).grant == 4_000_000
    capped, free = found(made.programme(amount=(TWO, more)), Given(one_off=100)).eligible
    assert (capped.most, capped.capped) == (4_000_000, 85)
    assert (free.most, free.capped) == (9_000_000, None)


def test_a_part_of_a_cent_is_not_granted() -> None:
    (e,) = found(made.programme(amount=(TWO,)), Given(one_off=99)).eligible
    assert e.capped == 84  # 84.15


def test_what_is_missing_is_what_nobody_gave() -> None:
    proofs = (
        Proof(title={"en": "Resolutions"}),
        Proof(title={"en": "Table"}, kind="comparison"),
        Proof(title={"en": "Report"}, when="later"),
    )
    programme = made.programme(evidence=proofs)
    e = found(programme)
    assert {"en": "Resolutions"} in e.missing
    assert {"en": "Table"} not in e.missing  # it is here
    assert e.later == ({"en": "Report"},)
    assert len(e.missing) == 6
    known = tiny.instance(alone_cost={("01", "water"): 9000.0, ("02", "water"): 9000.0})
    split = {(i, "water"): Split(100, 200) for i in ("01", "02")}
    e = found(programme, Given(5, 0), Problem.of(known), split=split)
    assert len(e.missing) == 2  # the resolutions, and the parts of the joint cost
    assert e.split.keys() == {"01", "02"}
    half = {("01", "water"): 9000.0}
    e = found(programme, problem=Problem.of(tiny.instance(alone_cost=half)))
    assert any("1 of 2 members" in str(what) for what in e.missing)


def test_parts_of_other_services_and_towns_are_not_taken() -> None:
    split = {("01", "housing"): Split(1, 1), ("03", "water"): Split(1, 1)}
    assert found(made.programme(), split=split).split == {}
