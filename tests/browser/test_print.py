"""On paper: the first page is the council's, nothing is cut off, no buttons."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Page

import tiny
from browser.conftest import Show
from koopopt.evaluation import all_alone
from koopopt.problem import Problem
from koopopt.report.values.decision import Decision

MM = 96 / 25.4
PAPER = round((210 - 26) * MM)
"""The width of what is printed on A4, in pixels."""
WIDE = round((297 - 26) * MM)
"""The same, turned."""
OVER = """() => [...document.querySelectorAll("table, .chart svg, h2, p, ul, .tile")]
    .filter((e) => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
    .map((e) => e.id || e.outerHTML.slice(0, 80))"""
CONTROLS = ".bar, .tools, .skip, .tip, .bar select, #print"
FRAMED = """() => [...document.querySelectorAll("main select")]
    .filter((e) => e.checkVisibility()).map((e) => [e.id, getComputedStyle(e)])
    .filter(([, style]) => style.appearance !== "none" || style.borderTopStyle !== "none")
    .map(([id]) => id)"""
"""Choices that look as if they could be clicked."""


def _on_paper(page: Page) -> None:
    page.emulate_media(media="print")
    page.set_viewport_size({"width": PAPER, "height": 1000})
    page.wait_for_timeout(300)  # charts take the new width


def test_controls_stay_on_the_screen_and_nothing_is_cut_off(show: Show, county: Decision) -> None:
    page = show(county, at="town=4&with=7")
    _on_paper(page)
    for control in page.locator(CONTROLS).all():
        assert not control.is_visible()
    # What is chosen is said, as plain words.
    assert page.locator("#key").is_visible()
    assert page.locator("#with").is_visible()
    assert page.evaluate(FRAMED) == []
    assert page.evaluate(OVER) == ["towns-table"]
    page.set_viewport_size({"width": WIDE, "height": 1000})  # which has pages of its own
    assert page.evaluate(OVER) == []


UNBROKEN = """(selector) => [...document.querySelectorAll(selector)]
    .filter((e) => getComputedStyle(e).breakInside !== "avoid").map((e) => e.id || e.className)"""


def test_no_heading_stands_alone(show: Show, county: Decision) -> None:
    page = show(county)
    _on_paper(page)
    assert not page.locator("#town").is_visible(), "no municipality is chosen"
    whole = "#tradeoffs, #partnerships, #payments article, #figures details, .small-maps figure"
    assert page.locator(whole).count() > 10
    assert page.evaluate(UNBROKEN, whole) == []
    assert page.evaluate(UNBROKEN, "#answers h3") == []


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="the text of a PDF cannot be read here")
def test_headings_of_a_long_table_stand_on_every_page(show: Show, tmp_path: Path) -> None:
    many = tiny.instance([f"Ort {k}" for k in range(80)])
    page = show(Decision.of(tiny.result(Problem.of(many), all_alone(Problem.of(many)))))
    page.pdf(path=tmp_path / "long.pdf", prefer_css_page_size=True)
    command = ["pdftotext", "-layout", str(tmp_path / "long.pdf"), "-"]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    sheets = [sheet for sheet in text.split("\f") if "All together" in sheet and "Ort 7" in sheet]
    assert sheets
    assert all("Municipality" in sheet and "longest" in sheet for sheet in sheets)


def test_a_few_services_need_no_turned_page(show: Show, county: Decision) -> None:
    page = show(county)
    assert "turned" not in (page.get_attribute("#matrix", "class") or "")


def test_first_page_has_title_proof_and_figures(show: Show, county: Decision) -> None:
    page = show(county)
    _on_paper(page)
    height = (297 - 28) * MM
    for what in ("h1", "#lead", "#map-chart svg", "#drives"):
        box = page.locator(what).bounding_box()
        assert box is not None
        assert box["y"] + box["height"] < height, what


@pytest.mark.parametrize("lang", ["de", "en"])
def test_pdf(lang: str, show: Show, county: Decision, tmp_path: Path) -> None:
    page = show(county, lang=lang)
    path = tmp_path / "report.pdf"
    page.pdf(path=path, prefer_css_page_size=True)
    raw = path.read_bytes()
    pages = len(re.findall(rb"/Type\s*/Page\b(?!s)", raw))
    assert 6 <= pages <= 16
    sizes = re.findall(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", raw)
    upright = [float(width) < float(height) for width, height in sizes]
    assert upright[0]
    assert upright.count(False) >= 1, "wide tables lie on their sides"
    assert {round(min(map(float, size))) for size in sizes} == {595}, "A4"
    if not (tool := shutil.which("pdftotext")):
        return  # the text cannot be read here; its places are looked at above
    command = [tool, "-f", "1", "-l", "1", "-layout", str(path), "-"]
    first = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert county.problem.instance.title[lang] in first
    for sentence in page.locator("#lead p").all_text_contents():
        assert sentence.split()[0] in first
    assert "Print" not in first
    assert "Drucken" not in first


def test_printing_leaves_the_page_as_it_was(show: Show, county: Decision) -> None:
    page = show(county)
    before = page.inner_text("main")
    page.pdf()
    page.wait_for_timeout(300)
    assert page.inner_text("main") == before
    assert page.locator("#map-chart svg").count() == 1
