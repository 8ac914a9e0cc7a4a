"""A page of very many municipalities, of which twelve are already too many here.

What is folded away is drawn when it is opened, tables show some rows and find the others, the map
is a canvas, and of a chosen municipality it shows the surroundings.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

import tiny
from browser import scenes
from browser.conftest import Show
from browser.reading import settled
from koopopt.problem import Problem
from koopopt.report.maps import territory
from koopopt.report.values import decision as decisions
from koopopt.report.values import large
from koopopt.report.values.decision import Decision

NAMES = [f"Ort {k:02}" for k in range(12)]
ROWS = "#{} tbody tr"


@pytest.fixture
def whole(monkeypatch: pytest.MonkeyPatch) -> Decision:
    """Return twelve municipalities in six pairs, where everything is large."""
    monkeypatch.setattr(large, "MOST_FOLDED", 5)
    monkeypatch.setattr(large, "MOST_ROWS", 4)
    monkeypatch.setattr(large, "MOST_AREAS", 6)
    monkeypatch.setattr(territory, "MOST_AREAS", 6)
    monkeypatch.setattr(decisions, "MOST_SHARED", 3)
    problem = Problem.of(tiny.instance(NAMES))
    plan = scenes.chain(problem, "water", 2, "association")
    return Decision.of(tiny.result(problem, plan), scenes.DAY)


def _open(page: Page, section: str) -> None:
    page.evaluate(f"document.querySelector('#{section} details').open = true")
    page.wait_for_function(f"document.querySelectorAll('#{section} tr').length > 0")


def _names(page: Page, table: str) -> list[str]:
    return page.locator(f"#{table} tbody th").all_text_contents()


def test_folded_tables_wait_and_then_show_some_rows(show: Show, whole: Decision) -> None:
    page = show(whole, unfold=False)
    for table in ("matrix-table", "towns-table", "compare-matrix", "pools"):
        assert page.locator(ROWS.format(table)).count() == 0
    for section, table, count in (
        ("matrix", "matrix-table", 12),
        ("towns", "towns-table", 12),
        ("compare", "compare-matrix", 12),
        ("partnerships", "pools", 6),
    ):
        _open(page, section)
        assert page.locator(ROWS.format(table)).count() == 4
        bar = page.locator(f"#{table}-some")
        assert f"4 of {count} rows are shown." in bar.text_content()
        bar.get_by_role("button").click()
        assert page.locator(ROWS.format(table)).count() == min(8, count)
    assert bar.get_by_role("button").is_hidden()  # all six are shown


def test_rows_are_found_by_name(show: Show, whole: Decision) -> None:
    page = show(whole)
    for table, found in (("matrix-table", ["Ort 11"]), ("pools", ["Ort 11"])):
        bar = page.locator(f"#{table}-some")
        bar.get_by_role("searchbox").fill(" ort 11")
        page.wait_for_function(f"document.querySelectorAll('#{table} tbody tr').length === 1")
        assert _names(page, table) == found
        assert "1 of" in bar.text_content()
        bar.get_by_role("searchbox").fill("")
        page.wait_for_function(f"document.querySelectorAll('#{table} tbody tr').length === 4")


def test_the_chosen_one_comes_first_and_the_map_shows_its_surroundings(
    show: Show, whole: Decision
) -> None:
    page = show(whole)
    assert page.locator("#map-chart canvas").count() == 1
    assert page.locator("#map-around").is_hidden()
    page.locator("#mine").select_option(label="Ort 10")
    settled(page)
    assert _names(page, "matrix-table")[0] == "Ort 10"
    assert _names(page, "towns-table")[0] == "Ort 10"
    assert "Ort 10" in page.locator("#map-around").text_content()
    page.locator("#mine").select_option(label="All municipalities")
    settled(page)
    assert page.locator("#map-around").is_hidden()


def test_what_is_left_out_is_said(show: Show, whole: Decision) -> None:
    page = show(whole)
    said = page.locator("#payments-pools").text_content()
    assert "Who pays what is not worked out here: the plan has 6 partnerships" in said


def test_small_maps_are_a_path_a_colour(show: Show, whole: Decision) -> None:
    page = show(whole)
    water = page.locator("#all-maps figure").first
    assert water.locator("path").count() == 6 + 2  # as many colours as pools, ways and seats
    assert page.locator("#all-maps figure").nth(1).locator("path").count() == 1 + 2


def test_on_paper_everything_is_drawn(show: Show, whole: Decision) -> None:
    page = show(whole, unfold=False)
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.locator(ROWS.format("matrix-table")).count() == 4
    assert page.locator("#matrix-table-some output").is_visible()
