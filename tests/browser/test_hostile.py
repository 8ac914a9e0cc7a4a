"""Names that would be markup, script or formulas: they are text, everywhere."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from browser import scenes
from browser.conftest import Show
from browser.reading import at, plain, texts
from koopopt.report.values.decision import Decision
from koopopt.text import LANGUAGES


@pytest.fixture(scope="module")
def decision() -> Decision:
    return Decision.of(scenes.hostile_front(), scenes.DAY)


def _cells(page: Page, what: str) -> list[str]:
    """Return texts exactly, isolating marks apart."""
    found = page.eval_on_selector_all(what, "(all) => all.map((e) => e.textContent)")
    return [plain(text) for text in found]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_names_are_shown_exactly_and_make_no_elements(
    lang: str, show: Show, decision: Decision
) -> None:
    page = show(decision, lang=lang)
    names, instance = scenes.HOSTILE, decision.problem.instance
    assert page.title() == _cells(page, "h1")[0] == instance.title[lang]
    for table in ("matrix-table", "towns-table", "heat-pooled"):
        assert _cells(page, f"#{table} tbody .name") == names
    titles = [s.title[lang] for s in instance.services]
    assert _cells(page, "#service option") == titles
    assert _cells(page, "#matrix-table thead th")[1:] == titles
    seats = page.eval_on_selector_all(
        "#matrix-table tbody td", "(all) => all.map((e) => [e.dataset.seat, e.textContent])"
    )
    assert [text.removeprefix("■ ") for _, text in seats] == [seat or text for seat, text in seats]
    assert {seat for seat, _ in seats if seat} == {p.seat for p in decision.plan.plan.pooled}
    assert set(_cells(page, "#data-sources tbody td")) == {*names}
    assert set(_cells(page, "#figures h3, #figures h4, #figures summary")) >= {
        *titles, *(f.title[lang] for f in instance.legal_forms),
    }  # fmt: skip
    assert page.evaluate("document.scripts.length") == 3
    strange = page.locator(
        "img, iframe, object, embed, form:not(.vega-bindings), base, link, body b b, [onerror]"
    )
    assert strange.count() == 0
    assert page.evaluate(
        "[...document.querySelectorAll('*')].every((e) => ![...e.attributes]"
        ".some(({ name }) => name.startsWith('on')))"
    )


def test_sentences_hold_names_as_they_are(show: Show, decision: Decision) -> None:
    page = show(decision)
    said = "\n".join(texts(page, "#answers li"))
    named = [name for name in scenes.HOSTILE if name in said]
    assert len(named) > len(scenes.HOSTILE) / 2
    assert "49" not in [text.strip() for text in texts(page, "bdi, li, th, td")]


def test_tooltips_show_names_as_text(show: Show, decision: Decision) -> None:
    page = show(decision)
    for k, name in enumerate(scenes.HOSTILE):
        page.mouse.move(0, 0)
        page.mouse.move(*at(page, "#map-chart .areas_marks path", k))
        assert page.text_content("#tip b") == name
        others = page.text_content("#tip div:nth-of-type(2)") or ""
        assert any(other in plain(others) for other in scenes.HOSTILE)
    assert page.locator("#tip *:not(b, div)").count() == 0


def test_axes_of_charts_show_names_as_text(show: Show, decision: Decision) -> None:
    page = show(decision)
    labels = _cells(page, "#heat-chart .role-axis-label text")
    assert len(labels) == 2 * len(scenes.HOSTILE)
    for label in labels:
        known = [name for name in scenes.HOSTILE if _seen(name).startswith(_seen(label.strip("…")))]
        ends = [name for name in scenes.HOSTILE if _seen(name).endswith(_seen(label.strip("…")))]
        assert known or ends, label
    titles = page.eval_on_selector_all("#heat-chart title, #map-chart title", "(all) => all.length")
    assert titles == 0


def _seen(text: str) -> str:
    return " ".join(text.split())
