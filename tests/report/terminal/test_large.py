"""A plan of 600 municipalities on a terminal: counts and examples, and all of it on demand."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import tiny
from koopopt.case.plan import Partnership, Plan
from koopopt.evaluation import Evaluation, evaluate
from koopopt.problem import Problem
from koopopt.report.terminal.page import Page
from koopopt.report.terminal.summaries import render
from koopopt.report.values import summarise
from koopopt.report.values.large import EXAMPLES, MOST_LISTED
from koopopt.report.values.summary import Summary

COUNT = 600
IDS = [f"{k:03}" for k in range(COUNT)]
NAMES = [f"Ort {k:03}" for k in range(COUNT)]


@cache
def evaluation(**rules: float) -> Evaluation:
    """Pool water in pairs, but the last twelve in two pools of three and one of six."""
    problem = Problem.of(tiny.instance(NAMES, IDS, rules=rules))
    sizes = [*[2] * ((COUNT - 12) // 2), 3, 3, 6]
    pools, left = [], list(IDS)
    for size in sizes:
        who, left = tuple(left[:size]), left[size:]
        pools.append(Partnership("water", who, who[0], "association"))
    alone = [Partnership("housing", (town,), town) for town in IDS]
    return evaluate(problem, Plan([*pools, *alone]))


@cache
def summary(**rules: float) -> Summary:
    return summarise.of_evaluation(evaluation(**rules))


def test_a_large_plan_is_counted_and_not_listed() -> None:
    text = render(summary(), Page(), municipalities=True, option="--all")
    assert len(text.splitlines()) < MOST_LISTED
    assert "Partnerships: 297\n" in text
    service, in_all, two, three, six, alone, _ = next(
        line.split() for line in text.splitlines() if line.split()[:1] == ["Water"]
    )
    assert (service, in_all, two, three, six, alone) == ("Water", "297", "294", "2", "1", "0")
    assert next(
        line.split()[:6] for line in text.splitlines() if line.split()[:1] == ["Housing"]
    ) == ["Housing", "0", "0", "0", "0", "600"]
    assert "The most members: 6, at Ort 594 (Water)." in text


def test_what_is_not_shown_is_said_and_where_it_is() -> None:
    """With an option that lists all, and in commands that have none."""
    with_option = " ".join(render(summary(), Page(), option="--all").split())
    assert f"{EXAMPLES} of 297 partnerships are shown. --all lists all of them;" in with_option
    without = " ".join(render(summary(), Page()).split())
    assert f"{EXAMPLES} of 297 partnerships are shown. The page and the workbook" in without
    assert "--all" not in without


def test_those_that_save_most_come_first() -> None:
    text = render(summary(), Page(width=200))
    pools = sorted(summary().pools, key=lambda pool: -pool.saving)
    shown = [line for line in text.splitlines() if line.lstrip().startswith("Water  ")][1:]
    for line, pool in zip(shown, pools[:EXAMPLES], strict=True):
        assert pool.seat in line
        assert f"{pool.saving:,.0f}" in line
    facts = evaluation().problem.facts
    best = next(p for p in evaluation().plan.pooled if facts.seat_name(p.seat) == pools[0].seat)
    alone = sum(facts.alone_cost[0, facts.members(best)])
    assert abs(pools[0].saving - (alone - facts.cost(best))) < 0.01
    assert pools[0].size == len(best.members)


def test_everything_is_listed_on_demand() -> None:
    text = render(summary(), Page(), municipalities=True, everything=True, option="--all")
    assert all(name in text for name in NAMES)
    assert "are shown" not in text


def test_municipalities_are_counted_by_what_they_pay() -> None:
    rows = summary().municipalities
    less = sum(row.cost_share < row.cost_alone - 0.5 for row in rows)
    more = sum(row.cost_share > row.cost_alone + 0.5 for row in rows)
    text = " ".join(render(summary(), Page(), municipalities=True).split())
    assert (
        f"{less} municipalities pay less than alone, {more} pay more, {COUNT - less - more} the"
        f" same; shown are the {EXAMPLES // 2} that gain most" in text
    )


def test_broken_rules_are_counted_by_rule() -> None:
    broken = summary(max_members=2, min_population=1e9)
    text = render(broken, Page(width=200))
    assert f"min_population: {297 + COUNT - 3} more" not in text  # who is alone keeps the rule
    assert "min_population: 294 more" in text
    assert "max_members: " not in text  # three of them, all told
    assert text.count("• max_members") == 3


def test_a_plan_that_is_just_not_large_is_listed() -> None:
    pools = summary().pools
    few, many = (replace(summary(), pools=pools[:n]) for n in (MOST_LISTED, MOST_LISTED + 1))
    assert "are shown" not in render(few, Page())
    assert "are shown" in render(many, Page())
