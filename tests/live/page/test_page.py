"""The page as a whole: accessible, in two languages, on a phone, and everything by the keyboard."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from live.page.conftest import Open
from live.page.reading import town
from live.page.serving import Serving

OVER = """() => [...document.querySelectorAll("body *")].filter((e) => {
    const box = e.getBoundingClientRect();
    return box.width && box.right > document.documentElement.clientWidth + 1
        && !e.closest(".scroll, .tabs, .toolbar, svg") && e.checkVisibility();
}).map((e) => e.outerHTML.slice(0, 100))"""
FOCUS = """() => {
    const held = document.activeElement;
    if (held === document.body || held === document.documentElement) return null;
    const style = getComputedStyle(held);
    const labels = [...(held.labels ?? [])].map((label) => label.textContent).join("");
    return {
        key: held.dataset.key ?? held.id, text: held.textContent.trim(),
        name: held.ariaLabel || held.textContent.trim() || labels,
        seen: !!held.closest("svg")  // it draws an edge of its own
            || (parseFloat(style.outlineWidth) >= 2 && style.outlineStyle !== "none"),
    };
}"""


def unfolded(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")


def test_no_violation(open_both: Open, room: Serving) -> None:
    demand_accessible(open_both(height=844), room)


def test_no_violation_on_a_phone(open_: Open, room: Serving) -> None:
    demand_accessible(open_(lang="de", width=390, height=844), room)


def demand_accessible(page: Page, room: Serving) -> None:
    """Demand that nothing is wrong with a page on which there is something of everything."""
    case = room.ask("api/case")
    service = case["services"][0]["id"]
    ids = [t["id"] for t in case["towns"][:2]]
    room.act(kind="wish", wish={"kind": "apart", "service": service, "towns": ids})
    room.act(kind="keep", name="A", note="b")
    expect(page.locator(".chip")).to_have_count(1)
    town(page, case["towns"][2]["name"]).focus()
    page.keyboard.press("Space")
    unfolded(page)
    found = Axe().run(page).response["violations"]
    wrong = [
        (rule["id"], [(node["target"], node["html"][:120]) for node in rule["nodes"][:5]])
        for rule in found
    ]
    assert wrong == []


@pytest.mark.parametrize(("width", "lang"), [(390, "en"), (320, "de")])
def test_nothing_is_wider_than_a_phone(width: int, lang: str, open_: Open) -> None:
    page = open_(lang=lang, width=width, height=844, has_touch=True)
    box = page.locator("#map svg").bounding_box()
    assert box is not None
    assert box["y"] < 500, "the map comes first"
    unfolded(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(OVER) == []


def test_what_matters_is_in_the_first_screen(open_: Open) -> None:
    page = open_()
    weight = '[data-place="weights.travel"]'
    for what in ("#answer-text", "#services", "#map svg", "#legend", "#gist .figure", weight):
        box = page.locator(what).bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= 900, what
    box = page.locator("#map svg").bounding_box()
    assert box is not None
    assert box["width"] > 700
    assert box["height"] > 450


def test_the_language_is_chosen_and_kept(open_both: Open) -> None:
    page = open_both(lang="en")
    page.click("[data-lang=de]")
    assert page.get_attribute("html", "lang") == "de"
    expect(page.locator("#answer-text")).to_contain_text("Bester Plan, bewiesen")
    expect(page.locator("#gist")).to_contain_text("Wege zum Sitz")
    assert page.evaluate("document.activeElement.dataset.lang") == "de"
    page.goto(page.url.split("?")[0])
    expect(page.locator("#answer-text")).to_contain_text("Bester Plan")


def test_tab_reaches_everything_and_leaves_again(open_: Open) -> None:
    page = open_()
    been = []
    for _ in range(300):
        page.keyboard.press("Tab")
        held = page.evaluate(FOCUS)
        if held is None or (been and held == been[0]):
            break
        been.append(held)
    else:
        raise AssertionError("no end")
    keys = [held["key"] for held in been]
    order = ["lang-de", "mode-follow", "service-0", "tool-move", "start", "keep", "front-begin"]
    assert [key for key in keys if key in order] == order
    assert any(key.startswith("town-") for key in keys), "the map is one stop"
    assert [held for held in been if not held["name"]] == []
    assert [held for held in been if not held["seen"]] == []


def test_nothing_moves_where_that_is_not_wanted(open_: Open) -> None:
    page = open_(reduced_motion="reduce")
    moving = page.evaluate("""[...document.querySelectorAll("*")].filter((e) => {
        const style = getComputedStyle(e);
        return style.animationName !== "none" || parseFloat(style.transitionDuration) > 0;
    }).length""")
    assert moving == 0


def test_the_side_stays_beside_the_map_and_covers_nothing_below_it(open_: Open) -> None:
    page = open_(height=700)
    page.locator("#variants").evaluate("(panel) => { panel.open = true; }")
    page.locator("#saving").scroll_into_view_if_needed()
    side, below = (page.locator(what).bounding_box() for what in ("#side", "#more"))
    assert side is not None
    assert below is not None
    assert side["y"] + side["height"] <= below["y"] + 1
