"""Figures and rules of the library on the page: each source once, in both languages."""

from __future__ import annotations

import re
from dataclasses import replace

import koopopt
import tiny
from koopopt.report.page import origins
from koopopt.report.values.blocks import rendered

ENGLISH = re.compile(r"\b(ASSUMPTION|POLICY|the|inhabitants|dwellings|a year)\b")


def test_a_source_stands_once_and_figures_have_its_number() -> None:
    shared = {"de": "Statistik", "en": "statistics"}
    services = tuple(
        tiny.service(id_, demand=replace(tiny.service().demand, source=shared))
        for id_ in ("water", "waste")
    )
    found = origins.of(tiny.instance(services=services))
    assert found["origins"].count(shared) == 1
    assert len(found["origins"]) == len({str(said) for said in found["origins"]})
    demands = [group["rows"][0]["source"] for group in found["figures"][:2]]
    assert demands == [found["origins"].index(shared)] * 2


def test_what_has_no_source_has_no_number() -> None:
    found = origins.of(tiny.instance())
    trips = next(r for r in found["figures"][0]["rows"] if str(r["name"]) == "Trips to the seat")
    assert trips["source"] is None


def test_rules_of_a_service_stand_with_their_source() -> None:
    found = origins.of(koopopt.read("werra-meissner"))
    water = {str(row["name"]): row for row in found["figures"][0]["rows"]}["Rules for pooling"]
    assert str(water["value"]) == (
        "members border on each other; at least so many inhabitants together (5,000)"
    )
    assert rendered(found["origins"][water["source"]], "de").startswith("Leitungsnetz.")
    assert water["confidence"] == "medium"


def test_the_shipped_county_is_german_for_germans() -> None:
    found = origins.of(koopopt.read("werra-meissner"))
    for said in found["origins"]:
        assert not ENGLISH.search(rendered(said, "de"))
