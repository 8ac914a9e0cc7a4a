"""Sites as facts, and as municipalities among the others, which is how formulations see them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import sited
import tiny
from koopopt.case import sites
from koopopt.case.facts import Facts
from koopopt.case.made import instance_faults
from koopopt.case.plan import Plan


def test_places_are_municipalities_and_behind_them_sites() -> None:
    facts = Facts.of(replace(sited.instance(), travel={("01", "S1"): 3.0}))
    assert (facts.n, facts.places, facts.towns) == (3, 5, 3)
    assert facts.ids == ("01", "02", "03")
    assert facts.seat_ids == ("01", "02", "03", "S1", "S2")
    assert facts.minutes.shape == (3, 5)
    assert facts.minutes[0, 3] == 3.0
    assert len({*facts.area.tolist(), int(facts.seat_area[3])}) == 3  # an area of its own
    assert facts.seat_area[4] == facts.area[0]  # that of the nearest municipality


def test_what_a_partnership_at_a_site_costs() -> None:
    facts = Facts.of(sited.instance())
    curve = facts.services[0].cost
    both, one = sited.at_plant("01", "02"), sited.at_plant("03")
    assert both.pooled
    assert one.pooled
    assert facts.cost(both) == pytest.approx(float(curve(np.array(120_000.0))) + 110 + 500.25)
    assert facts.cost(one) == pytest.approx(float(curve(np.array(120_000.0))) + 100 + 500.25)


def test_the_fixed_cost_is_rounded_with_the_rest() -> None:
    """Half cents of form and site make one together."""
    made = sited.instance()
    site, form = replace(sited.PLANT, fixed_cost=0.005), replace(sited.OPERATOR, fixed_cost=0.005)
    free = replace(tiny.service().cost, scale=0.0)
    services = (replace(made.services[0], cost=free), made.services[1])
    facts = Facts.of(replace(made, sites=(site,), legal_forms=(form,), services=services))
    assert facts.cents(sited.at_plant("01")) == 1


def test_without_sites_nothing_is_done() -> None:
    facts = Facts.of(tiny.instance())
    assert sites.with_sites(facts) is facts
    assert facts.places == facts.n == 3


def test_sites_among_municipalities() -> None:
    facts = Facts.of(sited.instance())
    joined = sites.with_sites(facts)
    assert joined is sites.with_sites(facts)
    assert joined is sites.with_sites(joined)
    assert (joined.n, joined.towns, joined.ids) == (5, 3, facts.seat_ids)
    assert joined.minutes[3, :3].tolist() == facts.minutes[:, 3].tolist()
    assert not joined.alone_cents[:, 3:].any()
    assert not joined.adjacent[3:].any()
    p = sited.at_plant("01", "02")
    assert joined.members(p).tolist() == [0, 1, 3]
    assert joined.cents(p) == facts.cents(p)


def test_there_and_back() -> None:
    facts = sites.with_sites(Facts.of(sited.instance()))
    plan = sited.plan(sited.at_plant("01", "02"))
    parts = list(sites.placed(facts, plan))
    # The plant is alone in housing and the office in water: they seat nothing there.
    idle = [(s, h) for s, who, h in parts if who.tolist() == [h] and h >= 3]
    assert sorted(idle) == [(0, 4), (1, 3)]
    forms = {(p.service, p.seat): p.legal_form for p in plan.partnerships}
    again = (
        sites.partnership(
            facts, s, who.tolist(), h, forms.get((facts.services[s].id, facts.ids[h]), "alone")
        )
        for s, who, h in parts
    )
    assert sites.plan(again) == plan
    assert isinstance(plan, Plan)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"id": "01"}, "A municipality has this id"),
        ({"id": ""}, "not empty"),
        ({"service": "fire"}, "no service of this name"),
        ({"fixed_cost": -1.0}, "between 0"),
        ({"fixed_cost": float("nan")}, "not finite"),
        ({"capacity": 0.0}, "greater than 0"),
        ({"lat": 91.0}, "between -90 and 90"),
        ({"id": "S2", "service": "water"}, "elsewhere in another line"),
        ({"id": "S2", "name": "County office", "service": "housing"}, "stands twice"),
        ({"fixed_cost": "5"}, "a number"),
    ],
    ids=str,
)
def test_sites_made_in_memory_are_checked(changes: dict[str, object], said: str) -> None:
    made = sited.instance()
    wrong = replace(sited.PLANT, **changes)
    faults = list(instance_faults(replace(made, sites=(wrong, sited.OFFICE))))
    assert any(said in fault.rule.render() for fault in faults), [f.render() for f in faults]


def test_today_is_at_sites_of_the_service() -> None:
    made = sited.instance()
    right, elsewhere = sited.at_plant("01"), replace(sited.at_plant("01"), seat="S2")
    assert not list(instance_faults(replace(made, status_quo=(right,))))
    assert len(list(instance_faults(replace(made, status_quo=(elsewhere,))))) >= 1
    two = replace(made, status_quo=(right, sited.at_plant("02")))
    assert ["two partnerships" in f.rule.render() for f in instance_faults(two)] == [True]
