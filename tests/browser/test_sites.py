"""A site as a seat: named wherever seats are, and nothing to open when it is clicked."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

import sited
import tiny
from browser.conftest import Show
from browser.reading import at, shown, texts
from koopopt.report.values.decision import Decision
from report.decided import DAY

NAME = sited.PLANT.name


@pytest.fixture(scope="module")
def decision() -> Decision:
    """Ahausen and Bühl have water at the plant, Celle its housing at the office."""
    problem = sited.problem()
    return Decision.of(tiny.result(problem, sited.plan(sited.at_plant("01", "02"))), DAY)


def test_it_is_named(show: Show, decision: Decision) -> None:
    page = show(decision)
    found = shown(page)
    assert found["matrix"]["01"] == [["S1", NAME], ["", "alone"]]
    assert found["matrix"]["03"][1][0] == "S2"
    assert found["seats"] == found["pools"] == 1
    assert NAME in texts(page, "#map-chart text")
    assert texts(page, "#pools tbody th") == [NAME]
    assert "Ahausen" in texts(page, "#pools tbody td")[0]


def test_there_is_nothing_to_open(show: Show, decision: Decision) -> None:
    page = show(decision)
    assert page.locator("#pools tbody th button").count() == 0
    page.mouse.click(*at(page, "#map-chart .mark-symbol path", 0))
    assert not any(NAME in text for text in texts(page, "#details h3"))
    page.locator("#matrix-table tbody th button").first.click()
    expect(page.locator("#details")).to_contain_text(NAME)
