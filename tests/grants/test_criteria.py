"""Each criterion at its limit, just below and just above it, and where nobody can tell."""

from __future__ import annotations

from typing import Any

import pytest

import tiny
from grants import made
from koopopt.case.plan import Partnership
from koopopt.grants.costs import Comparison, Saving
from koopopt.grants.criteria import Given, Judged, Verdict, judged, overall, percent, saving
from koopopt.grants.programme import (
    Condition,
    EligibleAsked,
    MembersAsked,
    NewAsked,
    SavingAsked,
    YearsAsked,
)
from koopopt.problem import Problem

PASS, FAIL, OPEN = Verdict
FIFTEEN = SavingAsked(least_percent=15.0, grant_counts="no")


def found(c: Comparison, given: Given | None = None, **asked: Any) -> dict[str, Judged]:
    names = [f"Town {k}" for k in range(1, len(c.members) + 1)]
    problem = Problem.of(tiny.instance(names, status_quo=asked.pop("status_quo", ())))
    programme = made.programme(**asked)
    return {j.name: j for j in judged(problem, programme, c, given or Given())}


@pytest.mark.parametrize(("joint", "verdict"), [(8_499, PASS), (8_500, PASS), (8_501, FAIL)])
def test_a_saving_is_judged_to_the_cent(joint: int, verdict: Verdict) -> None:
    assert saving(FIFTEEN, made.comparison(10_000, joint)).verdict is verdict


@pytest.mark.parametrize(("joint", "verdict"), [(8, PASS), (9, FAIL)])
def test_a_limit_between_two_cents_is_not_rounded_in_favour(joint: int, verdict: Verdict) -> None:
    """Of 10 cents 15 % are one and a half: saving one is not enough, two are."""
    assert saving(FIFTEEN, made.comparison(10, joint)).verdict is verdict


@pytest.mark.parametrize("least", [0.1, 0.3, 14.7, 15.0, 33.3, 100.0])
@pytest.mark.parametrize("previous", [1, 7, 999, 10**13 + 3])
def test_no_floating_point_decides(least: float, previous: int) -> None:
    """The limit is that of the decimals that were written, whatever floats make of them."""
    tenths = round(least * 10)
    most = previous * (1000 - tenths) // 1000
    for joint in (most - 1, most, most + 1):
        enough = (previous - joint) * 1000 >= tenths * previous
        assert (Saving(previous, joint).to_spare(least) >= 0) is enough is (joint <= most)


def test_what_is_shown_of_a_saving_just_below_the_limit_is_below_it() -> None:
    just = Saving(10_000_000, 8_500_001).percent
    assert percent(just) == {"en": "14.99", "de": "14,99"}
    assert percent(Saving(10_000_000, 8_500_000).percent)["en"] == "15.00"
    assert percent(Saving(0, 0).percent)["en"] == "–"


@pytest.mark.parametrize(
    ("counts", "joint", "verdict"),
    [
        ("yes", 9_500, PASS), ("yes", 9_501, FAIL),
        ("no", 9_500, FAIL), ("no", 8_500, PASS), ("no", 8_501, FAIL),
        ("unknown", 8_500, PASS), ("unknown", 8_501, OPEN),
        ("unknown", 9_500, OPEN), ("unknown", 9_501, FAIL),
    ],
)  # fmt: skip
def test_whether_the_grant_itself_counts(counts: Any, joint: int, verdict: Verdict) -> None:
    asked = SavingAsked(least_percent=15.0, grant_counts=counts)
    assert saving(asked, made.comparison(10_000, joint, grant=1_000)).verdict is verdict


def test_what_does_as_well_leaves_it_open() -> None:
    asked = SavingAsked(least_percent=15.0, otherwise={"en": "a better service"})
    j = saving(asked, made.comparison(10_000, 9_000))
    assert j.verdict is OPEN
    assert "a better service" in j.found[-1].render()


def test_a_saving_that_needs_the_advantage_of_size_says_so() -> None:
    held = saving(FIFTEEN, made.comparison(10_000, 8_000, flat_joint=8_500))
    assert held.verdict is PASS
    assert not any("would not" in text.render() for text in held.found)
    modelled = saving(FIFTEEN, made.comparison(10_000, 8_000, flat_joint=8_501))
    assert modelled.verdict is PASS
    assert "would not" in modelled.found[-1].render()


def test_where_nothing_was_paid_before_no_saving_can_be_told() -> None:
    assert saving(FIFTEEN, made.comparison(0, 100)).verdict is OPEN


@pytest.mark.parametrize(
    ("count", "perhaps", "verdict"),
    [(2, None, FAIL), (3, None, PASS), (4, None, PASS), (1, 2, FAIL), (2, 2, OPEN), (3, 2, PASS)],
)
def test_members(count: int, perhaps: int | None, verdict: Verdict) -> None:
    asked = MembersAsked(least=3, perhaps=perhaps)
    c = made.comparison(100, 50, members=count)
    assert found(c, members=asked)["members"].verdict is verdict


@pytest.mark.parametrize(("years", "verdict"), [(None, OPEN), (4, FAIL), (5, PASS), (6, PASS)])
def test_years(years: int | None, verdict: Verdict) -> None:
    c = made.comparison(100, 50)
    assert found(c, Given(years), years=YearsAsked(least=5))["years"].verdict is verdict


@pytest.mark.parametrize(
    ("cents", "verdict"), [(None, OPEN), (499_999, FAIL), (500_000, PASS), (500_001, PASS)]
)
def test_eligible_cost(cents: int | None, verdict: Verdict) -> None:
    asked = EligibleAsked(least=5000.0)
    c = made.comparison(100, 50)
    assert found(c, Given(one_off=cents), eligible=asked)["eligible"].verdict is verdict


@pytest.mark.parametrize(
    ("today", "members_today", "verdict"),
    [
        ((False, False, False), (), PASS),
        ((True, True, False), ("01", "02"), OPEN),
        ((True, True, True), ("01", "02", "03"), FAIL),
    ],
)
def test_a_new_cooperation(
    today: tuple[bool, ...], members_today: tuple[str, ...], verdict: Verdict
) -> None:
    quo = (Partnership("water", members_today, "01", "association"),) if members_today else ()
    c = made.comparison(100, 50, pooled_today=today)
    assert found(c, new=NewAsked(), status_quo=quo)["new"].verdict is verdict


@pytest.mark.parametrize(
    ("states", "verdict"), [(("HE",), PASS), (("HE", "09"), PASS), (("09",), FAIL)]
)
def test_the_land(states: tuple[str, ...], verdict: Verdict) -> None:
    assert found(made.comparison(100, 50), states=states)["state"].verdict is verdict


def test_what_the_programme_does_not_say_cannot_be_told() -> None:
    by_name = found(made.comparison(100, 50))
    assert by_name.keys() == {"members", "years", "saving"}
    for j in by_name.values():
        assert j.verdict is OPEN
        assert "say nothing on this" in j.found[-1].render()


def test_all_together() -> None:
    c = made.comparison(100, 50)
    told = {
        "members": MembersAsked(least=3), "years": YearsAsked(least=5), "saving": FIFTEEN,
    }  # fmt: skip
    assert overall(tuple(found(c, Given(5), **told).values())) is PASS
    assert overall(tuple(found(c, Given(), **told).values())) is OPEN
    assert overall(tuple(found(c, Given(4), **told).values())) is FAIL
    essential = Condition(title={"en": "Essential"})
    by_name = found(c, Given(5), condition=(essential,), **told)
    assert overall(tuple(by_name.values())) is OPEN
