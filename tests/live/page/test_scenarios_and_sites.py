"""Scenarios and sites on the page: what is best there, seats at sites, and what follows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

import sited
from koopopt.case.instance import Instance
from koopopt.case.scenario import Scenario
from koopopt.writing.instance import write
from live.page.conftest import SOLVED, Open
from live.page.reading import plain, town, who
from live.page.serving import Serving

SITE = "Plant <am Bach>"
FUTURES = (
    Scenario(id="alone", title={"de": "Ohne Größe", "en": "No scale"}, elasticity={"water": 1.2}),
    Scenario(id="dear", title={"de": "Teuer", "en": "Dear"}, cost=2.0),
)


def instance() -> Instance:
    """Return three municipalities, a plant and an office; in one scenario size is no advantage."""
    made = sited.instance(scenarios=FUTURES)
    roomy = tuple(replace(site, capacity=None, fixed_cost=9_000.0) for site in made.sites)
    return replace(made, sites=roomy)


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    folder = tmp_path_factory.mktemp("sited")
    write(instance(), folder / "county")
    serving = Serving(str(folder / "county"), folder / "room")
    yield serving
    serving.stop()


def seats(room: Serving, service: int = 0) -> set[int]:
    return {p["seat"] for p in room.settled()["plan"]["partnerships"] if p["service"] == service}


def card(page: Page, name: str) -> None:
    town(page, name).focus()
    page.keyboard.press("Space")
    expect(page.locator("#town h2")).to_have_text(name)


def test_a_scenario_and_a_measure_are_chosen(open_both: Open, room: Serving) -> None:
    page, before = open_both(), room.state()
    page.select_option("[data-key=scenario]", label="No scale")
    expect(page.locator("#gist-scenarios li")).to_have_count(2)
    state = room.settled(after=before["revision"])
    assert state["question"]["scenario"] == "alone"
    assert state["answer"]["status"] == "optimal"
    water = [p for p in state["plan"]["partnerships"] if p["service"] == 0]
    assert water == [], "where size is no advantage nobody pools"
    expect(town(page, "Ahausen")).to_have_attribute("aria-label", "Ahausen: alone")
    page.wait_for_selector(SOLVED)
    lines = page.locator("#gist-scenarios li").all_inner_texts()
    assert [line.partition(":")[0] for line in lines] == ["No scale", "Dear"]
    page.select_option("[data-key=scenario]", label="all scenarios: best in the worst one")
    expect(page.locator(".step .what").first).to_contain_text("best in the worst one")
    page.wait_for_selector(SOLVED)
    assert room.settled()["question"]["scenario"] == "worst"
    page.select_option("[data-key=scenario]", "")
    expect(page.locator("#gist-scenarios")).to_have_count(0)
    expect(town(page, "Ahausen")).not_to_have_attribute("aria-label", "Ahausen: alone")


def test_a_plan_by_hand_is_not_called_best_in_a_scenario(open_: Open, room: Serving) -> None:
    page = open_()
    page.click("[data-key=mode-hand]")
    expect(page.locator("#answer-text")).to_contain_text("finds nothing better")
    page.select_option("[data-key=scenario]", "alone")
    expect(page.locator("#answer-text")).to_contain_text("best plan for the scenario is another")
    page.click("[data-key=show-best]")
    expect(town(page, "Ahausen")).to_have_attribute("aria-label", "Ahausen: alone")
    page.click("[data-key=reset]")
    expect(page.locator("[data-key=scenario]")).to_have_value("")


def test_a_seat_at_a_site_is_chosen_and_let_go(open_both: Open, room: Serving) -> None:
    page, before = open_both(), room.state()
    plant = len(room.ask("api/case")["towns"])
    assert plant not in seats(room), "it costs too much to be chosen unasked"
    card(page, "Ahausen")
    options = page.locator("[data-key=town-seat] option")
    assert SITE in options.all_inner_texts()
    assert "County office" not in options.all_inner_texts(), "it is of another service"
    expect(page.locator(".live .site")).to_have_count(1)
    page.select_option("[data-key=town-seat]", label=SITE)
    expect(page.locator(".live .locked")).to_have_count(1)
    expect(page.locator(".live .site")).to_have_count(0)
    after = room.settled(after=before["revision"])
    assert plant in seats(room)
    assert after["plan"]["alone"] > before["plan"]["alone"], "the figures follow"
    assert SITE in plain(page.locator(".chip.lock span").inner_text())
    expect(page.locator(".live .names text", has_text=SITE)).to_have_count(1)
    page.click("[data-key=town-lock]")
    expect(page.locator(".chip")).to_have_count(0)
    expect(page.locator(".live .site")).to_have_count(1)
    assert plant not in seats(room)


def test_a_site_can_be_forbidden_while_it_is_used(open_: Open, room: Serving) -> None:
    page = open_()
    room.act(kind="mode", value="hand")
    room.act(kind="seat", service="water", town="01", seat="S1")
    card(page, "Ahausen")
    page.click("[data-key=town-no-site]")
    expect(page.locator("#gist .broken")).to_contain_text(re.compile("must not be a seat"))
    page.click("[data-key=show-best]")
    expect(page.locator("#gist .broken")).to_have_count(0)


def test_capacity_of_a_site_is_a_control(open_: Open, room: Serving) -> None:
    page, before = open_(), room.state()["revision"]
    room.act(kind="seat", service="water", town="01", seat="S1")
    room.settled(after=before)
    field = page.locator('[data-place="sites.S1.water.capacity"] input')
    field.evaluate("(one) => { for (let at = one; at; at = at.parentElement) at.open = true; }")
    field.fill("10")
    field.press("Enter")
    expect(page.locator("#answer-text")).to_have_text(re.compile("No plan keeps all of this"))
    expect(page.locator(".reasons, #gist .broken").first).to_be_visible()
    assert who(page, "Ahausen") != "alone", "what was asked is still shown"
