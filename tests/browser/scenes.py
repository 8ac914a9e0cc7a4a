"""What the reports are of: a real county with few rules, and cases that are strange on purpose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import koopopt
import tiny
from koopopt.case.instance import Instance
from koopopt.case.plan import Partnership, Plan
from koopopt.evaluation import evaluate
from koopopt.pareto.certificate import Certificate, Open
from koopopt.pareto.front import Front
from koopopt.pareto.grid import NO_BOUND
from koopopt.pareto.oracle import Point
from koopopt.problem import Problem
from koopopt.report.values.decision import Decision

DAY = date(2026, 3, 1)
SERVICES = ("water", "wastewater", "housing")
ASSOCIATION = "special-purpose-association"
WIDE_OPEN = Certificate(open=(Open((NO_BOUND, NO_BOUND), (0.0, 0.0), 1.0),), unexplored=1.0)


def county() -> Front:
    """Return a front of the Werra-Meißner district: about 20 plans, found in two seconds.

    Three services; partnerships of up to three; water is pooled in associations, which have votes
    and are cheap here.
    """
    whole = koopopt.read("werra-meissner")
    services = [s for s in whole.services if s.id in SERVICES]
    services = [
        replace(s, rules={**s.rules, "legal_forms": [ASSOCIATION]}) if s.id == "water" else s
        for s in services
    ]
    forms = [replace(f, fixed_cost=2e4) if f.id == ASSOCIATION else f for f in whole.legal_forms]
    instance = replace(
        whole,
        services=tuple(services),
        legal_forms=tuple(forms),
        rules={**whole.rules, "max_members": 3},
        status_quo=tuple(p for p in whole.status_quo if p.service in SERVICES),
    )
    return koopopt.front(
        instance, criteria=("cost", "travel"), resolution={"cost": 4e4, "travel": 200}
    )


def chain(problem: Problem, service: str, size: int, form: str) -> Plan:
    """Return the plan in which `size` municipalities in a row always pool the service."""
    ids = problem.facts.ids
    groups = [ids[k : k + size] for k in range(0, len(ids), size)]
    pools = [Partnership(service, g, g[-1], form if len(g) > 1 else "alone") for g in groups]
    others = [s.id for s in problem.facts.services if s.id != service]
    return Plan([*pools, *(Partnership(s, (i,), i) for s in others for i in ids)])


def front_of(problem: Problem, plans: Sequence[Plan]) -> Front:
    """Return these plans as a front that proves nothing: everything is still open."""
    criteria = ("cost", "travel")
    points = [Point(tuple(evaluate(problem, p).criteria[c] for c in criteria), p) for p in plans]
    points.sort(key=lambda point: point.values)
    return Front(problem, criteria, (0.01, 0.0001), tuple(points), WIDE_OPEN, 1.0)


def of_tiny(*sizes: int, **changes: Any) -> Front:
    """Return a front of the tiny instance whose plans pool water by so many each."""
    problem = Problem.of(tiny.instance(**changes))
    first = problem.facts.services[0].id
    return front_of(
        problem, [chain(problem, first, size, "association") for size in sizes or (1, 2)]
    )


LONG = "Sehr-lange-Gemeinde-" * 10
HOSTILE = [
    *tiny.HOSTILE,
    '=HYPERLINK("x")',
    'O\'Brien "&" Söhne',
    "</script><script>alert(1)</script>",
    "<!--<script x",
    "</script /x",
    "<img src=x onerror=alert(1)>",
    "{{ 7*7 }}",
    "${alert(1)}",
    "$& $1 {name} {{name}}",
    "__proto__",
    "constructor",
    "toString",
    "مدينة كبيرة",
    "&lt;b&gt; &amp; &#x41;",
    "javascript:alert(1)",
    '" onmouseover="alert(1)',
    LONG,
]


def hostile() -> Instance:
    """Return an instance in which everything that has a name has one of `HOSTILE`."""
    evil = [*HOSTILE, *HOSTILE]

    def title(k: int) -> dict[str, str]:
        return {"en": evil[k], "de": evil[k + 1], "__proto__": evil[k + 2]}

    services = tuple(
        replace(
            tiny.service(evil[k]),
            title=title(k),
            description=title(k + 3),
            demand=replace(tiny.service().demand, unit=evil[k], source=evil[k + 1]),
        )
        for k in (1, 12, 14, 18)
    )
    forms = tuple(
        replace(tiny.ASSOCIATION, id=evil[k], title=title(k), description=title(k + 5))
        for k in (18, 19)
    )
    made = tiny.instance(HOSTILE, list(HOSTILE))
    ids = [m.id for m in made.municipalities]
    return replace(
        made,
        name=evil[12],
        title=title(12),
        municipalities=tuple(
            replace(m, lat=51.0 + 0.1 * (k % 5), lon=10.0 + 0.15 * (k // 5), county=evil[k + 1])
            for k, m in enumerate(made.municipalities)
        ),
        services=services,
        legal_forms=forms,
        status_quo=(
            Partnership(services[0].id, tuple(ids[:3]), ids[1], forms[0].id),
            Partnership(services[1].id, tuple(ids[5:9]), ids[6], forms[1].id),
        ),
        sources=tuple(
            {"what": e, "from": e, "licence": e, "year": e, "__proto__": e} for e in HOSTILE
        ),
    )


def hostile_front() -> Front:
    """Return two plans of it, in which all pool all."""
    problem = Problem.of(hostile())
    form, ids = problem.instance.legal_forms[0].id, problem.facts.ids

    def plan(size: int) -> Plan:
        return Plan(
            p for s in problem.facts.services
            for p in chain(problem, s.id, size, form).of(s.id)
        )  # fmt: skip

    assert len(set(ids)) == len(HOSTILE)
    return front_of(problem, [plan(2), plan(3)])


def twelve() -> Decision:
    """Return three plans of twelve services for the county's municipalities, all of them pooled."""
    whole = koopopt.read("werra-meissner")
    services = tuple(
        replace(
            whole.services[k % len(whole.services)],
            id=f"service-{k}",
            title={"en": f"Administration of matter {k + 1}", "de": f"Sachverwaltung Nr. {k + 1}"},
            rules={},
        )
        for k in range(12)
    )
    forms = tuple(replace(f, services="all") for f in whole.legal_forms)
    problem = Problem.of(
        replace(whole, services=services, legal_forms=forms, rules={}, status_quo=())
    )
    ids = problem.facts.ids

    def plan(size: int) -> Plan:
        return Plan(
            p for s in services for p in chain(problem, s.id, size, ASSOCIATION).of(s.id)
        )  # fmt: skip

    assert len(ids) > 12
    return Decision.of(front_of(problem, [plan(2), plan(3), plan(4)]), DAY)
