"""With the keyboard alone: everything is reached, seen, used, and nothing traps the focus."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from browser.conftest import Show
from browser.reading import shown
from koopopt.report.values.decision import Decision

FOCUS = """() => {
    const held = document.activeElement;
    if (held === document.body || held === document.documentElement) return null;
    const box = held.getBoundingClientRect(), style = getComputedStyle(held);
    const bar = document.querySelector(".bar");  // sticks, and must not hide what has the focus
    const under = held.closest("main") ? bar.getBoundingClientRect().bottom : 0;
    window.walked ??= new Map();
    if (!window.walked.has(held)) window.walked.set(held, window.walked.size);
    const text = held.textContent.trim();
    return {
        number: window.walked.get(held), id: held.id, text, href: held.getAttribute("href"),
        place: held.closest("table[id]")?.id ?? null, lang: held.dataset.lang ?? null,
        outline: style.outlineStyle !== "none" ? parseFloat(style.outlineWidth) : 0,
        name: held.ariaLabel || text || held.labels?.[0]?.textContent,
        seen: box.bottom > under && box.top < innerHeight && box.width > 0 && box.right > 0,
    };
}"""


def _walk(page: Page, key: str = "Tab", most: int = 600) -> list[dict[str, Any]]:
    """Press the key until the focus has left the page, and say where it has been."""
    been: list[dict[str, Any]] = []
    for _ in range(most):
        page.keyboard.press(key)
        held = page.evaluate(FOCUS)
        if held is None or (been and held["number"] == been[0]["number"]):
            return been
        assert all(held["number"] != other["number"] for other in been), f"trapped at {held}"
        been.append(held)
    raise AssertionError("no end")


@pytest.fixture
def page(show: Show, county: Decision) -> Page:
    return show(county)


def test_tab_reaches_everything_in_order_and_out_again(page: Page, county: Decision) -> None:
    been = _walk(page)
    assert been[0]["href"] == "#start", "the first stop is the way past the rest"
    ids = [held["id"] for held in been]
    order = ["mine", "service", "previous", "slider", "next", "x", "y", "c", "with", "key", "by"]
    assert [i for i in ids if i in order] == order
    assert [held["lang"] for held in been if held["lang"]] == ["de", "en"]
    assert "print" in ids
    names = [m.name for m in county.problem.instance.municipalities]
    for table in ("matrix-table", "towns-table", "heat-pooled"):
        held = [h["text"] for h in been if h["place"] == table and h["text"] in names]
        assert held == names, table
    assert [h for h in been if h["outline"] < 2] == [], "the focus can be seen"
    assert [h for h in been if not h["seen"]] == [], "it is on the screen, not under the bar"
    assert [h for h in been if not h["name"]] == [], "everything has a name"


def test_backwards_it_is_the_same_way(page: Page) -> None:
    forth = [held["number"] for held in _walk(page)]
    page.evaluate("document.activeElement.blur()")
    back = [held["number"] for held in _walk(page, "Shift+Tab")]
    assert sorted(back) == sorted(forth)
    assert back[-1] == forth[0]


def test_arrow_keys_walk_along_the_front(page: Page, county: Decision) -> None:
    page.focus("#slider")
    for key, number in (("Home", 1), ("ArrowRight", 2), ("ArrowUp", 3), ("ArrowLeft", 2),
                        ("End", len(county.plans))):  # fmt: skip
        page.keyboard.press(key)
        expect(page.locator("#current b")).to_have_text(f"Plan {number} of {len(county.plans)}")
        said = page.get_attribute("#slider", "aria-valuetext")
        assert said == f"Plan {number} of {len(county.plans)}"
        assert page.evaluate("document.activeElement.id") == "slider"
    assert shown(page)["seats"] == sum(
        p.service == county.problem.facts.services[0].id for p in county.plans[-1].plan.pooled
    )
    page.focus("#next")
    assert page.is_disabled("#next")


def test_enter_shows_a_municipality_and_close_leads_back(page: Page, county: Decision) -> None:
    town = county.problem.instance.municipalities[5].name
    for table in ("matrix-table", "towns-table", "heat-pooled"):
        name = page.locator(f"#{table} tbody tr:nth-child(6) button")
        name.focus()
        page.keyboard.press("Enter")
        expect(page.locator("#details h3 bdi")).to_have_text(town)
        assert page.evaluate("document.activeElement.id") == "details"
        expect(page.locator("#details h3")).to_be_in_viewport()
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Close"
        page.keyboard.press("Enter")
        assert page.locator("#details h3").count() == 0
        assert page.evaluate("document.activeElement.textContent") == town
        assert page.evaluate("document.activeElement.closest('table').id") == table


def test_sorting_keeps_the_focus(page: Page) -> None:
    page.focus("[data-sort=longest]")
    for direction in ("ascending", "descending"):
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.dataset.sort") == "longest"
        assert page.evaluate("document.activeElement.closest('th').ariaSort") == direction


def test_language_keeps_the_focus(page: Page) -> None:
    page.focus("[data-lang=de]")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.dataset.lang") == "de"
    assert page.get_attribute("html", "lang") == "de"


def test_selects_by_the_keyboard(page: Page, county: Decision) -> None:
    page.focus("#service")
    page.keyboard.press("ArrowDown")
    assert page.input_value("#service") == "1"
    assert page.evaluate("document.activeElement.id") == "service"
    expect(page.locator("#map-service")).to_have_text(county.problem.facts.services[1].title["en"])
