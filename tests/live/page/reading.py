"""What the page shows, and where, as who looks at it finds it."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Locator, Page

ISOLATES = str.maketrans("", "", "\u2068\u2069")
"""They keep names written from right to left from turning a sentence around; nobody sees them."""


UNFOLD = """(one) => {
    for (let at = one; at; at = at.parentElement) if (at.open === false) at.open = true;
}"""


def plain(text: str) -> str:
    """Return a text without what nobody sees."""
    return text.translate(ISOLATES)


def town(page: Page, name: str) -> Locator:
    """Return a municipality on the large map."""
    return page.locator(f'.live .town[aria-label^="{name}:"]')


def control(page: Page, place: str) -> Locator:
    """Return a control, with all unfolded that it lies in."""
    found = page.locator(f'.control[data-place="{place}"]')
    found.evaluate(UNFOLD)
    return found


def enter(field: Locator, text: str) -> None:
    """Type a value into a field and have it taken, as a person does."""
    field.focus()
    field.press("Control+a")
    field.press("Delete")
    field.type(text)
    field.press("Enter")


def middle(page: Page, name: str) -> tuple[float, float]:
    """Return where a municipality lies on the screen: a point of it that answers to the pointer."""
    found = town(page, name).evaluate(
        """(group) => {
            const box = group.firstChild.getBoundingClientRect();
            for (let k = 0; k < 400; k += 1) {  // the middle first, then around it
                const [far, turn] = [k / 800, k * 2.4];
                const x = box.x + box.width * (0.5 + far * Math.cos(turn));
                const y = box.y + box.height * (0.5 + far * Math.sin(turn));
                const hit = document.elementFromPoint(x, y)?.closest("[data-town]");
                if (hit === group) return [x, y];
            }
            return null;
        }"""
    )
    assert found is not None, f"{name} is not in sight"
    return found[0], found[1]


def who(page: Page, name: str) -> str:
    """Return with whom a municipality is, as the map says it."""
    label = town(page, name).get_attribute("aria-label")
    assert label is not None
    return label.partition(": ")[2]


def with_others(state: dict[str, Any], case: dict[str, Any], service: int, name: str) -> set[str]:
    """Return with whom a municipality is, as the server says it."""
    names = [one["name"] for one in case["towns"]]
    for p in state["plan"]["partnerships"]:
        if p["service"] == service and names.index(name) in p["members"]:
            return {names[i] for i in p["members"]} - {name}
    return set()
