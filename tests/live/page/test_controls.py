"""Every control: what is set is asked, shown as changed, undone; prices stand beside; search can end."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from live.page.conftest import SOLVED, Open
from live.page.serving import Serving


def control(page: Page, place: str) -> Locator:
    """Return a control, with all unfolded that it lies in."""
    found = page.locator(f'.control[data-place="{place}"]')
    found.evaluate("(one) => { for (let at = one; at; at = at.parentElement) if (at.open === false) at.open = true; }")  # fmt: skip
    return found


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
    travel.locator("input[type=number]").fill("2.5")
    page.keyboard.press("Enter")
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
    field.fill("")
    field.blur()
    expect(control(page, "rules.max_members")).to_have_class(re.compile("changed"))
    assert settings(room) == {"rules.max_members": False}


def test_undo_and_redo_by_button_and_keys(open_both: Open, room: Serving) -> None:
    page = open_both()
    field = control(page, "rules.max_members").locator("input[type=number]")
    for value in ("5", "3"):
        field.fill(value)
        field.blur()
        expect(page.locator(".control.changed")).to_have_count(1)
        expect(page.locator("#saved")).to_have_text("Everything is saved")
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


def test_every_control_is_taken_or_refused_in_words(open_: Open, room: Serving) -> None:
    """One of each kind in each group, by its own element."""
    page, case = open_(), room.ask("api/case")
    seen = set()
    for one in case["controls"]:
        if (one["group"], one["kind"]) in seen:
            continue
        seen.add((one["group"], one["kind"]))
        before = room.state()["revision"]
        here = control(page, one["place"])
        if one["kind"] == "flag":
            here.locator("input").click()
        elif one["kind"] == "choice":
            here.locator("select").select_option(index=1)
        elif one["kind"] == "several":
            here.locator("summary").click()
            here.locator("input").first.click()
        else:
            field = here.locator("input[type=number]")
            field.fill("0.5" if one["kind"] == "share" else "1000000" if one["group"] == "limits" else "4")  # fmt: skip
            field.blur()
        page.wait_for_function("document.querySelector('#saved').textContent !== 'Saving…'")
        told = page.locator(".banner.problem")
        state = room.state()
        if state["revision"] == before:
            expect(told).to_be_visible()
            told.get_by_role("button").click()
        else:
            expect(here).to_have_class(re.compile("changed"))
            room.act(kind="reset")
            expect(here).not_to_have_class(re.compile("changed"))
    assert {kind for _, kind in seen} >= {"flag", "number", "integer", "several", "choice", "share"}


def test_what_cannot_be_kept_is_said_with_reasons(open_: Open, room: Serving) -> None:
    page = open_()
    field = control(page, "limits.cost").locator("input[type=number]")
    field.fill("1000")
    field.blur()
    expect(page.locator("#answer-text")).to_have_text(re.compile("No plan keeps all of this"))
    expect(page.locator(".reasons li")).not_to_have_count(0)
    expect(page.locator("#gist .broken")).to_contain_text("Rules that this plan breaks")
    page.click("#undo")
    page.wait_for_selector(SOLVED)


@pytest.mark.parametrize("place", ["rules.max_members"])
def test_prices_stand_beside_their_rules(place: str, open_: Open) -> None:
    page = open_()
    expect(control(page, place).locator(".price")).to_have_text(re.compile("cost"), timeout=60_000)


def test_a_search_is_cancelled_and_goes_on(open_: Open, room: Serving) -> None:
    page = open_()
    control(page, "rules.max_members").locator("input[type=number]").fill("16")
    page.keyboard.press("Enter")
    control(page, "services.water.rules.contiguous").locator("input").click()  # takes long
    page.locator("[data-key=cancel]").click()
    expect(page.locator("#answer-text")).to_have_text("Search cancelled")
    assert room.state()["answer"]["status"] == "cancelled"
    page.click("[data-key=resume]")
    expect(page.locator("[data-key=cancel]")).to_be_visible()
    page.click("#undo")
    page.click("#undo")
    page.wait_for_selector(SOLVED)
