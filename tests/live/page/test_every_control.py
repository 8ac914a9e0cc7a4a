"""One control of each kind in each group does what it says, or is refused in words."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from live.page.conftest import Open
from live.page.reading import control, enter
from live.page.serving import Serving

INSTANCE = "three-villages"


def test_every_control_is_taken_or_refused_in_words(
    open_both: Open, room: Serving, wrong: list[str]
) -> None:
    page, case = open_both(), room.ask("api/case")
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
        elif one["kind"] == "range":
            for field, more in zip(here.locator("input").all(), (-0.1, 0.1), strict=True):
                enter(field, f"{one['number'] + more:.6g}")
        elif one["kind"] == "several":
            here.locator("summary").click()
            here.locator("input").first.click()
        else:
            value = {"share": "0.4"}.get(
                one["kind"], "1000000" if one["group"] == "limits" else "4"
            )
            enter(here.locator("input[type=number]"), value)
        told = page.locator(".banner.problem")
        expect(
            told.or_(page.locator(f'.control.changed[data-place="{one["place"]}"]'))
        ).to_be_visible()
        if told.count():
            assert room.state()["revision"] == before
            told.get_by_role("button").click()
        else:
            expect(here).to_have_class(re.compile("changed"))
            room.act(kind="reset")
            expect(here).not_to_have_class(re.compile("changed"))
    assert {kind for _, kind in seen} >= {
        "flag",
        "number",
        "integer",
        "several",
        "choice",
        "share",
        "range",
    }
    wrong[:] = [w for w in wrong if "422" not in w]  # Chromium says of itself that it was refused
