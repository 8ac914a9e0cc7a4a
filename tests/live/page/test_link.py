"""A lost connection, a killed server, another session: it is said, and nothing saved is lost."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from live.page.conftest import READY, SOLVED, Open, opener
from live.page.reading import enter
from live.page.serving import Serving, Wire


@pytest.fixture
def tolerant(browser: Browser, room: Serving, wrong: list[str]) -> Iterator[Open]:
    """Open the page; browsers themselves say of a request that nobody answered it."""
    room.fresh()

    def forgive() -> None:
        own = ("Failed to load", "NetworkError", "can’t establish a connection", "was interrupted")
        wrong[:] = [w for w in wrong if not any(words in w for words in own)]

    opening = opener(browser, room, wrong)
    yield next(opening)
    forgive()
    with pytest.raises(StopIteration):
        next(opening)


def test_a_killed_server_is_found_again(tolerant: Open, room: Serving) -> None:
    page = tolerant()
    room.act(kind="set", place="rules.max_members", value=5)
    field = page.locator('[data-place="rules.max_members"] input[type=number]')
    expect(field).to_have_value("5")
    page.wait_for_selector(SOLVED)
    room.kill()
    banner = page.locator("#banners")
    expect(banner).to_contain_text("Connection lost, trying again")
    enter(page.locator('[data-place="weights.travel"] input[type=number]'), "20")
    expect(banner).to_contain_text("Not saved: the program does not answer")
    room.start()
    expect(banner).not_to_contain_text("Connection lost", timeout=30_000)
    expect(field).to_have_value("5")
    travel = page.locator('[data-place="weights.travel"] input[type=number]')
    expect(travel).to_have_value("10")
    enter(field, "4")
    expect(page.locator("#saved")).to_have_text("Everything is saved")
    assert room.state()["question"]["settings"] == {"rules.max_members": 4}


def test_a_lost_connection_comes_back_by_itself(browser: Browser, room: Serving) -> None:
    room.fresh()
    wire = Wire(room.port)
    page = browser.new_page()
    try:
        page.goto(wire.address)
        page.wait_for_selector(READY)
        wire.cut()
        expect(page.locator("#banners")).to_contain_text("Connection lost, trying again")
        room.act(kind="set", place="rules.max_members", value=5)  # somebody else, meanwhile
        wire.mend()
        field = page.locator('[data-place="rules.max_members"] input[type=number]')
        expect(field).to_have_value("5")
        expect(page.locator("#banners p")).to_have_count(0)
        enter(field, "6")
        expect(page.locator("#saved")).to_have_text("Everything is saved")
        assert room.state()["question"]["settings"] == {"rules.max_members": 6}
    finally:
        page.close()
        wire.cut()


def test_two_tabs_show_the_same(tolerant: Open, room: Serving) -> None:
    one, other = tolerant(), tolerant(lang="de")
    enter(one.locator('[data-place="rules.max_members"] input[type=number]'), "6")
    expect(other.locator('[data-place="rules.max_members"] input[type=number]')).to_have_value("6")
    other.click("#undo")
    expect(one.locator('[data-place="rules.max_members"] input[type=number]')).to_have_value("8")


def test_a_full_disk_is_told_and_what_waits_is_saved_once_there_is_space(
    open_both: Open, room: Serving
) -> None:
    page, trail = open_both(), room.folder / "trail.jsonl"
    before = trail.read_bytes()
    room.full.touch()
    try:
        field = page.locator('[data-place="rules.max_members"] input[type=number]')
        enter(field, "5")
        told = page.locator("#unsaved")
        expect(told).to_contain_text("No space left on device. Your last changes are not on disk")
        expect(page.locator("#saved")).to_have_text("Not saved")
        page.wait_for_selector(SOLVED)
        enter(field, "4")
        expect(page.locator(".step .what").first).to_contain_text("4")
        page.click("#undo")
        expect(field).to_have_value("5")
        expect(told).to_be_visible()
        assert trail.read_bytes()[: len(before)] == before
    finally:
        room.full.unlink()
    expect(told).to_have_count(0)
    expect(page.locator("#saved")).to_have_text("Everything is saved")
    lines = trail.read_text("utf-8")[len(before.decode()) :].splitlines()
    assert [next(iter(json.loads(line))) for line in lines] == ["step", "step", "undo"]


def test_a_server_that_does_not_know_the_page(chromium: Browser, tmp_path: Path) -> None:
    """Started anew it has another token: the page says what to do."""
    room = Serving("three-villages", tmp_path / "room", token="once")
    try:
        page = chromium.new_context().new_page()
        page.goto(f"{room.address}?token=once")
        page.wait_for_selector(READY)
        room.kill()
        expect(page.locator("#banners")).to_contain_text("lost")
        room.start()
        expect(page.locator("#banners")).to_contain_text("started anew", timeout=30_000)
        page.goto(f"{room.address}?token=once")
        page.wait_for_selector(READY)
        expect(page.locator("#banners p")).to_have_count(0)
    finally:
        room.stop()
