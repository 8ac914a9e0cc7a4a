"""A plan beside the state of today, and what ends or is explained: by hand."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest

import tiny
from koopopt.case.library import Grant
from koopopt.case.plan import Partnership, Plan
from koopopt.evaluation import all_alone, status_quo
from koopopt.problem import Problem
from koopopt.report import words
from koopopt.report.values.amounts import rough
from koopopt.report.words.about import About
from koopopt.text import Text
from report.decided import of_instance

# Nothing here divides by zero unseen.
pytestmark = pytest.mark.filterwarnings("error")

TODAY = (Partnership("water", ("02", "03"), "03", "association"),)


def curve(demand: float) -> float:
    return 20.0 * demand**0.8


def one(plan: Plan | None = None, **changes: Any) -> About:
    """Return the plan in which 01 and 02 pool water; today 02 and 03 do, unless said."""
    return of_instance(tiny.instance(**{"status_quo": TODAY, **changes}), plan)


def told(about: About, question: str, start: str) -> list[Text]:
    found = words.answers(about)[question]
    return [text for text in found if str(text).startswith(start)]


# -- who pays more than today ----------------------------------------------------------------------

# By demand: 40,000, 80,000 and 120,000 units; form, grant and office as always 1500.
THEN = (curve(120_000) + 1500) / 120_000
NOW = (curve(200_000) + 1500) / 200_000


def test_who_loses_against_today_by_hand() -> None:
    """The second leaves a larger pool for a smaller one, the third is left alone."""
    second = (THEN - NOW) * 80_000
    third = curve(120_000) - NOW * 120_000
    assert 0 < second < third
    assert curve(40_000) > THEN * 40_000, "the first was alone and gains"
    (text,) = told(one(), "winners", "Compared with today")
    assert str(text) == (
        "Compared with today pay more, as modelled:"
        f" Celle (about {rough(third):,} EUR a year),"
        f" Bühl an der Weißen Werra (about {rough(second):,} EUR a year)."
    )


def test_nobody_loses_who_stays_as_today() -> None:
    same = one(status_quo(Problem.of(tiny.instance(status_quo=TODAY))))
    (text,) = told(same, "winners", "Compared with today")
    assert str(text) == "Compared with today nobody pays more, as modelled."


def test_who_ends_a_cooperation_may_pay_more() -> None:
    """All alone is compared with today too, but with nothing else."""
    alone = one(all_alone(Problem.of(tiny.instance(status_quo=TODAY))))
    assert not told(alone, "winners", "If size")
    money = [str(text)[:21] for text in words.answers(alone)["money"][1:]]
    assert money == ["Nobody pools anything", "Against today's state"]
    best = told(alone, "money", "Against today")[0].values["best"]
    dearer = curve(80_000) + curve(120_000) - curve(200_000) - 1500
    assert isinstance(best, Text)
    assert str(best) == f"costs {rough(dearer):,} EUR more"


def test_no_today_to_compare_with() -> None:
    """Nobody pools anything today."""
    assert not told(one(status_quo=()), "winners", "Compared with today")
    assert not told(one(status_quo=()), "money", "Against today")


# -- minutes of today ------------------------------------------------------------------------------


def test_minutes_of_today_by_hand() -> None:
    """01 would go 40 minutes; today 02 goes 60. Twelve thousand trips, half of them to water."""
    ways = {("01", "02"): 40.0, ("02", "03"): 60.0}
    travel = {pair: minutes for way, minutes in ways.items() for pair in (way, way[::-1])}
    about = one(travel=travel)
    (now,) = told(about, "citizens", "Today it is")
    assert now.values["mean"] == 10 == 60 * 2000 / 12_000
    assert (now.values["p95"], now.values["longest"]) == (60, 60)
    then = words.answers(about)["citizens"][0]
    assert then.values["mean"] == round(40 * 1000 / 12_000, 1)
    assert math.isclose(float(about.figures.everyone.longest), 40)


# -- grants ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amounts", "years", "a_year"),
    [({"2": 50_000.0}, 5.0, 10_000), ({"2": 90_000.0}, 4.0, 22_000), ({"3+": 50_000.0}, 5.0, None)],
)
def test_grants_by_hand(amounts: dict[str, float], years: float, a_year: int | None) -> None:
    """22,500 EUR a year are shown as roughly as any estimate."""
    form = replace(tiny.ASSOCIATION, grant=Grant(amounts=amounts, years=years))
    said = told(one(legal_forms=(form,), status_quo=()), "money", "Both count grants")
    assert [text.values["grants"] for text in said] == ([] if a_year is None else [a_year])
    no_grant = replace(tiny.ASSOCIATION, grant=None)
    assert not told(one(legal_forms=(no_grant,)), "money", "Both count grants")


# -- legal forms -----------------------------------------------------------------------------------


def test_forms_in_use_are_explained_once() -> None:
    described = replace(
        tiny.ASSOCIATION, description={"en": "A legal person.", "de": "Juristisch."}
    )
    unused = replace(described, id="other", title={"en": "Other"})
    about = one(legal_forms=(described, unused))
    (text,) = told(about, "partners", "Special-purpose association: ")
    assert str(text) == "Special-purpose association: A legal person."
    assert text.render("de") == "Zweckverband: Juristisch."
    assert not told(about, "partners", "Other")
    assert not told(one(), "partners", "Special-purpose association: "), "nothing to explain"
    alone = one(all_alone(Problem.of(tiny.instance())), legal_forms=(described,))
    assert not told(alone, "partners", "Special-purpose association: ")


# -- seats given away ------------------------------------------------------------------------------


def test_a_seat_at_home_is_not_given_away() -> None:
    """02 has the seat of water and gives housing to 03, which gives nothing."""
    plan = Plan([
        Partnership("water", ("01", "02", "03"), "02", "association"),
        Partnership("housing", ("01", "02", "03"), "03", "association"),
    ])  # fmt: skip
    tasks = words.answers(one(plan))["autonomy"][0]
    assert [tasks.values[k] for k in ("count", "low", "high")] == [2, 1, 2]
    assert str(tasks.values["names"]) == "Ahausen"
    both = Plan([replace(p, seat="03") for p in plan.partnerships])
    tasks = words.answers(one(both))["autonomy"][0]
    assert [tasks.values[k] for k in ("low", "high")] == [0, 2]
    assert str(tasks.values["names"]) == "Ahausen, Bühl an der Weißen Werra"
