"""What drives a plan, said once where services have the same to say."""

from __future__ import annotations

from dataclasses import replace

import tiny
from koopopt.case.library import PowerCost
from koopopt.case.plan import Partnership, Plan
from koopopt.problem import Problem
from koopopt.report import words
from report.decided import of_instance

FLAT = PowerCost(kind="power", scale=20.0, elasticity=0.8, flat_above=100_000.0)


def test_services_that_reach_the_same_size_share_a_sentence() -> None:
    services = [tiny.service(id_, cost=FLAT) for id_ in ("water", "waste")]
    services.append(tiny.service("yard", cost=replace(FLAT, flat_above=1e9)))
    problem = Problem.of(tiny.instance(services=tuple(services)))
    ids = problem.facts.ids
    pools = [Partnership(s.id, ids[:2], ids[0], "association") for s in services]
    alone = [Partnership(s.id, (ids[2],), ids[2]) for s in services]
    about = of_instance(problem.instance, Plan([*pools, *alone]))
    told = [str(t) for t in words.answers(about)["drives"] if "size makes" in t.template]
    assert told == [
        "Water, Waste: size makes it cheaper up to 100,000 m³ a year; 1 of 1 partnerships reach"
        " that.",
        "Yard: size makes it cheaper up to 1,000,000,000 m³ a year; 0 of 1 partnerships reach"
        " that.",
    ]
