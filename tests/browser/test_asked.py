"""Answers to questions: folded, drawn when opened, in both languages, and names are only text."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from axe_playwright_python.sync_playwright import Axe

import koopopt
from browser import scenes
from browser.conftest import Show
from browser.reading import plain, settled
from browser.test_phone import OVER
from koopopt.case.scenario import Scenario
from koopopt.report.values.asked import TOPICS, Bar, Limits, Section
from koopopt.report.values.blocks import BULLET, Figure, Grid, Heading, Sentence
from koopopt.report.values.decision import Decision
from koopopt.text import Text


@pytest.fixture(scope="module")
def asked() -> Decision:
    read = koopopt.read("three-villages")
    titles = ({"en": "Fewer people", "de": "Weniger Einwohner"}, {})
    futures = tuple(Scenario(id=f"f{k}", title=t, population=0.8) for k, t in enumerate(titles))
    case = replace(read, scenarios=futures, office_cost_range=(100.0, 9000.0))
    decision = Decision.of(koopopt.solve(case), scenes.DAY)
    return decision.asking(tuple(TOPICS), Limits(time.perf_counter(), samples=3, workers=1))


def _open(page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    page.wait_for_function(
        "[...document.querySelectorAll('.asked .chart')].every((c) => c.querySelector('svg'))"
    )
    settled(page)


@pytest.mark.parametrize(("width", "lang"), [(1280, "en"), (390, "de")])
def test_answers_fit_and_can_be_reached_by_all(
    width: int, lang: str, show: Show, asked: Decision
) -> None:
    page = show(asked, lang=lang, width=width)
    assert page.locator("details.asked[open]").count() == 0
    assert page.locator("details.asked").count() == len(TOPICS)
    _open(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(OVER) == []
    found = Axe().run(page).response["violations"]
    assert [r["id"] for r in found if r["impact"] in ("moderate", "serious", "critical")] == []


def test_pictures_and_tables_say_the_answer_in_both_languages(show: Show, asked: Decision) -> None:
    page = show(asked)
    _open(page)
    sections = {section.topic: section for section in asked.asked}
    bars = page.locator("#asked-whatif-chart .bars_marks path")
    assert bars.count() == len(sections["whatif"].bars) == 3
    label = plain(page.get_attribute("#asked-whatif-chart", "aria-label") or "")
    assert label.startswith("What if one of them says no?")
    rows = page.locator("#asked-whatif table tbody tr")
    assert rows.count() == 3
    assert "Fewer people" in page.inner_text("#asked-scenarios")
    assert "18,500 more" in plain(page.inner_text("#asked-whatif"))
    page.click("[data-lang=de]")
    settled(page)
    assert "Weniger Einwohner" in page.inner_text("#asked-scenarios")
    assert "18.500 mehr" in plain(page.inner_text("#asked-whatif"))
    assert page.inner_text("#asked-ranges summary") == TOPICS["ranges"].render("de")


def test_names_in_answers_are_only_text(show: Show, asked: Decision) -> None:
    names = list(scenes.HOSTILE)
    bars = tuple(Bar(name, 0.0, k + 1.0, k + 0.5, k + 1.0) for k, name in enumerate(names[:15]))
    told = Text("{name}: {other}", {"name": names[0], "other": {"en": names[1]}})
    blocks = (
        Heading({"en": names[0]}, 2), Sentence(told, BULLET, tuple(names)),
        Grid((told,) * 2, tuple((name, Figure(None)) for name in names)),
        *(Sentence(name) for name in names),
    )  # fmt: skip
    evil = Section("prices", blocks, bars, told)
    page = show(replace(asked, asked=(evil,)), width=390)
    _open(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.locator("#asked-prices tbody tr").count() == len(names)
    assert page.locator("#asked-prices :is(script, img, iframe, b, a)").count() == 0
