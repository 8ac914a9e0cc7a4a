"""Choosing a plan: chart, map, matrix and tables all show it, as the evaluator computes it."""

from __future__ import annotations

import re
from collections import Counter

import numpy as np
import pytest
from playwright.sync_api import Locator, expect

from browser.against import DECIMALS, check
from browser.conftest import Show
from browser.reading import at, close, in_words, plain, settled, shown, texts
from koopopt.choice import robustness
from koopopt.criteria import CRITERIA
from koopopt.evaluation import Evaluation
from koopopt.pareto.front import Front
from koopopt.report.values import amounts
from koopopt.report.values.decision import Decision


@pytest.mark.parametrize("lang", ["en", "de"])
def test_every_plan_by_the_arrow_keys(lang: str, show: Show, county: Decision) -> None:
    page = show(county, lang=lang)
    page.focus("#slider")
    page.keyboard.press("Home")
    for number, evaluation in enumerate(county.plans, start=1):
        assert f" {number} " in page.inner_text("#current b")
        if lang == "en" or number % 5 == 0:
            check(page, evaluation, lang, 0, county.today)
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Home")
    check(page, county.plans[0], lang, 0, county.today)


def test_click_on_a_point(show: Show, county: Decision) -> None:
    page = show(county)
    for number in (*range(len(county.plans) - 1, 0, -4), 0):
        page.mouse.click(*at(page, "#tradeoffs-chart .plans_marks path", number))
        expect(page.locator("#current b")).to_have_text(f"Plan {number + 1} of {len(county.plans)}")
        assert page.input_value("#slider") == str(number)
        settled(page)
        assert f"Plan {number + 1}" in texts(page, "#tradeoffs-chart text")
        for part in ("start", "plain", "map", "maps", "matrix", "towns"):
            assert texts(page, f"#{part}-title")[0].endswith(f" – Plan {number + 1}"), part
    check(page, county.plans[0], "en", 0, county.today)


def test_hovering_tells_of_a_point(show: Show, county: Decision) -> None:
    page = show(county)
    for number in (0, 1, 11):
        page.mouse.move(*at(page, "#tradeoffs-chart .plans_marks path", number))
        assert page.text_content("#tip b") == f"Plan {number + 1}"
        lines = texts(page, "#tip div")
        for line, (name, criterion) in zip(lines, CRITERIA.items(), strict=True):
            head, rest = line.split(": ")
            assert head == criterion.title.render()
            value = county.plans[number].criteria[name]
            assert close(rest.split()[0], value, "en", DECIMALS.get(name, 0))
    page.mouse.move(2, 2)
    assert page.is_hidden("#tip")


def test_click_beside_all_points_chooses_nothing(show: Show, county: Decision) -> None:
    page = show(county)
    before = page.inner_text("#current")
    box = page.locator("#tradeoffs-chart svg").bounding_box()
    assert box is not None
    page.locator("#tradeoffs-chart svg").click(position={"x": box["width"] - 30, "y": 30})
    assert page.inner_text("#current") == before


@pytest.mark.parametrize("service", [1, 2])
def test_another_service(service: int, show: Show, county: Decision) -> None:
    page = show(county)
    page.select_option("#service", str(service))
    check(page, county.plan, "en", service, county.today)
    title = county.problem.facts.services[service].title["en"]
    assert page.inner_text("#map-service") == title
    assert title in page.inner_text("#heat-pairs-title")


def test_comparison_with_another_plan_and_with_all_alone(show: Show, county: Decision) -> None:
    page = show(county)
    options = page.locator("#with option").count()
    assert options == len(county.plans) + 2
    eighth = page.text_content("#with option[value='7']") or ""
    name, *figures = re.split(r" \(|, |\)", eighth)[:3]
    assert name == "Plan 8"
    for shown_as, of in zip(figures, ("cost", "travel"), strict=True):
        title, amount = shown_as.split(" ")
        assert title == CRITERIA[of].title.render()
        assert close(amount, county.plans[7].criteria[of], "en")
    for value, other in (("7", county.plans[7]), ("alone", county.alone)):
        page.select_option("#with", value)
        check(page, county.plan, "en", 0, other)
        differing = _differing(county.plan, other)
        all_ = county.problem.facts.demand.size
        assert page.inner_text("#differs-count").startswith(f"{len(differing)} of {all_} ")
        marked = page.eval_on_selector_all(
            "#compare-matrix tbody tr",
            "(rows) => rows.flatMap((row) => row.dataset.services.split(' ').map((s) =>"
            " `${row.dataset.town} ${s}`))",
        )
        facts = county.problem.facts
        pairs = {f"{town} {facts.service_index[service]}" for service, town in differing}
        assert set(marked) == pairs
        assert len(marked) == len(pairs)


def _differing(one: Evaluation, two: Evaluation) -> set[tuple[str, str]]:
    """Return (service, municipality) served by another seat or with other partners."""

    def served(evaluation: Evaluation) -> set[tuple[str, str, str, tuple[str, ...]]]:
        plan = evaluation.plan
        return {(p.service, m, p.seat, p.members) for p in plan.partnerships for m in p.members}

    return {(service, town) for service, town, _, _ in served(one) ^ served(two)}


