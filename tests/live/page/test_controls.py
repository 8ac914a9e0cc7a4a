"""Controls: what is set is asked, shown as changed, undone; prices stand beside; search can end."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from live.page.conftest import SOLVED, Open
from live.page.reading import control, enter
from live.page.serving import Serving


def settings(room: Serving) -> dict[str, Any]:
    return dict(room.state()["question"]["settings"])


def test_a_weight_by_its_slider_and_its_field(open_both: Open, room: Serving) -> None:
    page = open_both()
    before = room.state()["plan"]["criteria"]
    travel = control(page, "weights.travel")
    slider = travel.locator("input[type=range]")
    slider.focus()
    page.keyboard.press("End")
    expect(travel.locator("input[type=number]")).to_have_value("320")
    expect(travel).to_have_class(re.compile("changed"))
    state = room.settled()
    assert state["question"]["settings"] == {"weights.travel": 320}
    assert state["plan"]["criteria"][1] < before[1], "the plan follows: shorter ways"
    page.wait_for_selector(SOLVED)
    enter(travel.locator("input[type=number]"), "2.5")
    expect(travel.locator("input[type=range]")).not_to_have_value("1000")
    expect(travel.get_by_role("button", name="Reset: Travel")).to_be_visible()
    assert settings(room) == {"weights.travel": 2.5}
    travel.get_by_role("button").click()
    expect(travel).not_to_have_class(re.compile("changed"))
    expect(travel.locator("input[type=number]")).to_have_value("10")
    assert settings(room) == {}


def test_a_rule_that_is_lifted(open_: Open, room: Serving) -> None:
    page = open_()
    flag = control(page, "rules.contiguous").locator("input")
    expect(flag).to_be_checked()
    flag.click()
    expect(control(page, "rules.contiguous")).to_have_class(re.compile("changed"))
    assert settings(room) == {"rules.contiguous": False}
    flag.click()
    expect(control(page, "rules.contiguous")).not_to_have_class(re.compile("changed"))
    assert settings(room) == {}
    field = control(page, "rules.max_members").locator("input[type=number]")
    enter(field, "")
    expect(control(page, "rules.max_members")).to_have_class(re.compile("changed"))
    assert settings(room) == {"rules.max_members": False}


def test_undo_and_redo_by_button_and_keys(open_both: Open, room: Serving) -> None:
    page = open_both()
    field = control(page, "rules.max_members").locator("input[type=number]")
    for value in ("5", "3"):
        enter(field, value)
        expect(page.locator(".step .what").first).to_contain_text(value)
    page.click("#undo")
    expect(field).to_have_value("5")
    page.keyboard.press("Control+z")
    expect(field).to_have_value("8")
    page.keyboard.press("Control+Shift+z")
    expect(field).to_have_value("5")
    page.click("#redo")
    expect(field).to_have_value("3")
    expect(page.locator("#redo")).to_be_disabled()
    assert settings(room) == {"rules.max_members": 3}
    page.click("[data-key=reset]")
    expect(page.locator(".control.changed")).to_have_count(0)
    assert settings(room) == {}


def test_what_cannot_be_kept_is_said_with_reasons(open_: Open, room: Serving) -> None:
    page = open_()
    field = control(page, "limits.cost").locator("input[type=number]")
    enter(field, "1000")
    expect(page.locator("#answer-text")).to_have_text(re.compile("No plan keeps all of this"))
    expect(page.locator(".reasons li")).not_to_have_count(0)
    expect(page.locator("#gist .broken")).to_contain_text("Rules that this plan breaks")
    page.click("#undo")
    page.wait_for_selector(SOLVED)


@pytest.mark.parametrize("place", ["rules.max_members"])
def test_prices_stand_beside_their_rules(place: str, open_: Open) -> None:
    page = open_()
    expect(control(page, place).locator(".price")).to_have_text(re.compile("cost"), timeout=60_000)


def test_a_search_is_cancelled_and_goes_on(open_both: Open, room: Serving) -> None:
    page = open_both()
    for place, value in (("rules.max_members", 16), ("rules.contiguous", False)):
        room.act(kind="set", place=place, value=value)
    travel = control(page, "weights.travel")
    enter(travel.locator("input[type=number]"), "1.5")  # takes long
    expect(travel).to_have_class(re.compile("changed"))
    page.locator("[data-key=cancel]").click()
    expect(page.locator("#answer-text")).to_have_text("Search cancelled")
    assert room.state()["answer"]["status"] == "cancelled"
    page.click("[data-key=resume]")
    expect(page.locator("[data-key=cancel]")).to_be_visible()
    for _ in range(3):
        page.click("#undo")
    page.wait_for_selector(SOLVED)


def test_a_range_moves_what_is_saved_and_not_the_plan(open_both: Open, room: Serving) -> None:
    page, before = open_both(), room.state()
    place = "ranges.service.water.cost.elasticity"
    one = control(page, place)
    low, high = one.get_by_label("least value"), one.get_by_label("largest value")
    expect(low).to_have_value("0.84")
    expect(high).to_have_value("1")
    expect(one).to_contain_text("counts as 0.9")
    cases = page.locator("#gist-cases")
    expect(cases).to_have_text(re.compile("In 80 of 100 cases it saves .* to .* a year"))
    said = cases.inner_text()
    enter(low, "0.88")
    enter(high, "0.92")
    expect(one).to_have_class(re.compile("changed"))
    expect(cases).not_to_have_text(said)
    expect(page.locator(".step .what").first).to_contain_text("0.88 to 0.92")
    after = room.state()
    assert after["question"]["settings"] == {place: [0.88, 0.92]}
    assert after["plan"]["partnerships"] == before["plan"]["partnerships"]
    assert after["answer"]["status"] == "optimal", "nothing is searched anew"
    page.click("#undo")
    expect(low).to_have_value("0.88")
    page.click("#undo")
    expect(cases).to_have_text(said)
    expect(low).to_have_value("0.84")


def test_where_no_number_matters_no_range_is_told(open_: Open, room: Serving) -> None:
    page = open_()
    room.act(kind="start", **{"from": "today"})
    cases = page.locator("#gist-cases")
    expect(cases).to_have_text("In 80 of 100 cases it costs the same.")
    page.click("#undo")
    expect(cases).to_have_text(re.compile("it saves .* to .* a year"))


def test_half_a_range_stays_until_the_other_end_is_there(open_: Open, room: Serving) -> None:
    page = open_()
    place = "ranges.service.water.cost.elasticity"
    one = control(page, place)
    low, high = one.get_by_label("least value"), one.get_by_label("largest value")
    room.act(kind="set", place=place, value=False)  # lifted: both ends are empty
    expect(low).to_have_value("")
    enter(low, "0.9")
    room.act(kind="set", place="weights.travel", value=5)  # something else happens meanwhile
    expect(control(page, "weights.travel")).to_have_class(re.compile("changed"))
    expect(low).to_have_value("0.9")
    enter(high, "0.95")
    expect(one).to_have_class(re.compile("changed"))
    page.wait_for_selector(SOLVED)
    assert settings(room)[place] == [0.9, 0.95]
    enter(low, "")
    room.act(kind="set", place=place, value=None)  # the value itself is another one now
    expect(low).to_have_value("0.84")
    expect(high).to_have_value("1")
