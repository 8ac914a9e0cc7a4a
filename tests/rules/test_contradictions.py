"""Rules that the data make contradict each other: named where there is no plan, and only there."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

import bruteforce
import tiny
from koopopt.case.instance import Instance, Neighbours, Site
from koopopt.case.library import LegalForm, Votes
from koopopt.case.plan import Partnership
from koopopt.errors import Fault
from koopopt.problem import Problem
from koopopt.rules import Layer
from koopopt.rules.conflicts import Bound, service_conflicts
from koopopt.rules.contradictions import contradictions
from nightly import NIGHTLY
from random_instances import random_problem, with_sites

SEEDS = range(400 * NIGHTLY)


def bounds(instance: Instance) -> list[Bound]:
    shared = Layer("instance.toml", "rules", instance.rules)
    return [Bound((shared, Layer(f"{s.id}.toml", "rules", s.rules))) for s in instance.services]


def found(instance: Instance) -> list[Fault]:
    return list(contradictions(instance, bounds(instance), "forms.toml"))


def as_written(instance: Instance) -> Iterator[Fault]:
    """Yield those that need no data: groups, and who must be alone and must not."""
    for bound in bounds(instance):
        for fault in service_conflicts(bound):
            if not fault.rule.template.startswith(
                ("min_members", "min_population", "No municipality")
            ):
                yield fault


# -- each pair -------------------------------------------------------------------------------------

FIVE = ["Aue", "Bach", "Cron", "Dorn", "Elm"]
TODAY = (Partnership("water", ("01", "02", "03"), "01", "association"),)
KEPT = {"keep_existing": True}
PAIR = {"together": [["01", "04"]]}


def five(rules: dict[str, Any], **changes: Any) -> Instance:
    """Return five places in a row, the last two in another county and area, without a border."""
    made = tiny.instance(FIVE, services=(tiny.service(),), status_quo=TODAY)
    towns = tuple(
        replace(m, county="K" if k < 3 else "L", identity_area="north" if k < 3 else "south")
        for k, m in enumerate(made.municipalities)
    )
    values = {"municipalities": towns, "neighbours": made.neighbours[:2], "rules": rules,
              "legal_forms": (LegalForm(id="association", title={"en": "A"}),)}  # fmt: skip
    return replace(made, **{**values, **changes})


def form(**values: Any) -> dict[str, Any]:
    return {"legal_forms": (LegalForm(id="association", title={"en": "A"}, **values),)}


VOTES = Votes(base=0, inhabitants_per_vote=1000.0, max_share=0.4)

PAIRS: list[tuple[dict[str, Any], dict[str, Any], list[str]]] = [
    ({**KEPT, "max_members": 2}, {}, ["keep_existing", "max_members = 2, and these are 3"]),
    ({**KEPT, "max_members": 1}, {}, ["keep_existing", "max_members = 1"]),
    ({**KEPT, **PAIR, "max_members": 3}, {}, ["keep_existing, together", "these are 4"]),
    ({**KEPT, "together": [["03", "04"], ["04", "05"]], "apart": [["01", "05"]]}, {},
     ["Aue (01), Bach (02), Cron (03) and 2 more", "Aue (01), Elm (05) must never share"]),
    ({**KEPT, "alone": ["02"]}, {}, ["Bach (02) must stay alone", "rules.alone"]),
    ({**PAIR, "same_county": True}, {}, ["Aue (01), Dorn (04)", "one county"]),
    ({**PAIR, "max_identity_areas": 1}, {}, ["2 identity areas"]),
    ({**PAIR, "contiguous": True}, {}, ["no chain of neighbours"]),
    ({**KEPT, "max_minutes": 1.0}, {}, ["no seat is within 1 minutes", "rules.max_minutes"]),
    ({**KEPT, "max_minutes": 10.0, "seats": ["05"]}, {}, ["seat that is allowed", "rules.seats"]),
    (KEPT, form(max_members=2), ["no legal form", "forms.toml"]),
    (KEPT, form(votes=VOTES), []),  # others may join, and then nobody has too many votes
    (KEPT, form(votes=VOTES, max_members=3), ["no legal form"]),
    (PAIR, form(votes=VOTES, max_members=3), []),  # two need no votes
    (PAIR, form(same_county=True), ["no legal form"]),
    ({**KEPT, "min_population": 20_000.0}, {}, ["there are 15,000 inhabitants"]),
    ({**KEPT, "max_population": 5999.0}, {},
     ["together they need 6,000, more than any seat has room for (max_population)"]),
    ({**KEPT, "max_population": {"04": 9999.0, "05": 9999.0, "default": 5000.0}}, {},
     ["Aue (01), Bach (02), Cron (03)", "together they need 6,000"]),
    ({**KEPT, "max_population": {"04": 10_000.0, "default": 5000.0}}, {}, []),  # Dorn joins them
    ({**KEPT, "max_population": {"01": 5000.0}}, {}, []),
    ({**KEPT, "max_demand": 239_999.0}, {}, ["together they need 240,000", "rules.max_demand"]),
    ({**KEPT, "max_demand": 240_000.0}, {}, []),
    ({**KEPT, "max_population": 2500.0}, {}, ["no seat has room for two (max_population)"]),
    ({"forbid_alone": ["05"], "max_population": 5999.0}, {},
     ["Elm (05)", "with anybody else they are too large for any seat (max_population)"]),
    ({"forbid_alone": ["05"], "max_population": {"05": 6000.0, "default": 0.0}}, {}, []),
    ({"forbid_alone": ["05"], "max_population": {"01": 6000.0, "default": 0.0}}, {}, []),
    ({"min_bodies": 1, "max_population": 2500.0}, {}, ["at most 0 because of max_population"]),
    ({"max_partnerships": 2, "max_population": 6000.0}, {},
     ["at least 3 because of max_population"]),
    ({**KEPT, "max_memberships": 0}, {}, ["max_memberships = 0"]),
    ({**KEPT, "min_members": 6}, {}, ["there are 5 municipalities"]),
    ({**KEPT, "max_pooled": 0}, {}, ["max_pooled = 0"]),
    ({**KEPT, "max_hosted": 0}, {}, ["max_hosted = 0"]),
    ({**KEPT, "max_partner_seats": 0}, {}, ["max_partner_seats = 0"]),
    ({**KEPT, "max_bodies": {"water": 0}}, {}, ["max_bodies = 0"]),
    ({**KEPT, "limit": {"bodies": 0.5}}, {}, ["limit.bodies = 0.5"]),
    ({**KEPT, "min_partnerships": 4}, {}, ["at most 3 because of keep_existing"]),
    ({"forbid_alone": True, "same_county": True}, {"municipalities": ()}, []),
    ({"forbid_alone": True, "min_partnerships": 3}, {}, ["at most 2 because of forbid_alone"]),
    ({"forbid_alone": True, "max_members": 2}, {}, ["5 municipalities make no pairs"]),
    ({"forbid_alone": ["05"], "contiguous": True}, {}, ["Elm (05)", "no neighbours"]),
    ({"forbid_alone": ["05"], "apart": [[f"0{k}", "05"] for k in range(1, 5)]}, {},
     ["apart from all others"]),
    ({"forbid_alone": ["05"], "alone": ["01", "02", "03", "04"]}, {}, ["all others, must (alone)"]),
    ({"forbid_alone": True, "max_minutes": 1.0}, {}, ["and 2 more", "within 1 minutes"]),
    ({"forbid_alone": ["05"], "max_minutes": 10.0, "seats": ["01"]}, {}, ["seat that is allowed"]),
    ({"forbid_alone": True}, form(min_members=6), ["no legal form"]),
    ({"forbid_alone": ["04"]}, form(min_members=3, same_county=True), ["Dorn (04)", "legal form"]),
    ({"min_population": 16_000.0, "viable_alone": True}, {}, ["there are 15,000 inhabitants"]),
    ({"min_population": 1500.0, "viable_alone": True, "alone": ["01"]}, {},
     ["Aue (01)", "viable_alone", "(alone)"]),
    ({"min_population": 6500.0, "viable_alone": True, "same_county": True}, {},
     ["Aue (01), Bach (02), Cron (03)", "too few (same_county)"]),
    ({"max_partnerships": 1, "contiguous": True}, {}, ["max_partnerships", "no chain"]),
    ({"max_partnerships": 1, "max_members": 4}, {}, ["max_members = 4, and these are 5"]),
    ({"max_partnerships": 2, "max_members": 2}, {}, ["at least 3 because of max_members"]),
    ({"max_partnerships": 2, "contiguous": True}, {}, ["at least 3 because of contiguous"]),
    ({"max_partnerships": 2, "alone": ["01", "02"]}, {}, ["at least 3 because of alone"]),
    ({"max_partnerships": 0}, {}, ["max_partnerships = 0", "at least 1"]),
    ({"min_partnerships": 6}, {}, ["min_partnerships = 6", "at most 5"]),
    ({"min_bodies": 3}, {}, ["min_bodies = 3", "at most 2"]),
    ({"min_bodies": 2, "min_members": 3}, {}, ["at most 1 because of min_members"]),
    ({"min_bodies": 2, "seats": ["01"]}, {}, ["at most 1 because of seats"]),
    ({"min_bodies": 2, "alone": ["01", "02"]}, {}, ["at most 1 because of alone"]),
    ({"min_bodies": 2, "min_population": 9000.0}, {}, ["at most 1 because of min_population"]),
    ({"min_bodies": 2, "contiguous": True}, {}, ["at most 1 because of contiguous"]),
    ({"min_bodies": 1, "max_pooled": 0}, {}, ["at most 0 because of max_pooled"]),
    ({"min_bodies": 2}, form(min_members=3), ["at most 1 because of the legal forms"]),
    ({"min_bodies": 2, "min_partnerships": 4}, {}, ["min_partnerships allows 1"]),
    ({"min_bodies": {"water": 2}, "min_partnerships": {"water": 4}}, {},
     ["min_bodies = 2, but min_partnerships allows 1"]),
    ({"min_bodies": {"water": 2}, "min_partnerships": {"water": 3}}, {}, []),
    ({"min_bodies": 2, "max_bodies": {"water": 1}}, {},
     ["min_bodies = 2, but max_bodies allows 1"]),
    ({"min_bodies": 2, "limit": {"bodies": 1.0}}, {}, ["limit allows 1"]),
    ({"limit": {"travel": -1.0}}, {}, ["limit of travel", "never less than 0"]),
    ({"limit": {"cost": -1.0}}, {}, ["limit of cost"]),
    ({**KEPT, "max_members": 3, "contiguous": True, "same_county": True}, {}, []),
    ({"min_population": 16_000.0}, {}, []),  # all stay alone
    ({"forbid_alone": True, "max_members": 3, "min_members": 2}, {}, []),
]  # fmt: skip


@pytest.mark.parametrize(("rules", "changes", "said"), PAIRS, ids=lambda value: str(value)[:60])
def test_each_pair(rules: dict[str, Any], changes: dict[str, Any], said: list[str]) -> None:
    instance = five(rules, **{k: v for k, v in changes.items() if v})
    if changes.get("municipalities") == ():  # a town with its county to itself
        towns = instance.municipalities
        instance = replace(instance, municipalities=(*towns[:4], replace(towns[4], county="M")))
        said = ["Dorn (04), Elm (05)", "their county to themselves"]
    lines = [fault.render() for fault in found(instance)]
    best = bruteforce.solve(Problem.of(instance))
    if said:
        assert any(all(part in line for part in said) for line in lines), lines
        assert best is None
    else:
        assert lines == []
        assert best is not None


@pytest.mark.parametrize(
    "rule", [{"contiguous": True}, {"same_county": True}, {"same_state": True},
             {"max_identity_areas": 1}]
)  # fmt: skip
@pytest.mark.parametrize("joined", [True, False])
def test_a_rule_that_is_not_to_blame_is_not_named(rule: dict[str, Any], joined: bool) -> None:
    """All inhabitants together are too few, whoever may share a partnership."""
    instance = five({"min_population": 16_000.0, "viable_alone": True, **rule})
    towns = instance.municipalities
    if joined:
        towns = tuple(replace(m, county="K", identity_area="a") for m in towns)
    pairs = [Neighbours(a.id, b.id) for a, b in pairwise(towns) if joined or b.id != "04"]
    instance = replace(instance, municipalities=towns, neighbours=tuple(pairs))
    (fault,) = found(instance)
    assert fault.column == "rules.viable_alone"
    assert "min_population = 16,000" in fault.render()


@pytest.mark.parametrize("key", ["contiguous", "same_county", "same_state"])
def test_nobody_is_kept_from_others_where_there_are_none(key: str) -> None:
    instance = five({"forbid_alone": True, key: True}, status_quo=(), neighbours=())
    only = replace(instance, municipalities=instance.municipalities[:1])
    assert all(f"({key})" not in fault.render() and "(alone)" not in fault.render()
               for fault in found(only))  # fmt: skip


def test_more_bodies_than_all_may_seat() -> None:
    services = tuple(tiny.service(id_) for id_ in ("water", "housing", "waste"))
    rules = {"min_bodies": 6, "max_hosted": 1}
    (fault,) = found(five(rules, services=services, status_quo=()))
    assert "min_bodies = 6, but max_hosted allows 5" in fault.render()
    assert found(five({**rules, "min_bodies": 5}, services=services, status_quo=())) == []


def test_more_bodies_than_all_may_belong_to() -> None:
    services = tuple(tiny.service(id_) for id_ in ("water", "housing", "waste"))
    rules = {"min_bodies": 3, "max_memberships": 1}
    (fault,) = found(five(rules, services=services, status_quo=()))
    assert "min_bodies = 3, but max_memberships allows 2" in fault.render()
    assert found(five({**rules, "min_bodies": 2}, services=services, status_quo=())) == []


@pytest.mark.parametrize(
    ("rules", "room", "said"),
    [
        (KEPT, 6000.0, ""),
        (KEPT, 5999.0, "together they need 6,000, more than any seat has room for"),
        ({"forbid_alone": ["05"]}, 5000.0, ""),
        ({"forbid_alone": ["05"]}, 4999.0, "too large for any seat (max_population)"),
        ({"max_partnerships": 3}, 5000.0, ""),
        ({"max_partnerships": 2}, 5000.0, "at least 3 because of max_population"),
    ],
)
def test_a_site_may_have_more_room_than_any_other_seat(
    rules: dict[str, Any], room: float, said: str
) -> None:
    site = Site(id="W", name="W", lat=51.0, lon=10.0, service="water")
    asked = {**rules, "max_population": {"W": room, "default": 1000.0}}
    faults = [fault.render() for fault in found(five(asked, sites=(site,)))]
    assert len(faults) == bool(said), faults
    assert all(said in fault for fault in faults), faults


def test_a_rule_of_one_service_is_named_where_it_stands() -> None:
    instance = five(KEPT, services=(replace(tiny.service(), rules={"max_members": 2}),))
    (fault,) = found(instance)
    assert (fault.file, fault.column) == ("instance.toml", "rules.keep_existing")
    assert "rules.max_members in water.toml" in fault.render()


def test_a_country_takes_seconds() -> None:
    towns = tuple(
        replace(tiny.instance().municipalities[0], id=f"{k:05d}", lat=40 + k / 1000, name=str(k))
        for k in range(3000)
    )
    ids = [town.id for town in towns]
    rules = {
        "contiguous": True, "max_minutes": 30.0, "forbid_alone": True, "max_members": 6,
        "min_population": 5000.0, "viable_alone": True, "same_county": True, "max_pooled": 2,
        "max_population": {ids[0]: 9000.0, "default": 8000.0}, "max_demand": 320_000.0,
        "together": [[a, b] for a, b in zip(ids[::6], ids[1::6], strict=True)],
    }  # fmt: skip
    pairs = tuple(Neighbours(a, b) for a, b in pairwise(ids))
    instance = five(rules, municipalities=towns, neighbours=pairs, status_quo=())
    began = time.process_time()
    assert found(instance) == []
    assert time.process_time() - began < 20


# -- never a false one -----------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_named_leaves_no_plan(seed: int) -> None:
    _demand_true(random_problem(seed).instance)  # without the limits that it may have besides


@pytest.mark.parametrize("seed", SEEDS[::4])
def test_nor_is_there_one_with_sites(seed: int) -> None:
    _demand_true(with_sites(random_problem(seed), seed).instance)


def _demand_true(instance: Instance) -> None:
    told = [*found(instance), *as_written(instance)]
    for fault in told:
        assert fault.render("de")
        assert fault.column
    if told:
        assert bruteforce.solve(Problem.of(instance)) is None, [f.render() for f in told]