def test_axes_and_colour_of_the_chart(show: Show, county: Decision) -> None:
    page = show(county)
    for select, name in (("x", "bodies"), ("y", "identity"), ("c", "change")):
        page.select_option(f"#{select}", str(list(CRITERIA).index(name)))
    settled(page)
    titles = [f"{CRITERIA[n].title.render()}({CRITERIA[n].unit.render()})" for n in
              ("bodies", "identity")]  # fmt: skip
    assert {*titles, CRITERIA["change"].title.render()} <= set(texts(page, "#tradeoffs-chart text"))
    places = [at(page, "#tradeoffs-chart .plans_marks path", k) for k in range(len(county.plans))]
    across = [e.criteria["bodies"] for e in county.plans]
    up = [e.criteria["identity"] for e in county.plans]
    assert np.corrcoef([x for x, _ in places], across)[0, 1] == pytest.approx(1, abs=1e-3)
    assert np.corrcoef([y for _, y in places], up)[0, 1] == pytest.approx(-1, abs=1e-3)
    page.select_option("#c", "-1")
    seen = texts(settled(page), "#tradeoffs-chart text")
    assert CRITERIA["change"].title.render() not in seen


def test_costs_shared_by_other_keys(show: Show, county: Decision) -> None:
    page = show(county)
    facts, plan = county.problem.facts, county.plan.plan
    hosts = Counter(p.seat for p in plan.pooled)
    for key in ("population", "equal", "demand"):
        wanted = facts.alone_cost.sum(axis=0).copy()
        for p in plan.pooled:
            s, who = facts.service_index[p.service], facts.members(p)
            weight = {
                "population": facts.population[who],
                "equal": np.ones(len(who)),
                "demand": facts.demand[s, who],
            }[key]
            cost = facts.cost(p) + facts.instance.office_cost / hosts[p.seat]
            wanted[who] += cost * weight / weight.sum() - facts.alone_cost[s, who]
        page.select_option("#key", key)
        seen = shown(page)["towns"]
        for town, value in zip(facts.ids, wanted, strict=True):
            assert close(seen[town]["cost_plan"], value, "en")


def test_sorting_the_municipalities(show: Show, county: Decision) -> None:
    page = show(county)

    def column(key: str) -> list[float]:
        found = texts(page, f"#towns-table td[data-column={key}]")
        return [in_words(text, "en") for text in found]

    start = texts(page, "#towns-table tbody .name")
    page.click("[data-sort=difference]")
    assert column("difference") == sorted(column("difference"))
    page.click("[data-sort=difference]")
    assert column("difference") == sorted(column("difference"), reverse=True)
    assert page.locator("th[aria-sort=descending] [data-sort=difference]").count() == 1
    page.click("[data-sort=difference]")
    assert texts(page, "#towns-table tbody .name") == start


@pytest.mark.parametrize("service", [0, 1])
def test_shares_are_those_of_the_choice(
    service: int, show: Show, county: Decision, front: Front
) -> None:
    page = show(county, lang="de")
    page.select_option("#service", str(service))
    found, facts = robustness(front), county.problem.facts
    alone = Counter[tuple[str, str]]()
    for row in found.partnerships.itertuples():
        if len(row.members) == 1:
            alone[row.service, row.members[0]] += row.plans
    for i, town in enumerate(facts.ids):
        cells = page.locator(f"#heat-pooled tbody tr:nth-child({i + 1}) td").all_text_contents()
        shares = [1 - alone[s.id, town] / found.points for s in facts.services]
        assert cells == [f"{100 * share:.0f}\u00a0%" for share in shares]
    id_ = facts.services[service].id
    pairs = {
        frozenset((row.name_a, row.name_b)): row.share
        for row in found.pairs.itertuples()
        if row.service == id_
    }
    rows = page.eval_on_selector_all(
        "#heat-pairs tbody tr", "(rows) => rows.map((r) => [...r.cells].map((c) => c.textContent))"
    )
    assert len(rows) == min(15, len(pairs))
    for a, b, text in rows:
        assert text == f"{100 * pairs[frozenset((a, b))]:.0f}\u00a0%"
    least = min(pairs[frozenset((a, b))] for a, b, _ in rows)
    assert sorted(pairs.values(), reverse=True)[len(rows) - 1] == least
    settled(page)
    drawn = texts(page, "#heat-chart .mark-text.role-mark text")
    assert len(drawn) == 2 * sum(share >= 0.005 for share in pairs.values())


def _cell(row: Locator, column: str) -> str:
    return row.locator(f"[data-column={column}]").inner_text()


def test_click_on_the_map_and_in_tables_shows_a_municipality(show: Show, county: Decision) -> None:
    page = show(county)
    facts = county.problem.facts
    for number in (2, 9):
        name = facts.instance.municipalities[number].name
        page.mouse.click(*at(page, "#map-chart .layer_6_marks text", number))
        expect(page.locator("#details h3")).to_be_in_viewport()
        expect(page.locator("#details bdi").first).to_have_text(name)
        rows = page.locator("#details .by-service tbody tr")
        assert rows.count() == len(facts.services)
        frame = county.plan.municipalities()
        mine = frame[frame["municipality"] == facts.ids[number]]
        frame = county.today.municipalities()
        now = frame[frame["municipality"] == facts.ids[number]]
        for k, row in enumerate(mine.itertuples()):
            assert close(_cell(rows.nth(k), "pays"), row.cost_share, "en")
            said = _cell(rows.nth(k), "changes")
            by = row.cost_share - now[now["service"] == row.service]["cost_share"].iloc[0]
            assert plain(said) == amounts.change(by).render("en")
            minutes = _cell(rows.nth(k), "minutes")
            assert (minutes == "–") == (not row.pooled)
            if row.pooled:
                assert close(minutes, row.minutes, "en")
        assert page.locator("tr.picked").count() == 2  # in the matrix and in the table
