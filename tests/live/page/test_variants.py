"""Plans are kept, compared, started from, weighed in a chart, written down and taken along."""

from __future__ import annotations

import json
import re
from pathlib import Path

from playwright.sync_api import Page, expect

from live.page.conftest import SOLVED, Open
from live.page.reading import plain
from live.page.serving import Serving

INSTANCE = "three-villages"


def keep(page: Page, name: str, note: str = "") -> None:
    page.click("[data-key=keep]")
    page.fill("#dialog-name", name)
    page.fill("#dialog-note", note)
    page.keyboard.press("Enter")
    expect(page.locator(".variant b", has_text=name)).to_be_visible()


def test_variants_are_kept_renamed_shown_and_removed(open_both: Open, room: Serving) -> None:
    page = open_both()
    for variant in room.state()["variants"]:
        room.act(kind="drop", id=variant["id"])
    keep(page, "<b>First</b> & only", "for the mayors")
    assert page.locator(".variant b b").count() == 0, "names are text"
    expect(page.locator(".variant")).to_contain_text("for the mayors")
    page.get_by_role("button", name="Rename:").click()
    page.fill("#dialog-name", "Second")
    page.keyboard.press("Enter")
    expect(page.locator(".variant b")).to_have_text("Second")
    room.act(kind="start", **{"from": "alone"})
    expect(page.locator("#modes [aria-pressed=true]")).to_have_text("Plan by hand")
    page.get_by_role("button", name="Show: Second").click()
    expect(page.locator(".live .seats > *")).not_to_have_count(0)
    page.get_by_role("button", name="Remove: Second").click()
    expect(page.locator(".variant")).to_have_count(0)


def test_escape_leaves_the_dialog_and_keeps_nothing(open_: Open, room: Serving) -> None:
    page, before = open_(), room.state()["variants"]
    page.click("[data-key=keep]")
    page.keyboard.press("Escape")
    expect(page.locator("#dialog")).to_be_hidden()
    assert page.evaluate("document.activeElement.dataset.key") == "keep"
    assert room.state()["variants"] == before


def test_two_plans_side_by_side(open_: Open, room: Serving) -> None:
    page, case = open_(), room.ask("api/case")
    page.select_option("[data-key=compare-a]", "alone")
    expect(page.locator("#compare-name-a")).to_have_text("all alone")
    alone, now = case["alone"]["criteria"][0], room.state()["plan"]["criteria"][0]
    cells = page.locator("#compare-tables table").first.locator("tbody tr").first.locator("td")
    assert now < alone
    told = [f"{round(alone):,}", f"{round(now):,}", f"{round(alone - now):,} less"]
    assert cells.all_inner_texts() == told
    assert page.locator("#compare-map-a .seats > *").count() == 0
    assert page.locator("#compare-map-b .seats > *").count() > 0
    pooled = {(p["service"], i) for p in room.state()["plan"]["partnerships"] for i in p["members"]}
    expect(page.locator("#compare-tables h3")).to_contain_text(f"{len(pooled)} of ")
    page.select_option("[data-key=compare-b]", "alone")
    expect(page.locator("#compare-tables h3")).to_contain_text("0 of ")


def test_by_hand_the_optimiser_offers_its_own(open_: Open, room: Serving) -> None:
    page = open_()
    best = room.state()["plan"]["value"]
    page.select_option("[data-key=start]", "alone")
    expect(page.locator("#answer-text")).to_contain_text("Your plan")
    expect(page.locator("#gist .figure b")).to_have_text("Costs the same")
    page.click("[data-key=show-best]")
    expect(page.locator("#modes [aria-pressed=true]")).to_have_text("Show the best plan")
    page.wait_for_selector(SOLVED)
    assert abs(room.settled()["plan"]["value"] - best) < 1
    page.click("[data-key=mode-hand]")
    expect(page.locator("#answer-text")).to_contain_text("finds nothing better")


