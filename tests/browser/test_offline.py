"""The report opens from disk, without a network, whatever it is of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

import tiny
from browser import scenes
from browser.conftest import Show
from koopopt.case.plan import Partnership
from koopopt.problem import Problem
from koopopt.report.values.decision import Decision

Make = Callable[[], Decision]


def _front(*sizes: int, **changes: object) -> Decision:
    return Decision.of(scenes.of_tiny(*sizes, **changes), scenes.DAY)


def _people(*population: float) -> Decision:
    towns = tiny.instance().municipalities
    return _front(
        municipalities=tuple(
            replace(m, population=p) for m, p in zip(towns, population, strict=True)
        )
    )


def _today() -> Decision:
    return _front(2, 3, status_quo=(Partnership("water", ("01", "03"), "01", "association"),))


CASES: dict[str, Make] = {
    "three plans": lambda: _front(1, 2, 3),
    "one plan": lambda: _front(2),
    "one plan, all alone": lambda: _front(1),
    "one municipality": lambda: _front(1, names=["Allein"]),
    "two municipalities": lambda: _front(1, 2, names=["Hier", "Da"]),
    "no services pooled but one": lambda: _front(1, 2, services=(tiny.service("water"),)),
    "today like a plan": _today,
    "nobody lives in one": lambda: _people(0.0, 1000.0, 2000.0),
    "nobody lives anywhere": lambda: _people(0.0, 0.0, 0.0),
    "no title": lambda: _front(title={}),
    "one run": lambda: Decision.of(tiny.result(Problem.of(tiny.instance())), scenes.DAY),
}


USE = """async () => {
    const all = (what) => [...document.querySelectorAll(what)];
    const pause = () => new Promise((done) => setTimeout(done, 20));
    const use = (list) => {
        for (const value of all(`#${list.id} option`).slice(-2).reverse().map((o) => o.value)) {
            list.value = value;
            list.dispatchEvent(new Event("change", { bubbles: true }));
        }
    };
    for (const lang of ["de", "en"]) {
        all(`[data-lang=${lang}]`)[0].click();
        all("select").forEach(use);
        await pause();
    }
    for (const what of ["#next", "#previous", "#matrix-table button.town"]) all(what)[0]?.click();
    for (const key of all("[data-sort]").map((button) => button.dataset.sort))
        for (let k = 0; k < 3; k += 1) all(`[data-sort=${key}]`)[0].click();
    await pause();
}"""
"""Everything that a reader can do, once."""


@pytest.mark.parametrize("case", CASES)
def test_opens_and_works_without_network_and_errors(case: str, show: Show) -> None:
    decision = CASES[case]()
    town = decision.problem.instance.municipalities[0]
    page = show(decision)
    page.evaluate(USE)
    assert page.locator("#details h3").inner_text().splitlines()[0] == town.name
    page.click("#details h3 button")
    assert page.locator("#details h3").count() == 0
    assert page.locator("#slider").count() == int(len(decision.plans) > 1)
    assert page.locator("#tradeoffs").count() == int(len(decision.plans) > 1)
    assert page.locator("#towns-table tbody tr").count() == decision.problem.facts.n
    shown = page.inner_text("body")
    for word in ("NaN", "undefined", "null", "[object", "Infinity"):
        assert word not in shown, shown[max(0, shown.find(word) - 200) :][:300]


def test_nothing_can_be_loaded_or_run_by_the_page(
    show: Show, county: Decision, wrong: list[str]
) -> None:
    """The other tests find no breach: this one commits two, and both guards see them."""
    page = show(county)
    page.evaluate(
        """() => {
            const add = (tag, what) =>
                document.body.append(Object.assign(document.createElement(tag), what));
            add("script", { textContent: "window.ran = true" });
            add("img", { src: "https://example.org/x.png" });
        }"""
    )
    page.wait_for_timeout(200)
    assert page.evaluate("window.ran") is None
    assert any("policy: script-src" in text for text in wrong)
    assert any("policy: img-src https://example.org" in text for text in wrong)
    wrong.clear()
