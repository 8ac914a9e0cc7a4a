"""The tiny instance with two sites, and a plan that uses both: for tests of many rooms."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import tiny
from koopopt.case.instance import Instance, Site
from koopopt.case.library import LegalForm
from koopopt.case.plan import Partnership, Plan
from koopopt.problem import Problem

PLANT = Site(
    id="S1", name="Plant <am Bach>", lat=51.05, lon=10.02, service="water", fixed_cost=500.25,
    capacity=200_000.0, identity_area="west",
)  # fmt: skip
OFFICE = Site(id="S2", name="County office", lat=51.01, lon=10.0, service="housing")
OPERATOR = LegalForm(id="operator", title={"de": "Betrieb", "en": "Operator"}, min_members=1,
                     fixed_cost=100.0, cost_per_extra_member=10.0)  # fmt: skip


def instance(**changes: Any) -> Instance:
    """Return Ahausen, Bühl and Celle with a plant for water and an office for housing."""
    made = tiny.instance(**changes)
    return replace(made, sites=(PLANT, OFFICE), legal_forms=(*made.legal_forms, OPERATOR))


def problem(**changes: Any) -> Problem:
    return Problem.of(instance(**changes))


def plan(*water: Partnership) -> Plan:
    """Return who is given for water, others alone; Celle's housing is at the office."""
    named = {town for p in water for town in p.members}
    alone = [Partnership("water", (t,), t) for t in ("01", "02", "03") if t not in named]
    housing = [Partnership("housing", (t,), t) for t in ("01", "02")]
    return Plan([*water, *alone, *housing, Partnership("housing", ("03",), "S2", "operator")])


def at_plant(*towns: str, form: str = "operator") -> Partnership:
    return Partnership("water", towns, "S1", form)
