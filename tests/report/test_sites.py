"""Reports name a site as a seat: on the terminal, on the page, in sheets, words, maps, pictures."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pytest

import koopopt
import sited
import tiny
from koopopt.report import words, workbook
from koopopt.report.maps.gis import layers
from koopopt.report.page import data
from koopopt.report.page.html import html
from koopopt.report.pictures import drawing
from koopopt.report.terminal.page import Page
from koopopt.report.terminal.summaries import render
from koopopt.report.values import figures, leaving, ranges, summarise
from koopopt.report.values.decision import Decision
from report.decided import DAY, about

NAME = "Plant <am Bach>"


@cache
def decision() -> Decision:
    """Ahausen and Bühl have water at the plant, Celle its housing at the office."""
    problem = sited.problem()
    return Decision.of(tiny.result(problem, sited.plan(sited.at_plant("01", "02"))), DAY)


def test_terminal() -> None:
    summary = summarise.of_evaluation(decision().plan)
    text = render(summary, Page("en", 100), municipalities=True)
    assert NAME in text
    assert "County office  Celle" in text


def test_page() -> None:
    found = data.of(decision(), "en")
    assert [(site["id"], site["name"]) for site in found["sites"]] == [
        ("S1", NAME), ("S2", "County office"),
    ]  # fmt: skip
    seats = sorted(body["seat"] for body in found["bodies"])
    assert seats == [3, 4]
    assert len(found["towns"]) == 3
    assert NAME not in html(decision(), "en")  # escaped, if anything


def test_sheets(tmp_path: Path) -> None:
    workbook.write(decision(), tmp_path / "plan.xlsx", "en")
    book = openpyxl.load_workbook(tmp_path / "plan.xlsx")
    cells = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row]
    assert cells.count(NAME) >= 4  # two members in two sheets
    assert "County office" in cells


def test_words() -> None:
    said = [
        text.render("en") for texts in words.answers(about(decision())).values() for text in texts
    ]
    assert any(f"{NAME} with Ahausen, " in text for text in said), said
    assert any("0 town hall(s) and 2 site(s)" in text for text in said), said


def test_layers_for_maps() -> None:
    pytest.importorskip("shapely")
    found = {layer.name: layer for layer in layers.of_decision(decision())}
    seats = {values["id"]: (point, values) for point, values in found["seats"].rows}
    assert sorted(seats) == ["S1", "S2"]
    point, values = seats["S1"]
    assert (point.x, point.y) == (sited.PLANT.lon, sited.PLANT.lat)
    assert (values["name"], values["population"], values["count"]) == (NAME, None, 1)
    lines = [values for _, values in found["lines"].rows]
    assert {(v["member"], v["seat_name"]) for v in lines} == {
        ("01", NAME), ("02", NAME), ("03", "County office"),
    }  # fmt: skip


def test_pictures() -> None:
    svg = drawing.svg(decision(), "map", service="water")
    written = [e.text for e in ElementTree.fromstring(svg).iter() if e.tag.endswith("text")]
    assert NAME in written
    assert "County office" not in written  # it seats nothing of water


def test_notebook() -> None:
    shown = decision().plan._repr_html_()
    assert "Plant &lt;am Bach&gt;" in shown


def test_the_range_of_a_saving_counts_the_site() -> None:
    """If size brought no advantage: forms 110 and 100 EUR, two offices, and the plant's 500.25."""
    evaluation = decision().plan
    assert ranges.saving(evaluation)[1] == 110 + 100 + 2 * 1000 + 500.25
    cases = {case.name: case for case in ranges.what_if(evaluation)}
    no_advantage = cases["no-advantage"]
    assert no_advantage.plan - no_advantage.alone == pytest.approx(ranges.saving(evaluation)[1])
    added = figures.of(evaluation).without_advantage["demand"].sum()
    assert added == pytest.approx(no_advantage.plan)


def test_who_leaves_a_site() -> None:
    problem = sited.problem()
    facts, both = problem.facts, sited.at_plant("01", "02")
    first, second = leaving.departures(problem, both)
    assert (first.town, first.seat, first.legal_form) == ("01", "S1", "operator")
    pays = facts.cost(both) * 2 / 3  # Bühl has twice the demand of Ahausen
    assert first.rest == pytest.approx(facts.cost(sited.at_plant("02")) - pays)
    assert not first.broken
    assert second.town == "02"
    (only,) = leaving.departures(problem, sited.at_plant("03"))
    assert only.rest == pytest.approx(0.0)


def test_what_is_saved_is_read_again(tmp_path: Path) -> None:
    made = sited.instance(rules={"seats": ["S1", "S2"], "forbid_alone": ["01"]})
    result = koopopt.solve(made)
    koopopt.save(result, tmp_path / "run")
    assert koopopt.load(tmp_path / "run", instance=made).plan == result.plan
    table = json.loads((tmp_path / "run" / "run.json").read_text())
    assert "S1" in {part["seat"] for part in table["partnerships"]}
    koopopt.save(made, tmp_path / "data")
    assert koopopt.read(tmp_path / "data") == made
