"""Answers as blocks: intervals are said as such, and every table draws in every way."""

from __future__ import annotations

from dataclasses import replace

import pytest

import koopopt
from koopopt.case.scenario import Scenario
from koopopt.inquiry.effect import Effect
from koopopt.report.terminal.blocks import written
from koopopt.report.values.answers import conflicts, prices, scenarios, whatif
from koopopt.report.values.answers.differences import sum_cell
from koopopt.report.values.blocks import Figure, Grid, Sentence, rendered
from koopopt.report.words.markdown import document
from koopopt.report.workbook.blocks import sheets
from koopopt.solving.optimise import Status


def test_a_difference_is_a_figure_only_where_it_is_proven():
    best = koopopt.solve("three-villages").evaluation
    proven = Effect(Status.OPTIMAL, best, 5.0, 5.0)
    assert sum_cell(proven) == Figure(5.0, 0, signed=True)
    wide = sum_cell(replace(proven, low=-5.0, high=1234.0))
    assert wide.render() == "5 less to 1,234 more"
    assert " bis 1.234 " in wide.render("de")
    assert sum_cell(replace(proven, low=None)).render() == "? to 5 more"
    assert sum_cell(replace(proven, low=None, high=None)).render() == "not compared"
    assert sum_cell(Effect(Status.INFEASIBLE)).render() == "no plan"
    assert sum_cell(Effect(Status.NO_SOLUTION)).render() == "not found"
    assert sum_cell(None) == ""


def answers():
    what = koopopt.what_if("valley")
    asked = koopopt.prices("valley")
    wrong = koopopt.conflicts("three-villages", limits={"bodies": 0, "cost": 130_000})
    return {
        "what if": whatif.blocks(what.best, what), "prices": prices.blocks(asked.best, asked),
        "conflicts": conflicts.blocks(wrong),
    }  # fmt: skip


def test_every_block_is_drawn_everywhere():
    for name, found in answers().items():
        made = list(found)
        grids = [block for block in made if isinstance(block, Grid)]
        for grid in grids:
            assert all(len(row) == len(grid.headings) for row in grid.rows), name
            assert all(k < len(grid.headings) for k in grid.words), name
        for lang in ("en", "de"):
            text, marked = written(made, lang), document(made, lang)
            for block in made:
                if isinstance(block, Sentence):
                    first = rendered(block.text, lang).split()[0]
                    assert first in text, name
            assert marked.count("\n| ---") == len(grids), name
        pages = list(sheets(made))
        assert len(pages) == len(grids) + 1, name
        assert len({sheet.title.render() for sheet in pages}) == len(pages), name


@pytest.mark.parametrize("wide", [True, False])
def test_prices_have_the_names_that_set_takes(wide):
    asked = koopopt.prices("valley")
    (grid,) = (b for b in prices.blocks(asked.best, asked, wide=wide) if isinstance(b, Grid))
    for row, price in zip(grid.rows, (p for p in asked if not p.without.nothing), strict=True):
        assert price.rule.name in " ".join(rendered(cell, "en") for cell in row[: 1 + wide])


def test_sheets_of_contradictions_have_whose_a_rule_is_and_its_number():
    case = koopopt.read("three-villages")
    rules = {**case.rules, "forbid_alone": True}
    (one, *others) = case.services
    few = replace(one, rules={"max_members": 1})
    case = replace(case, rules=rules, services=(few, *others), status_quo=())
    wrong = koopopt.conflicts(case, limits={"cost": 1})
    found = {grid.name.render(): grid for grid in conflicts.blocks(wrong, sheets=True)
             if isinstance(grid, Grid)}  # fmt: skip
    grid = found["Contradiction 1"]
    assert [heading.render() for heading in grid.headings] == ["Rule", "for --set", "Of", "Value"]
    cells = {row[1]: row[2:] for one in found.values() for row in one.rows}
    assert cells["limits.cost"][:2] == ("", Figure(1.0, None))
    whose, number = cells[f"services.{few.id}.rules.max_members"][:2]
    assert (whose.render("en"), number) == (few.title["en"], Figure(1.0, None))
    assert cells["rules.forbid_alone"][1] == Figure(None, None)


def test_the_nearest_value_is_a_number_on_sheets():
    wrong = koopopt.conflicts("three-villages", limits={"bodies": 0, "cost": 130_000})
    blocks = conflicts.blocks(wrong, sheets=True)
    grid = next(b for b in blocks if isinstance(b, Grid) and len(b.headings) > 4)
    assert grid.headings[-1].render() == "nearest value"
    assert {row[1]: row[-1] for row in grid.rows} == {
        "limits.bodies": Figure(1.0, None), "limits.cost": Figure(135_000.0, None),
    }  # fmt: skip


def test_one_plan_has_no_rank():
    case = koopopt.read("three-villages")
    futures = [Scenario(id=name) for name in ("a", "b")]
    result = koopopt.solve(replace(case, scenarios=tuple(futures)))
    text = written(scenarios.blocks(koopopt.scenarios(result)), "en")
    assert "Least mean" not in text
    both = [result.evaluation, koopopt.evaluate(result.problem, koopopt.all_alone(result.problem))]
    text = written(scenarios.blocks(koopopt.scenarios(both)), "en")
    assert "Least mean: 1" in text
