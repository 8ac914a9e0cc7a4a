"""The address holds what was chosen: a link leads there, a nonsense one does no harm."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from browser.conftest import Show
from browser.reading import settled
from koopopt.report.values.decision import Decision

NONSENSE = [
    "plan=99&service=-1&town=abc&with=__proto__&x=1e9&y=1.5&c=NaN&lang=xx",
    "lang=__proto__",
    "lang=toString",
    "with=toString&plan=0",
    "%E0%A4%A&&&===;;plan",
    "plan=3&plan=4",
    "<img src=x onerror=alert(1)>=1",
    "key=__proto__&sort=x",
]


def _state(page: Page) -> dict[str, str | None]:
    chosen = {name: page.input_value(f"#{name}") for name in
              ("slider", "service", "with", "x", "y", "c")}  # fmt: skip
    town = page.locator("#details h3 bdi")
    return {
        **chosen,
        "lang": page.get_attribute("html", "lang"),
        "town": town.inner_text() if town.count() else None,
    }


def test_link_to_a_plan(show: Show, county: Decision) -> None:
    page = show(county, lang="en", at="plan=3&lang=de&with=alone&service=2&town=5&x=2&y=1&c=0")
    name = county.problem.instance.municipalities[4].name
    assert _state(page) == {
        "slider": "2", "service": "1", "with": "alone", "x": "1", "y": "0", "c": "-1",
        "lang": "de", "town": name,
    }  # fmt: skip
    assert page.inner_text("#current b") == f"Plan 3 von {len(county.plans)}"


def test_without_a_link_it_begins_with_the_plan_chosen(show: Show, county: Decision) -> None:
    page = show(county)
    assert page.input_value("#slider") == str(county.chosen)
    assert page.input_value("#with") == "today"
    assert (page.input_value("#x"), page.input_value("#y")) == ("0", "1")


@pytest.mark.parametrize("at", NONSENSE)
def test_nonsense_is_survived(at: str, show: Show, county: Decision) -> None:
    page = show(county, at=at)
    expected = county.chosen if "plan=3" not in at else 2
    assert page.input_value("#slider") == str(expected)
    assert page.get_attribute("html", "lang") == "en"
    page.press("#slider", "ArrowRight")
    assert f"Plan {expected + 2} of" in page.inner_text("#current")


def test_reload_and_links_to_sections_keep_what_was_chosen(show: Show, county: Decision) -> None:
    page = show(county)
    page.select_option("#service", "2")
    page.select_option("#with", "6")
    page.select_option("#c", "4")
    page.press("#slider", "End")
    page.click("[data-lang=de]")
    chosen = _state(page)
    page.evaluate("location.hash = 'towns'")
    expect(page.locator("#towns h2")).to_be_in_viewport()
    assert _state(page) == chosen
    page.reload()
    assert _state(settled(page)) == chosen


def test_another_address_in_the_open_page(show: Show, county: Decision) -> None:
    page = show(county, at="plan=2")
    page.evaluate("location.hash = '#plan=9&lang=de&with=1'")
    expect(page.locator("#current b")).to_have_text(f"Plan 9 von {len(county.plans)}")
    assert page.input_value("#with") == "0"
