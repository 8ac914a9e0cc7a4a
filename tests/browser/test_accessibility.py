"""axe-core finds nothing wrong but trifles, on wide screens and phones, in both languages."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from browser.conftest import Show
from koopopt.report.values.decision import Decision
from koopopt.text import LANGUAGES


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("width", [1280, 390])
def test_no_violation(width: int, lang: str, show: Show, county: Decision) -> None:
    page = show(county, lang=lang, width=width)
    for opened in (False, True):
        if opened:
            page.click("#matrix-table tbody tr:nth-child(3) button")
            page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
        found = Axe().run(page).response["violations"]
        wrong = [
            (rule["id"], [(node["target"], node["html"][:120]) for node in rule["nodes"][:5]])
            for rule in found
            if rule["impact"] in ("moderate", "serious", "critical")
        ]
        assert wrong == []


def test_charts_say_in_words_what_they_show(show: Show, county: Decision) -> None:
    page = show(county)
    for chart in page.locator(".chart").all():
        assert chart.get_attribute("role") == "img"
        assert chart.get_attribute("aria-label")
    label = page.get_attribute("#tradeoffs-chart", "aria-label") or ""
    assert f"{len(county.plans)} plans" in label
    before = page.get_attribute("#map-chart", "aria-label")
    page.click("#next")
    assert "Plan 4" in (page.get_attribute("#tradeoffs-chart", "aria-label") or "")
    assert page.get_attribute("#map-chart", "aria-label") != before
