"""What statutes say of a levy: the right sentences for every key, figures to the cent."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction

import pytest

import sited
import tiny
from koopopt.problem import Problem
from koopopt.report.terminal.blocks import written
from koopopt.report.values.blocks import Grid, Money
from koopopt.report.values.levy import blocks
from koopopt.report.values.payments import Shared
from koopopt.report.words.markdown import document
from koopopt.rules.stability import WEIGHTED
from koopopt.sharing.allocation import allocations
from koopopt.sharing.keys import KEYS, WEIGHT, Key
from koopopt.text import T

TWO = "30%equal+population"


def shared(key: str, names: list[str] | None = None, **changes: object) -> Shared:
    problem = Problem.of(tiny.instance(names, **changes))
    plan = tiny.pooled_plan(problem)
    given = dict.fromkeys(problem.facts.ids, Fraction(1))
    asked = [Key.parse(key, given)]
    return Shared(problem, plan, asked, allocations(problem, plan, asked))


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("population", ["nach dem Verhältnis der Einwohnerzahlen", "U · E_i / (E_1 + … + E_n)",
                        "| Ahausen | 1.000 | 33,33 |"]),
        ("demand", ["in der Einheit m³ gemessen", "| Mitglied | Bedarf (m³) |",
                    "| Ahausen | 40.000 | 33,33 |"]),
        ("equal", ["zu gleichen Teilen auf die Mitglieder verteilt", "U_i = U · 1 / n",
                   "n die Zahl der Mitglieder", "| Ahausen | 50,00 |"]),
        ("alone", ["(Kosten allein)", "K_i die Kosten allein", "Kosten allein (EUR)"]),
        (WEIGHT, ["in der Anlage festgesetzten Gewichte", "| Ahausen | 1 | 50,00 |"]),
        (TWO, ["Teil A, 30 vom Hundert der Umlage, wird zu gleichen Teilen",
               "Teil B, 70 vom Hundert der Umlage, wird nach dem Verhältnis der Einwohnerzahlen",
               "U · (30/100 · 1 / n + 70/100 · E_i / (E_1 + … + E_n))",
               "| Ahausen | 50,00 | 1.000 | 33,33 | 38,33 |"]),
        ("shapley", ["braucht die Tabelle der Kosten", "folgen dem Shapley-Wert der Kosten",
                     "feste Vomhundertsätze für eine Laufzeit", "U · p_i / 100"]),
        ("scrb", ["den trennbaren Kosten", "gelten für [Zahl] Jahre"]),
        ("nucleolus", ["dem Nukleolus der Kosten", "Ahausen"]),
    ],
)  # fmt: skip
def test_each_key_has_its_sentences(key: str, said: list[str]) -> None:
    text = re.sub(r"\\(.)", r"\1", document(blocks(shared(key)), "de"))
    for part in (*said, "Entwurf, keine Rechtsberatung", "Aufsichtsbehörde", "Zweckverband",
                 "Verbandsumlage", "in der Reihenfolge der Tabelle"):  # fmt: skip
        assert part in text
    numbers = re.findall(r"^\((\d)\)", text, re.MULTILINE)
    assert numbers == [str(k + 1) for k in range(len(numbers))]
    assert ("null, so wird zu gleichen Teilen" in text) == (
        key in {*WEIGHTED, WEIGHT, TWO} - {"equal"}
    )
    assert "{" not in text


@pytest.mark.parametrize("key", [*KEYS, WEIGHT, TWO])
def test_the_table_sums_to_the_cost_and_to_100(key: str) -> None:
    s = shared(key)
    (a,) = s.found
    (grid,) = [block for block in blocks(s) if isinstance(block, Grid)]
    *members, whole = grid.rows
    paid = a.payments[s.keys[0].name]
    for k, row in enumerate(members):
        cents = (paid.cents[k], paid.office[k], paid.cents[k] + paid.office[k])
        assert row[-3:] == tuple(map(Money, cents))
    assert whole[-3:] == tuple(map(Money, (a.cost, a.office, a.cost + a.office)))
    percent = grid.headings.index(next(h for h in grid.headings if str(h) == "Anteil in %"))
    shown = [float(row[percent]["de"].replace(",", ".")) for row in grid.rows]
    assert round(sum(shown[:-1]), 2) == shown[-1] == 100


def test_a_measure_that_is_nothing_is_said() -> None:
    problem = Problem.of(tiny.instance())
    plan = tiny.pooled_plan(problem)
    key = Key(WEIGHT, given=dict.fromkeys(problem.facts.ids, Fraction(0)))
    s = Shared(problem, plan, [key], allocations(problem, plan, [key]))
    assert "Gewicht: bei allen Mitgliedern 0, daher zu gleichen Teilen." in written(blocks(s), "de")


def test_what_cannot_be_worked_out_is_said() -> None:
    s = shared("shapley")
    (a,) = s.found
    left = replace(a, payments={}, left_out=(Key("shapley"),))
    text = written(blocks(replace(s, found=[left])), "de")
    assert "Bei mehr als 22 Mitgliedern" in text
    assert "Verbandsumlage" not in text


@pytest.mark.parametrize(("key", "drafted"), [("equal", True), ("shapley", False)])
def test_a_grant_that_covers_all_is_said(key: str, drafted: bool) -> None:
    """With a cost of 0 there are no percentages of it that could be fixed."""
    form = replace(tiny.ASSOCIATION, grant=replace(tiny.ASSOCIATION.grant, amounts={"2+": 1e9}))
    text = written(blocks(shared(key, legal_forms=(form,))), "de")
    assert "umzulegen ist nichts" in text
    assert ("Verbandsumlage" in text) == drafted


def test_one_member_at_a_site_pays_all() -> None:
    problem = sited.problem()
    town = problem.facts.ids[0]
    plan, key = sited.plan(sited.at_plant(town)), Key("population")
    s = Shared(problem, plan, [key], allocations(problem, plan, [key]))
    text = document(blocks(s), "de")
    assert "| Summe |" in text
    assert "100,00" in text


def test_nobody_pools_and_a_plan_that_breaks_rules() -> None:
    s = replace(shared("equal"), found=[], broken=T("Broken."))
    text = written(blocks(s), "de")
    assert "nichts umzulegen" in text
    assert "Broken." in text


def test_sources_are_named_with_their_years() -> None:
    sources = ({"what": "population", "from": "Destatis", "year": 2024}, {"from": "a guess"})
    text = written(blocks(shared("population", sources=sources)), "de")
    assert "population: Destatis (2024)" in text
    assert "–: a guess" in text


@pytest.mark.parametrize("name", tiny.HOSTILE)
@pytest.mark.parametrize("key", [TWO, "shapley"])
def test_names_are_no_markup(name: str, key: str) -> None:
    usual = document(blocks(shared(key, ["A", "Other", "Third"])), "de").splitlines()
    text = document(blocks(shared(key, [name, "Other", "Third"])), "de")
    assert [line[:2] for line in usual] == [line[:2] for line in text.splitlines()]
    assert "<script>" not in text.replace(r"\<", "")
    assert "\x1b" not in text
