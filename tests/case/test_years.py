"""What is paid once, over years: annuities, and who needs a horizon."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

import tiny
from koopopt.case.facts import Facts
from koopopt.case.made import instance_faults
from koopopt.case.plan import Partnership
from koopopt.case.years import Horizon, annuity, discounted
from koopopt.problem import Problem
from koopopt.reading.instance import read
from koopopt.writing.instance import write, write_workbook

RATES = st.fractions(0, 1, max_denominator=1000)


@given(st.fractions(0, 10**9, max_denominator=100), st.integers(1, 60), RATES)
def test_an_annuity_repays_what_was_paid(once: Fraction, years: int, rate: Fraction) -> None:
    """What is owed grows by the rate, and is nothing after the last payment; exactly."""
    owed, pays = once, annuity(once, years, rate)
    for _ in range(years):
        owed = owed * (1 + rate) - pays
    assert owed == 0


@given(st.integers(-(10**9), 10**9), st.integers(1, 60))
def test_without_interest_nothing_is_discounted(cents: int, year: int) -> None:
    assert discounted(cents, year, Fraction(0)) == cents


def test_half_a_cent_goes_to_the_even_one() -> None:
    assert [discounted(cents, 1, Fraction(1)) for cents in (1, 3, 5)] == [0, 2, 2]


def founded(**changes: object):
    """Return a tiny instance in which founding costs 1000 EUR, and 100 EUR for each member."""
    form = replace(tiny.ASSOCIATION, one_off=800.0, grant=None)
    service = replace(tiny.service(), one_off=200.0, one_off_per_member=100.0)
    made = tiny.instance(services=(service,), legal_forms=(form,))
    return replace(made, **{"horizon": Horizon(years=10), **changes})


def test_the_cost_of_a_partnership_holds_it_once_rounded() -> None:
    instance = founded()
    facts, bare = Facts.of(instance), Facts.of(tiny_bare(instance))
    who = facts.ids[:2]
    p = Partnership("water", who, who[0], "association")
    assert facts.cents(p) == bare.cents(p) + 100 * 120
    assert facts.cents(p, founded=False) == bare.cents(p)
    assert (facts.alone_cents == bare.alone_cents).all()


def tiny_bare(instance):
    service = replace(instance.services[0], one_off=0.0, one_off_per_member=0.0)
    form = replace(instance.legal_forms[0], one_off=0.0)
    return replace(instance, services=(service,), legal_forms=(form,), horizon=None)


def test_without_a_horizon_each_of_them_is_a_fault() -> None:
    faults = list(instance_faults(founded(horizon=None)))
    assert [fault.column for fault in faults] == ["horizon", "horizon"]
    assert [fault.value for fault in faults] == ["one_off = 800", "one_off = 200"]
    assert not list(instance_faults(founded()))


@pytest.mark.parametrize("changes", [{"years": 0}, {"years": 101}, {"years": 5, "discount": -0.1},
                                     {"years": 5, "discount": float("nan")}])  # fmt: skip
def test_impossible_horizons_are_faults(changes: dict[str, float]) -> None:
    faults = list(instance_faults(founded(horizon=Horizon(**changes))))
    assert faults
    assert all("horizon" in (fault.column or "") for fault in faults)


@pytest.mark.parametrize("how", ["folder", "book"])
def test_it_is_written_and_read_again(tmp_path, how: str) -> None:
    instance = founded(horizon=Horizon(years=12, discount=0.035, source="council"))
    path = tmp_path / ("x" if how == "folder" else "x.xlsx")
    (write if how == "folder" else write_workbook)(instance, path)
    again = read(path)
    assert again.horizon == instance.horizon
    assert again.services == instance.services
    assert again.legal_forms == instance.legal_forms
    assert again.fingerprint == instance.fingerprint


def test_costs_that_are_too_large_to_add_are_told() -> None:
    from koopopt.errors import DataError

    with pytest.raises(DataError, match="add up to"):
        Problem.of(founded(legal_forms=(replace(tiny.ASSOCIATION, one_off=1e15),)))