def test_a_plan_file_is_taken_or_refused(
    open_: Open, room: Serving, tmp_path: Path, wrong: list[str]
) -> None:
    page = open_()
    case = room.ask("api/case")
    state = room.state()
    file = tmp_path / "plan.json"
    written = [
        {
            "service": case["services"][p["service"]]["id"],
            "members": [case["towns"][i]["id"] for i in p["members"]],
            "seat": case["towns"][p["seat"]]["id"],
            "legal_form": case["forms"][p["form"]]["id"],
        }
        for p in state["plan"]["partnerships"]
        if p["service"] == 0
    ]
    file.write_text(json.dumps({"partnerships": written}), "utf-8")
    page.set_input_files("input[type=file]", file)
    expect(page.locator("#modes [aria-pressed=true]")).to_have_text("Plan by hand")
    services = {p["service"] for p in room.state()["plan"]["partnerships"]}
    assert services == {0}, "what the file does not name is alone"
    file.write_text("no plan", "utf-8")
    page.set_input_files("input[type=file]", file)
    expect(page.locator(".banner.problem")).to_be_visible()
    wrong[:] = [w for w in wrong if "422" not in w]  # Chromium says of itself that it was refused


def test_the_chart_fills_and_a_point_is_taken(open_both: Open, room: Serving) -> None:
    page = open_both()
    room.act(kind="set", place="weights.travel", value=9)  # one computed before is of another
    page.click("[data-key=front-begin]")
    expect(page.locator("#front-earlier")).to_have_count(0)
    expect(page.locator("#front-state")).to_have_text(re.compile("complete"), timeout=60_000)
    points = page.locator(".point")
    expect(points).to_have_count(len(room.state()["front"]["points"]))
    assert points.count() >= 3
    last = points.last
    label = plain(last.get_attribute("aria-label") or "")
    points.first.focus()
    for _ in range(points.count() - 1):
        page.keyboard.press("ArrowRight")
    assert plain(page.evaluate("document.activeElement.getAttribute('aria-label')")) == label
    page.keyboard.press("Enter")
    expect(page.locator("#modes [aria-pressed=true]")).to_have_text("Plan by hand")
    cost = room.state()["plan"]["criteria"][0]
    assert f"Cost: {round(cost):,}".lower() in label.lower(), "its plan is shown"


def test_a_chart_of_an_earlier_question_is_marked(open_both: Open, room: Serving) -> None:
    page = open_both()
    page.click("[data-key=front-begin]")
    expect(page.locator("#front-earlier")).to_have_count(0)  # that of the test before has gone
    expect(page.locator("#front-state")).to_have_text(re.compile("complete"), timeout=60_000)
    green = page.locator(".point").first.evaluate("(one) => getComputedStyle(one).fill")
    room.act(kind="set", place="rules.max_members", value=2)
    told = page.locator("#front-earlier")
    expect(told).to_contain_text("an earlier question")
    assert green != "rgb(201, 201, 201)"
    expect(page.locator(".point").first).to_have_css("fill", "rgb(201, 201, 201)")
    room.act(kind="undo")
    expect(told).to_have_count(0)
    room.act(kind="redo")
    expect(told).to_be_visible()
    page.get_by_role("button", name="Compute anew").click()
    expect(told).to_have_count(0)
    expect(page.locator("#front-state")).to_have_text(re.compile("complete"), timeout=60_000)


def test_a_front_is_stopped(open_: Open, room: Serving) -> None:
    page = open_()
    page.get_by_role("checkbox", name="Identity").check()
    page.click("[data-key=front-begin]")
    page.click("[data-key=front-stop]")
    expect(page.locator("#front-state")).to_have_text(re.compile("stopped|complete"))
    assert room.state()["front"]["status"] in ("stopped", "done")


def test_the_trail_has_reasons(open_: Open, room: Serving) -> None:
    page = open_()
    room.act(kind="set", place="rules.max_members", value=4)
    first = page.locator(".step").first
    expect(first.locator(".what")).to_contain_text("4")
    first.get_by_role("button").click()
    page.fill("#dialog-text", "asked by <i>the mayor</i>")
    page.keyboard.press("Enter")
    expect(page.locator(".step q").first).to_have_text("asked by <i>the mayor</i>")
    assert any(line["note"] == "asked by <i>the mayor</i>" for line in room.state()["trail"])


def test_files_are_made_and_downloaded(open_both: Open, room: Serving) -> None:
    room.act(kind="set", place="rules.max_members", value=2)  # so that there is a trail
    room.act(kind="reset")
    page = open_both()
    endings = {"plan": "csv", "trail": "csv", "instance": "zip", "workbook": "xlsx", "page": "html"}
    for what, ending in endings.items():
        with page.expect_download(timeout=60_000) as started:
            page.click(f"[data-key=export-{what}]")
        path = started.value.path()
        assert started.value.suggested_filename.endswith(f".{ending}")
        assert path.stat().st_size > 50
    expect(page.locator("#saving-body li")).to_have_count(5)
