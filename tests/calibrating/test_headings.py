"""Headings of accounts: those that are known, and units that would change what numbers mean."""

from __future__ import annotations

import pytest

from koopopt.calibrating.headings import columns, in_other_unit


@pytest.mark.parametrize(
    "heading",
    ["Kosten", "cost", "KOSTEN (EUR)", "Kosten [€]", "Kosten in EUR", "Kosten €", "Aufwand EUR",
     "Gesamtkosten (EUR/Jahr)", "Kosten (€ p. a.)", "cost (EUR a year)", " Kosten\u00a0(Euro) "],
)  # fmt: skip
def test_what_means_cost(heading: str) -> None:
    assert columns(["Gemeinde", heading], "m3") == ["municipality", "cost"]


@pytest.mark.parametrize(
    "heading", ["Kosten (TEUR)", "Kosten in T€", "Kosten (Mio. EUR)", "Kosten (USD)"]
)
def test_another_unit_is_not_passed_over(heading: str) -> None:
    found = columns(["Gemeinde", heading, "Jahr"], "m3")
    assert found == ["municipality", heading, "year"]
    assert in_other_unit(heading, "m3")


def test_the_unit_of_demand_is_the_service_s() -> None:
    assert columns(["Gemeinde", "Menge (m³)"], "m3")[1] == "demand"
    assert columns(["Gemeinde", "Menge (m³/Jahr)"], "m3")[1] == "demand"
    assert columns(["Gemeinde", "Bedarf in Einwohner"], "inhabitants")[1] == "demand"
    assert columns(["Gemeinde", "Menge (Tm³)", "Jahr"], "m3")[1] == "Menge (Tm³)"
    assert columns(["Gemeinde", "Menge (t)", "Jahr"], "m3")[1] == "Menge (t)"


def test_other_rows_stay_as_they_are() -> None:
    for row in (["Kosten", "der Wasserversorgung"], ["06636001", "Celle", "5"], [""], []):
        assert columns(row, "m3") == row


def test_an_id_may_stand_alone_or_beside_the_name() -> None:
    assert columns(["AGS", "Kosten"], "m3") == ["municipality", "cost"]
    assert columns(["AGS", "Name", "Kosten"], "m3") == ["id", "municipality", "cost"]
