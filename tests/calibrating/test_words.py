"""What accounts tell, in sentences of both languages."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import tiny
from calibrating.county import IDS, accounts, county, rich
from koopopt import Account, calibrate
from koopopt.calibrating.words import remarks, source, usage, verdict
from koopopt.case.instance import Instance
from koopopt.case.library import PowerCost


def said(found: list[Account], lang: str = "en", instance: Instance | None = None) -> str:
    made = calibrate(instance or county(), "water", found)
    return "\n".join(text.render(lang) for text in (verdict(made), *remarks(made), source(made)))


@pytest.mark.parametrize(
    ("elasticity", "english", "german"),
    [
        (0.8, "Size is an advantage by these accounts: twice the demand costs 13.4 % less",
         "Größe ist nach diesen Rechnungen ein Vorteil"),
        (1.0, "Whether size is an advantage cannot be told from these accounts",
         "Ob Größe ein Vorteil ist, lässt sich aus diesen Rechnungen nicht ablesen"),
        (1.3, "Size is a disadvantage by these accounts", "Größe ist nach diesen Rechnungen ein N"),
    ],
)  # fmt: skip
def test_what_size_is_worth(elasticity: float, english: str, german: str) -> None:
    assert english in said(accounts(elasticity))
    assert german in said(accounts(elasticity), "de")


def test_the_percentages_are_those_of_the_interval() -> None:
    made = calibrate(county(), "water", accounts())
    assert made.fit is not None
    low, high = made.fit.elasticity_interval
    ends = [f"{100 * (1 - 2 ** (e - 1)):.1f}" for e in (high, low)]
    assert f"(90 % interval: {ends[0]} to {ends[1]} %)" in verdict(made).render()


def test_the_source_names_file_number_years_fit_and_interval() -> None:
    dated = [replace(a, years=(str(2021 + k % 3),)) for k, a in enumerate(accounts())]
    made = calibrate(county(), "water", dated, without=[IDS[8]])
    text, german = source(made).render(), source(made).render("de")
    for part in ("8 accounts", "2021 to 2023", "R² 0.99", "90 % intervals", "Left out: Neustadt."):
        assert part in text
    for part in ("8 Rechnungen", "2021 bis 2023", "R² 0,99", "Intervalle zu 90 %"):
        assert part in german
    few = source(calibrate(county(), "water", accounts(count=3))).render()
    assert "1.525 times the earlier model" in few
    assert "An elasticity needs 5 accounts at least; there are 3." in few
    assert "Earlier: guess" in few


def test_outliers_are_named_with_what_leaves_them_out() -> None:
    text = said(rich(Celle=3))
    assert "Outliers: Celle." in text
    assert f"--without {IDS[2]}" in text
    assert "Ausreißer: Celle." in said(rich(Celle=3), "de")
    made = calibrate(county(), "water", rich(Celle=3, Gau=5), without=["Gau"])
    assert f"--without {IDS[6]},{IDS[2]}" in "\n".join(map(str, remarks(made)))


def test_how_it_was_fitted_is_said() -> None:
    assert "(HC3)" in said(accounts())
    assert "need 8 accounts" in said(accounts(count=7))
    assert "Duan 1983" in said(accounts())
    assert "look computed, not kept" in said(accounts(off=[1.0] * 9))
    assert "counts as an assumption" in said(accounts(off=[1, 3, 0.4, 2.5, 0.5, 2, 0.6, 3, 0.7]))
    assert "1.545 times what the model says; how sure" in said(accounts(count=1))


def test_spread_that_differs_with_size_is_said() -> None:
    off = [2.0, 0.5, 1.6, 0.7, 1.2, 0.9, 1.05, 0.98, 1.01]
    assert "spread unequally" in said(accounts(off=off))
    assert "streuen über die Größen ungleich" in said(accounts(off=off), "de")
    assert "spread unequally" not in said(accounts())


def test_the_flat_part_is_said() -> None:
    def at(flat: float) -> str:
        model = PowerCost(kind="power", scale=20.0, elasticity=0.9, flat_above=flat)
        return said(accounts(), instance=county(services=(tiny.service(cost=model),)))

    assert "From 1,000,000 m3 on the average cost stays constant" in at(1e6)
    assert "no account reaches that" in at(1e6)
    assert "2 account(s) lie beyond" in at(300_000.0)


def test_names_cannot_steer_a_terminal() -> None:
    names = [*tiny.HOSTILE[:8], "Elm"]
    instance = tiny.instance(names, IDS)
    wild = [replace(a, cost=a.cost * (5 if k == 3 else 1)) for k, a in enumerate(accounts())]
    made = calibrate(instance, "water", wild, without=[IDS[5]])
    told = "".join(text.render() for text in (*remarks(made), source(made)))
    assert not {"\x1b", "\x07", "\n", "\u202e"} & set(told)


def test_how_to_use_it() -> None:
    made = calibrate(county(), "water", accounts())
    put, delete = (text.render() for text in usage(made, "water.toml"))
    assert 'services = ["water.toml", …]' in put
    assert "[service.water.cost]" in delete
    (nothing,) = usage(made, None)
    assert "-o water.toml" in nothing.render()
    assert np.isfinite(made.alone).all()
