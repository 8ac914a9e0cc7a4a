"""Every shipped set of legal forms solves a county, with every service that is shipped."""

from __future__ import annotations

from dataclasses import replace

import pytest

import koopopt
from koopopt.case import resources
from koopopt.case.instance import Instance
from koopopt.case.plan import Partnership
from koopopt.case.states import LEGAL_FORMS
from koopopt.evaluation import evaluate, status_quo
from koopopt.problem import Problem
from koopopt.reading.models import library_forms, library_service

SETS = sorted(set(LEGAL_FORMS.values()))
OFFICE = "administrative-association"


@pytest.fixture(scope="module")
def county() -> Instance:
    """Nine synthetic municipalities that may pool every service, as long as they touch."""
    found = resources.services()
    services = [n for n, path in found.items() if path.parents[1].name == "models"]
    whole = koopopt.generate(9, seed=5, services=["administration"])
    models = tuple(library_service(name) for name in services)
    return replace(whole, services=models, rules={"contiguous": True})


@pytest.mark.parametrize("name", SETS)
def test_every_set_solves(county: Instance, name: str) -> None:
    forms = {form.id: form for form in library_forms(name)}
    result = koopopt.solve(replace(county, legal_forms=tuple(forms.values())))
    assert result.status is koopopt.Status.OPTIMAL
    assert result.plan is not None
    pooled = result.plan.pooled
    assert pooled  # small municipalities gain by some of them, whatever the set
    assert all(forms[p.legal_form].serves(p.service) for p in pooled)


@pytest.mark.parametrize("name", ["rheinland-pfalz", "schleswig-holstein"])
def test_a_shipped_county_under_the_law_of_another_land(name: str) -> None:
    county = replace(koopopt.read("werra-meissner"), legal_forms=library_forms(name), status_quo=())
    result = koopopt.solve(county)
    assert result.status is koopopt.Status.OPTIMAL
    assert result.plan is not None
    # No form ends at three: pools have the size that pays.
    assert {len(p.members) for p in result.plan.pooled} >= {3, 4, 5}


@pytest.mark.parametrize("name", [name for name in SETS if name != "simple"])
def test_todays_administrative_association_can_be_named(county: Instance, name: str) -> None:
    """It is lawful today; in Sachsen alone no new one may be founded, which is then said."""
    forms = library_forms(name)
    if OFFICE not in {form.id for form in forms}:
        pytest.skip("the Land has none")
    lone = library_service("administration")
    members = tuple(town.id for town in county.municipalities[:3])
    today = (Partnership("administration", members, members[0], OFFICE),)
    case = replace(
        county,
        services=(replace(lone, rules={}),),
        legal_forms=forms,
        status_quo=today,
        rules={},
    )
    problem = Problem.of(case)
    violations = evaluate(problem, status_quo(problem)).violations
    assert bool(violations) == (name == "sachsen")
