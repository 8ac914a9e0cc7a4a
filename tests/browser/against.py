"""What a page shows of a plan against what the evaluator says of it, figure by figure."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page

from browser.reading import LARGER, close, differs, plain, shown
from koopopt.criteria import CRITERIA
from koopopt.evaluation import Evaluation, evaluate, status_quo
from koopopt.report.pictures.charts import ALONE_COLOUR
from koopopt.report.values import ranges

REACH = 30.0


def _rgb(colour: str) -> str:
    return f"rgb({', '.join(str(int(colour[k : k + 2], 16)) for k in (1, 3, 5))})"


def _towns(evaluation: Evaluation) -> dict[str, dict[str, float]]:
    """Return by municipality what the table has to show, from the evaluator's own table."""
    problem, frame = evaluation.problem, evaluation.municipalities()
    facts, hosts = problem.facts, Counter(p.seat for p in evaluation.plan.pooled)
    pool = {(p.service, m): p for p in evaluation.plan.partnerships for m in p.members}
    trips = {s.id: s.travel.trips_per_inhabitant for s in facts.services}
    found = {}
    for town, rows in frame.groupby("municipality"):
        people = facts.population[facts.index[str(town)]]
        # If size brought no advantage: a share of what all cost alone, of form and office.
        dear = 0.0
        for row in rows[rows["pooled"]].itertuples():
            p = pool[row.service, town]
            own, form = facts.service_index[p.service], facts.form(p)
            who = facts.members(p)
            demand, alone_costs = facts.demand[own, who], facts.alone_cost[own, who]
            share = facts.demand[own, facts.index[str(town)]] / demand.sum()
            office = facts.instance.office_cost / hosts[p.seat]
            dear += (alone_costs.sum() + form.cost(len(who)) + office) * share - row.cost_alone
        weight = rows["service"].map(trips).to_numpy()
        minutes = rows["minutes"].to_numpy()
        order = np.argsort(minutes)
        reached = np.cumsum(weight[order]) / weight.sum()
        cost, alone = rows["cost_share"].sum(), rows["cost_alone"].sum()
        found[str(town)] = {
            "inhabitants": people,
            "cost_alone": alone,
            "cost_plan": cost,
            "difference": cost - alone,
            "per_head": (cost - alone) / people,
            "unsized": dear / people,
            "mean": float(weight @ minutes / weight.sum()),
            "p95": float(minutes[order][np.argmax(reached >= 0.95 - 1e-9)]),
            "longest": float(minutes.max()),
            "above": float(weight[minutes > REACH].sum() / weight.sum()),
            "pooled": int(rows["pooled"].sum()),
            "kept": int((~rows["pooled"]).sum()),
        }
    return found


def _check_matrix(seen: dict[str, Any], evaluation: Evaluation) -> None:
    facts = evaluation.problem.facts
    names = {m.id: m.name for m in facts.instance.municipalities}
    seat = {
        (p.service, m): (p.seat if p.pooled else "")
        for p in evaluation.plan.partnerships
        for m in p.members
    }
    for town in facts.ids:
        cells = seen["matrix"][town]
        assert [cell[0] for cell in cells] == [seat[s.id, town] for s in facts.services]
        for (id_, text), swatch in zip(cells, seen["swatches"][town], strict=True):
            if id_:
                assert text == ("■ " if id_ == town else "") + names[id_]
            assert (swatch is not None) == bool(id_)


def _check_map(seen: dict[str, Any], evaluation: Evaluation, service: int) -> None:
    facts = evaluation.problem.facts
    pools = [p for p in evaluation.plan.pooled if p.service == facts.services[service].id]
    assert seen["seats"] == seen["pools"] == len(pools)
    colour = dict(zip(facts.ids, seen["areas"], strict=True))
    for p in pools:
        (one,) = {colour[m] for m in p.members}
        assert one != _rgb(ALONE_COLOUR)
        assert {seen["swatches"][m][service] for m in p.members} == {one}
        near = facts.adjacent[facts.members(p)].any(axis=0)
        for q in pools:
            if q is not p and near[facts.members(q)].any():
                assert colour[q.seat] != one, "neighbouring partnerships look like one"
    pooled = {m for p in pools for m in p.members}
    assert {colour[m] for m in facts.ids if m not in pooled} <= {_rgb(ALONE_COLOUR)}


