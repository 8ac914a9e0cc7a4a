"""A choice shown to people, and to programs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

import koopopt
import tiny
from choice.made import of_problem, of_values
from koopopt.choice import (
    Choice,
    alternatives,
    closest,
    ideal,
    least_regret,
    rates,
    robustness,
    weighted,
)
from koopopt.linear import ModelBuilder
from koopopt.pareto.certificate import Certificate
from koopopt.pareto.front import Front
from koopopt.pareto.oracle import Point
from koopopt.problem import Problem
from koopopt.report.terminal.choices import render
from koopopt.report.terminal.page import Page
from koopopt.report.values.choices import Chosen, as_result, to_table


@pytest.fixture(scope="module")
def villages() -> Front:
    """Three points: 110,000 EUR and 650 hours, 130,000 and 200, 135,000 and 0."""
    return of_problem(Problem.of(koopopt.read("three-villages")))


def everything(front: Front, choice: Choice) -> Chosen:
    k = choice.index
    return Chosen(front, choice, rates(front, k), robustness(front), alternatives(front, k))


def words(text: str) -> str:
    return " ".join(text.split())


def test_the_whole_page(villages: Front) -> None:
    text = words(render(everything(villages, closest(villages, ideal(villages))), Page()))
    assert "Plan 2 of 3. Not all wishes can be met at once" in text
    assert "Proven: no plan is missing." in text
    assert "Birkhagen Ahornau [1] 80,000" in text
    assert "130,000 110,000 135,000 110,000.00 20,000.00 80.0" in text
    assert "3 travel 200 cost 5,000 25.00" in text  # one hour less costs 25 EUR
    assert "1 cost 20,000 travel 450 0.0225" in text
    assert "the front is complete" in text
    assert "Nobody is together in all of them." in text
    assert "Proven: there is no other such plan." in text
    assert "this plan included: • Library (teaching example): Ahornau, Birkhagen" in text


def test_german_numbers(villages: Front) -> None:
    choice = weighted(villages, {"cost": 1, "travel": 40})
    text = words(render(Chosen(villages, choice, rates(villages, choice.index)), Page("de")))
    assert "135.000" in text
    assert "Drei" in text


def test_an_alternative_names_what_is_new(villages: Front) -> None:
    choice = weighted(villages, {"cost": 1})
    others = alternatives(villages, choice.index, tolerance={"cost": 30000.0})
    text = words(render(Chosen(villages, choice, others=others), Page()))
    assert "Plans within cost ≤ 140,000, travel ≤ 650 that have others together." in text
    assert f"1. {others.distance[0]} pairs differ; new are:" in text
    assert "Distelrode alone" in text
    assert ("Proven: there are no more such plans." in text) is others.all


def test_councils(villages: Front) -> None:
    councils = {"thrifty": {"cost": 1.0}, "near": {"travel": 50.0}}
    choice = least_regret(villages, councils)
    text = words(render(Chosen(villages, choice), Page()))
    assert "Council regret plan" in text.replace("favourite ", "")
    assert "thrifty 20,000.00 1" in text
    assert "near 10,000.00 3" in text


def test_an_unfinished_front_says_so() -> None:
    front = of_problem(Problem.of(koopopt.read("three-villages")), complete=False)
    chosen = Chosen(front, weighted(front, {"cost": 1}), robust=robustness(front))
    text = words(render(chosen, Page()))
    assert "Not complete: 12.5 %" in text
    assert "nothing here is certain" in text
    table = to_table(chosen)
    assert table["front"]["complete"] is False
    assert table["front"]["unexplored"] == 0.125
    assert table["robust"]["complete"] is False


def test_json(villages: Front) -> None:
    choice = weighted(villages, {"cost": 1, "travel": 0})
    table = to_table(everything(villages, choice))
    json.dumps(table, allow_nan=False)
    assert list(table) == [
        "front", "warnings", "method", "point", "criteria", "partnerships", "explanation", "rates",
        "robust", "alternatives",
    ]  # fmt: skip
    assert table["warnings"] == []
    assert table["method"] == "weights"
    assert table["point"] == 0
    assert table["criteria"]["cost"] == 110000
    assert table["criteria"]["bodies"] == 1
    assert {len(p["members"]) for p in table["partnerships"]} == {3}
    figures = table["explanation"]["figures"]["cost"]
    assert figures == {"weight": 1.0, "lowest": 0.0, "highest": None}  # infinite
    assert table["rates"][0]["rate"] == pytest.approx(20000 / 450)
    assert {round(row["share"], 3) for row in table["robust"]["pairs"]} == {0.333, 0.667}
    assert table["alternatives"]["decided"] is True
    bare = to_table(Chosen(villages, choice))
    assert not {"rates", "robust", "alternatives"} & set(bare)


def test_a_point_of_a_model() -> None:
    builder = ModelBuilder()
    x = builder.columns(["[red]a", "b", "c"])
    builder.objective("length", x, [1.0, 2.0, 0.0])
    builder.objective("weight", x, [0.0, 1.0, 1.0])
    point = Point((2.5, 1.0), (0.5, 1.0, 0.0))
    front = Front(builder.build(), ("length", "weight"), (1e-6, 1e-6), (point,), Certificate(), 0.0)
    chosen = Chosen(front, weighted(front, {"length": 1}), rates(front, 0))
    text = words(render(chosen, Page()))
    assert "[red]a 0.5" in text
    assert "length 2.5 2.5 2.5" in text
    assert "no criterion can be bought" in text
    table = to_table(chosen)
    assert table["columns"] == {"[red]a": 0.5, "b": 1.0}
    assert table["criteria"] == {"length": 2.5, "weight": 1.0}
    assert table["front"]["instance"] is None
    assert "partnerships" not in table


@pytest.mark.parametrize("width", [72, 80, 160])
def test_nothing_is_wider_than_the_page(villages: Front, width: int) -> None:
    for choice in (closest(villages, ideal(villages)), weighted(villages, {"travel": 1e9})):
        text = render(everything(villages, choice), Page("en", width))
        assert max(map(len, text.splitlines())) <= width


def test_hostile_names_are_text() -> None:
    problem = Problem.of(tiny.instance(tiny.HOSTILE[:4], services=(tiny.service("\x1b[31mw"),)))
    front = of_problem(problem)
    text = render(everything(front, weighted(front, {"cost": 1})), Page("en", 200))
    assert not any(c in text for c in "\x07\x1b\u202e")
    assert "[bold red]x[/]" in text


def test_the_plan_as_a_solve_would_return_it(villages: Front) -> None:
    choice = weighted(villages, {"cost": 1})
    result = as_result(Chosen(villages, choice))
    assert result.plan == villages.plans[0]
    assert result.gap is None  # efficient is all that is claimed
    table: Mapping[str, Any] = result.criteria
    assert table["travel"] == 650


def test_no_knee_and_no_rates() -> None:
    front = of_values((1, 1))
    text = words(render(Chosen(front, weighted(front, {"cost": 1})), Page()))
    assert "What it costs to move" not in text
