"""The picture of a calibration: what is on it, in which language, and names that mean harm."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

import tiny
from calibrating.county import IDS, accounts, county, rich
from koopopt import Calibration, calibrate
from koopopt.report.pictures.accounts import png, svg


def texts(found: Calibration, lang: str = "en") -> set[str]:
    written = ElementTree.fromstring(svg(found, lang)).iter()
    return {e.text for e in written if e.tag.endswith(("text", "tspan")) and e.text}


def points(found: Calibration) -> int:
    """Return how many accounts are drawn."""
    marks = ElementTree.fromstring(svg(found)).iter()
    return sum("role-mark" in e.get("class", "") and "symbol" in e.get("class", "") and len(e)
               for e in marks)  # fmt: skip


def test_it_shows_accounts_curves_and_names_who_is_unusual() -> None:
    found = calibrate(county(), "water", rich(Celle=3), without=["Gau"])
    shown = texts(found)
    assert {"Water", "Celle", "Gau", "fitted curve", "model so far", "without outliers",
            "account", "outlier", "left out", "demand (m3)", "cost (EUR a year)",
            "8 account(s) (without a file; year not said)",
            "Shaded: 90 % interval of the mean cost."} <= shown  # fmt: skip
    assert "Ahausen" not in shown
    assert points(found) == 9
    assert {"Wasserversorgung", "angepasste Kurve", "Ausreißer", "weggelassen", "Bedarf (m3)",
            "Kosten (EUR im Jahr)", "100.000"} <= texts(found, "de")  # fmt: skip


def test_what_there_is_not_is_in_no_legend() -> None:
    shown = texts(calibrate(county(), "water", accounts()))
    assert not {"outlier", "left out", "without outliers"} & shown


@pytest.mark.parametrize("count", [1, 3, 9])
def test_few_accounts_have_a_picture_too(count: int) -> None:
    found = calibrate(county(), "water", accounts(count=count))
    assert points(found) == count
    assert ("Shaded: 90 % interval of the mean cost." in texts(found)) == (count > 1)
    assert png(found).startswith(b"\x89PNG")


def test_names_are_text() -> None:
    instance = tiny.instance([*tiny.HOSTILE[:8], "{x}"], IDS)
    found = calibrate(instance, "water", rich(Dorn=4), without=IDS[5:8])
    ElementTree.fromstring(svg(found))  # no character that XML does not have
    assert "bell and [31mred[0m" in texts(found)
