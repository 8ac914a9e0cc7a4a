"""On a phone: nothing scrolls sideways but tables, and the bar leaves room."""

from __future__ import annotations

from itertools import pairwise

import pytest
from playwright.sync_api import Page

from browser import scenes
from browser.conftest import Show
from koopopt.report.values.decision import Decision

OVER = """() => [...document.querySelectorAll("body *")].filter((e) => {
    const box = e.getBoundingClientRect();
    return box.width && box.right > document.documentElement.clientWidth + 1
        && !e.closest(".scroll, .tip, svg") && e.checkVisibility();
}).map((e) => e.outerHTML.slice(0, 100))"""


def _fits(page: Page, width: int) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(OVER) == []


@pytest.mark.parametrize("lang", ["en", "de"])
@pytest.mark.parametrize("width", [390, 320])
def test_nothing_is_wider_than_the_screen(
    width: int, lang: str, show: Show, county: Decision
) -> None:
    page = show(county, lang=lang, width=width, height=844, at="town=3&with=5")
    _fits(page, width)
    page.evaluate("window.scrollTo(0, 3000)")
    bar = page.locator(".bar").bounding_box()
    assert bar is not None
    assert bar["height"] <= 844 / 3
    for chart in ("tradeoffs", "map", "first", "second"):
        box = page.locator(f"#{chart}-chart svg").bounding_box()
        assert box is not None
        assert 0 <= box["x"] < box["x"] + box["width"] <= width
        assert box["height"] <= 844
    _names_are_apart(page)


def _names_are_apart(page: Page) -> None:
    """Check that no two names beside the matrix of pairs are written across each other."""
    labels = page.locator("#heat-chart .role-axis-label").last.locator("text")
    boxes = [label.bounding_box() for label in labels.all()]
    tops = sorted(box["y"] for box in boxes if box)
    heights = [box["height"] for box in boxes if box]
    assert min(b - a for a, b in pairwise(tops)) >= 0.8 * min(heights)


def test_names_of_any_length_fit(show: Show) -> None:
    page = show(Decision.of(scenes.hostile_front(), scenes.DAY), width=390, height=844, at="town=5")
    _fits(page, 390)


def test_a_finger_hits_a_point(show: Show, county: Decision) -> None:
    page = show(county, width=390, height=844, has_touch=True)
    mark = page.locator("#tradeoffs-chart .plans_marks path").nth(12)
    mark.scroll_into_view_if_needed()
    box = mark.bounding_box()
    assert box is not None
    page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert page.inner_text("#current b") == f"Plan 13 of {len(county.plans)}"


def test_turned_charts_take_the_new_width(show: Show, county: Decision) -> None:
    page = show(county, width=390, height=844)
    page.set_viewport_size({"width": 844, "height": 390})
    page.wait_for_function(
        "document.querySelector('#map-chart svg').getBoundingClientRect().width > 500"
    )
    _fits(page, 844)
