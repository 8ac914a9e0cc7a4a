"""The figures of the model library in words, and how many of them are assumptions."""

from __future__ import annotations

from dataclasses import replace

import tiny
from koopopt.case.library import Tier, TierCost
from koopopt.report.values.parameters import (
    assumptions,
    data_sources,
    estimated_minutes,
    of_form,
    of_instance,
    of_service,
)


def test_every_figure_of_a_service_says_its_source_and_how_sure_it_is() -> None:
    figures = {p.name.render(): p for p in of_service(tiny.service())}
    demand = figures["Demand"]
    assert (demand.value, demand.source, demand.confidence) == (40.0, "statistics", "high")
    assert figures["Weight of local identity"].confidence == "medium"
    assert figures["Trips to the seat"].confidence == "assumption"  # not a word on it


def test_each_size_of_plant_has_its_figures() -> None:
    tiers = TierCost(kind="tiers", tiers=(Tier(fixed=1.0, up_to=9.0), Tier(fixed=2.0)))
    names = [p.name.render() for p in of_service(tiny.service(cost=tiers))]
    assert [n for n in names if n.endswith("up to")] == ["Size 1: up to"]
    assert sum(name.startswith("Size 2") for name in names) == 2


def test_limits_that_do_not_hold_are_left_out() -> None:
    names = [p.name.render() for p in of_form(tiny.ASSOCIATION)]
    assert "At most" not in names
    assert "Grant with 4+ members, once" in names
    bare = replace(tiny.ASSOCIATION, votes=None, grant=None, max_members=5)
    assert [p.name.render() for p in of_form(bare)][-1] == "At most"


def test_assumptions_are_counted() -> None:
    figures = of_instance(tiny.instance())
    count, all_ = assumptions(figures)
    assert all_ == len(figures)
    assert count == sum(p.confidence == "assumption" for p in figures)
    sourced = tiny.instance(
        sources=({"what": "[office]", "from": "the treasurer", "confidence": "high"},)
    )
    assert assumptions(of_instance(sourced)) == (count - 1, all_)


def test_speed_counts_only_where_minutes_are_estimated() -> None:
    made = tiny.instance()
    ids = [town.id for town in made.municipalities]
    known = replace(made, travel={(a, b): 9.0 for a in ids for b in ids if a != b})
    assert (estimated_minutes(made), estimated_minutes(known)) == (True, False)
    assert "Speed" not in {p.name.render() for p in of_instance(known)}


def test_a_source_stands_once_and_in_the_language_asked_for() -> None:
    source = {"what": {"de": "Orte", "en": "places"}, "from": {"de": "Amt"}, "year": 2026}
    found = data_sources(tiny.instance(sources=(source, dict(source))))
    assert len(found) == 1
    assert found[0].what == {"de": "Orte", "en": "places"}
    assert [found[0].line.render(lang) for lang in ("de", "en")] == ["Amt, 2026"] * 2


def test_sources_are_one_line_each() -> None:
    source = {"what": ["a", "b"], "from": "office", "year": 2026, "licence": "dl-de/by-2-0"}
    made = tiny.instance(sources=(source, {"what": "c"}))
    assert [s.what for s in data_sources(made)] == ["a, b", "c"]
    assert [s.line.render() for s in data_sources(made)] == ["office, 2026, dl-de/by-2-0", ""]
