"""A calibration on a terminal: figures beside the model's, in both languages and any width."""

from __future__ import annotations

import re

import tiny
from calibrating.county import IDS, accounts, county, rich
from koopopt import Calibration, calibrate
from koopopt.case.library import Tier, TierCost
from koopopt.report.terminal.accounts import render
from koopopt.report.terminal.page import Page


def shown(found: Calibration, lang: str = "en", width: int = 100) -> str:
    return render(found, Page(lang, width))


def row(text: str, start: str) -> list[str]:
    """Return the cells of a row."""
    line = next(line for line in text.splitlines() if line.strip().startswith(start))
    return re.split(r"\s{2,}", line.strip())


def test_accounts_beside_the_curve() -> None:
    found = calibrate(county(), "water", rich(Celle=3), without=["Gau"])
    text = shown(found)
    assert text.startswith("Water: 8 account(s) (without a file; year not said)")
    name, demand, cost, each, off, told = row(text, "Celle")
    assert (name, demand) == ("Celle", "120,000")
    assert cost == f"{found.accounts[2].cost:,.0f}"
    assert each == f"{found.accounts[2].cost / 120_000:.2f}"
    assert off.startswith("+")
    assert told.startswith("outlier (residual ")
    assert row(text, "Gau")[-1] == "left out"
    assert row(shown(found, "de"), "Gau")[-1] == "weggelassen"


def test_figures_with_interval_model_and_without_outliers() -> None:
    found = calibrate(county(), "water", rich(Celle=3))
    assert found.fit is not None
    assert found.without_outliers is not None
    low, high = found.fit.elasticity_interval
    assert row(shown(found), "elasticity") == [
        "elasticity", f"{found.fit.elasticity:.4f}", f"{low:.4f} … {high:.4f}", "0.8000",
        f"{found.without_outliers.elasticity:.4f}",
    ]  # fmt: skip
    assert row(shown(found), "all alone")[1] == f"{found.alone[1]:,.0f}"
    german = row(shown(found, "de"), "Elastizität")
    assert german[3] == "0,8000"
    plain = calibrate(county(), "water", accounts())
    assert len(row(shown(plain), "elasticity")) == 4


def test_the_level_alone() -> None:
    text = shown(calibrate(county(), "water", accounts(count=3)))
    assert row(text, "elasticity")[1:] == ["0.8000", "–", "0.8000"]
    assert "…" in row(text, "scale")[2]
    assert row(shown(calibrate(county(), "water", accounts(count=1))), "scale")[2] == "–"
    tiers = TierCost(kind="tiers", tiers=(Tier(fixed=1000.0, per_unit=2.0),))
    instance = county(services=(tiny.service(cost=tiers),))
    assert "elasticity  " not in shown(calibrate(instance, "water", accounts(count=3)))
    curve = row(shown(calibrate(instance, "water", accounts())), "elasticity")
    assert curve[3] == "–"


def test_a_narrow_page_and_names_that_mean_harm() -> None:
    instance = tiny.instance([*tiny.HOSTILE[:8], "Elm"], IDS)
    text = shown(calibrate(instance, "water", accounts()), width=30)
    assert max(map(len, text.splitlines())) <= 30
    assert not {"\x1b", "\x07", "\u202e"} & set(text)
