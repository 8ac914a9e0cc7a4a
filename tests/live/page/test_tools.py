"""Tools of the map: together, apart, lock, forbid, seats; wishes stand there and come off."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from live.page.conftest import Open
from live.page.reading import middle, plain, town
from live.page.serving import Serving


@pytest.fixture
def case(room: Serving) -> Any:
    return room.ask("api/case")


def tap(page: Page, name: str) -> None:
    page.mouse.click(*middle(page, name))


def chips(page: Page) -> list[str]:
    return [plain(text) for text in page.locator(".chip span").all_inner_texts()]


def pools(room: Serving, service: int = 0) -> list[dict[str, Any]]:
    return [p for p in room.settled()["plan"]["partnerships"] if p["service"] == service]


@pytest.mark.parametrize("tool", ["together", "apart"])
def test_two_taps_paint_a_pair(tool: str, open_: Open, room: Serving, case: Any) -> None:
    page = open_()
    first, second = pools(room)[:2]
    a = first["members"][0]
    b = second["members"][0] if tool == "together" else first["members"][1]
    names = [case["towns"][i]["name"] for i in (a, b)]
    page.click(f"[data-key=tool-{tool}]")
    tap(page, names[0])
    expect(page.locator("#tool-help")).to_contain_text(names[0])
    tap(page, names[1])
    expect(page.locator(".chip")).to_have_count(1)
    assert chips(page) == [f"{tool.capitalize()}: {names[0]} and {names[1]} (Water supply)"]
    expect(page.locator(f".wishes .{tool}")).to_have_count(1)
    together = [p for p in pools(room) if {a, b} <= set(p["members"])]
    assert bool(together) == (tool == "together"), "the plan follows"
    page.click(".chip button")
    expect(page.locator(".chip")).to_have_count(0)
    assert room.state()["question"]["wishes"] == []


def test_a_pair_in_all_services(open_: Open, room: Serving, case: Any) -> None:
    page = open_()
    names = [case["towns"][i]["name"] for i in pools(room)[0]["members"][:2]]
    page.click("[data-key=tool-apart]")
    page.select_option("[data-key=scope]", "all")
    for name in names:
        tap(page, name)
    expect(page.locator(".chip")).to_contain_text("everything")
    assert room.state()["question"]["wishes"][0]["service"] is None


def test_a_partnership_is_locked_and_let_go(open_: Open, room: Serving, case: Any) -> None:
    page = open_()
    pool = pools(room)[0]
    page.click("[data-key=tool-lock]")
    tap(page, case["towns"][pool["members"][0]]["name"])
    expect(page.locator(".seats .locked")).to_have_count(1)
    expect(page.locator(".chip.lock")).to_have_count(1)
    room.act(kind="set", place="weights.travel", value=60)
    kept = [(p["members"], p["seat"]) for p in pools(room)]
    assert (pool["members"], pool["seat"]) in kept, "it stays, whatever else is asked"
    tap(page, case["towns"][pool["members"][0]]["name"])
    expect(page.locator(".chip")).to_have_count(0)


def test_a_partnership_and_a_seat_are_forbidden(open_: Open, room: Serving, case: Any) -> None:
    page = open_()
    pool = pools(room)[0]
    page.click("[data-key=tool-forbid]")
    tap(page, case["towns"][pool["members"][0]]["name"])
    expect(page.locator(".chip.forbid")).to_have_count(1)
    assert pool["members"] not in [p["members"] for p in pools(room)]
    seat = pools(room)[0]["seat"]
    page.click("[data-key=tool-no_seat]")
    tap(page, case["towns"][seat]["name"])
    expect(page.locator(".chip.no_seat")).to_have_count(1)
    assert seat not in [p["seat"] for p in pools(room)]


def test_a_seat_is_changed(open_: Open, room: Serving, case: Any) -> None:
    page = open_()
    pool = next(p for p in pools(room) if len(p["members"]) > 2)
    other = next(i for i in pool["members"] if i != pool["seat"])
    name = case["towns"][other]["name"]
    page.click("[data-key=tool-seat]")
    tap(page, name)
    expect(town(page, name)).to_have_attribute("aria-label", re.compile(r"\(seat\)"))
    assert other in [p["seat"] for p in pools(room)]


def test_escape_lays_the_tool_down(open_: Open) -> None:
    page = open_()
    page.click("[data-key=tool-apart]")
    expect(page.locator("[data-key=tool-apart]")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Escape")
    expect(page.locator("[data-key=tool-move]")).to_have_attribute("aria-pressed", "true")


def test_tabs_show_other_services(open_both: Open, room: Serving, case: Any) -> None:
    page = open_both()
    page.focus("#service-0")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#service-1")).to_have_attribute("aria-selected", "true")
    expect(page.locator("#service-1")).to_be_focused()
    expect(page.locator(".live .seats > *")).to_have_count(len(pools(room, 1)))
