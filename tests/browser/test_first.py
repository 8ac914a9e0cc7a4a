"""What people see first: town, map, three sentences, slider; the rest is folded, and prints."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from browser import scenes
from browser.conftest import Show
from browser.reading import DEARER, LARGER, at, settled, texts
from koopopt.report.values.decision import Decision

SCREENS = [(1280, 900), (390, 844)]
MOST_HIGH = 3500
DASHES = """() => [...document.querySelectorAll("table")].flatMap((table) => {
    const rows = [...table.querySelectorAll("tbody tr")];
    if (!rows.length || [...table.querySelectorAll("td, th")].some((c) => c.rowSpan > 1)) return [];
    return [...rows[0].cells].map((_, k) => k).filter((k) => k && rows.every((row) =>
        ["", "–"].includes(row.cells[k]?.textContent.trim()))).map((k) => `${table.id} ${k}`);
})"""
CUT = """() => [...document.querySelectorAll("table")].filter((t) => t.checkVisibility())
    .filter((t) => t.scrollWidth > t.clientWidth + 1
        || t.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
    .map((t) => t.id || t.className)"""
SIGNS = """() => [...document.querySelectorAll("td")].map((cell) => cell.textContent)
    .filter((text) => /[+−-][\\u2068\\s]*\\d/.test(text) && !/\\d[+−-]\\d/.test(text))"""
WIDE = round((297 - 26) * 96 / 25.4)


@pytest.fixture(scope="module")
def twelve() -> Decision:
    return scenes.twelve()


def _first_screen(page: Page, height: int) -> None:
    for what in ("#mine", "#service", "#lead", "#slider", "#ends", "#map-chart svg"):
        box = page.locator(what).first.bounding_box()
        assert box is not None, what
        assert 0 <= box["y"] < box["y"] + box["height"] <= height, what
    assert page.locator("#lead p").count() == 3


@pytest.mark.parametrize(("width", "height"), SCREENS)
def test_the_first_screen(width: int, height: int, show: Show, county: Decision) -> None:
    page = show(county, width=width, height=height, unfold=False)
    _first_screen(page, height)
    assert page.locator("details.fold[open]").count() == 0
    if width > 1000:
        assert page.evaluate("document.documentElement.scrollHeight") <= MOST_HIGH
    named = [page.inner_text("#end-first"), page.inner_text("#end-last")]
    assert [name.strip("◂▸ ") for name in named] == ["cheaper", "shorter ways"]


def test_twelve_services_are_short_too(show: Show, twelve: Decision) -> None:
    page = show(twelve, unfold=False)
    _first_screen(page, 900)
    assert page.evaluate("document.documentElement.scrollHeight") <= MOST_HIGH


@pytest.mark.parametrize(("width", "height"), SCREENS)
def test_a_town_that_is_tapped_shows_its_card_in_sight(
    width: int, height: int, show: Show, county: Decision
) -> None:
    page = show(county, width=width, height=height, unfold=False)
    page.mouse.click(*at(page, "#map-chart .areas_marks path", 4))
    name = county.problem.instance.municipalities[4].name
    expect(page.locator("#details h3 bdi")).to_have_text(name)
    expect(page.locator("#details h3")).to_be_in_viewport()
    bar, card = (page.locator(what).bounding_box() for what in (".bar", "#details h3"))
    assert bar is not None
    assert card is not None
    assert card["y"] >= bar["y"] + bar["height"] - 1, "not under the bar"
    assert page.input_value("#mine") == "4"
    assert name in page.inner_text("#lead p:first-child")
    page.click("#details .to-map")
    expect(page.locator("#map-chart")).to_be_in_viewport()


def test_the_ends_of_the_slider_are_true(show: Show, county: Decision) -> None:
    page = show(county, unfold=False)
    for key, criterion in (("Home", "cost"), ("End", "travel")):
        page.focus("#slider")
        page.keyboard.press(key)
        number = int(page.inner_text("#current b").split()[1])
        best = min(e.criteria[criterion] for e in county.plans)
        assert county.plans[number - 1].criteria[criterion] == best


def test_the_address_of_a_part_unfolds_it(show: Show, county: Decision) -> None:
    page = show(county, unfold=False)
    parts = page.locator("main > section:has(> details.fold)").all()
    assert len(parts) > 7
    for part in parts:
        assert part.locator("details.fold").first.get_attribute("open") is None
        page.evaluate("(id) => { location.hash = id; }", part.get_attribute("id"))
        expect(part.locator("details.fold").first).to_have_attribute("open", "")
        expect(part.locator("h2")).to_be_in_viewport()


def test_a_municipality_is_chosen_by_its_name_where_no_card_is_open(
    show: Show, county: Decision
) -> None:
    page = show(county, unfold=False)
    names = [town.name for town in county.problem.instance.municipalities]
    assert page.locator("#details button").all_text_contents() == sorted(names)
    page.locator("#details button", has_text=names[3]).click()
    expect(page.locator("#details h3 bdi")).to_have_text(names[3])


def test_seats_are_named_on_a_phone(show: Show, county: Decision) -> None:
    page = show(county, width=390, height=844)
    first = county.problem.facts.services[0].id
    seats = {p.seat for p in county.plan.plan.of(first) if p.pooled}
    assert 0 < len(seats) <= 6
    shown = set(page.locator("#map-chart text").all_text_contents())
    assert {county.problem.facts.seat_name(seat) for seat in seats} <= shown


def test_paper_has_all_maps_and_no_table_is_cut(show: Show, twelve: Decision) -> None:
    page = show(twelve, unfold=False, at="town=3")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": WIDE, "height": 1000})
    settled(page)
    assert page.locator("#all-maps figure:visible svg").count() == 12
    assert page.locator("details:not([open])").count() == 0
    assert page.evaluate(CUT) == []
    page.set_viewport_size({"width": 695, "height": 1000})
    assert set(page.evaluate(CUT)) <= {"towns-table", "matrix-table"}, "which lie on their sides"


def test_no_column_holds_nothing_but_dashes(show: Show, county: Decision, twelve: Decision) -> None:
    for decision in (county, twelve):
        page = show(decision, at="town=2")
        for _ in range(2):
            assert page.evaluate(DASHES) == []
            page.press("#slider", "End")
            settled(page)


@pytest.mark.parametrize("lang", ["en", "de"])
def test_gains_and_losses_are_words_in_every_table(lang: str, show: Show, county: Decision) -> None:
    """A sign needs a legend, and a minus is easily overlooked."""
    page = show(county, lang=lang)
    saves, costs = DEARER[lang]
    for table in ("towns-table", "payments-pools"):
        found = " | ".join(texts(page, f"#{table} td"))
        assert saves.format("") in found, table
        assert re.search(costs.format(r"[\d,.]+"), found) or table == "payments-pools"
    compared = texts(page, "#compare-criteria td")
    assert any(text.endswith(LARGER[lang][0].format("")) for text in compared)
    assert any(text.endswith(LARGER[lang][1].format("")) for text in compared)
    assert page.evaluate(SIGNS) == []
