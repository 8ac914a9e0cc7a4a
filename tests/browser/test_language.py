"""German and English: every text, number and date, and what Python says is what the page says."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page

from browser.conftest import Show
from browser.reading import plain, settled, texts
from koopopt.report.page import data
from koopopt.report.values.decision import Decision
from koopopt.report.words.labels import WORDS
from koopopt.text import LANGUAGES, number

OTHER = {"en": "de", "de": "en"}
TEXTS = """() => {
    const found = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const place = walker.currentNode.parentElement;
        const text = walker.currentNode.data.trim();
        if (!text || place.closest("script, style, noscript")) continue;
        if (place.checkVisibility() || place.closest("option")) found.push(text);
    }
    for (const place of document.querySelectorAll("[aria-label], [title], [aria-valuetext]"))
        for (const name of ["aria-label", "title", "aria-valuetext"])
            if (place.hasAttribute(name)) found.push(place.getAttribute(name));
    return found;
}"""


def _visible(page: Page) -> list[str]:
    return [plain(text) for text in settled(page).evaluate(TEXTS)]


def _switch(page: Page, lang: str) -> None:
    page.click(f"[data-lang={lang}]")


def test_the_words_of_the_page_follow_the_language(show: Show, county: Decision) -> None:
    page = show(county, lang="en", at="town=3")
    for lang in ("de", "en", "de"):
        _switch(page, lang)
        said = page.eval_on_selector_all(
            "[data-say]", "(all) => all.map((e) => [e.dataset.say, e.textContent])"
        )
        assert said == [[key, WORDS[key].render(lang)] for key, _ in said]
        labels = page.eval_on_selector_all(
            "[data-label]", "(all) => all.map((e) => [e.dataset.label, e.ariaLabel])"
        )
        assert labels == [[key, WORDS[key].render(lang)] for key, _ in labels]
        title = county.problem.instance.title[lang]
        assert page.get_attribute("html", "lang") == lang
        assert page.title() == page.inner_text("h1") == title
        assert page.get_attribute(f"[data-lang={lang}]", "aria-pressed") == "true"
        assert page.get_attribute(f"[data-lang={OTHER[lang]}]", "aria-pressed") == "false"
        made = "1. März 2026" if lang == "de" else "1 March 2026"
        assert made in page.inner_text("#made")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_word_of_the_other_language_is_left(lang: str, show: Show, county: Decision) -> None:
    """Switching leaves nothing behind, and both languages are whole."""
    page = show(county, lang=OTHER[lang], at="town=3&service=2&with=4")
    _switch(page, lang)
    here = _visible(page)
    known = {text.render(lang) for text in WORDS.values() if "{" not in text.template}
    foreign = {text.render(OTHER[lang]) for text in WORDS.values() if "{" not in text.template}
    titles = {
        t
        for s in county.problem.facts.services
        for t in (s.title.get(OTHER[lang]), s.description.get(OTHER[lang]))
        if t != s.title.get(lang)
    }
    assert not (foreign - known | titles) & set(here)
    assert here == _visible(show(county, lang=lang, at="town=3&service=2&with=4"))


def test_every_sentence_of_the_page_has_its_german() -> None:
    lost = [t.template for t in WORDS.values() if t.pattern("de") == t.template]
    assert lost == ["in {plan}", "Plan", "{value} EUR"]


def test_switching_fast_draws_every_chart_once(show: Show, county: Decision) -> None:
    page = show(county)
    page.evaluate(
        """() => { for (const lang of ["de", "en", "de", "en", "de"])
            document.querySelector(`[data-lang=${lang}]`).click(); }"""
    )
    settled(page)
    for chart in ("tradeoffs", "map", "first", "second", "heat"):
        assert page.locator(f"#{chart}-chart svg").count() == 1, chart
    assert "Kosten(EUR im Jahr)" in texts(page, "#tradeoffs-chart text")


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("plan", [0, 8, 19])
def test_sentences_are_those_that_python_renders(
    plan: int, lang: str, show: Show, county: Decision
) -> None:
    page, wanted = show(county, at=f"plan={plan + 1}&lang={lang}"), data.of(county, lang)
    mine = wanted["plans"][plan]
    assert texts(page, "#lead p") == [s.render(lang) for s in mine["lead"]]
    for key, sentences in mine["words"].items():
        assert texts(page, f"#answers [data-question={key}] li") == [
            s.render(lang) for s in sentences
        ]
    questions = [text.render(lang) for key, text in wanted["questions"].items()
                 if mine["words"][key]]  # fmt: skip
    assert texts(page, "#answers h3") == questions
    assert texts(page, "#verdict p") == [text.render(lang) for text in county.verdict]
    tiles = [[part.render(lang) for part in tile] for tile in mine["tiles"]]
    assert texts(page, "#tiles span") == [title for title, _ in tiles]
    assert texts(page, "#tiles b") == [shown for _, shown in tiles]
    assert texts(page, "#how p")[0] == county.run.render(lang)
    assert texts(page, "#cases tbody th") == [title.render(lang) for title, _ in mine["cases"]]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_figures_and_sources_stand_in_the_language(lang: str, show: Show, county: Decision) -> None:
    page = show(county, lang=lang)
    rows = page.eval_on_selector_all(
        "#figures tbody tr",
        "(rows) => rows.map((row) => [...row.cells].slice(0, 2).map((c) => c.textContent))",
    )
    wanted = [r for group in data.of(county, lang)["figures"] for r in group["rows"]]
    assert len(rows) == len(wanted) > 30
    for (name, value), row in zip(rows, wanted, strict=True):
        assert plain(name) == row["name"].render(lang)
        if isinstance(row["value"], (int, float)):
            assert value == number(row["value"], lang)
    marks = re.compile(r"\d\.\d{3}\b" if lang == "en" else r"\d,\d{3}\b")  # of the other
    sentences = texts(page, "#answers li") + texts(page, "#tiles b") + texts(page, "#current")
    assert not [s for s in sentences if marks.search(s)]
