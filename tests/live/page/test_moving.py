"""Moves by mouse, touch and keyboard; what a move means is seen before the drop."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from live.page.conftest import SOLVED, Open
from live.page.reading import middle, plain, town, who, with_others
from live.page.serving import Serving

FINGER = """([kind, x, y, more]) => {
    if (kind === "pointerdown") window.touched = document.elementFromPoint(x, y);
    return window.touched.dispatchEvent(new PointerEvent(kind, {
        bubbles: true, cancelable: true, composed: true, pointerType: "touch", isPrimary: true,
        pointerId: 7, button: kind === "pointermove" ? -1 : 0, clientX: x, clientY: y, ...more,
    }));
}"""
"""A pointer event of a finger; all go to where it came down, as a touch is captured there."""

LONG_PRESS = """(group) => group.dispatchEvent(
    new Event("contextmenu", { bubbles: true, cancelable: true }),
)"""


@pytest.fixture
def pair(room: Serving) -> tuple[str, str]:
    """A municipality that moves, and one of the partnership that it moves to."""
    state, case = room.fresh(), room.ask("api/case")
    first, second = [p for p in state["plan"]["partnerships"] if p["service"] == 0][:2]
    mover = next(i for i in first["members"] if i != first["seat"])
    return case["towns"][mover]["name"], case["towns"][second["seat"]]["name"]


def drag(page: Page, one: str, other: str) -> None:
    """Drag by mouse, and hold it over the other."""
    page.mouse.move(*middle(page, one))
    page.mouse.down()
    x, y = middle(page, other)
    page.mouse.move(x + 3, y, steps=4)
    page.mouse.move(x, y)


def test_a_mouse_drags(open_both: Open, room: Serving, pair: tuple[str, str]) -> None:
    mover, target = pair
    page, case = open_both(), room.ask("api/case")
    before = room.state()
    drag(page, mover, target)
    gist = page.locator("#gist")
    expect(gist.locator(".figure b")).to_have_text(re.compile("EUR .*a year|Costs the same"))
    assert plain(page.inner_text("#gist h2")).startswith(f"{mover} → with ")
    expect(gist).to_contain_text("minutes on average become")
    expect(gist).to_contain_text(re.compile("Keeps all rules|Rules that this plan breaks"))
    assert room.state()["revision"] == before["revision"], "looking changes nothing"
    page.mouse.up()
    expect(page.locator("#undo")).to_be_enabled()
    after = room.settled(after=before["revision"])
    assert target in with_others(after, case, 0, mover), "it is where it was dropped"
    page.wait_for_selector(SOLVED)
    expect(town(page, mover)).to_have_attribute("aria-label", re.compile(re.escape(target)))


def test_dropped_nowhere_it_stays(open_: Open, room: Serving, pair: tuple[str, str]) -> None:
    page, before = open_(), room.state()["revision"]
    drag(page, *pair)
    page.mouse.move(middle(page, pair[0])[0], 5)  # off the map
    expect(page.locator("#gist h2")).to_have_text(pair[0])
    page.mouse.up()
    drag(page, *pair)
    page.keyboard.press("Escape")
    expect(page.locator("#gist h2")).to_have_text("The plan in three sentences")
    page.mouse.up()
    assert room.state()["revision"] == before


def test_dropped_on_alone_it_is_alone(open_: Open, room: Serving, pair: tuple[str, str]) -> None:
    page = open_()
    drag(page, *pair)
    box = page.locator("#alone-zone").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.locator("#gist h2")).to_have_text(f"{pair[0]} → alone")
    page.mouse.up()
    expect(town(page, pair[0])).to_have_attribute("aria-label", f"{pair[0]}: alone")
    state = room.settled()
    assert [w["kind"] for w in state["question"]["wishes"]] == ["alone"]


def test_a_finger_drags_after_a_rest_and_scrolls_without(
    open_: Open, room: Serving, pair: tuple[str, str]
) -> None:
    page = open_(width=390, height=844, has_touch=True, is_mobile=True)
    town(page, pair[0]).scroll_into_view_if_needed()
    touch = page.context.new_cdp_session(page)
    before = room.state()["revision"]

    def send(kind: str, *points: tuple[float, float]) -> None:
        touches = [{"x": x, "y": y} for x, y in points]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})

    x, y = middle(page, pair[0])
    send("touchStart", (x, y))
    send("touchMove", (x, y - 60))  # at once: it scrolls
    send("touchEnd")
    assert page.locator(".live.carrying").count() == 0
    page.wait_for_timeout(400)
    assert room.state()["revision"] == before
    page.locator("#map").scroll_into_view_if_needed()
    start, end = middle(page, pair[0]), middle(page, pair[1])
    send("touchStart", start)
    page.wait_for_selector(".live.carrying")
    send("touchMove", end)
    expect(page.locator("#gist .figure b")).to_be_visible()
    box = page.locator("#gist").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 844, "what it means is in sight on a phone, too"
    send("touchEnd")
    expect(town(page, pair[0])).to_have_attribute("aria-label", re.compile(re.escape(pair[1])))


def told(page: Page, kind: str, at: tuple[float, float], **more: object) -> None:
    """Tell the page of a finger, as a browser tells it."""
    page.evaluate(FINGER, [f"pointer{kind}", *at, more])


def test_pointers_of_a_finger_mean_the_same_in_each_browser(
    open_both: Open, room: Serving, pair: tuple[str, str]
) -> None:
    """Nothing drives Firefox by touch, so events of a finger are made on the page.

    That shows what the page does with them, not that the browser sends them, nor that it lets the
    page scroll or not; those are seen in Chromium only, which is driven by real touches above.
    """
    page, before = open_both(), room.state()["revision"]
    start, end = middle(page, pair[0]), middle(page, pair[1])
    told(page, "down", start)
    told(page, "move", (start[0], start[1] - 40))  # at once: it scrolls
    told(page, "up", start)
    expect(page.locator("#town")).to_be_hidden()
    told(page, "down", start)
    page.wait_for_selector(".live.carrying")
    told(page, "move", end)
    expect(page.locator("#gist h2")).to_contain_text("with ")
    told(page, "cancel", end)  # another app comes to the front
    expect(page.locator("#spoken")).to_have_text("Put back.")
    assert room.state()["revision"] == before
    told(page, "down", start)
    page.wait_for_selector(".live.carrying")
    told(page, "move", end)
    expect(page.locator("#gist .figure b")).to_be_visible()
    told(page, "up", end)
    expect(town(page, pair[0])).to_have_attribute("aria-label", re.compile(re.escape(pair[1])))


def test_events_of_a_finger_on_a_phone(
    open_both: Open, room: Serving, pair: tuple[str, str]
) -> None:
    """A tap opens the card, a second finger does nothing, a drop on "alone" is one.

    Made on the page, as in the test before this one, and with its limits.
    """
    page, before = open_both(width=390, height=844), room.state()["revision"]
    town(page, pair[0]).scroll_into_view_if_needed()
    at = middle(page, pair[0])
    told(page, "down", at)
    told(page, "move", (at[0] + 2, at[1] + 2))  # fingers tremble
    told(page, "up", at)
    expect(page.locator("#town h2")).to_have_text(pair[0])
    expect(page.locator("#town h2")).to_be_in_viewport()
    page.click("[data-key=town-close]")
    expect(page.locator("#town")).to_be_hidden()
    town(page, pair[0]).scroll_into_view_if_needed()
    at = middle(page, pair[0])
    told(page, "down", at, isPrimary=False, pointerId=8)
    page.wait_for_timeout(400)  # longer than a finger has to rest
    assert page.locator(".live.carrying").count() == 0
    told(page, "down", at)
    page.wait_for_selector(".live.carrying")
    told(page, "move", at, isPrimary=False, pointerId=8)
    told(page, "up", at, isPrimary=False, pointerId=8)
    assert page.locator(".live.carrying").count() == 1, "the first finger still holds it"
    assert town(page, pair[0]).evaluate(LONG_PRESS) is False, "a long press opens no menu"
    box = page.locator("#alone-zone").bounding_box()
    assert box is not None
    zone = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    told(page, "move", zone)
    expect(page.locator("#gist h2")).to_have_text(f"{pair[0]} → alone")
    assert room.state()["revision"] == before
    told(page, "up", zone)
    expect(town(page, pair[0])).to_have_attribute("aria-label", f"{pair[0]}: alone")
    state = room.settled(after=before)
    assert [wish["kind"] for wish in state["question"]["wishes"]] == ["alone"]


def test_a_finger_taps(open_: Open, pair: tuple[str, str]) -> None:
    page = open_(width=390, height=844, has_touch=True, is_mobile=True)
    town(page, pair[0]).scroll_into_view_if_needed()
    page.touchscreen.tap(*middle(page, pair[0]))
    expect(page.locator("#town h2")).to_have_text(pair[0])
    expect(page.locator("#town h2")).to_be_in_viewport()


def test_keys_move(open_both: Open, room: Serving, pair: tuple[str, str]) -> None:
    page = open_both()
    page.locator(".live .town[tabindex='0']").focus()
    held = "document.activeElement.dataset.town"
    been = {page.evaluate(held)}
    for key in ("ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp", "ArrowDown", "ArrowRight"):
        page.keyboard.press(key)
        been.add(page.evaluate(held))
    assert len(been) > 2, "arrow keys walk over the map"
    town(page, pair[0]).focus()
    page.keyboard.press("Enter")
    expect(page.locator("#spoken")).to_contain_text("picked up")
    for _ in range(12):
        page.keyboard.press("ArrowRight")
        page.wait_for_selector("#gist .figure b")
        if pair[1] in plain(page.inner_text("#gist h2")):
            break
    expect(page.locator("#spoken")).to_contain_text(re.compile("Keeps all rules|Breaks"))
    page.keyboard.press("Enter")
    expect(page.locator("#spoken")).to_contain_text("moved")
    expect(town(page, pair[0])).to_have_attribute("aria-label", re.compile(re.escape(pair[1])))
    assert page.evaluate(held) is not None, "the focus stays on the map"


def test_escape_puts_back(open_: Open, room: Serving, pair: tuple[str, str]) -> None:
    page, before = open_(), room.state()["revision"]
    town(page, pair[0]).focus()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#gist h2")).to_have_text(f"{pair[0]} → alone")
    page.keyboard.press("Escape")
    expect(page.locator("#spoken")).to_have_text("Put back.")
    assert room.state()["revision"] == before


def test_the_card_moves_without_dragging(open_: Open, room: Serving, pair: tuple[str, str]) -> None:
    page = open_()
    town(page, pair[0]).focus()
    page.keyboard.press("Space")
    card = page.locator("#town")
    expect(card.locator("h2")).to_have_text(pair[0])
    for words in ("inhabitants", "alone it would", "Pays, EUR a year", "against today"):
        expect(card).to_contain_text(words)
    page.select_option("[data-key=town-move]", label="alone")
    expect(town(page, pair[0])).to_have_attribute("aria-label", f"{pair[0]}: alone")
    page.click("[data-key=town-close]")
    expect(card).to_be_hidden()
    assert page.evaluate("document.activeElement.dataset.town") is not None
    assert who(page, pair[0]) == "alone"