def _check_towns(seen: dict[str, Any], evaluation: Evaluation, lang: str) -> None:
    digits = {"mean": 1}
    dearer = {"difference": 0, "per_head": 2, "unsized": 0}
    today = _towns(evaluate(evaluation.problem, status_quo(evaluation.problem)))
    wanted = _towns(evaluation)
    assert list(seen["towns"]) == list(evaluation.problem.facts.ids)
    for town, values in wanted.items():
        cells = dict(seen["towns"][town])
        change = values["cost_plan"] - today[town]["cost_plan"]
        assert differs(cells.pop("against_today"), change, lang)
        cells["pooled"], cells["kept"] = cells.pop("tasks").split(" / ")
        above = cells.pop("above")
        assert above.endswith("\u00a0%" if lang == "de" else "%")
        assert close(above.rstrip("%\u00a0"), 100 * values.pop("above"), lang)
        assert cells.keys() == values.keys()
        for key, value in values.items():
            if key in dearer:
                assert differs(cells[key], value, lang, dearer[key]), (town, key)
            else:
                assert close(cells[key], value, lang, digits.get(key, 0)), (town, key)
    _check_sums(seen["sums"], evaluation, sum(v["cost_plan"] for v in today.values()), lang)


def _check_sums(sums: dict[str, str], evaluation: Evaluation, today: float, lang: str) -> None:
    """Look at the last row of the table, for all municipalities together."""
    frame, facts = evaluation.municipalities(), evaluation.problem.facts
    cost, alone = evaluation.criteria["cost"], frame["cost_alone"].sum()
    people, pooled = facts.population.sum(), int(frame["pooled"].sum())
    assert frame["cost_share"].sum() == pytest.approx(cost)
    assert close(sums["inhabitants"], people, lang)
    assert close(sums["cost_alone"], alone, lang)
    assert close(sums["cost_plan"], cost, lang)
    assert differs(sums["difference"], cost - alone, lang)
    assert differs(sums["per_head"], (cost - alone) / people, lang, 2)
    assert differs(sums["against_today"], cost - today, lang)
    assert differs(sums["unsized"], ranges.saving(evaluation)[1] / people, lang)
    assert close(sums["longest"], frame["minutes"].max(), lang)
    assert sums["tasks"] == f"{pooled} / {len(frame) - pooled}"


def _check_votes(seen: dict[str, Any], evaluation: Evaluation, lang: str) -> None:
    facts = evaluation.problem.facts
    wanted: dict[str, list[str]] = {town: [] for town in facts.ids}
    for s in facts.services:
        for p in evaluation.plan.of(s.id):
            form = facts.form(p)
            if p.pooled and form is not None and form.votes is not None:
                votes = form.votes.of(facts.population[facts.members(p)])
                for town, mine in zip(p.members, votes, strict=True):
                    wanted[town].append(f"{mine:.0f}/{votes.sum():.0f}")
    assert {t: plain(v) for t, v in seen["votes"].items()} == {
        town: ", ".join(f"{n} × {said}" if n > 1 else said for said, n in Counter(votes).items())
        or "–"
        for town, votes in wanted.items()
    }


DECIMALS = {"farthest": 1}
"""Criteria that are shown with decimals."""


def _check_criteria(
    seen: dict[str, Any], evaluation: Evaluation, other: Evaluation, lang: str
) -> None:
    for name, criterion in CRITERIA.items():
        mine, theirs, by = seen["compare"][name]
        digits = DECIMALS.get(name, 0)
        assert close(mine, evaluation.criteria[name], lang, digits)
        assert close(theirs, other.criteria[name], lang, digits)
        change = evaluation.criteria[name] - other.criteria[name]
        assert differs(by, change, lang, digits, LARGER)
        if name in ("cost", "travel"):  # those that the front is one of
            assert f"{criterion.title.render(lang)} {mine}" in seen["current"]
    # The other end of every saving, beside the cost as modelled.
    alone = float(evaluation.problem.facts.alone_cost.sum())
    dear, dear_other = (alone + ranges.saving(plan)[1] for plan in (evaluation, other))
    mine, theirs, by = seen["compare"]["without"]
    assert close(mine, dear, lang)
    assert close(theirs, dear_other, lang)
    assert differs(by, dear - dear_other, lang, 0, LARGER)


def check(page: Page, evaluation: Evaluation, lang: str, service: int, other: Evaluation) -> None:
    seen = shown(page)
    _check_matrix(seen, evaluation)
    _check_map(seen, evaluation, service)
    _check_towns(seen, evaluation, lang)
    _check_votes(seen, evaluation, lang)
    _check_criteria(seen, evaluation, other, lang)
